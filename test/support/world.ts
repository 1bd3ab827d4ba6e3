import type { Caller } from '../../src/command.ts';
import type { ActionRequest, Evidence, InputValues } from '../../src/domain/action-request.ts';
import type { Digest, DigestTable } from '../../src/domain/digest.ts';
import { TransportError } from '../../src/domain/errors.ts';
import { type Member, normaliseEmail, type PersonRef } from '../../src/domain/person.ts';
import type { SeatOffer } from '../../src/domain/records.ts';
import type { Renewal } from '../../src/domain/renewal.ts';
import type { Seat } from '../../src/domain/seat.ts';
import type { SyncSession } from '../../src/domain/sync-session.ts';
import type { Background } from '../../src/ports/background.ts';
import type { Connector, PresetInfo, Target } from '../../src/ports/connector.ts';
import type { DigestFile, DigestNotifier, Refused } from '../../src/ports/digest-notifier.ts';
import type { Directory } from '../../src/ports/directory.ts';
import type { Notifier, Place, TermEvent } from '../../src/ports/notifier.ts';
import type { RenewalNotifier } from '../../src/ports/renewal-notifier.ts';
import type { SessionNotifier } from '../../src/ports/session-notifier.ts';
import type { CardRecord, OwedNotice, SyncNotice } from '../../src/ports/store.ts';
import type { World } from '../../src/ports/world.ts';
import { type MemoryInventories, memoryInventories } from './memory-inventories.ts';
import { type MemoryStore, memoryStore } from './memory-store.ts';
import { listeningLog } from './quiet-log.ts';
import { type SettingsOver, someSettings } from './settings.ts';

export function aMember(name: string, over: Partial<Member> = {}): Member {
  const handle = name.toLowerCase();
  return {
    userId: `U${name.toUpperCase()}`,
    email: `${handle}@example.com`,
    name,
    active: true,
    isBot: false,
    isGuest: false,
    isExternal: false,
    isWorkspaceAdmin: false,
    timezone: 'Europe/Berlin',
    ...over,
  };
}

export function aSeat(over: Partial<Seat> = {}): Seat {
  return {
    kind: 'seat',
    integrationId: 'vendor',
    connectorId: 'vendor',
    externalId: 'SEAT000001',
    product: { code: 'WS', name: 'WebStorm' },
    team: { id: '1', name: 'Platform' },
    status: 'active',
    holder: { kind: 'person', email: 'cara@example.com', name: 'Cara' },
    role: 'WebStorm',
    lastActivity: { kind: 'at', at: '2026-08-20T09:00:00.000Z' },
    assignedAt: '2026-01-10T09:00:00.000Z',
    validUntil: null,
    trial: false,
    autoRenews: true,
    offlineCode: false,
    fields: {},
    readAt: '2026-11-23T09:00:00.000Z',
    ...over,
  };
}

const INPUT = {
  title: 'Licence',
  kind: 'text',
  required: true,
  help: null,
  choices: [],
  changedOnly: false,
  hidden: true,
} as const;

const PRESETS: readonly PresetInfo[] = [
  {
    id: 'revoke',
    connectorId: 'vendor',
    title: 'Revoke licence',
    description: 'Takes the licence away.',
    effect: 'destructive',
    verb: 'revoke',
    target: 'seat',
    inputs: [{ ...INPUT, name: 'licenseId' }],
  },
  {
    id: 'assign',
    connectorId: 'vendor',
    title: 'Assign licence',
    description: 'Gives the licence.',
    effect: 'write',
    verb: 'assign',
    target: 'seat',
    inputs: [
      { ...INPUT, name: 'licenseId' },
      { ...INPUT, name: 'email' },
    ],
  },
];

export interface FakeVendor extends Connector {
  readonly seats: Map<string, Seat>;
  /** Each write that reached the vendor, in order. */
  readonly writes: string[];
  /** Thrown by the next reads, first to last. */
  readonly readFaults: Error[];
  /** How the next writes go wrong: `refuse`, `never-sent`, `lost` (acted, no answer), `dropped` (not acted, no answer), `crash`. */
  readonly writeFaults: ('refuse' | 'never-sent' | 'lost' | 'dropped' | 'crash')[];
  /** Awaited in the middle of each write, for tests that need a vendor that takes its time. */
  during: () => Promise<void>;
}

