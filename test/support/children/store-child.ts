import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { openStore } from '../../../src/adapters/lowdb-store.ts';
import { SeatwardenError } from '../../../src/domain/errors.ts';
import { quietLog } from '../quiet-log.ts';
import { aDraft, putRequest } from '../store-builders.ts';

const [mode = '', dir = '', startAt = '0'] = process.argv.slice(2);
const clock = { now: () => new Date() };

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Opens the directory at a given moment, says whether it got it, and keeps it until stdin ends. */
async function race(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Number(startAt) - Date.now()));
  try {
    const store = await openStore({ dir, clock, log: quietLog });
    say('won');
    process.stdin.resume();
    await once(process.stdin, 'end');
    await store.close();
  } catch (error) {
    say(error instanceof SeatwardenError ? error.code : String(error));
  }
}

/** Says what it finds, then commits numbered changes with four writers, folding often, until it is killed. */
async function commitUntilKilled(): Promise<void> {
  const store = await openStore({ dir, clock, log: quietLog, foldBytes: 16_384 });
  const numbers = (await store.list('requests')).map((request) => Number(request.id.slice(1)));
  const events: string[] = [];
  for await (const event of store.audit.read()) events.push(String(event.requestId));
  say(JSON.stringify({ numbers, cards: (await store.list('cards')).map((card) => Number(card.id.slice(1))), events }));
  let next = Math.max(0, ...numbers);
  const write = async (): Promise<never> => {
    for (;;) {
      next += 1;
      const number = next;
      const id = `R${number}`;
      const card = { id, version: 1, channel: 'C1', ts: 'x'.repeat(number % 700), shownVersion: 0 };
      await store.commit({
        put: [putRequest(id), { collection: 'cards', doc: card, expected: null }],
        audit: [aDraft('request.created', { requestId: id, at: clock.now().toISOString() })],
      });
      say(String(number));
    }
  };
  await Promise.all([write(), write(), write(), write()]);
}

await (mode === 'race' ? race() : commitUntilKilled());
