import { setImmediate as turn } from 'node:timers/promises';

/** From this many characters or bytes on, reading an answer takes milliseconds. */
export const LARGE = 128 * 1024;

const queue = { last: Promise.resolve() as Promise<unknown> };

/**
 * Resolves in a turn of the event loop in which nothing else that waits here goes on: pages of a load come in several at once, and
 * read one after the other in one turn they would keep everybody else waiting.
 */
export function ownTurn(): Promise<void> {
  const mine = queue.last.then(() => turn());
  queue.last = mine;
  return mine;
}
