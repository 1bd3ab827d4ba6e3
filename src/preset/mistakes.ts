import type { z } from 'zod';
import type { ConfigMistake } from '../domain/errors.ts';
import {
  type Condition,
  compileCondition,
  compileExpression,
  type Expression,
  ExpressionMistake,
  type Place,
} from './expression.ts';
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
    return this.#compile(path, () => compileCondition(source, place), { source, holds: () => false });
  }

  /** A regular expression for whole values. */
  pattern(source: string | undefined, path: Path): RegExp | null {
    if (source === undefined) return null;
    try {
      return new RegExp(`^(?:${source})$`, 'u');
    } catch {
      this.mistake(path, `"${source}" is not a regular expression`);
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

/** What a zod schema found, in plain words and with what would be accepted. */
export function schemaMistakes(file: string, error: z.ZodError): readonly ConfigMistake[] {
  return error.issues.flatMap((issue) => fromIssue(file, issue, []));
}

type Issue = z.core.$ZodIssue;

function fromIssue(file: string, issue: Issue, parent: Path): readonly ConfigMistake[] {
  const path = [...parent, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const at = (problem: string, allowed?: readonly string[]): ConfigMistake[] => [
    { file, path: dotted(path), problem, ...(allowed === undefined ? {} : { allowed }) },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.flatMap((key) => [
        { file, path: dotted([...path, key]), problem: `"${key}" is not known here` } satisfies ConfigMistake,
      ]);
    case 'invalid_type':
      return at(issue.message.endsWith('received undefined') ? 'is missing' : `must be ${article(issue.expected)}`);
    case 'invalid_value':
      return at('is not one of the values allowed here', issue.values.map(String));
    case 'invalid_union': {
      const discriminated = 'options' in issue ? (issue.options as readonly unknown[] | undefined) : undefined;
      if (discriminated !== undefined && discriminated.length > 0)
        return at('is not one of the values allowed here', discriminated.map(String));
      return at('has none of the forms allowed here');
    }
    default:
      return at(issue.message.charAt(0).toLowerCase() + issue.message.slice(1));
  }
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
