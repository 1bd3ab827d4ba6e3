import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import { ForbiddenError } from '../../src/domain/errors.ts';
import { type SyncSession, startedSession } from '../../src/domain/sync-session.ts';
import { askRenewals } from '../../src/services/ask-renewals.ts';
import { ACTIONS, CALLBACKS, openingValue, pageValue, reportValue } from '../../src/slack/ids.ts';
import type { Room } from '../../src/slack/room.ts';
import { PRESSES, SHORTCUTS, SUBMISSIONS } from '../../src/slack/router.ts';
import type { ViewValues } from '../../src/slack/views/form-inputs.ts';
import type { Press, Submission } from '../../src/slack/wire.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';
import { ASK, companyOfRoles, LOOK, memberOf, ROLES, type Role } from '../support/roles.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { aSeat, type TestWorld } from '../support/world.ts';

const ALL: readonly Role[] = ROLES;
const NOW = '2026-11-23T09:00:00.000Z';
const REASON: ViewValues = { reason: { reason: { value: 'because' } } };
const because = { filled: REASON };

interface Row {
  /** Who is not refused. An admin may also look up and ask. */
  readonly may: readonly Role[];
  /** Makes what it is about, and gives the value of the button or the metadata of the window. */
  value(world: TestWorld): Promise<string> | string;
  readonly filled?: ViewValues;
  /** What stops even those who may, where making the rest true would prove nothing about rights. */
  readonly stops?: RegExp;
}

const on = (may: readonly Role[], value: Row['value'], more: Pick<Row, 'filled' | 'stops'> = {}): Row => ({
  may,
  value,
  ...more,
});

const pending = (world: TestWorld): Promise<string> => askRevoke(world);

const done = async (world: TestWorld): Promise<string> => {
  const id = await askRevoke(world);
  await approveAs(world, 'Dan', id);
  return id;
};

/** A request of Ada's about Cara's seat, as it would be later. */
const stored =
  (over: Partial<ActionRequest>) =>
  async (world: TestWorld): Promise<string> => {
    const [requester, affected] = [world.as('Ada').person, world.as('Cara').person];
    const doc = aStoredRequest('R9', { integrationId: 'vendor', target: SEAT, requester, affected, ...over });
    await world.store.commit({ put: [{ collection: 'requests', doc, expected: null }] });
    return doc.id;
  };
const running = stored({ state: 'executing', bulk: { rows: [], stoppedBy: null } });
const byHand = stored({ state: 'by-hand', presetId: 'revoke', task: { steps: [], link: null } });

const offered = async (world: TestWorld): Promise<string> => {
  const product = { code: 'WS', name: 'WebStorm' };
  const [bob, holder] = [world.as('Bob').person, world.as('Cara').person];
  const common = { version: 1, integrationId: 'vendor', product };
  const place = { ...common, id: 'W1', state: 'waiting', person: bob, reason: null, since: NOW, requestId: null } as const;
  const seat = { waitingId: 'W1', seatId: SEAT.id, because: 'idle', offeredAt: NOW, endsAt: '2030-01-01T00:00:00.000Z' };
  const offer = { ...common, ...seat, id: 'O1', state: 'open', holder } as const;
  const puts = [
    { collection: 'waiting', doc: place, expected: null } as const,
    { collection: 'offers', doc: offer, expected: null } as const,
  ];
  await world.store.commit({ put: puts });
  return offer.id;
};

const term = async (world: TestWorld): Promise<string> => {
  const id = await stored({ state: 'succeeded', until: '2026-12-01T00:00:00.000Z' })(world);
  const plan = { presetId: 'revoke', target: SEAT, inputs: {}, sentence: 'back' };
  const [requester, person] = [world.as('Ada').person, world.as('Cara').person];
  const ends = { until: '2026-12-01T00:00:00.000Z', reminded: [], endedBy: null };
  const doc = {
    id,
    version: 1,
    state: 'running',
    integrationId: 'vendor',
    plan,
    sentence: 's',
    person,
    requester,
    ...ends,
  } as const;
  await world.store.commit({ put: [{ collection: 'terms', doc, expected: null }] });
  return id;
};