/** A vendor of one kind of seat, with the rules the services rely on and faults on demand. */
export function fakeVendor(seats: readonly Seat[] = [aSeat()]): FakeVendor {
  const state = new Map(seats.map((seat) => [seat.externalId, seat]));
  const readFaults: Error[] = [];
  const writeFaults: FakeVendor['writeFaults'] = [];
  const writes: string[] = [];
  const read = (): void => {
    const fault = readFaults.shift();
    if (fault !== undefined) throw fault;
  };
  const holderOf = (id: string): string | null => {
    const holder = state.get(id)?.holder;
    return holder?.kind === 'person' ? holder.email : null;
  };
  const see = (id: string): Evidence => {
    const seat = state.get(id);
    return {
      readAt: '2026-11-23T09:00:00.000Z',
      holdings: seat === undefined ? [] : [seat],
      facts: [],
      pinned: { holder: holderOf(id) },
      warnings: [],
    };
  };
  const apply = (presetId: string, inputs: InputValues): void => {
    const id = String(inputs['licenseId']);
    const seat = state.get(id);
    if (seat === undefined) return;
    writes.push(`${presetId} ${id}`);
    const holder = presetId === 'assign' ? ({ kind: 'person', email: String(inputs['email']), name: null } as const) : null;
    state.set(id, { ...seat, holder, status: holder === null ? 'free' : 'active' });
  };
  const vendor: FakeVendor = {
    id: 'vendor',
    connectorId: 'vendor',
    name: 'Vendor',
    presets: new Map(PRESETS.map((preset) => [preset.id, preset])),
    seats: state,
    writes,
    readFaults,
    writeFaults,
    during: async () => {},
    check: async () => ({ ok: true, message: 'The key works.', hint: null, facts: [] }),
    task: () => null,
    load: () => Promise.reject(new Error('nothing is loaded here')),
    async lookup(email) {
      read();
      const held = [...state.values()].filter(
        (seat) => seat.holder?.kind === 'person' && normaliseEmail(seat.holder.email) === email,
      );
      return { seats: held, accounts: [], readAt: '2026-11-23T09:00:00.000Z', rejected: [] };
    },
    free: async () => [...state.values()].filter((seat) => seat.status === 'free'),
    run: async () => ({ holdings: [], response: {} }),
    async target(ref): Promise<Target | null> {
      read();
      const seat = state.get(ref.id);
      const email = holderOf(ref.id);
      if (seat === undefined) return null;
      return {
        ref,
        seat,
        account: null,
        person: email === null ? null : { userId: null, email, name: email },
        readAt: seat.readAt,
      };
    },
    offers: (target) =>
      target.seat === null
        ? []
        : PRESETS.map((preset) => {
            const fits = (preset.id === 'revoke') === (target.seat?.holder !== null);
            return fits
              ? { preset, available: true as const }
              : { preset, available: false as const, because: 'Nobody holds this licence.' };
          }),
    prefill: (_preset, target) => ({ licenseId: target.ref.id }),
    async plan(presetId, target, inputs) {
      const preset = vendor.presets.get(presetId) as PresetInfo;
      const email = inputs['email'];
      const given = typeof email === 'string' ? { userId: null, email, name: email } : null;
      return {
        ok: true,
        plan: {
          preset,
          target: target.ref,
          inputs: { licenseId: target.ref.id, ...inputs },
          sentence: `${preset.title} ${target.ref.id}`,
          affected: given ?? target.person,
          evidence: see(target.ref.id),
        },
      };
    },
    async recheck(call, seen) {
      read();
      const now = see(call.target.id);
      if (call.presetId === 'revoke' && now.pinned['holder'] === null)
        return { kind: 'already', before: now, message: 'The licence is free already.' };
      if (now.pinned['holder'] !== seen.pinned['holder'])
        return { kind: 'changed', changes: [`held by ${now.pinned['holder']} now`] };
      return { kind: 'same', before: now };
    },
    async perform(call) {
      await vendor.during();
      const fault = writeFaults.shift();
      if (fault === 'refuse') return { kind: 'refused', code: 'NO', message: 'Vendor refused.', response: {} };
      if (fault === 'never-sent') return { kind: 'never-sent', message: 'Vendor could not be reached, so nothing happened.' };
      if (fault === 'dropped') return { kind: 'unknown', message: 'No answer came.' };
      apply(call.presetId, call.inputs);
      if (fault === 'lost') return { kind: 'unknown', message: 'No answer came.' };
      if (fault === 'crash') throw new Error('boom');
      return { kind: 'done', response: {} };
    },
    async verify(call) {
      read();
      const held = holderOf(call.target.id);
      const holds = call.presetId === 'revoke' ? held === null : held === call.inputs['email'];
      return holds
        ? { kind: 'holds', after: see(call.target.id), message: 'Vendor shows it.', response: {} }
        : { kind: 'does-not-hold', message: 'The licence is as it was.' };
    },
    inverse(call, before) {
      if (call.presetId !== 'revoke') return null;
      return {
        presetId: 'assign',
        target: call.target,
        inputs: { licenseId: call.target.id, email: before.pinned['holder'] ?? null },
        sentence: `Give ${call.target.id} back`,
      };
    },
  };
  return vendor;
}

