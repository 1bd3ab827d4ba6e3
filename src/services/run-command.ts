import type { Caller, CommandDefinition } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';
import type { Reply } from '../reply.ts';
import { requireRight } from './rights.ts';

/** Subcommand for an empty text, and for a text whose first word is no subcommand. */
const MINE = 'mine';
const LOOKUP = 'lookup';

/** Words that are kept for what is to come, so that nobody who types one in earnest is told of a person with that name. */
const RESERVED: readonly string[] = ['campaign', 'offboard', 'run'];

/**
 * Runs what follows `/licenses`: a subcommand by its first word, one's own seats for nothing, and a look-up for anything
 * else. @throws SeatwardenError with words for the person.
 */
export async function runCommand(
  world: World,
  commands: readonly CommandDefinition[],
  caller: Caller,
  text: string,
): Promise<Reply> {
  const typed = text.trim().replaceAll(/\s+/g, ' ');
  const space = typed.indexOf(' ');
  const word = (space === -1 ? typed : typed.slice(0, space)).toLowerCase();
  const named = commands.find((command) => command.name === word);
  if (named === undefined && RESERVED.includes(word)) {
    throw new UsageError('usage.reserved', `“${word}” is not part of this version of Seatwarden.`, {
      hint: 'Type `/licenses help` for what there is.',
    });
  }
  const command = named ?? commands.find((candidate) => candidate.name === (typed === '' ? MINE : LOOKUP));
  if (command === undefined)
    throw new UsageError('usage.unknown-command', `“${word}” is not a command.`, { hint: 'Type `/licenses help`.' });
  if (command.right !== null) await requireRight(world, caller, command.right);
  const rest = named === undefined ? typed : typed.slice(word.length).trim();
  const reply = await command.run(rest, { caller, world, commands });
  return named === undefined && reply.kind === 'message' ? withSuggestion(reply, word, commands) : reply;
}

/** A mistyped subcommand is looked up as a name; when nobody has it, the command it resembles is named. */
function withSuggestion(reply: Extract<Reply, { kind: 'message' }>, word: string, commands: readonly CommandDefinition[]): Reply {
  const near = commands.find((command) => word.length >= 3 && distance(word, command.name) <= 2);
  return near === undefined ? reply : { ...reply, hint: `Did you mean \`/licenses ${near.usage}\`?` };
}

/** Levenshtein distance; words here are a dozen letters at most. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
