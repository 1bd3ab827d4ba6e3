import type { ASTNode } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';

/**
 * A regular expression in the syntax of RE2, which is JavaScript's without look-around and back-references. However it is
 * written, the time it takes grows with the length of the text and no faster, so nobody's text can keep the bot busy.
 */
export interface Pattern {
  /** Whether it fits the text from end to end. */
  fits(text: string): boolean;
  /** Whether it is found anywhere in the text. */
  found(text: string): boolean;
}

/** A pattern that is not one, or asks for what RE2 does not have. */
export class PatternMistake extends Error {}

/** @throws PatternMistake with one plain sentence that begins with the pattern. */
export function compilePattern(source: string): Pattern {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    throw new PatternMistake(`"${source}" is not a regular expression of the RE2 syntax: ${why}`);
  }
  return { fits: (text) => compiled.testExact(text), found: (text) => compiled.test(text) };
}

/** What `matches` of an expression is turned into. CEL asks for RE2 there; the library would use JavaScript's own engine. */
export const MATCHES = 'matches_in_linear_time';

const KEPT = 500;
const compiled = new Map<string, Pattern>();

/** The function behind `matches`. */
export function matches(text: string, source: string): boolean {
  let pattern = compiled.get(source);
  if (pattern === undefined) {
    pattern = compilePattern(source);
    if (compiled.size >= KEPT) compiled.clear();
    compiled.set(source, pattern);
  }
  return pattern.found(text);
}

/**
 * Makes every `text.matches('…')` of an expression use {@link matches}.
 * @throws PatternMistake when a pattern is none, or is not written out and so cannot be checked before it is used.
 */
export function boundMatches(node: unknown): void {
  if (Array.isArray(node)) for (const item of node) boundMatches(item);
  if (!isNode(node)) return;
  if (node.op === 'rcall' && node.args[0] === MATCHES) throw new PatternMistake(`"${MATCHES}" does not exist; use matches`);
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    const [pattern] = node.args[2];
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string')
      throw new PatternMistake('the pattern of "matches" must be written out as a text');
    compilePattern(pattern.args);
    node.args[0] = MATCHES;
  }
  boundMatches(node.args);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