export interface FakeNotifier extends Notifier {
  /** The version and state each card shows last; `buttons` is whether it can be pressed. */
  readonly cards: Map<string, { state: ActionRequest['state']; version: number; buttons: boolean }>;
  readonly told: { to: PersonRef; event: OwedNotice['event']; as: OwedNotice['as'] }[];
  /** Who got a copy of which card. */
  readonly asked: { requestId: string; userId: string }[];
  readonly reminded: { requestId: string; userIds: readonly string[] | null }[];
  readonly announced: { channel: string; words: string }[];
  readonly offers: SeatOffer[];
  readonly terms: { term: string; to: string; what: TermEvent }[];
  /** Channels that Slack does not let it post to. */
  readonly unreachable: Set<string>;
  readonly faults: Error[];
}

export function fakeNotifier(): FakeNotifier {
  const cards: FakeNotifier['cards'] = new Map();
  const told: FakeNotifier['told'] = [];
  const faults: Error[] = [];
  const asked: FakeNotifier['asked'] = [];
  const reminded: FakeNotifier['reminded'] = [];
  const announced: FakeNotifier['announced'] = [];
  const offers: SeatOffer[] = [];
  const terms: FakeNotifier['terms'] = [];
  const unreachable: FakeNotifier['unreachable'] = new Set();
  const fail = (): void => {
    const fault = faults.shift();
    if (fault !== undefined) throw fault;
  };
  return {
    cards,
    told,
    asked,
    reminded,
    announced,
    offers,
    terms,
    unreachable,
    faults,
    async askAlso(request, userIds) {
      fail();
      asked.push(...userIds.map((userId) => ({ requestId: request.id, userId })));
      return userIds.map((userId) => ({ channel: `D${userId}`, ts: `${request.id}.${userId}` }));
    },
    async remind(request, _card, userIds) {
      fail();
      reminded.push({ requestId: request.id, userIds });
    },
    async offer(offer) {
      fail();
      offers.push(offer);
    },
    async tellTerm(term, person, what) {
      fail();
      terms.push({ term: term.id, to: person.name, what });
    },
    async announce(channel, words) {
      fail();
      announced.push({ channel, words });
      return !unreachable.has(channel);
    },
    async postCard(request) {
      fail();
      cards.set(request.id, { state: request.state, version: request.version, buttons: false });
      return { channel: 'C1', ts: `${request.id}.1` };
    },
    async updateCard(request: ActionRequest, _card: CardRecord) {
      fail();
      cards.set(request.id, { state: request.state, version: request.version, buttons: request.state === 'pending' });
      return true;
    },
    async tell(notice) {
      fail();
      told.push({ to: notice.to, event: notice.event, as: notice.as });
      return true;
    },
  };
}

