import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { VendorError } from '../../src/domain/errors.ts';
import { refOf } from '../../src/domain/person.ts';
import type { Reply } from '../../src/reply.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { prepareForm } from '../../src/services/prepare-form.ts';
import { runCommand } from '../../src/services/run-command.ts';
import { undoRequest } from '../../src/services/undo-request.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';
import { someReportSettings } from '../support/settings.ts';
import { aMember, aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const says = (world: TestWorld, who: string, text: string): Promise<Reply> => runCommand(world, commands, world.as(who), text);

function lookedUp(reply: Reply): Extract<Reply, { kind: 'lookup' }>['result'] {
  if (reply.kind !== 'lookup') throw new Error(`answered with ${reply.kind}: ${JSON.stringify(reply)}`);
  return reply.result;
}

const problemsIn = (reply: Reply) =>
  lookedUp(reply).sections.flatMap((section) => (section.ok ? section.rows.flatMap((row) => row.problems) : []));

describe('a look-up', () => {
  it('counts days as idle by the threshold of the product, as reports do', async () => {
    const kinds = async (days: number): Promise<readonly string[]> => {
      const reports = someReportSettings({ idle: { ...someReportSettings().idle, thresholds: { 'vendor/WS': days } } });
      const reply = await says(testWorld({ settings: { reports } }), 'Ada', 'cara@example.com');
      return problemsIn(reply).map(({ kind }) => kind);
    };
    expect(await kinds(95)).toContain('idle');
    expect(await kinds(96)).not.toContain('idle');
  });

  it.each([
    'cara@example.com',
    'CARA@Example.com',
    '<mailto:cara@example.com|cara@example.com>',
    '<@UCARA|cara>',
    '@cara',
    'Cara',
    'lookup cara@example.com',
  ])('finds Cara by %s', async (text) => {
    const result = lookedUp(await says(testWorld(), 'Ada', text));
    expect(result.person).toMatchObject({ userId: 'UCARA', email: 'cara@example.com' });
    expect(result.sections).toMatchObject([
      { ok: true, rows: [{ holding: { externalId: 'SEAT000001' }, problems: [{ kind: 'idle', days: 95 }] }] },
    ]);
  });

  it('shows one’s own seats for no text at all, even to those who may not view others', async () => {
    const world = testWorld({
      settings: { access: { admins: ['UADA'], approvers: null, requesters: null, viewers: [], auditors: null, breakGlass: [] } },
    });
    expect(lookedUp(await says(world, 'Cara', '')).own).toBe(true);
    await expect(says(world, 'Cara', 'bob@example.com')).rejects.toMatchObject({
      message: expect.stringMatching(/right “viewer”/),
      hint: expect.stringMatching(/Ada can give it/),
    });
  });

  it('offers a choice where a name fits several people, and never guesses', async () => {
    const world = testWorld();
    world.members.push(aMember('Carasam', { name: 'Cara Sam' }));
    const reply = await says(world, 'Ada', 'cara');
    expect(reply).toMatchObject({
      kind: 'choose',
      command: 'lookup {}',
      options: [{ value: 'cara@example.com' }, { value: 'carasam@example.com' }],
    });
  });

  it('says when nobody has a name, and which command was probably meant', async () => {
    expect(await says(testWorld(), 'Ada', 'revok cara')).toMatchObject({
      kind: 'message',
      text: expect.stringMatching(/Nobody/),
      hint: expect.stringMatching(/revoke/),
    });
  });

  it('finds the seats of somebody who is not in Slack', async () => {
    const world = testWorld({
      vendor: fakeVendor([aSeat({ holder: { kind: 'person', email: 'teo@partner.example', name: 'Te** Ab***' } })]),
    });
    expect(lookedUp(await says(world, 'Ada', 'teo@partner.example')).sections).toMatchObject([{ rows: [{}] }]);
  });

  it('never hides one vendor behind another that fails', async () => {
    const good = fakeVendor();
    const bad = { ...fakeVendor(), id: 'bad', name: 'Bad' };
    bad.lookup = async () => {
      throw new VendorError('vendor.unauthorised', 401, 'Bad refused the key.', { hint: 'Make a new key.' });
    };
    const world = testWorld({ vendor: good, connectors: [bad, good] });
    expect(lookedUp(await says(world, 'Ada', 'cara@example.com')).sections).toMatchObject([
      { ok: false, message: 'Bad refused the key.', hint: 'Make a new key.' },
      { ok: true, rows: [{}] },
    ]);
  });

  it('offers actions only to those who may ask for them', async () => {
    const world = testWorld({
      settings: {
        access: { admins: ['UADA'], approvers: null, requesters: ['UADA'], viewers: null, auditors: null, breakGlass: [] },
      },
    });
    const rows = (reply: Reply): unknown => {
      const [section] = lookedUp(reply).sections;
      return section?.ok === true ? section.rows.flatMap((row) => row.offers).length : 'failed';
    };
    expect(rows(await says(world, 'Ada', 'cara@example.com'))).toBe(2);
    expect(rows(await says(world, 'Bob', 'cara@example.com'))).toBe(0);
  });
});

describe('a seat that was taken away by mistake before', () => {
  const DAY_MS = 86_400_000;

  async function takenAndUndone(): Promise<{ world: TestWorld; id: string }> {
    const world = testWorld();
    const id = await askRevoke(world);
    await approveAs(world, 'Dan', id);
    world.pass(2 * DAY_MS);
    const undo = await undoRequest(world, world.as('Ada'), id, 'she needs it');
    await world.background.idle();
    await approveAs(world, 'Dan', undo.ok ? undo.request.id : '');
    return { world, id };
  }

  it('says so at its look-up for 30 days, to whoever would ask for it again, and on their card', async () => {
    const { world, id } = await takenAndUndone();
    const regret = { kind: 'regretted', on: '2026-11-23T09:00:00.000Z', requestId: id, tone: 'warn' };
    expect(problemsIn(await says(world, 'Ada', 'cara@example.com'))).toContainEqual(regret);
    const form = await prepareForm(world, world.as('Ada'), { presetId: 'revoke', target: SEAT, given: {} });
    expect(form.holding?.problems).toContainEqual(regret);
    const again = await getRequest(world, await askRevoke(world));
    expect(again.evidence.warnings).toEqual([
      `It was taken away on 2026-11-23 and given back (request ${id}), so whoever holds it may miss it again.`,
    ]);
    world.pass(29 * DAY_MS);
    expect(problemsIn(await says(world, 'Ada', 'cara@example.com')).map(({ kind }) => kind)).not.toContain('regretted');
  });

  it('says nothing of it at other seats and to other people', async () => {
    const { world } = await takenAndUndone();
    const holder = { kind: 'person', email: 'bob@example.com', name: 'Bob' } as const;
    world.vendor.seats.set('OTHER', aSeat({ externalId: 'OTHER', product: { code: 'II', name: 'IntelliJ' } }));
    world.vendor.seats.set('BOBS', aSeat({ externalId: 'BOBS', holder }));
    const rows = lookedUp(await says(world, 'Ada', 'cara@example.com')).sections.flatMap((one) => (one.ok ? one.rows : []));
    expect(rows.find(({ holding }) => holding.externalId === 'OTHER')?.problems.map(({ kind }) => kind)).not.toContain(
      'regretted',
    );
    expect(problemsIn(await says(world, 'Ada', 'bob@example.com')).map(({ kind }) => kind)).not.toContain('regretted');
  });
});

describe('a person known by e-mail alone', () => {
  it('is stored without a Slack id, so that a message finds them once Slack is there', () => {
    expect(refOf({ userId: 'cara@example.com', email: 'cara@example.com', name: 'Cara' })).toEqual({
      userId: null,
      email: 'cara@example.com',
      name: 'Cara',
    });
    expect(refOf(aMember('Cara'))).toEqual({ userId: 'UCARA', email: 'cara@example.com', name: 'Cara' });
  });
});

describe('acting by command', () => {
  it('opens the form straight away when one seat fits, by person and by licence id', async () => {
    for (const text of ['revoke cara@example.com', 'revoke SEAT000001', 'revoke vendor/SEAT000001', 'REVOKE @cara']) {
      expect(await says(testWorld(), 'Ada', text)).toMatchObject({
        kind: 'form',
        opening: { presetId: 'revoke', target: { id: 'SEAT000001' } },
      });
    }
  });

  it('offers a choice when several fit', async () => {
    const world = testWorld({ vendor: fakeVendor([aSeat(), aSeat({ externalId: 'SEAT000002' })]) });
    expect(await says(world, 'Ada', 'revoke cara@example.com')).toMatchObject({
      kind: 'choose',
      command: 'revoke {}',
      options: [{ value: 'vendor/SEAT000001' }, {}],
    });
  });

  it('says why nothing can be done', async () => {
    expect(await says(testWorld(), 'Ada', 'revoke bob@example.com')).toMatchObject({
      kind: 'message',
      text: 'There is nothing of Bob to revoke.',
    });
    const free = testWorld({ vendor: fakeVendor([aSeat({ holder: null, status: 'free' })]) });
    expect(await says(free, 'Ada', 'revoke SEAT000001')).toMatchObject({
      text: expect.stringMatching(/Nobody holds this licence/),
    });
  });
});

describe('words kept for what is to come', () => {
  it.each(['campaign', 'offboard', 'run'])('says of “%s” that it is not part of this version', async (text) => {
    await expect(says(testWorld(), 'Ada', text)).rejects.toThrow(/not part of this version/);
  });
});

describe('the help', () => {
  it('lists every command file, so that none is forgotten', async () => {
    const { readdirSync } = await import('node:fs');
    const files = readdirSync(new URL('../../commands', import.meta.url)).filter((name) => name !== 'index.ts');
    expect(commands.map((command) => `${command.name}.ts`).sort()).toEqual(files.sort());
    const reply = await says(testWorld(), 'Bob', 'help');
    expect(reply).toMatchObject({ kind: 'help' });
    if (reply.kind === 'help') expect(reply.entries).toHaveLength(commands.length);
  });

  it('says which subcommand does not exist', async () => {
    expect(await says(testWorld(), 'Bob', 'help frobnicate')).toMatchObject({
      intro: expect.stringMatching(/no subcommand “frobnicate”/),
    });
  });
});
