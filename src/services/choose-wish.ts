import type { CommandContext } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import { parseUntil } from '../domain/until.ts';
import type { Reply } from '../reply.ts';
import { chooseGift } from './choose-gift.ts';
import { giftPreset } from './give-seat.ts';
import { joinQueue } from './waiting-list.ts';

/** The form for a seat for oneself, filled in; or a place in the queue when none is free. */
export async function chooseWish(context: CommandContext, text: string): Promise<Reply> {
  const { world, caller } = context;
  const { wanted, until } = splitUntil(text, toInstant(world.clock.now()));
  if (caller.person.email === null)
    throw new UsageError('usage.no-email', 'Slack does not tell your e-mail, and licences are given by e-mail.');
  try {
    return await chooseGift(context, caller.person.email, wanted, until);
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'usage.none-free') throw error;
  }
  const givers = world.connectors.all().filter((connector) => giftPreset(connector) !== null);
  const [connector, second] = givers;
  if (connector === undefined) throw new UsageError('usage.nothing-to-assign', 'No connected app can assign licences from here.');
  if (second !== undefined) {
    const names = givers.map((one) => one.name).join(', ');
    throw new UsageError('usage.none-free', `No seat of “${wanted}” is free, and several apps could give one: ${names}.`, {
      hint: '`/licenses available` lists what is free.',
    });
  }
  const { number } = await joinQueue(world, caller, { connector, product: { code: wanted, name: wanted }, reason: null });
  return {
    kind: 'message',
    text: `No seat of “${wanted}” is free. You have place ${number} in the queue; it is asked for as soon as one is free.`,
    hint: `Leave the queue with \`/licenses request off ${wanted}\`.`,
  };
}

/** `WebStorm until 1 March`: the product, and when it ends. @throws UsageError for a day that cannot be read. */
export function splitUntil(text: string, now: Instant): { readonly wanted: string; readonly until: Instant | null } {
  const match = /^(.*?)\s+until\s+(.+)$/i.exec(text);
  if (match === null) return { wanted: text.trim(), until: null };
  const until = parseUntil(match[2] ?? '', now);
  if (until === null)
    throw new UsageError('usage.until', `“${match[2] ?? ''}” is no day to come.`, {
      hint: 'Write `until 1 March` or `until 2027-03-01`.',
    });
  return { wanted: (match[1] ?? '').trim(), until };
}
