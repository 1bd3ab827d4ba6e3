import { compileExpression, type Expression, ExpressionMistake, type Place, type Scope } from './expression.ts';

/** Text with `{{ expression }}` in it, or any JSON value with such texts inside. */
export interface Template {
  readonly source: unknown;
  /**
   * The value with every expression filled in. A text that is one expression keeps the expression's type; null when its
   * path does not exist. Keys and items whose expression gave null are left out, and so is an object nothing is left of.
   */
  render(scope: Scope): unknown;
}

type Part = string | Expression;

/**
 * Compiles a JSON value whose texts are templates.
 * @throws TemplateMistakes with every mistake in it.
 */
export function compileTemplate(source: unknown, place: Place): Template {
  const mistakes: TemplateMistake[] = [];
  const render = compileValue(source, place, [], mistakes);
  if (mistakes.length > 0) throw new TemplateMistakes(mistakes);
  const only = typeof source === 'string' ? onlyExpression(partsOf(source, place)) : null;
  // Most templates are one expression, and a load renders millions of them.
  if (only !== null) return { source, render: (scope) => only.evaluate(scope) };
  return {
    source,
    render(scope) {
      const value = render(scope);
      return value === ABSENT ? null : value;
    },
  };
}

function onlyExpression(parts: readonly Part[]): Expression | null {
  const [only, second] = parts;
  return only !== undefined && second === undefined && typeof only !== 'string' ? only : null;
}

/** Like {@link compileTemplate} for one text that is always rendered to text; absent values give nothing. */
export function compileText(source: string, place: Place): { readonly source: string; render(scope: Scope): string } {
  const parts = partsOf(source, place);
  return { source, render: (scope) => joined(parts, scope) };
}

export interface TemplateMistake {
  readonly path: readonly (string | number)[];
  readonly mistake: ExpressionMistake;
}

export class TemplateMistakes extends Error {
  readonly mistakes: readonly TemplateMistake[];

  constructor(mistakes: readonly TemplateMistake[]) {
    super(mistakes[0]?.mistake.message);
    this.mistakes = mistakes;
  }
}

const ABSENT = Symbol('absent');

type Render = (scope: Scope) => unknown;

function compileValue(source: unknown, place: Place, path: readonly (string | number)[], mistakes: TemplateMistake[]): Render {
  if (typeof source === 'string') {
    try {
      return compileString(source, place);
    } catch (error) {
      if (!(error instanceof ExpressionMistake)) throw error;
      mistakes.push({ path, mistake: error });
      return () => ABSENT;
    }
  }
  if (Array.isArray(source)) {
    const items = source.map((item, index) => compileValue(item, place, [...path, index], mistakes));
    return (scope) => items.map((item) => item(scope)).filter((item) => item !== ABSENT);
  }
  if (typeof source === 'object' && source !== null) {
    const entries = Object.entries(source).map(
      ([key, item]) => [key, compileValue(item, place, [...path, key], mistakes)] as const,
    );
    return (scope) => {
      const filled = entries.map(([key, item]) => [key, item(scope)] as const).filter(([, item]) => item !== ABSENT);
      return filled.length === 0 && entries.length > 0 ? ABSENT : Object.fromEntries(filled);
    };
  }
  return () => source;
}

function compileString(source: string, place: Place): Render {
  const parts = partsOf(source, place);
  if (parts.length === 0) return () => '';
  const only = onlyExpression(parts);
  if (only !== null) return (scope) => only.evaluate(scope) ?? ABSENT;
  return (scope) => joined(parts, scope);
}

function joined(parts: readonly Part[], scope: Scope): string {
  let text = '';
  for (const part of parts) text += partText(part, scope);
  return text;
}

function partText(part: Part, scope: Scope): string {
  if (typeof part === 'string') return part;
  const value = part.evaluate(scope);
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Splits `text {{ expression }} text`; braces and quotes inside an expression are CEL's. */
export function partsOf(source: string, place: Place): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const text = open === -1 ? source.slice(at) : source.slice(at, open);
    if (text.includes('}}')) throw new ExpressionMistake('"}}" closes nothing: "{{" is missing before it');
    if (text !== '') parts.push(text);
    if (open === -1) break;
    const close = endOfExpression(source, open + 2);
    if (close === -1) throw new ExpressionMistake(`"${source.slice(open, open + 40)}" is not finished: "}}" is missing after it`);
    parts.push(compileExpression(source.slice(open + 2, close).trim(), place));
    at = close + 2;
  }
  return parts;
}

/** Index of the `}}` that ends the expression, skipping texts in quotes and CEL's own braces. */
function endOfExpression(source: string, from: number): number {
  let depth = 0;
  let quote: string | null = null;
  for (let index = from; index < source.length; index += 1) {
    const char = source.charAt(index);
    if (quote !== null) {
      if (char === '\\') index += 1;
      else if (char === quote) quote = null;
    } else if (char === "'" || char === '"') quote = char;
    else if (char === '{') depth += 1;
    else if (char === '}') {
      if (depth === 0) return source.charAt(index + 1) === '}' ? index : -1;
      depth -= 1;
    }
  }
  return -1;
}