export interface FakeSessionNotifier extends SessionNotifier {
  /** Cards by place, as they are shown last. */
  readonly cards: Map<string, SyncSession>;
  readonly told: SyncNotice[];
}

export function fakeSessionNotifier(): FakeSessionNotifier {
  const cards: FakeSessionNotifier['cards'] = new Map();
  const told: SyncNotice[] = [];
  return {
    cards,
    told,
    async post(to, session) {
      cards.set(`${to}/${session.id}`, session);
      return { channel: to, ts: session.id };
    },
    async update(place, session) {
      cards.set(`${place.channel}/${place.ts}`, session);
      return true;
    },
    async tell(notice) {
      told.push(notice);
      return true;
    },
  };
}

export interface FakeDigestNotifier extends DigestNotifier {
  /** Every message that Slack has, in order. */
  readonly posted: { readonly to: string; readonly digest: Digest; readonly quiet: boolean; readonly at: string }[];
  readonly attached: { readonly channel: string; readonly table: DigestTable | null; readonly files: readonly DigestFile[] }[];
  readonly warned: { readonly to: string; readonly words: string }[];
  /** How the next posts go wrong: `never-sent`, `lost` (posted, no answer), `refused`. */
  readonly faults: ('never-sent' | 'lost' | 'refused')[];
}

/** A channel that can be looked through, and direct messages that cannot. */
export function fakeDigestNotifier(now: () => Date): FakeDigestNotifier {
  const posted: FakeDigestNotifier['posted'] = [];
  const attached: FakeDigestNotifier['attached'] = [];
  const faults: FakeDigestNotifier['faults'] = [];
  const warned: FakeDigestNotifier['warned'] = [];
  const post = (to: string, digest: Digest, quiet: boolean): Place | Refused => {
    const fault = faults.shift();
    if (fault === 'never-sent') throw new TransportError('transport.slack', true, 'Slack could not be reached.');
    if (fault === 'refused') return { refused: `the bot is not in ${to}.` };
    posted.push({ to, digest, quiet, at: now().toISOString() });
    if (fault === 'lost') throw new TransportError('transport.slack', false, 'Slack did not answer.');
    return { channel: to, ts: String(posted.length) };
  };
  return {
    posted,
    attached,
    warned,
    faults,
    post: async (to, digest) => post(to, digest, false),
    postLine: async (to, digest) => post(to, digest, true),
    async find(to, digest) {
      if (!to.startsWith('C')) return 'unknown';
      const at = posted.findIndex((one) => one.to === to && one.digest.period === digest.period);
      return at === -1 ? null : { channel: to, ts: String(at + 1) };
    },
    async warn(to, words) {
      warned.push({ to, words });
      return true;
    },
    async attach({ channel }, table, files) {
      attached.push({ channel, table, files });
    },
  };
}

export interface FakeRenewalNotifier extends RenewalNotifier {
  /** Every post that Slack has, in order; `card` where it began a thread. */
  readonly posted: { readonly id: string; readonly post: string; readonly card: boolean; readonly renewal: Renewal }[];
  /** Cards as they are shown last. */
  readonly cards: Map<string, Renewal>;
  /** How the next posts go wrong: `never-sent`, `lost` (posted, no answer), `refused`. */
  readonly faults: ('never-sent' | 'lost' | 'refused')[];
}

export function fakeRenewalNotifier(): FakeRenewalNotifier {
  const posted: FakeRenewalNotifier['posted'] = [];
  const cards: FakeRenewalNotifier['cards'] = new Map();
  const faults: FakeRenewalNotifier['faults'] = [];
  return {
    posted,
    cards,
    faults,
    async post(renewal, post) {
      const fault = faults.shift();
      if (fault === 'never-sent') throw new TransportError('transport.slack', true, 'Slack could not be reached.');
      if (fault === 'refused') return { refused: `the bot is not in ${renewal.channel}.` };
      posted.push({ id: renewal.id, post, card: renewal.root === null, renewal });
      if (renewal.root === null) cards.set(renewal.id, renewal);
      if (fault === 'lost') throw new TransportError('transport.slack', false, 'Slack did not answer.');
      return { channel: renewal.channel, ts: String(posted.length) };
    },
    async find(renewal, post) {
      const at = posted.findIndex((one) => one.id === renewal.id && one.post === post);
      return at === -1 ? null : { channel: renewal.channel, ts: String(at + 1) };
    },
    async update(renewal) {
      cards.set(renewal.id, renewal);
      return true;
    },
  };
}

