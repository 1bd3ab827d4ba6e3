import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { findSynced, originsOf, syncedPerson } from '../src/services/synced-people.ts';

export default defineCommand({
  name: 'find',
  summary: 'Search people, seats, products, teams, apps and fields of your own in what was synced.',
  usage: 'find <text>',
  examples: ['find nunes', 'find WebStorm', 'find K7Q2MZ41XA'],
  right: 'view',
  async run(text, { world }) {
    if (text.length < 2) throw new UsageError('usage.find', 'Type at least two letters to search for.');
    const found = await findSynced(world, text);
    const [only, second] = found.people;
    const merged = only?.email != null && second === undefined ? await syncedPerson(world, only.email) : null;
    if (merged === null || only === undefined) return { kind: 'found', text, found, profile: null };
    return { kind: 'found', text, found, profile: { person: only, merged, origins: await originsOf(world, merged.sources) } };
  },
});
