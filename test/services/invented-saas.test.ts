import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConnectors } from '../../src/adapters/file-presets.ts';
import { fixedIdentities } from '../../src/connector/identities.ts';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import { Secret } from '../../src/domain/secret.ts';
import type { LoadedRecord, LoadReport } from '../../src/ports/load.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { finishTask, giveUpTask } from '../../src/services/finish-task.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { type Member, QUILL_TOKEN, QUILLPAD_FILES, type Quillpad, startQuillpad } from '../support/quillpad.ts';
import { type TestWorld, testWorld } from '../support/world.ts';

let dir: string;
let saas: Quillpad;
let connector: Opened;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'invented-'));
  mkdirSync(join(dir, 'quillpad'));
  for (const [name, json] of Object.entries(QUILLPAD_FILES)) writeFileSync(join(dir, 'quillpad', name), JSON.stringify(json));
  const { connectors, mistakes } = loadConnectors([dir]);
  expect(mistakes).toEqual([]);
  saas = await startQuillpad();
  const loaded = connectors.get('quillpad');
  if (loaded === undefined) throw new Error('it does not load');
  connector = openConnector('quillpad', saas.url, {
    connector: loaded,
    credential: { token: new Secret(QUILL_TOKEN) },
    variables: {},
    identities: fixedIdentities([
      ['Inkling', 'Cara@example.com'],
      ['quiet', 'ada@example.com'],
      ['newcomer', 'bob@example.com'],
    ]),
  });
});
afterEach(async () => {
  await connector.close();
  await saas.close();
  rmSync(dir, { recursive: true });
});

const member = (handle: string): Member => saas.members.find((one) => one.handle === handle) as Member;
const targetOf = (kind: 'seat' | 'account', handle: string) => ({ integrationId: 'quillpad', kind, id: member(handle).uid });

async function load(): Promise<{ readonly records: readonly LoadedRecord[]; readonly report: LoadReport }> {
  const records: LoadedRecord[] = [];
  const report = await connector.load({}, (page) => void records.push(...page.records), patience());
  return { records, report };
}

async function approved(world: TestWorld, presetId: string, target: ReturnType<typeof targetOf>, inputs = {}): Promise<string> {
  const asked = await requestAction(world, world.as('Ada'), { presetId, target, inputs, reason: 'not used' });
  if (!asked.ok) throw new Error(JSON.stringify(asked.problems));
  await decideRequest(world, world.as('Dan'), asked.request.id, 'approve', null);
  await world.background.idle();
  return asked.request.id;
}

const stateOf = async (world: TestWorld, id: string): Promise<ActionRequest> => getRequest(world, id);

