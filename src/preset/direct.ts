import type { ASTNode } from '@marcbachmann/cel-js';
import { PRESET_FUNCTIONS } from './functions.ts';
import { generate, quoted } from './generate.ts';

/** What a direct evaluation gives instead of a value: something the expression names is not there. */
export const MISSING = Symbol('missing');
/** And: only CEL itself can say, be it the value or what is wrong. */
export const UNSURE = Symbol('unsure');

/**
 * Evaluates an expression without CEL's interpreter, for the values a mapping meets day by day. The value is the one CEL
 * gives (whole numbers as CEL's own big integers); wherever that is not certain it is `UNSURE`.
 */
export type Direct = (scope: Readonly<Record<string, unknown>>) => unknown;

type Fields = Readonly<Record<string, unknown>>;

/** What every object has without being given it: CEL sees own keys alone. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** Null for an expression that has anything in it but paths, literals, comparisons, logic, `?:`, `+` and preset functions. */
export function compileDirect(node: ASTNode): Direct | null {
  const path = keysOf(node);
  if (path !== null) return readPath(path);
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case '!_':
      return withParts([node.args], ([inner]) => not(inner as Direct));
    case '&&':
      return withParts(node.args, ([left, right]) => logical(left as Direct, right as Direct, false));
    case '||':
      return withParts(node.args, ([left, right]) => logical(left as Direct, right as Direct, true));
    case '?:':
      return withParts(node.args, ([test, yes, no]) => choice(test as Direct, yes as Direct, no as Direct));
    case '==':
    case '!=':
      return withParts(node.args, ([left, right]) =>
        equality(left as Direct, right as Direct, node.op === '==', isDyn(node.args[0])),
      );
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '+':
      return withParts(node.args, ([left, right]) =>
        binary(left as Direct, right as Direct, BINARY[node.op as keyof typeof BINARY]),
      );
    case 'call':
      return call(node.args[0], node.args[1]);
    default:
      return null;
  }
}

function withParts(nodes: readonly ASTNode[], use: (parts: readonly Direct[]) => Direct): Direct | null {
  const parts = nodes.map(compileDirect);
  return parts.every((part) => part !== null) ? use(parts) : null;
}

/** The names of `a.b['c']`; null for anything else, and where a name is one that objects inherit. */
function keysOf(node: ASTNode): readonly string[] | null {
  if (node.op === 'id') return INHERITED.has(node.args) ? null : [node.args];
  if (node.op !== '.' && node.op !== '[]') return null;
  const before = keysOf(node.args[0]);
  const key = node.op === '.' ? node.args[1] : node.args[1].op === 'value' ? node.args[1].args : null;
  return before === null || typeof key !== 'string' || INHERITED.has(key) ? null : [...before, key];
}

function literal(value: unknown): Direct | null {
  const simple = value === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
  return simple ? () => value : null;
}

function readPath(path: readonly string[]): Direct {
  return generatedPath(path) ?? sharedPath(path);
}

/** What `sharedPath` does, as code for this one path. */
function generatedPath([root = '', ...keys]: readonly string[]): Direct | null {
  const steps = keys.map(
    (key) => `
      if (value === null) return MISSING;
      if (!isFields(value)) return UNSURE;
      value = value[${quoted(key)}];
      if (value === undefined) return MISSING;`,
  );
  return generate<Direct>(
    { MISSING, UNSURE, isFields, isKnown },
    `return (scope) => {
      let value = scope[${quoted(root)}];
      if (value === undefined) {
        if (Object.hasOwn(scope, ${quoted(root)})) return UNSURE;
        value = null;
      }${steps.join('')}
      return typeof value === 'string' || value === null || isKnown(value) ? value : UNSURE;
    };`,
  );
}

function sharedPath([root = '', ...keys]: readonly string[]): Direct {
  return (scope) => {
    let value = scope[root];
    if (value === undefined) {
      if (Object.hasOwn(scope, root)) return UNSURE;
      value = null;
    }
    for (const key of keys) {
      if (value === null) return MISSING;
      if (!isFields(value)) return UNSURE;
      value = value[key];
      if (value === undefined) return MISSING;
    }
    return isKnown(value) ? value : UNSURE;
  };
}

function isFields(value: unknown): value is Fields {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Values of JSON. */
function isKnown(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return true;
    case 'object':
      return value === null || Array.isArray(value) || isFields(value);
    default:
      return false;
  }
}