const session =
  (over: Partial<SyncSession>) =>
  async (world: TestWorld): Promise<string> => {
    const about = {
      id: 'S1',
      origin: [],
      integrationId: 'vendor',
      name: 'Vendor',
      trigger: 'person',
      test: true,
      limit: 1,
    } as const;
    const started = startedSession({ ...about, by: world.as('Dan').person, fingerprint: 'plan-1', startedAt: NOW });
    const doc: SyncSession = { ...started, ...over };
    await world.store.commit({ put: [{ collection: 'sessions', doc, expected: null }] });
    return doc.id;
  };
const ended = session({ state: 'ended', outcome: 'incomplete', endedAt: NOW });
const held = session({ state: 'held', outcome: 'held', endedAt: NOW });

const asked = async (world: TestWorld): Promise<string> => {
  await seatsSynced(world, [aSeat({ validUntil: '2026-12-01T09:00:00.000Z' })]);
  await askRenewals(world, 'C1');
  return (await world.store.list('renewals'))[0]?.id ?? '';
};

const CARA = 'cara@example.com';
const opening = (): string => openingValue('revoke', SEAT);
const DECIDES: readonly Role[] = ['approver', 'admin'];
const LOOKS_AT_REQUESTS: readonly Role[] = ['viewer', 'approver', 'admin', 'auditor'];

/** Every button and menu that means something by itself. */
const BUTTONS: Readonly<Record<keyof typeof ACTIONS, Row>> = {
  approve: on(['approver'], pending),
  deny: on(['approver'], pending),
  undo: on(ASK, done),
  withdraw: on([], pending),
  stop: on(DECIDES, running),
  taskDone: on(DECIDES, byHand),
  taskNotDone: on(DECIDES, byHand),
  details: on(LOOKS_AT_REQUESTS, pending),
  keepOffer: on([], offered),
  releaseOffer: on([], offered),
  renewTerm: on(['approver'], term),
  revoke: on(ASK, opening),
  deactivate: on(ASK, opening),
  update: on(ASK, opening),
  assign: on(ASK, opening),
  run: on(ASK, opening),
  page: on(LOOK, () => pageValue(CARA, 1)),
  // An empty window; what is typed into it is looked at when it is sent.
  open: on(ALL, () => ''),
  pick: on(LOOK, () => `lookup ${CARA}`),
  refreshHome: on(ALL, () => ''),
  acceptSession: on(DECIDES, held),
  rejectSession: on(DECIDES, held),
  cancelSync: on(['admin'], ended, { stops: /Session S1/ }),
  rerunSync: on(['admin'], ended),
  showSession: on(DECIDES, ended),
  sessionErrors: on(DECIDES, ended),
  sessionChanges: on(DECIDES, ended),
  // Which app one's own Home shows.
  homeApp: on(ALL, () => 'vendor'),
  openReport: on(LOOK, () => 'seats'),
  reportCsv: on(LOOK, () => reportValue('seats', {})),
  // One's own; those of others only for who decides.
  showRequests: on(ALL, pending),
  reviewRow: on(LOOK, () => CARA),
  // Both read a report and ask for something.
  reclaim: on(['admin'], () => 'inactive-users'),
  snooze: on(['admin'], () => 'inactive-users'),
  askHolders: on(['approver'], () => 'inactive-users'),
  renewAll: on(DECIDES, asked),
  renewFewer: on(DECIDES, asked),
  renewNone: on(DECIDES, asked),
  renewChange: on(DECIDES, asked),
};

const chosen = (value: string) => ({ selected_option: { value } });

/** Every window that is sent, and every shortcut. */
const WINDOWS: Readonly<Record<keyof typeof CALLBACKS, Row>> = {
  create: on(ASK, () => JSON.stringify({ p: JSON.parse(opening()) as unknown, h: {}, g: {} }), because),
  deny: on(['approver'], pending, because),
  undo: on(ASK, done, because),
  taskNotDone: on(DECIDES, byHand, because),
  lookup: on(LOOK, () => '', { filled: { who: { who: { value: CARA } } } }),
  lookupShortcut: on(ALL, () => ''),
  authorShortcut: on(LOOK, () => ''),
  reclaim: on(['admin'], () => 'inactive-users', {
    filled: { ...REASON, chosen: { chosen: { selected_options: [{ value: 'gone' }] } } },
    stops: /None of what was chosen/,
  }),
  snooze: on(ASK, () => 'inactive-users', {
    filled: { ...REASON, chosen: { chosen: chosen(CARA) }, until: { until: chosen('7') } },
  }),
  renewal: on(DECIDES, async (world) => JSON.stringify([await asked(world), 0, 'all']), because),
};