/** Runs work at once and lets a test wait for all of it. */
export function promptBackground(log: World['log']): Background {
  const running = new Set<Promise<void>>();
  const abort = new AbortController();
  return {
    run(name, work) {
      const promise = work(abort.signal)
        .catch((cause: unknown) => log.error('background.failed', { name, cause }))
        .finally(() => running.delete(promise));
      running.add(promise);
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
    async stop() {
      abort.abort();
      await Promise.all(running);
    },
  };
}

export interface TestWorld extends World {
  readonly store: MemoryStore;
  readonly notifier: FakeNotifier;
  readonly inventories: MemoryInventories;
  readonly sessionNotifier: FakeSessionNotifier;
  readonly digests: FakeDigestNotifier;
  readonly renewals: FakeRenewalNotifier;
  readonly mails: { readonly to: string; readonly subject: string; readonly text: string }[];
  readonly vendor: FakeVendor;
  readonly log: ReturnType<typeof listeningLog>;
  readonly members: Member[];
  /** Moves the clock. */
  pass(ms: number): void;
  as(name: string): Caller;
}

/** A small company (Ada admin, Dan and Eve approvers, Bob, Cara) over fakes with a clock that only moves when told to. */
export function testWorld(
  over: { settings?: SettingsOver; vendor?: FakeVendor; connectors?: readonly Connector[]; store?: MemoryStore } = {},
): TestWorld {
  let now = Date.parse('2026-11-23T09:00:00.000Z');
  const log = listeningLog();
  const members = [
    aMember('Ada', { isWorkspaceAdmin: true }),
    aMember('Dan', { isWorkspaceAdmin: true }),
    aMember('Eve', { isWorkspaceAdmin: true }),
    aMember('Bob'),
    aMember('Cara'),
    aMember('Gus', { isGuest: true }),
  ];
  const directory: Directory = {
    byId: async (id) => members.find((member) => member.userId === id) ?? null,
    byEmail: async (email) => members.find((member) => member.email === normaliseEmail(email)) ?? null,
    search: async (text) => members.filter((member) => member.name.toLowerCase().includes(text.toLowerCase())),
    group: async () => [],
    everyone: async () => members,
  };
  const vendor = over.vendor ?? fakeVendor();
  const connectors = over.connectors ?? [vendor];
  const settings = someSettings(over.settings);
  let ids = 0;
  const mails: TestWorld['mails'] = [];
  return {
    clock: { now: () => new Date(now) },
    store: over.store ?? memoryStore(),
    connectors: {
      broken: () => [],
      all: () => connectors,
      get: (id) => connectors.find((connector) => connector.id === id) ?? null,
    },
    directory,
    notifier: fakeNotifier(),
    inventories: memoryInventories(),
    sessionNotifier: fakeSessionNotifier(),
    digests: fakeDigestNotifier(() => new Date(now)),
    renewals: fakeRenewalNotifier(),
    charts: { png: async () => new Uint8Array([137]), svg: async () => '<svg></svg>' },
    expressions: { filter: () => ({ passes: () => true }) },
    mails,
    mailer: () => ({ send: async (mail) => void mails.push(mail) }),
    log,
    background: promptBackground(log),
    settings: () => settings,
    newId: () => {
      ids += 1;
      return `R${String(ids).padStart(8, '0')}`;
    },
    vendor,
    members,
    pass: (ms) => {
      now += ms;
    },
    as(name) {
      const member = members.find((candidate) => candidate.name === name);
      if (member === undefined) throw new Error(`nobody is called ${name}`);
      return { person: { userId: member.userId, email: member.email, name: member.name }, member, via: 'slack' };
    },
  };
}
