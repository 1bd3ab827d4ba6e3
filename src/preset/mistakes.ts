import { z } from 'zod';
import type { ConfigMistake } from '../domain/errors.ts';
import {
  type Condition,
  compileCondition,
  compileExpression,
  type Expression,
  ExpressionMistake,
  type Place,
} from './expression.ts';
import { compilePattern, type Pattern, PatternMistake } from './pattern.ts';
import { compileTemplate, compileText, type Template, TemplateMistakes } from './template.ts';

export type Path = readonly (string | number)[];

export interface Text {
  readonly source: string;
  render(scope: Readonly<Record<string, unknown>>): string;
}

/** Compiles the expressions of one file and collects what is wrong with them, so that all mistakes are told at once. */
export class FileCompiler {
  readonly file: string;
  readonly mistakes: ConfigMistake[] = [];

  constructor(file: string) {
    this.file = file;
  }

  mistake(path: Path, problem: string, allowed: readonly string[] | null = null): void {
    this.mistakes.push({ file: this.file, path: dotted(path), problem, ...(allowed === null ? {} : { allowed }) });
  }

  /** Compiles as well and tells nothing: for what is checked elsewhere. */
  quiet(): FileCompiler {
    return new FileCompiler(this.file);
  }

  template(source: unknown, path: Path, place: Place): Template {
    return this.#compile(path, () => compileTemplate(source, place), { source, render: () => null });
  }

  text(source: string, path: Path, place: Place): Text {
    return this.#compile(path, () => compileText(source, place), { source, render: () => '' });
  }

  expression(source: string, path: Path, place: Place): Expression {
    return this.#compile(path, () => compileExpression(source, place), { source, evaluate: () => null });
  }

  condition(source: string, path: Path, place: Place): Condition {
    return this.#compile(path, () => compileCondition(source, place), { source, holds: () => false, selection: null });
  }

  /** A regular expression for whole values. */
  pattern(source: string | undefined, path: Path): Pattern | null {
    if (source === undefined) return null;
    try {
      return compilePattern(source);
    } catch (error) {
      if (!(error instanceof PatternMistake)) throw error;
      this.mistake(path, error.message);
      return null;
    }
  }

  #compile<Result>(path: Path, compile: () => Result, instead: Result): Result {
    try {
      return compile();
    } catch (error) {
      if (error instanceof ExpressionMistake) this.mistake(path, error.message, error.allowed);
      else if (error instanceof TemplateMistakes) {
        for (const found of error.mistakes) this.mistake([...path, ...found.path], found.mistake.message, found.mistake.allowed);
      } else throw error;
      return instead;
    }
  }
}

/** What a zod schema found in a file, in plain words and with what would be accepted. */
export function schemaMistakes(file: string, schema: z.ZodType, json: unknown, error: z.ZodError): readonly ConfigMistake[] {
  return error.issues.flatMap((issue) => fromIssue(file, schema, json, issue));
}

function fromIssue(file: string, schema: z.ZodType, json: unknown, issue: z.core.$ZodIssue): readonly ConfigMistake[] {
  const path = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const at = (problem: string, allowed?: readonly string[]): ConfigMistake[] => [
    { file, path: dotted(path), problem, ...(allowed === undefined ? {} : { allowed }) },
  ];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const allowed = keysAt(schema, json, path);
      return issue.keys.map((key) => ({ file, path: dotted([...path, key]), problem: `"${key}" is not known here`, allowed }));
    }
    case 'invalid_type':
      return at(issue.message.endsWith('received undefined') ? 'is missing' : `must be ${article(issue.expected)}`);
    case 'invalid_value':
      return at(notOneOf(json, path), issue.values.map(String));
    case 'invalid_union':
      return issue.discriminator === undefined
        ? at('has none of the forms allowed here')
        : at(notOneOf(json, path), discriminatorsAt(schema, json, path));
    case 'invalid_key':
      return at(`is not a possible name: it ${issue.issues[0]?.message ?? 'cannot be read'}`);
    default:
      return at(issue.message.charAt(0).toLowerCase() + issue.message.slice(1));
  }
}

function notOneOf(json: unknown, path: Path): string {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[key] : undefined),
    json,
  );
  return value === undefined ? 'is missing' : 'is not one of the values allowed here';
}

/** Follows a path through a schema; a union is decided by the value that stands there. */
function schemaAt(schema: z.ZodType, json: unknown, path: Path): unknown {
  let at: unknown = unwrap(schema);
  let value = json;
  for (const key of path) {
    at = optionFor(at, value);
    value = typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
    if (at instanceof z.ZodObject) at = unwrap(at.shape[String(key)]);
    else if (at instanceof z.ZodRecord) at = unwrap(at.valueType);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
    // The issue of a union points at its discriminator.
    else if (!(at instanceof z.ZodDiscriminatedUnion)) return undefined;
  }
  return at instanceof z.ZodDiscriminatedUnion ? (optionFor(at, value) ?? at) : at;
}

function keysAt(schema: z.ZodType, json: unknown, path: Path): readonly string[] {
  const at = schemaAt(schema, json, path);
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function discriminatorsAt(schema: z.ZodType, json: unknown, path: Path): readonly string[] {
  const at = schemaAt(schema, json, path);
  if (!(at instanceof z.ZodDiscriminatedUnion)) return [];
  return at.options.flatMap((option) => discriminators(option, at.def.discriminator));
}

/** The member of a discriminated union that a value belongs to; the schema itself when it is no union or none fits. */
function optionFor(schema: unknown, value: unknown): unknown {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator } = schema.def;
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[discriminator] : undefined;
  return schema.options.find((option) => discriminators(option, discriminator).includes(String(given))) ?? schema;
}

function discriminators(option: unknown, name: string): readonly string[] {
  const key = option instanceof z.ZodObject ? option.shape[name] : undefined;
  if (key instanceof z.ZodLiteral) return [...key.values].map(String);
  return key instanceof z.ZodEnum ? key.options.map(String) : [];
}

function unwrap(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
  return at;
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return names[type] ?? type;
}

export function dotted(path: Path): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? key : `${text}.${key}`),
    '',
  );
}
