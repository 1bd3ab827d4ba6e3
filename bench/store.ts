import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Adapter, Low } from 'lowdb';
import { writeDurably } from '../src/adapters/durable-file.ts';
import { openStore } from '../src/adapters/lowdb-store.ts';
import type { ActionRequest } from '../src/domain/action-request.ts';
import { quietLog } from '../test/support/quiet-log.ts';
import { aDraft, aStoredRequest } from '../test/support/store-builders.ts';

export interface StoreFigures {
  readonly requests: number;
  /** One durable change of a request with an audit event, nothing else going on (median). */
  readonly commitMs: number;
  /** The same with 32 writers at once, per commit (median of rounds). */
  readonly commitSharedMs: number;
  /** lowdb's JSON written whole for each change, made durable: temporary file, fsync, rename, fsync (median). */
  readonly rewriteMs: number;
  /** commitMs / rewriteMs of the same run. */
  readonly ratio: number;
  /** The longest time the event loop stood still through commits and a fold of everything, in the best of a few rounds. */
  readonly longestLoopBlockMs: number;
  /** From nothing to ready, with every request in the snapshot. */
  readonly loadMs: number;
}

class WholeFile implements Adapter<readonly ActionRequest[]> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<null> {
    return null;
  }

  async write(data: readonly ActionRequest[]): Promise<void> {
    await writeDurably(this.#path, [JSON.stringify(data)]);
  }
}

const BLOCK_ROUNDS = 5;

/** A request of about 3 KB, as they are with two seats as evidence and a finished outcome. */
function aLargeRequest(index: number, version = 1): ActionRequest {
  const request = aStoredRequest(`R${index}`, { version, state: index % 50 === 0 ? 'pending' : 'succeeded' });
  const facts = Array.from({ length: 20 }, (_, line) => ({
    label: `Fact number ${line}`,
    value: `as it was read, ${index}/${line} `.repeat(2),
  }));
  return { ...request, evidence: { ...request.evidence, facts } };
}

/** Measures the store with `requests` requests in it; both ways alternate in one run. */
export async function benchStore(options: { requests?: number; rounds?: number } = {}): Promise<StoreFigures> {
  const { requests = 10_000, rounds = 15 } = options;
  const dir = await mkdtemp(join(tmpdir(), 'seatwarden-bench-'));
  const open = () => openStore({ dir, clock: { now: () => new Date() }, log: quietLog });
  try {
    const filling = await open();
    for (let index = 0; index < requests; index += 200) {
      const put = Array.from({ length: Math.min(200, requests - index) }, (_, offset) => ({
        collection: 'requests' as const,
        doc: aLargeRequest(index + offset),
        expected: null,
      }));
      await filling.commit({ put });
    }
    await filling.close();

    const loading = performance.now();
    const store = await open();
    const loadMs = performance.now() - loading;
    const whole = new Low<readonly ActionRequest[]>(new WholeFile(join(dir, 'whole.json')), await store.list('requests'));

    const change = async (index: number): Promise<void> => {
      const version = ((await store.get('requests', `R${index}`))?.version ?? 0) + 1;
      await store.commit({
        put: [{ collection: 'requests', doc: aLargeRequest(index, version), expected: version - 1 }],
        audit: [aDraft('request.approved', { requestId: `R${index}` })],
      });
    };
    const commits: number[] = [];
    const shared: number[] = [];
    const rewrites: number[] = [];
    const blocks: number[] = [];
    // Watched before the rewrites begin: collecting their garbage would be counted as the store's. Several times, since
    // another program that takes the processor looks like a block, too; one of the store's own shows every time.
    for (let round = 0; round < BLOCK_ROUNDS; round += 1) {
      const block = new BlockWatch();
      block.start();
      for (let index = 0; index < 300; index += 1) await change(index);
      await store.fold();
      block.stop();
      blocks.push(block.longestMs);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (let index = 0; index < 20; index += 1) commits.push(await timed(() => change((round * 20 + index) % requests)));
      shared.push((await timed(() => Promise.all(Array.from({ length: 32 }, (_, writer) => change(writer))))) / 32);
      rewrites.push(await timed(() => whole.write()));
    }
    await store.close();

    const commitMs = median(commits);
    const rewriteMs = median(rewrites);
    return {
      requests,
      commitMs,
      commitSharedMs: median(shared),
      rewriteMs,
      ratio: commitMs / rewriteMs,
      longestLoopBlockMs: Math.min(...blocks),
      loadMs,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Notes the longest gap between two turns of the event loop while it is on. */
class BlockWatch {
  longestMs = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    let last = performance.now();
    const turn = (): void => {
      const now = performance.now();
      this.longestMs = Math.max(this.longestMs, now - last);
      last = now;
      this.#timer = setTimeout(turn, 0);
    };
    this.#timer = setTimeout(turn, 0);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