function not(inner: Direct): Direct {
  return (scope) => {
    const value = inner(scope);
    if (typeof value === 'boolean') return !value;
    return value === MISSING ? MISSING : UNSURE;
  };
}

/** `&&` and `||`: either side alone may decide, whatever is wrong with the other. */
function logical(left: Direct, right: Direct, decides: boolean): Direct {
  return (scope) => {
    const first = left(scope);
    if (first === decides) return decides;
    if (first !== !decides && first !== MISSING) return UNSURE;
    const second = right(scope);
    if (second === decides) return decides;
    if (second === MISSING || (second === !decides && first === MISSING)) return MISSING;
    return second === !decides ? second : UNSURE;
  };
}

function choice(test: Direct, yes: Direct, no: Direct): Direct {
  return (scope) => {
    const value = test(scope);
    if (value === true) return yes(scope);
    if (value === false) return no(scope);
    return value === MISSING ? MISSING : UNSURE;
  };
}

/** A side whose type CEL knows only when it sees the value; only then does it compare values of two types. */
function isDyn(node: ASTNode): boolean {
  return keysOf(node) !== null || (node.op === 'call' && CALLABLE.has(node.args[0]));
}

function equality(left: Direct, right: Direct, equal: boolean, mayDiffer: boolean): Direct {
  return (scope) => {
    const [a, b] = [left(scope), right(scope)];
    if (a === MISSING) return MISSING;
    if (a === UNSURE || b === UNSURE) return UNSURE;
    if (b === MISSING) return MISSING;
    const [kindA, kindB] = [kindOf(a), kindOf(b)];
    // Lists and objects are compared by what is in them.
    if (kindA === 'object' && kindB === 'object') return UNSURE;
    if (kindA === kindB) return (a === b) === equal;
    if (!mayDiffer || kindA === 'bigint' || kindB === 'bigint') return UNSURE;
    return !equal;
  };
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

type Operation = (a: never, b: never) => unknown;

const BINARY = {
  '<': (a: string, b: string) => a < b,
  '<=': (a: string, b: string) => a <= b,
  '>': (a: string, b: string) => a > b,
  '>=': (a: string, b: string) => a >= b,
  '+': (a: string, b: string) => a + b,
} as const;

/** Of two texts or two numbers; sums of whole numbers are checked by CEL. */
function binary(left: Direct, right: Direct, operation: Operation): Direct {
  const isSum = operation === BINARY['+'];
  return (scope) => {
    const a = left(scope);
    if (a === MISSING || a === UNSURE) return a;
    const b = right(scope);
    if (b === MISSING || b === UNSURE) return b;
    const [kindA, kindB] = [typeof a, typeof b];
    const fits = kindA === kindB ? kindA === 'string' || kindA === 'number' : !isSum && isNumber(kindA) && isNumber(kindB);
    return fits ? operation(a as never, b as never) : UNSURE;
  };
}

function isNumber(kind: string): boolean {
  return kind === 'number' || kind === 'bigint';
}

const CALLABLE: ReadonlyMap<string, readonly ((...args: unknown[]) => unknown)[]> = new Map(
  PRESET_FUNCTIONS.map(({ name, overloads }) => [name, overloads as readonly ((...args: unknown[]) => unknown)[]]),
);

function call(name: string, args: readonly ASTNode[]): Direct | null {
  if (name === 'coalesce') return withParts(args, coalesce);
  const overload = CALLABLE.get(name)?.find((candidate) => candidate.length === args.length);
  return overload === undefined ? null : withParts(args, (parts) => apply(overload, parts));
}

function coalesce(parts: readonly Direct[]): Direct {
  return (scope) => {
    for (const part of parts) {
      const value = part(scope);
      if (value !== null && value !== MISSING) return value;
    }
    return null;
  };
}

function apply(overload: (...args: unknown[]) => unknown, parts: readonly Direct[]): Direct {
  return (scope) => {
    const values: unknown[] = new Array(parts.length);
    // From the last to the first, as CEL does, so that the same one is found missing.
    for (let index = parts.length - 1; index >= 0; index -= 1) {
      const value = (parts[index] as Direct)(scope);
      if (value === MISSING || value === UNSURE) return value;
      values[index] = value;
    }
    try {
      return overload(...values) ?? null;
    } catch {
      return UNSURE;
    }
  };
}
