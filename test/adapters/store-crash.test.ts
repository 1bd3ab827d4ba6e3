import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataLock } from '../../src/adapters/data-lock.ts';
import { openStore } from '../../src/adapters/lowdb-store.ts';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import { bundleChild } from '../support/bundle-child.ts';
import { quietLog } from '../support/quiet-log.ts';

/** A sample; `npm run soak` does more. */
const ROUNDS_PER_DIRECTORY = Number(process.env['STORE_KILLS'] ?? 10) / 2;
let program = '';
const folders: string[] = [];

beforeAll(async () => {
  program = await bundleChild('store-child');
}, 30_000);

afterAll(async () => {
  for (const folder of [...folders, dirname(program)]) await rm(folder, { recursive: true, force: true });
});

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'seatwarden-crash-'));
  folders.push(folder);
  return folder;
}

interface Finding {
  readonly numbers: readonly number[];
  readonly cards: readonly number[];
  readonly events: readonly string[];
}

/** Runs the child until some time after its first acknowledgement, then kills it. */
async function oneLife(dir: string, livesMs: number): Promise<{ found: Finding; acknowledged: number[] }> {
  const child = spawn(process.execPath, [program, 'commit', dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const acknowledged: number[] = [];
  let found: Finding | null = null;
  for await (const line of createInterface({ input: child.stdout })) {
    if (found === null) found = JSON.parse(line) as Finding;
    else acknowledged.push(Number(line));
    if (acknowledged.length === 1) setTimeout(() => child.kill('SIGKILL'), livesMs);
  }
  await exited;
  if (found === null) throw new Error('the child died before it opened the store');
  return { found, acknowledged };
}

function expectWhole(found: Finding, acknowledged: ReadonlySet<number>): void {
  const stored = new Set(found.numbers);
  expect([...acknowledged].filter((number) => !stored.has(number))).toEqual([]);
  expect(found.cards.toSorted((a, b) => a - b)).toEqual(found.numbers.toSorted((a, b) => a - b));
  expect(found.events.toSorted()).toEqual(found.numbers.map((number) => `R${number}`).toSorted());
}

async function killAgainAndAgain(): Promise<void> {
  const dir = await aFolder();
  const acknowledged = new Set<number>();
  for (let round = 0; round < ROUNDS_PER_DIRECTORY; round += 1) {
    const life = await oneLife(dir, Math.random() * 120);
    expectWhole(life.found, acknowledged);
    for (const number of life.acknowledged) acknowledged.add(number);
    expect(await verifyAudit(dir)).toMatchObject({ ok: true });
  }
  expect(await readDataLock(dir)).toBeNull();
  const store = await openStore({ dir, clock: { now: () => new Date() }, log: quietLog });
  const numbers = (await store.list('requests')).map((request) => Number(request.id.slice(1)));
  const cards = (await store.list('cards')).map((card) => Number(card.id.slice(1)));
  const events: string[] = [];
  for await (const event of store.audit.read()) events.push(String(event.requestId));
  expectWhole({ numbers, cards, events }, acknowledged);
  expect(acknowledged.size).toBeGreaterThan(ROUNDS_PER_DIRECTORY);
  await store.close();
  expect(await verifyAudit(dir)).toMatchObject({ ok: true, events: numbers.length });
}

describe('a store whose process is killed', () => {
  it(`loses no acknowledged change and halves none, ${2 * ROUNDS_PER_DIRECTORY} kills long, and its lock is taken over`, {
    timeout: 600_000,
  }, async () => {
    await Promise.all([killAgainAndAgain(), killAgainAndAgain()]);
  });
});

describe('two processes on one directory', () => {
  async function racers(dir: string, count: number): Promise<{ says: string[]; children: ChildProcess[] }> {
    const at = String(Date.now() + 300);
    const children = Array.from({ length: count }, () =>
      spawn(process.execPath, [program, 'race', dir, at], { stdio: ['pipe', 'pipe', 'inherit'] }),
    );
    const says = await Promise.all(children.map(async (child) => String((await once(child.stdout, 'data'))[0]).trim()));
    return { says, children };
  }

  async function letGo(children: readonly ChildProcess[]): Promise<void> {
    await Promise.all(
      children.map(async (child) => {
        child.stdin?.end();
        if (child.exitCode === null) await once(child, 'exit');
      }),
    );
  }

  it('are told apart: exactly one of five gets a fresh directory', async () => {
    const dir = await aFolder();
    const { says, children } = await racers(dir, 5);
    expect(says.toSorted()).toEqual(['store.locked', 'store.locked', 'store.locked', 'store.locked', 'won']);
    await letGo(children);
    expect(await readDataLock(dir)).toBeNull();
  });

  it('are told apart also where the last owner died: exactly one of five takes over, ten times', {
    timeout: 30_000,
  }, async () => {
    const dir = await aFolder();
    for (let round = 0; round < 10; round += 1) {
      const { says, children } = await racers(dir, round === 0 ? 1 : 5);
      expect(says.filter((word) => word === 'won')).toHaveLength(1);
      expect(says.filter((word) => word !== 'won' && word !== 'store.locked')).toEqual([]);
      const winner = children[says.indexOf('won')];
      winner?.kill('SIGKILL');
      await letGo(children);
    }
  });
});
