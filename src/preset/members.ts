import type { ASTNode } from '@marcbachmann/cel-js';
import { pathOf } from './selection.ts';

/** What a value is, where that is known before any is there. Instants are compared as text. */
export type ValueKind = 'text' | 'number' | 'flag' | 'list';

/**
 * What may stand beneath a variable: `null` for anything, the kind of a value, the words it may be, else its members and
 * what is beneath them.
 */
export type Members = null | ValueKind | readonly string[] | { readonly [name: string]: Members };

/** A position in a preset: its name for messages, and the variables an expression there may use. */
export interface Place {
  readonly name: string;
  readonly variables: Readonly<Record<string, Members>>;
}

export interface MemberMistake {
  readonly problem: string;
  /** What could stand there; null where that is no list. */
  readonly allowed: readonly string[] | null;
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const WORDS: Readonly<Record<ValueKind, string>> = {
  text: 'a text',
  number: 'a number',
  flag: 'true or false',
  list: 'a list',
};

/**
 * Follows every `a.b.c` from its root and compares it with what the place declares beneath that variable, and what it is
 * compared with, with what it can be. The first mistake; null when there is none.
 */
export function memberMistake(node: unknown, place: Place): MemberMistake | null {
  if (Array.isArray(node)) {
    for (const item of node) {
      const mistake = memberMistake(item, place);
      if (mistake !== null) return mistake;
    }
    return null;
  }
  if (!isNode(node)) return null;
  const path = pathOf(node);
  if (path !== null) return resolve(path, place).mistake;
  const inner = memberMistake(node.args, place);
  if (inner !== null || !COMPARISONS.has(node.op)) return inner;
  const [left, right] = node.args as readonly [ASTNode, ASTNode];
  return comparisonMistake(left, right, place) ?? comparisonMistake(right, left, place);
}

interface Resolved {
  /** What stands at the path. */
  readonly members: Members;
  readonly mistake: MemberMistake | null;
}

function resolve([root = '', ...names]: readonly string[], place: Place): Resolved {
  const wrong = (problem: string, allowed: readonly string[] | null = null): Resolved => ({
    members: null,
    mistake: { problem, allowed },
  });
  let members = place.variables[root] ?? null;
  let walked = root;
  if (isRecord(members) && names.length === 0 && isClosed(root))
    return wrong(`"${root}" must be followed by a name`, beneath(root, members));
  for (const name of names) {
    if (members === null) break;
    if (!isRecord(members))
      return wrong(
        `"${step(walked, name)}" does not exist: "${walked}" is ${WORDS[typeof members === 'string' ? members : 'text']}`,
      );
    if (!Object.hasOwn(members, name)) return wrong(`"${step(walked, name)}" does not exist`, beneath(walked, members));
    members = members[name] ?? null;
    walked = step(walked, name);
  }
  return { members, mistake: null };
}

function comparisonMistake(side: ASTNode, other: ASTNode, place: Place): MemberMistake | null {
  const path = pathOf(side);
  if (path === null || other.op !== 'value' || other.args === null) return null;
  const { members } = resolve(path, place);
  const value: unknown = other.args;
  if (members === null || isRecord(members)) return null;
  const name = path.join('.');
  const shown = JSON.stringify(String(value));
  if (typeof members !== 'string')
    return typeof value === 'string' && members.includes(value)
      ? null
      : { problem: `"${name}" is never ${shown}`, allowed: members };
  return fits(members, value) ? null : { problem: `"${name}" is ${WORDS[members]} and is compared with ${shown}`, allowed: null };
}

function fits(kind: ValueKind, value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  if (kind === 'flag') return typeof value === 'boolean';
  return kind === 'number' && (typeof value === 'number' || typeof value === 'bigint');
}

function beneath(walked: string, members: { readonly [name: string]: Members }): readonly string[] {
  return Object.keys(members).map((name) => step(walked, name));
}

/** A member as it is written after what it belongs to. */
function step(walked: string, name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `${walked}.${name}` : `${walked}['${name}']`;
}

function isRecord(members: Members): members is { readonly [name: string]: Members } {
  return typeof members === 'object' && members !== null && !Array.isArray(members);
}

/** Inputs, variables and credentials are named one by one, so that what a preset uses can be seen before it runs. */
function isClosed(root: string): boolean {
  return root === 'input' || root === 'variables' || root === 'credential';
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
