import { UsageError } from '../domain/errors.ts';
import { isEmail, normaliseEmail, type PersonRef, refOf } from '../domain/person.ts';
import { lookupPerson } from '../services/lookup-person.ts';
import { lookupText } from './terminal-text.ts';
import { done, EXIT, type WorldVerb } from './verb.ts';

export const lookup: WorldVerb = {
  kind: 'world',
  name: 'lookup',
  usage: 'lookup <email> [--as <email>] [--json]',
  summary: 'Shows everything a person holds.',
  options: {},
  words: [1, 1],
  changes: false,
  async run({ world }, caller, { positionals: [text = ''] }) {
    if (!isEmail(text))
      throw new UsageError('usage.email', `"${text}" is not an e-mail.`, { hint: 'Usage: seatwarden lookup cara@example.com' });
    const email = normaliseEmail(text);
    const member = await world.directory.byEmail(email);
    const person: PersonRef = member === null ? { userId: null, email, name: email } : { ...refOf(member), email };
    const result = await lookupPerson(world, caller, person);
    const failed = result.sections.some((section) => !section.ok);
    return { ...done(lookupText(result), result), exitCode: failed ? EXIT.vendor : EXIT.done };
  },
};
