import type { ASTNode } from '@marcbachmann/cel-js';

/**
 * What a condition asks of a record before anything else: that the text at `record` is the same as the input's. A record
 * where it is not cannot fulfil the condition, so a long list need not be gone through for it.
 */
export interface Selection {
  readonly record: readonly string[];
  readonly input: string;
}

/** Reads `same(record.a.b, input.c)`, alone or followed by `&&`; null for a condition that begins in another way. */
export function selectionOf(node: ASTNode): Selection | null {
  if (node.op === '&&') return selectionOf(node.args[0]);
  if (node.op !== 'call' || node.args[0] !== 'same') return null;
  const [left, right] = node.args[1].map(pathOf);
  if (left === null || left === undefined || right === null || right === undefined) return null;
  const [record, input] = left[0] === 'record' ? [left, right] : [right, left];
  const [name] = input.slice(1);
  if (record[0] !== 'record' || record.length < 2 || input[0] !== 'input' || input.length !== 2 || name === undefined)
    return null;
  return { record: record.slice(1), input: name };
}

/** The names of `a.b['c']`; null for anything else. */
export function pathOf(node: ASTNode): string[] | null {
  if (node.op === 'id') return [node.args];
  if (node.op !== '.' && node.op !== '[]') return null;
  const before = pathOf(node.args[0]);
  const name = node.op === '.' ? node.args[1] : node.args[1].op === 'value' ? node.args[1].args : null;
  return before === null || typeof name !== 'string' ? null : [...before, name];
}
