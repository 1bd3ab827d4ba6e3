import { type Environment, EvaluationError } from '@marcbachmann/cel-js';
import { PRESET_FUNCTIONS } from './functions.ts';
import { MATCHES, matches } from './pattern.ts';

const MISSING_PATH: ReadonlySet<string> = new Set(['no_such_key', 'index_out_of_bounds']);

/** True when an expression failed only because something it names is not there. */
export function isMissingPath(error: unknown): boolean {
  return error instanceof EvaluationError && MISSING_PATH.has(error.code);
}

/** Teaches an environment the functions of the table, and to reckon with numbers that came from JSON. */
export function registerFunctions(env: Environment): Environment {
  for (const { name, overloads } of PRESET_FUNCTIONS) {
    for (const overload of overloads) {
      const params = Array.from({ length: overload.length }, () => 'dyn').join(', ');
      env.registerFunction(`${name}(${params}): dyn`, overload as (...args: unknown[]) => unknown);
    }
  }
  env.registerFunction(`string.${MATCHES}(string): bool`, matches as (...args: unknown[]) => unknown);
  for (const count of [1, 2, 3, 4, 5]) registerCoalesce(env, count);
  // JSON numbers are doubles to CEL while `1` is an int; without these `record.total + 1` would have no meaning.
  for (const [left, right] of [
    ['double', 'int'],
    ['int', 'double'],
  ]) {
    env.registerOperator(`${left} + ${right}`, (a: unknown, b: unknown) => Number(a) + Number(b));
    env.registerOperator(`${left} - ${right}`, (a: unknown, b: unknown) => Number(a) - Number(b));
    env.registerOperator(`${left} * ${right}`, (a: unknown, b: unknown) => Number(a) * Number(b));
    env.registerOperator(`${left} / ${right}`, (a: unknown, b: unknown) => Number(a) / Number(b));
    env.registerOperator(`${left} % ${right}`, (a: unknown, b: unknown) => Number(a) % Number(b));
  }
  return env;
}

interface MacroParts {
  readonly args: readonly unknown[];
}
interface Runner {
  run(ast: unknown, context: unknown): unknown;
}
interface Checker {
  check(ast: unknown, context: unknown): unknown;
  getType(name: string): unknown;
}

/** A macro, since a plain function would fail before it is called when an argument's path does not exist. */
function registerCoalesce(env: Environment, count: number): void {
  const params = Array.from({ length: count }, () => 'ast').join(', ');
  const macro = ({ args }: MacroParts) => ({
    args,
    typeCheck(checker: Checker, self: MacroParts, context: unknown): unknown {
      for (const arg of self.args) checker.check(arg, context);
      return checker.getType('dyn');
    },
    evaluate(runner: Runner, self: MacroParts, context: unknown): unknown {
      for (const arg of self.args) {
        try {
          const value = runner.run(arg, context);
          if (value !== null && value !== undefined) return value;
        } catch (error) {
          if (!isMissingPath(error)) throw error;
        }
      }
      return null;
    },
  });
  env.registerFunction(`coalesce(${params}): dyn`, macro as unknown as (...args: unknown[]) => unknown);
}
