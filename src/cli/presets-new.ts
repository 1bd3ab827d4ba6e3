import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { UsageError } from '../domain/errors.ts';
import { PACKAGE_ROOT } from '../package-root.ts';
import { ID } from '../preset/schema-parts.ts';
import { usageFailure } from './failure.ts';
import { type ConnectorAnswers, connectorFiles } from './samples/connector-files.ts';
import { done, type Host, type VerbArgs, type VerbResult } from './verb.ts';

interface Question {
  readonly option: keyof ConnectorAnswers;
  readonly words: string;
  /** Without one the question must be answered. */
  readonly usual?: string;
  readonly allowed?: readonly string[];
}

const QUESTIONS: readonly Question[] = [
  { option: 'name', words: 'What is the SaaS called?' },
  { option: 'docs', words: 'Where is its API described (an address)?' },
  { option: 'base-url', words: 'What do all calls begin with, such as https://api.acme.example/v1?' },
  {
    option: 'auth',
    words: 'How does it take a key: bearer, basic, header or oauth2?',
    usual: 'bearer',
    allowed: ['bearer', 'basic', 'header', 'oauth2'],
  },
  { option: 'list', words: 'Which path lists its users?', usual: '/users' },
  { option: 'records', words: 'Where in the answer is the list: response, or response.<key>?', usual: 'response.users' },
  {
    option: 'paging',
    words: 'How does it page: none, page (numbers), cursor (a value for the next page) or next (an address or Link header)?',
    usual: 'none',
    allowed: ['none', 'page', 'cursor', 'next'],
  },
  { option: 'id', words: 'Which field of a user is the id?', usual: 'id' },
  { option: 'email', words: 'Which field is the e-mail?', usual: 'email' },
  { option: 'full-name', words: 'Which field is the name?', usual: 'name' },
  { option: 'last-use', words: 'Which field tells the last use?', usual: 'last_active_at' },
];

export const NEW_OPTIONS = {
  into: { type: 'string' },
  ...(Object.fromEntries(QUESTIONS.map(({ option }) => [option, { type: 'string' }])) as Record<string, { type: 'string' }>),
} as const;

const FIELD = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/;

/** Writes a connector's folder that checks and whose sample runs. What no option answers is asked, at a terminal. */
export async function newConnector(host: Host, id: string, { options }: VerbArgs): Promise<VerbResult> {
  if (!ID.test(id))
    return usageFailure(`"${id}" must be small letters, digits and hyphens.`, 'Usage: seatwarden presets new acme');
  const into = typeof options['into'] === 'string' ? options['into'] : 'presets';
  const folder = join(resolve(host.cwd, into), id);
  if (existsSync(folder)) return usageFailure(`${folder} is there already.`, 'Choose another id, or another folder with --into.');
  const answers: Record<string, string> = {};
  for (const question of QUESTIONS) answers[question.option] = await answerTo(question, options[question.option], host);
  const schemas = relative(folder, join(PACKAGE_ROOT, 'docs', 'schemas'));
  const files = connectorFiles(id, answers as unknown as ConnectorAnswers, schemas);
  mkdirSync(join(folder, 'samples'), { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  const names = [...files.keys()];
  const next = [
    `Wrote ${names.join(', ')} to ${folder}.`,
    'Next: put real answers with invented people into samples/, then',
    `  seatwarden presets check ${relative(host.cwd, folder)}`,
    `  seatwarden presets test ${relative(host.cwd, folder)}`,
  ];
  return done(next.join('\n'), { id, folder, files: names });
}

async function answerTo(question: Question, given: unknown, host: Host): Promise<string> {
  const { option, words, usual, allowed } = question;
  let answer = typeof given === 'string' ? given.trim() : '';
  if (answer === '' && host.isTerminal) answer = (await host.ask(`${words}${usual === undefined ? '' : ` [${usual}]`} `)).trim();
  if (answer === '') answer = usual ?? '';
  const problem = problemWith(question, answer);
  if (problem === null) return answer;
  const choices = allowed === undefined ? '' : ` It may be ${allowed.join(', ')}.`;
  throw new UsageError('usage.cli', `--${option} ${problem}.${choices}`, { hint: words });
}

function problemWith({ option, allowed }: Question, answer: string): string | null {
  if (answer === '') return 'is missing';
  if (allowed !== undefined) return allowed.includes(answer) ? null : `cannot be "${answer}"`;
  if (option === 'docs' || option === 'base-url') return URL.canParse(answer) ? null : 'must be an address';
  if (option === 'list') return /^\/[^?#{}]*$/.test(answer) ? null : 'must be a path that starts with "/"';
  if (option === 'records') return /^response(\.[A-Za-z_]\w*)*$/.test(answer) ? null : 'must be response or response.<key>';
  if (option === 'name') return null;
  return FIELD.test(answer) ? null : 'must be the name of a field, such as user.email';
}
