import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { samePerson } from '../src/domain/person.ts';
import type { Instant } from '../src/domain/time.ts';
import { personOr } from '../src/services/choose-action.ts';
import { personHistory } from '../src/services/person-history.ts';
import { requireRight } from '../src/services/rights.ts';

export default defineCommand({
  name: 'history',
  summary: 'Show what syncs saw of a person over time; with a date, what they held on that day.',
  usage: 'history <person> [date]',
  examples: ['history cara@example.com', 'history cara@example.com 2026-06-30'],
  right: null,
  async run(text, { world, caller }) {
    const date = /\s(\d{4}-\d{2}-\d{2})$/.exec(text)?.[1] ?? null;
    const name = date === null ? text : text.slice(0, -date.length).trim();
    const who = await personOr(world, name, `history {}${date === null ? '' : ` ${date}`}`);
    if ('reply' in who) return who.reply;
    if (!samePerson(who.person, caller.person)) await requireRight(world, caller, 'view');
    return {
      kind: 'history',
      person: who.person,
      history: await personHistory(world, who.person, date === null ? null : endOf(date)),
    };
  },
});

/** The last instant of the day, in UTC. */
function endOf(date: string): Instant {
  const at = new Date(`${date}T23:59:59.999Z`);
  if (Number.isNaN(at.getTime()) || !at.toISOString().startsWith(date))
    throw new UsageError('usage.date', `“${date}” is not a day.`, { hint: 'Write it as 2026-06-30.' });
  return at.toISOString();
}
