import { Environment, EvaluationError, type ParseResult } from '@marcbachmann/cel-js';
import { compileDirect, type Direct, MISSING, UNSURE } from './direct.ts';
import { type Members, memberMistake, type Place } from './members.ts';
import { boundMatches, MATCHES, PatternMistake } from './pattern.ts';
import { isMissingPath, registerFunctions } from './register-functions.ts';
import { pathOf, type Selection, selectionOf } from './selection.ts';

export type { Members, Place };

/** Values for the variables of a place; one that is missing here is null. */
export type Scope = Readonly<Record<string, unknown>>;

/** An expression that cannot be used where it stands. `allowed` lists what could stand there. */
export class ExpressionMistake extends Error {
  readonly allowed: readonly string[] | null;

  constructor(problem: string, allowed: readonly string[] | null = null) {
    super(problem);
    this.allowed = allowed;
  }
}

/** An expression that failed on the values it was given: a value has another type than the preset expects. Holds no values. */
export class EvaluationFault extends Error {}

export interface Expression {
  readonly source: string;
  /** The value; null when a path in it does not exist. Integers are JS numbers, or text where a number would lose digits. */
  evaluate(scope: Scope): unknown;
}

export interface Condition {
  readonly source: string;
  /** False when a path in it does not exist. */
  holds(scope: Scope): boolean;
  /** What it asks of a record first, where that is the same text as an input's. */
  readonly selection: Selection | null;
}

const MAX_SOURCE_LENGTH = 2_000;

const BASE = registerFunctions(
  new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 1_000, maxDepth: 60, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
  }),
);
const environments = new Map<string, Environment>();

/** Environments are dear to build and depend on the variables' names alone. */
function environmentFor(place: Place): Environment {
  const names = Object.keys(place.variables).toSorted();
  const key = names.join(' ');
  let env = environments.get(key);
  if (env === undefined) {
    env = BASE.clone();
    for (const name of names) env.registerVariable(name, 'dyn');
    environments.set(key, env);
  }
  return env;
}

/**
 * Compiles one CEL expression for a place.
 * @throws ExpressionMistake when it does not parse, does not type-check, or names something the place does not have.
 */
export function compileExpression(source: string, place: Place): Expression {
  const program = compile(source, place);
  const empty = nullScope(place);
  const direct = directly(program);
  // What a path leads to is JSON already.
  const isPath = pathOf(program.ast) !== null;
  return {
    source,
    evaluate(scope) {
      const value = direct(scope);
      if (value === MISSING) return null;
      if (value !== UNSURE) return isPath ? value : toPlain(value);
      try {
        return toPlain(program({ ...empty, ...scope }));
      } catch (error) {
        if (isMissingPath(error)) return null;
        throw fault(error, source);
      }
    },
  };
}

/** Like {@link compileExpression}, for an expression that is true or false. */
export function compileCondition(source: string, place: Place): Condition {
  const program = compile(source, place);
  const type = program.check().type;
  if (type !== 'bool' && type !== 'dyn')
    throw new ExpressionMistake(`a condition must be true or false, and "${source}" is ${type}`);
  const empty = nullScope(place);
  const direct = directly(program);
  return {
    source,
    holds(scope) {
      let value = direct(scope);
      if (value === MISSING) return false;
      try {
        if (value === UNSURE) value = program({ ...empty, ...scope });
      } catch (error) {
        if (isMissingPath(error)) return false;
        throw fault(error, source);
      }
      if (value === true) return true;
      if (value === false || value === null) return false;
      throw new EvaluationFault(`the condition "${source}" must be true or false`);
    },
    selection: selectionOf(program.ast),
  };
}

function compile(source: string, place: Place): ParseResult {
  if (source.trim() === '') throw new ExpressionMistake('an expression is missing here');
  if (source.length > MAX_SOURCE_LENGTH)
    throw new ExpressionMistake(`an expression may have ${MAX_SOURCE_LENGTH} characters at most`);
  let program: ParseResult;
  try {
    program = environmentFor(place).parse(source);
  } catch (error) {
    throw new ExpressionMistake(`"${source}" cannot be read: ${summary(error)}`);
  }
  // Before the check, which fixes the function behind each name.
  try {
    boundMatches(program.ast);
  } catch (error) {
    if (error instanceof PatternMistake) throw new ExpressionMistake(error.message);
    throw error;
  }
  const check = program.check();
  if (!check.valid) {
    const unknown = /^Unknown variable: (\S+)$/.exec(summary(check.error));
    if (unknown !== null)
      throw new ExpressionMistake(`"${unknown[1]}" cannot be used ${place.name}`, Object.keys(place.variables));
    throw new ExpressionMistake(`"${source}" cannot be used: ${summary(check.error).replaceAll(MATCHES, 'matches')}`);
  }
  const mistake = memberMistake(program.ast, place);
  if (mistake !== null) throw new ExpressionMistake(mistake.problem, mistake.allowed);
  return program;
}

function summary(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'summary' in error) return String(error.summary);
  return error instanceof Error ? error.message : String(error);
}

/** Most of a mapping needs no interpreter; for that CEL gives the same at many times the cost. */
function directly(program: ParseResult): Direct {
  return compileDirect(program.ast) ?? (() => UNSURE);
}

function nullScope(place: Place): Scope {
  return Object.fromEntries(Object.keys(place.variables).map((name) => [name, null]));
}

function fault(error: unknown, source: string): Error {
  if (error instanceof EvaluationError)
    return new EvaluationFault(`"${source}" failed: ${error.summary.replaceAll(MATCHES, 'matches')}`);
  return error instanceof Error ? error : new Error(String(error));
}

/** CEL's integers and timestamps as the plain JSON values the rest of the product works with. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value === undefined) return null;
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), toPlain(item)]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toPlain(item)]));
}