/** A Slack that takes everything. */
function willingSlack(): Room['client'] {
  const answer = async (): Promise<object> => ({ ok: true, ts: '1.1', channel: { id: 'D1' }, view: { id: 'V1' } });
  const group: object = new Proxy(answer, { get: (_target, name) => (name === 'then' ? undefined : group) });
  return group as unknown as Room['client'];
}

async function pressed(role: Role, row: Row, act: (room: Room, incoming: Press & Submission) => Promise<void>) {
  const world = companyOfRoles();
  const value = await row.value(world);
  await world.background.idle();
  const before = await everything(world);
  const { userId } = memberOf(role);
  const room: Room = { client: willingSlack(), world, log: world.log, commands, checkSlack: async () => [] };
  const incoming = {
    ...{ userId, triggerId: 'T1', channel: 'C1', responseUrl: null, view: { id: 'V1', type: 'modal' }, message: null },
    ...{ actionId: '', value, callbackId: '', metadata: value, values: row.filled ?? {} },
  };
  await act(room, incoming);
  await world.background.idle();
  const causes = world.log.lines.filter(({ event }) => event === 'slack.refused').map(({ detail }) => detail?.['cause']);
  const faults = world.log.lines.filter(({ event }) => event === 'slack.incident');
  expect(faults).toEqual([]);
  const refused = causes.some((cause) => cause instanceof ForbiddenError);
  if (refused) expect(await everything(world)).toEqual(before);
  else expect(causes.map(String)).toEqual(row.stops === undefined ? [] : [expect.stringMatching(row.stops)]);
  return refused;
}

/** What is stored, but who was seen and what was refused. */
async function everything(world: TestWorld): Promise<unknown> {
  const names = ['requests', 'offers', 'terms', 'renewals', 'snoozes', 'waiting', 'homes'] as const;
  const sessions = (await world.store.list('sessions')).map(({ state, decisions }) => ({ state, decisions }));
  return [world.vendor.writes.slice(), sessions, ...(await Promise.all(names.map((name) => world.store.list(name))))];
}

async function allowedAt(row: Row, act: (room: Room, incoming: Press & Submission) => Promise<void>): Promise<readonly Role[]> {
  const refused = await Promise.all(ROLES.map((role) => pressed(role, row, act)));
  return ROLES.filter((_role, at) => refused[at] === false);
}

describe('every right is held to', () => {
  it.each(Object.keys(BUTTONS) as (keyof typeof ACTIONS)[])('by the button %s', async (name) => {
    const handle = PRESSES.get(ACTIONS[name]);
    if (handle === undefined) throw new Error(`nothing handles ${ACTIONS[name]}`);
    expect(await allowedAt(BUTTONS[name], handle)).toEqual(ROLES.filter((role) => BUTTONS[name].may.includes(role)));
  });

  it.each(Object.keys(WINDOWS) as (keyof typeof CALLBACKS)[])('by the window or shortcut %s', async (name) => {
    const [sent, shortcut] = [SUBMISSIONS.get(CALLBACKS[name]), SHORTCUTS.get(CALLBACKS[name])];
    if (sent === undefined && shortcut === undefined) throw new Error(`nothing handles ${CALLBACKS[name]}`);
    const act = async (room: Room, incoming: Press & Submission): Promise<void> => {
      if (shortcut !== undefined) return shortcut(room, { ...incoming, author: 'UCARA' });
      const { ack, work } = sent?.(room, incoming) ?? { ack: null, work: null };
      expect(ack).toMatchObject({ response_action: 'update' });
      await work?.();
    };
    expect(await allowedAt(WINDOWS[name], act)).toEqual(ROLES.filter((role) => WINDOWS[name].may.includes(role)));
  });

  it('and has a row for everything that the bot registers', () => {
    const sorted = (ids: Iterable<string>): readonly string[] => [...ids].toSorted();
    expect(sorted(PRESSES.keys())).toEqual(sorted(Object.keys(BUTTONS).map((name) => ACTIONS[name as keyof typeof ACTIONS])));
    expect(sorted([...SUBMISSIONS.keys(), ...SHORTCUTS.keys()])).toEqual(
      sorted(Object.keys(WINDOWS).map((name) => CALLBACKS[name as keyof typeof CALLBACKS])),
    );
  });
});