describe('a SaaS nobody thought of, added as files alone', () => {
  it('is checked with its own words', async () => {
    expect(await connector.check(patience())).toMatchObject({ ok: true, message: 'The token belongs to @quiet.' });
  });

  it('is loaded whole: token paging, activity from a second list, 19 digits, people by login', async () => {
    const { records, report } = await load();
    expect(report).toMatchObject({ outcome: 'complete', reasons: [], counts: { pages: 3, records: 5, seats: 4, accounts: 5 } });
    const seats = records.flatMap((record) => record.seats);
    expect(seats.map(({ externalId, holder, lastActivity }) => [externalId, holder, lastActivity])).toEqual([
      [
        '9007199254740993001',
        { kind: 'person', email: 'cara@example.com', name: 'I. N. K.' },
        { kind: 'at', at: '2025-11-13T02:13:20.000Z' },
      ],
      ['9007199254740993002', { kind: 'person', email: 'ada@example.com', name: 'Q' }, { kind: 'never' }],
      // Nobody told whose login this is, so nobody is guessed.
      ['9007199254740993004', { kind: 'login', label: 'stranger' }, { kind: 'at', at: '2025-10-09T08:53:20.000Z' }],
      ['9007199254740993005', { kind: 'person', email: 'bob@example.com', name: 'N' }, { kind: 'unknown' }],
    ]);
    expect(records.map((record) => record.person?.['email'] ?? null)).toEqual([
      'cara@example.com',
      'ada@example.com',
      null,
      null,
      'bob@example.com',
    ]);
  });

  it('is looked up by e-mail, through the login it stands for', async () => {
    const held = await connector.lookup('Cara@Example.com', patience());
    expect(held.seats.map((seat) => seat.externalId)).toEqual(['9007199254740993001']);
    expect(held.accounts.map((account) => account.email)).toEqual(['cara@example.com']);
    expect((await connector.lookup('nobody@example.com', patience())).seats).toEqual([]);
  });

  it('takes an approved action on for later, and is found to have done it', async () => {
    const world = testWorld({ connectors: [connector] });
    const id = await approved(world, 'release', targetOf('seat', 'inkling'));
    expect(saas.endings).toEqual(['when=month&notify=owner&notify=member']);
    expect(await stateOf(world, id)).toMatchObject({
      state: 'scheduled',
      outcome: { message: 'Quillpad ends the seat with the month.', until: '2026-12-01T00:00:00.000Z' },
    });
    await reconcileRequests(world, patience());
    expect((await stateOf(world, id)).state).toBe('scheduled');
    member('inkling').gone = true;
    world.pass(2 * 3_600_000);
    await reconcileRequests(world, patience());
    expect((await stateOf(world, id)).state).toBe('succeeded');
    expect(saas.endings).toHaveLength(1);
  });

  it('says so when what was taken on for later is not planned any more', async () => {
    const world = testWorld({ connectors: [connector] });
    const id = await approved(world, 'release', targetOf('seat', 'inkling'));
    delete member('inkling').endsAt;
    world.pass(2 * 3_600_000);
    await reconcileRequests(world, patience());
    expect(await stateOf(world, id)).toMatchObject({ state: 'failed', outcome: { code: 'not-scheduled' } });
  });

  it('gives people what has no call as a task, and looks whether it was done', async () => {
    const world = testWorld({ connectors: [connector] });
    const id = await approved(world, 'hand-over', targetOf('account', 'Quiet'), { to: 'inkling' });
    expect(await stateOf(world, id)).toMatchObject({
      state: 'by-hand',
      task: {
        steps: ['Open the workspace of Q.', 'Choose Owner, then inkling.'],
        link: 'https://quillpad.example/w/9007199254740993002',
      },
    });
    await expect(finishTask(world, world.as('Bob'), id)).rejects.toThrow('Only Ada, approvers and admins');
    // Said to be done, and not to be seen: that is not "done".
    expect((await finishTask(world, world.as('Dan'), id)).state).toBe('unknown');
    (member('Quiet').hats as string[]).pop();
    await reconcileRequests(world, patience());
    expect(await stateOf(world, id)).toMatchObject({ state: 'succeeded', task: { done: { by: { name: 'Dan' } } } });
    await expect(finishTask(world, world.as('Dan'), id)).rejects.toThrow('already done');
  });

  it('ends a task that could not be done, by those who may say so and with their reason', async () => {
    const world = testWorld({ connectors: [connector] });
    const id = await approved(world, 'hand-over', targetOf('account', 'Quiet'), { to: 'inkling' });
    await expect(giveUpTask(world, world.as('Bob'), id, 'no time')).rejects.toThrow('Only Ada, approvers and admins');
    await expect(giveUpTask(world, world.as('Dan'), id, '  ')).rejects.toThrow('Say why');
    expect(await giveUpTask(world, world.as('Dan'), id, 'the page is gone')).toMatchObject({
      state: 'failed',
      outcome: { message: 'Dan could not do it: the page is gone', code: 'task.not-done' },
    });
    await expect(finishTask(world, world.as('Dan'), id)).rejects.toThrow('ended without effect');
  });
});
