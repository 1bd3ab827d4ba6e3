import { VERSION } from '../package-root.ts';
import { usageFailure } from './failure.ts';
import { done, type LocalVerb, type Verb } from './verb.ts';

const EXIT_CODES = [
  'Exit codes: 0 done, 1 failed (also: somebody was faster), 2 usage or configuration, 3 refused by a rule or for want of a right,',
  '4 vendor or network.',
].join('\n');

/** The help of one verb, or of all. */
export function helpText(verbs: readonly Verb[], name?: string): string {
  const one = verbs.find((verb) => verb.name === name);
  if (one !== undefined) return `seatwarden ${one.usage}\n\n${one.summary}`;
  const told = verbs.filter((verb) => verb.kind === 'world' || verb.hidden !== true);
  const width = Math.max(...told.map((verb) => verb.usage.length));
  const lines = told.map((verb) => `  ${verb.usage.padEnd(width)}  ${verb.summary}`);
  return [
    `Seatwarden ${VERSION}: keeps a company's SaaS licences in order.`,
    '',
    'Usage: seatwarden <command>',
    '',
    ...lines,
    `  ${'help [command]'.padEnd(width)}  Shows this.`,
    '',
    'Commands in your name want --as <e-mail>, or an entry for your user in access.operators. Reading commands take --json.',
    EXIT_CODES,
  ].join('\n');
}

export function helpVerb(verbs: readonly Verb[]): LocalVerb {
  return {
    kind: 'local',
    name: 'help',
    usage: 'help [command]',
    summary: 'Shows how to use the command line.',
    options: {},
    words: [0, 1],
    async run(_host, { positionals: [name] }) {
      if (name !== undefined && !verbs.some((verb) => verb.name === name)) return usageFailure(`There is no command "${name}".`);
      const text = helpText(verbs, name);
      return done(text, { text });
    },
  };
}
