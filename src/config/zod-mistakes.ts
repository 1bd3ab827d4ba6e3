import { z } from 'zod';
import type { ConfigMistake } from '../domain/errors.ts';
import { didYouMean } from '../domain/suggest.ts';

type Path = readonly PropertyKey[];

/** Zod's findings as mistakes for people: path, what is wrong, what is allowed. Never repeats a value from the file. */
export function toMistakes(file: string, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): ConfigMistake[] {
  return issues.flatMap((issue) => toMistake(file, schema, issue));
}

function toMistake(file: string, schema: z.ZodType, issue: z.core.$ZodIssue): ConfigMistake[] {
  const path = formatPath(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = keysAt(schema, issue.path);
      return issue.keys.map((key) => ({
        file,
        path: formatPath([...issue.path, key]),
        problem: `is not a known name${didYouMean(key, known)}`,
        allowed: known,
      }));
    }
    case 'invalid_type':
      return [
        {
          file,
          path,
          problem:
            issue.input === undefined && isMissing(issue) ? 'is missing' : `must be ${NAMES[issue.expected] ?? issue.expected}`,
        },
      ];
    case 'invalid_value':
      return [{ file, path, problem: 'is not one of the allowed values', allowed: issue.values.map(String) }];
    case 'too_small':
      return [{ file, path, problem: issue.message.startsWith('must') ? issue.message : `must be at least ${issue.minimum}` }];
    case 'too_big':
      return [{ file, path, problem: issue.message.startsWith('must') ? issue.message : `must be at most ${issue.maximum}` }];
    case 'invalid_key':
      return [{ file, path, problem: `is not a possible name: it ${issue.issues[0]?.message ?? 'cannot be read'}` }];
    default:
      return [{ file, path, problem: issue.message }];
  }
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in square brackets',
  object: 'an object in braces',
  record: 'an object in braces',
};

function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.message.includes('received undefined');
}

/** `integrations.jetbrains.contacts[0]`, with names that hold dots in quotes. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (/[.\s[\]]/.test(String(part))) text += `["${String(part)}"]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}

function keysAt(schema: z.ZodType, path: Path): string[] {
  let at: unknown = unwrap(schema);
  for (const part of path) {
    if (at instanceof z.ZodObject) at = unwrap(at.shape[String(part)]);
    else if (at instanceof z.ZodRecord) at = unwrap(at.valueType);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
  return at;
}
