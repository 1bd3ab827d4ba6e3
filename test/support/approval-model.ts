import fc from 'fast-check';
import { type ActionRequest, affectedBy, FINAL_STATES } from '../../src/domain/action-request.ts';
import { ChainWalker } from '../../src/domain/audit.ts';
import { ForbiddenError, SeatwardenError, TransportError } from '../../src/domain/errors.ts';
import { breakGlass } from '../../src/services/break-glass.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { delegate } from '../../src/services/delegate.ts';
import { expireRequests } from '../../src/services/expire-requests.ts';
import { freezeAll, unfreeze } from '../../src/services/freeze.ts';
import { reconcileRequests } from '../../src/services/reconcile-requests.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { requestBulk } from '../../src/services/request-bulk.ts';
import { undoRequest } from '../../src/services/undo-request.ts';
import { withdrawRequest } from '../../src/services/withdraw-request.ts';
import { aPolicy } from './settings.ts';
import { aSeat, type FakeVendor, fakeVendor, type TestWorld, testWorld } from './world.ts';

/*
 * Drives the real services through random histories of requests, decisions, expiries, crashes, duplicates, faults of the vendor
 * and the disk, and moves of the clock, beside a model that knows little more than who asked, who agreed and what was
 * promised. After every step the promises are held against the store and the vendor's own record of what it did.
 */

const SEATS = 14;
const MAX_PER_DAY = 4;
const HOUR_MS = 3_600_000;
/** Eve, Dan and Ada approve; Bob breaks the glass and stands in; Cara holds every seat. */
const PEOPLE = ['Ada', 'Dan', 'Eve', 'Bob', 'Cara'] as const;
type Name = (typeof PEOPLE)[number];
const APPROVERS: readonly Name[] = ['Ada', 'Dan', 'Eve'];

interface Known {
  readonly requester: Name;
  readonly affected: Name;
  /** Whose votes were acknowledged as used. */
  readonly votes: Set<Name>;
  needed: number;
  ended: 'denied' | 'withdrawn' | null;
  brokeGlass: boolean;
}

interface Model {
  readonly requests: Map<string, Known>;
  nextSeat: number;
  frozenBy: Name | null;
  liftedBy: Name | null;
  standIn: { readonly from: Name; readonly to: Name; readonly until: number } | null;
}

interface Real {
  world: TestWorld;
  readonly vendor: FakeVendor;
  readonly store: TestWorld['store'];
  readonly commit: TestWorld['store']['commit'];
  /** When each effect was, by the clock of the world. */
  readonly effects: { readonly at: number; readonly what: string }[];
  passedMs: number;
}

const settings = {
  access: { breakGlass: ['UBOB'] },
  safety: { maxPerDay: MAX_PER_DAY, maxPerRun: 2 },
  approvals: { policies: [aPolicy({ name: 'two', approvals: 2, applies: (scope) => scope.target.id.endsWith('2') })] },
};

export async function startReal(): Promise<Real> {
  const seats = Array.from({ length: SEATS }, (_, at) => aSeat({ externalId: seatId(at) }));
  const vendor = fakeVendor(seats);
  const world = testWorld({ vendor, settings });
  const real: Real = { world, vendor, store: world.store, commit: world.store.commit, effects: [], passedMs: 0 };
  const push = vendor.writes.push.bind(vendor.writes);
  vendor.writes.push = (...writes) => {
    real.effects.push(...writes.map((what) => ({ at: real.world.clock.now().getTime(), what })));
    return push(...writes);
  };
  return real;
}

export function startModel(): Model {
  return { requests: new Map(), nextSeat: 0, frozenBy: null, liftedBy: null, standIn: null };
}

function seatId(at: number): string {
  return `SEAT${String(at).padStart(6, '0')}`;
}

/** Whether a command did what it was asked, was refused in words, or died with the process. */
type Ended<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

async function attempt<T>(real: Real, work: () => Promise<T>): Promise<Ended<T>> {
  try {
    const value = await work();
    await real.world.background.idle();
    return { ok: true, value };
  } catch (error) {
    await real.world.background.idle();
    if (error instanceof SeatwardenError || (error instanceof Error && error.message === 'killed')) return { ok: false, error };
    throw error;
  }
}

/** The process is gone; another one opens the same store over the same vendor, at the same time of day. */
function restart(real: Real): void {
  real.store.commit = real.commit;
  const world = testWorld({ vendor: real.vendor, settings, store: real.store });
  // Ids go on, or a new process would give old ones again.
  for (let used = 0; used < 200; used += 1) if (real.passedMs >= 0 && used < real.store.events.length) world.newId();
  world.pass(real.passedMs);
  real.world = world;
}

function idAt(model: Model, nth: number): string | null {
  const ids = [...model.requests.keys()];
  return ids.length === 0 ? null : (ids[nth % ids.length] ?? null);
}

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real);
    await holdPromises(model, real);
  }

  abstract act(model: Model, real: Real): Promise<void>;

  abstract toString(): string;
}

class Ask extends Step {
  readonly by: Name;

  constructor(by: Name) {
    super();
    this.by = by;
  }

  override check(model: Readonly<Model>): boolean {
    return model.nextSeat < SEATS;
  }

  async act(model: Model, real: Real): Promise<void> {
    const id = seatId(model.nextSeat);
    model.nextSeat += 1;
    const target = { integrationId: 'vendor', kind: 'seat', id } as const;
    const ended = await attempt(real, () =>
      requestAction(real.world, real.world.as(this.by), { presetId: 'revoke', target, inputs: {}, reason: 'idle' }),
    );
    if (!ended.ok || !ended.value.ok) return;
    note(model, ended.value.request, this.by);
  }

  override toString(): string {
    return `${this.by} asks`;
  }
}

class AskMany extends Step {
  override check(model: Readonly<Model>): boolean {
    return model.nextSeat + 2 < SEATS;
  }

  async act(model: Model, real: Real): Promise<void> {
    const targets = [0, 1].map((at) => ({ integrationId: 'vendor', kind: 'seat', id: seatId(model.nextSeat + at) }) as const);
    model.nextSeat += 2;
    const ended = await attempt(real, () =>
      requestBulk(real.world, real.world.as('Ada'), { presetId: 'revoke', integrationId: 'vendor', targets, reason: 'idle' }),
    );
    if (ended.ok && ended.value.ok) note(model, ended.value.request, 'Ada');
  }

  override toString(): string {
    return 'Ada asks for two at once';
  }
}

function note(model: Model, request: ActionRequest, by: Name): void {
  const needed = request.policy.approvals;
  model.requests.set(request.id, { requester: by, affected: 'Cara', votes: new Set(), needed, ended: null, brokeGlass: false });
}

class Decide extends Step {
  readonly by: Name;
  readonly nth: number;
  readonly verdict: 'approve' | 'deny';
  /** Dies after so many commits, when it is a number. */
  readonly dieAfter: number | null;

  constructor(by: Name, nth: number, verdict: 'approve' | 'deny', dieAfter: number | null) {
    super();
    this.by = by;
    this.nth = nth;
    this.verdict = verdict;
    this.dieAfter = dieAfter;
  }

  async act(model: Model, real: Real): Promise<void> {
    const id = idAt(model, this.nth);
    if (id === null) return;
    const known = model.requests.get(id) as Known;
    const before = await real.store.get('requests', id);
    const why = illegal(model, real, known, before, this.by, this.verdict);
    if (this.dieAfter !== null) dieIn(real, this.dieAfter);
    const ended = await attempt(real, () => decideRequest(real.world, real.world.as(this.by), id, this.verdict, 'because'));
    if (this.dieAfter !== null) restart(real);
    if (ended.ok) {
      if (why !== null) throw new Error(`${this.by} could ${this.verdict} ${id} although ${why}`);
      known.needed = Math.max(known.needed, ended.value.policy.approvals);
      if (this.verdict === 'deny') known.ended = 'denied';
      else known.votes.add(this.by).add(principal(model, real, this.by));
    } else if (why === null && ended.error instanceof ForbiddenError) {
      throw new Error(`${this.by} could not ${this.verdict} ${id}: ${ended.error.message}`);
    }
  }

  override toString(): string {
    return `${this.by} ${this.verdict}s #${this.nth}${this.dieAfter === null ? '' : ` and the process dies after ${this.dieAfter} commits`}`;
  }
}

function principal(model: Model, real: Real, by: Name): Name {
  const { standIn } = model;
  const stands = standIn !== null && standIn.to === by && real.world.clock.now().getTime() < standIn.until;
  return stands && !APPROVERS.includes(by) ? standIn.from : by;
}

/** Why somebody may not decide, in the model's few words; null when they may. */
function illegal(
  model: Model,
  real: Real,
  known: Known,
  before: ActionRequest | null,
  by: Name,
  verdict: 'approve' | 'deny',
): string | null {
  const seat = principal(model, real, by);
  if (before === null || before.state !== 'pending') return 'it is not pending';
  if (Date.parse(before.expiresAt) <= real.world.clock.now().getTime()) return 'its time is over';
  if (model.frozenBy !== null && verdict === 'approve') return 'everything is frozen';
  for (const who of new Set([by, seat])) {
    if (who === known.requester) return `${who} asked`;
    if (who === known.affected) return `it is about ${who}`;
    // A vote that was not acknowledged may have counted all the same.
    if (known.votes.has(who)) return `${who} was counted`;
    if (before.decisions.some((one) => one.by.name === who || one.insteadOf?.name === who)) return `${who} was counted`;
  }
  return APPROVERS.includes(seat) ? null : `${by} is no approver`;
}

function dieIn(real: Real, commits: number): void {
  let left = commits;
  real.store.commit = async (change) => {
    left -= 1;
    if (left < 0) throw new Error('killed');
    return real.commit(change);
  };
}

/** Two people press at the same instant, one of them twice. */
class Both extends Step {
  readonly nth: number;

  constructor(nth: number) {
    super();
    this.nth = nth;
  }

  async act(model: Model, real: Real): Promise<void> {
    const id = idAt(model, this.nth);
    if (id === null) return;
    const known = model.requests.get(id) as Known;
    const names = ['Dan', 'Eve', 'Dan'] as const;
    const presses = await Promise.allSettled(
      names.map((name) => decideRequest(real.world, real.world.as(name), id, 'approve', null)),
    );
    await real.world.background.idle();
    for (const [at, press] of presses.entries())
      if (press.status === 'fulfilled') {
        known.needed = Math.max(known.needed, press.value.policy.approvals);
        known.votes.add(names[at] as Name);
      } else if (!(press.reason instanceof SeatwardenError)) throw press.reason;
  }

  override toString(): string {
    return `Dan, Eve and Dan again press Approve at #${this.nth} at once`;
  }
}

class Simple extends Step {
  readonly name: string;
  readonly work: (model: Model, real: Real) => Promise<void>;

  constructor(name: string, work: (model: Model, real: Real) => Promise<void>) {
    super();
    this.name = name;
    this.work = work;
  }

  act(model: Model, real: Real): Promise<void> {
    return this.work(model, real);
  }

  override toString(): string {
    return this.name;
  }
}

function withdraw(nth: number): Step {
  return new Simple(`#${nth} is withdrawn`, async (model, real) => {
    const id = idAt(model, nth);
    if (id === null) return;
    const known = model.requests.get(id) as Known;
    const ended = await attempt(real, () => withdrawRequest(real.world, real.world.as(known.requester), id));
    if (ended.ok) known.ended = 'withdrawn';
  });
}

function glass(by: Name, nth: number): Step {
  return new Simple(`${by} breaks the glass for #${nth}`, async (model, real) => {
    const id = idAt(model, nth);
    if (id === null) return;
    const ended = await attempt(real, () => breakGlass(real.world, real.world.as(by), id, 'emergency'));
    if (!ended.ok) return;
    if (by !== 'Bob') throw new Error(`${by} is not named for emergencies`);
    if (model.frozenBy !== null) throw new Error('the glass was broken in a freeze');
    (model.requests.get(id) as Known).brokeGlass = true;
  });
}

const reconcile = (): Step =>
  new Simple('unfinished requests are brought on', async (_model, real) => {
    await attempt(real, () => reconcileRequests(real.world, new AbortController().signal));
  });

const pass = (hours: number): Step =>
  new Simple(`${hours} hours pass`, async (_model, real) => {
    real.world.pass(hours * HOUR_MS);
    real.passedMs += hours * HOUR_MS;
    await attempt(real, () => expireRequests(real.world));
  });

const crash = (): Step =>
  new Simple('the process dies and starts again', async (_model, real) => {
    restart(real);
    await attempt(real, () => reconcileRequests(real.world, new AbortController().signal));
  });

const vendorFault = (kind: FakeVendor['writeFaults'][number]): Step =>
  new Simple(`the vendor’s next write: ${kind}`, async (_model, real) => {
    real.vendor.writeFaults.push(kind);
  });

const readFault = (): Step =>
  new Simple('the vendor’s next read fails', async (_model, real) => {
    real.vendor.readFaults.push(new TransportError('transport.timeout', false, 'Vendor did not answer.'));
  });

const fullDisk = (): Step =>
  new Simple('the disk refuses the next commit', async (_model, real) => {
    real.store.failNext(1);
  });

const freeze = (by: Name): Step =>
  new Simple(`${by} freezes`, async (model, real) => {
    const ended = await attempt(real, () => freezeAll(real.world, real.world.as(by), null));
    if (ended.ok) Object.assign(model, { frozenBy: by, liftedBy: null });
  });

const lift = (by: Name): Step =>
  new Simple(`${by} lifts the freeze`, async (model, real) => {
    const ended = await attempt(real, () => unfreeze(real.world, real.world.as(by)));
    if (!ended.ok) return;
    if (ended.value === null && (model.liftedBy === null || model.liftedBy === by))
      throw new Error(`${by} alone lifted the freeze`);
    Object.assign(model, ended.value === null ? { frozenBy: null, liftedBy: null } : { liftedBy: by });
  });

const standIn = (from: Name, to: Name): Step =>
  new Simple(`${to} stands in for ${from}`, async (model, real) => {
    const until = real.world.clock.now().getTime() + 48 * HOUR_MS;
    const ask = { from: real.world.as(from).person, to: real.world.as(to).person, until: new Date(until).toISOString() };
    const ended = await attempt(real, () => delegate(real.world, real.world.as(from), ask));
    // The model knows of one at a time.
    if (ended.ok) {
      for (const given of await real.store.list('delegations'))
        if (given.from.name !== from) await real.commit({ remove: [{ collection: 'delegations', id: given.id }] });
      model.standIn = { from, to, until };
    }
  });

const undo = (nth: number): Step =>
  new Simple(`Ada undoes #${nth}`, async (model, real) => {
    const id = idAt(model, nth);
    if (id === null) return;
    const ended = await attempt(real, () => undoRequest(real.world, real.world.as('Ada'), id, 'wrong'));
    if (ended.ok && ended.value.ok) note(model, ended.value.request, 'Ada');
  });

/** What must hold whatever happened. Throws with the promise that was broken. */
async function holdPromises(model: Model, real: Real): Promise<void> {
  const stored = new Map((await real.store.list('requests')).map((request) => [request.id, request]));
  for (const [id, known] of model.requests) {
    const request = stored.get(id);
    if (request === undefined) throw new Error(`request ${id} was acknowledged and is lost`);
    if (known.ended !== null && request.state !== known.ended)
      throw new Error(`${id} was ${known.ended} and is ${request.state}`);
    for (const vote of known.votes)
      if (!request.decisions.some((one) => one.by.name === vote || one.insteadOf?.name === vote))
        throw new Error(`the vote of ${vote} on ${id} was acknowledged and is lost`);
  }
  // Each seat is asked for once, so two of the same effect would be one request acting twice.
  const counts = new Map<string, number>();
  for (const { what } of real.effects) counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const [what, times] of counts)
    if (times > 1 && !what.startsWith('assign')) throw new Error(`“${what}” happened ${times} times`);
  for (const request of stored.values()) holdPolicy(request);
  holdCap(real, stored);
}

/** Nothing has started that its policy was not met for, with people who may. */
function holdPolicy(request: ActionRequest): void {
  if (request.startedAt === null || request.partOf !== undefined) return;
  const voters = request.decisions.filter((one) => one.verdict === 'approve');
  if (voters.some((one) => one.breakGlass === true)) return;
  const votes = new Set(voters.map((one) => one.insteadOf?.name ?? one.by.name));
  if (votes.size < request.policy.approvals)
    throw new Error(`${request.id} started with ${votes.size} of ${request.policy.approvals}`);
  for (const one of voters)
    for (const who of [one.by, one.insteadOf ?? one.by])
      if (who.name === request.requester.name || affectedBy(request).some((person) => person.email === who.email))
        throw new Error(`${who.name} decided on their own request or seat`);
}

/** In no 24 hours more was taken away than the cap allows, but for what two people agreed to. */
function holdCap(real: Real, stored: ReadonlyMap<string, ActionRequest>): void {
  const alone = [...stored.values()].filter((request) => {
    const parent = request.partOf === undefined ? request : (stored.get(request.partOf) ?? request);
    return request.bulk === undefined && request.presetId === 'revoke' && parent.policy.approvals < 2;
  });
  const times = alone
    .filter((request) => real.effects.some(({ what }) => what === `revoke ${request.target.id}`))
    .map((request) => Date.parse(request.startedAt ?? request.createdAt));
  for (const from of times) {
    const within = times.filter((at) => at >= from && at < from + 24 * HOUR_MS).length;
    if (within > MAX_PER_DAY) throw new Error(`${within} seats were taken away in 24 hours; the cap is ${MAX_PER_DAY}`);
  }
}

/** In the end nothing is left hanging once the vendor answers, states agree with the vendor, and the chain verifies. */
async function holdEnd(model: Model, real: Real): Promise<void> {
  const frozen = model.frozenBy !== null;
  restart(real);
  real.vendor.writeFaults.length = 0;
  real.vendor.readFaults.length = 0;
  for (let round = 0; round < 4; round += 1) {
    await attempt(real, () => reconcileRequests(real.world, new AbortController().signal));
    real.world.pass(2 * 60_000);
    real.passedMs += 2 * 60_000;
  }
  for (const request of await real.store.list('requests')) {
    if (request.state === 'pending' || FINAL_STATES.includes(request.state)) continue;
    if (!frozen) throw new Error(`${request.id} is left ${request.state}`);
  }
  for (const request of await real.store.list('requests')) {
    if (request.presetId !== 'revoke' || request.bulk !== undefined || !FINAL_STATES.includes(request.state)) continue;
    const acted = real.effects.some(({ what }) => what === `revoke ${request.target.id}`);
    const says = request.state === 'succeeded' || request.state === 'undone';
    if (acted !== says)
      throw new Error(`${request.id} is ${request.state}, and the vendor ${acted ? 'has acted' : 'has not acted'}`);
  }
  const walker = new ChainWalker();
  for (const event of real.store.events) {
    const finding = walker.take(JSON.stringify(event));
    if (finding?.ok === false) throw new Error(`the audit chain is broken: ${finding.problem}`);
  }
}

const name = fc.constantFrom(...PEOPLE);
const nth = fc.nat({ max: 9 });
const fault = fc.constantFrom('refuse', 'never-sent', 'lost', 'dropped', 'crash') as fc.Arbitrary<
  FakeVendor['writeFaults'][number]
>;

const steps: readonly fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  fc.constantFrom<Name>('Ada', 'Dan', 'Bob', 'Cara').map((by) => new Ask(by)),
  fc.constantFrom<Name>('Ada', 'Dan').map((by) => new Ask(by)),
  fc.constant(new AskMany()),
  fc.tuple(name, nth).map(([by, at]) => new Decide(by, at, 'approve', null)),
  fc.tuple(fc.constantFrom<Name>('Dan', 'Eve'), nth).map(([by, at]) => new Decide(by, at, 'approve', null)),
  fc
    .tuple(fc.constantFrom<Name>('Dan', 'Eve'), nth, fc.nat({ max: 6 }))
    .map(([by, at, die]) => new Decide(by, at, 'approve', die)),
  fc.tuple(name, nth).map(([by, at]) => new Decide(by, at, 'deny', null)),
  nth.map((at) => new Both(at)),
  nth.map(withdraw),
  fc.tuple(fc.constantFrom<Name>('Bob', 'Dan'), nth).map(([by, at]) => glass(by, at)),
  fc.constantFrom(1, 7, 25).map(pass),
  fc.constant(null).map(crash),
  fc.constant(null).map(reconcile),
  fault.map(vendorFault),
  fc.constant(null).map(readFault),
  fc.constant(null).map(fullDisk),
  fc.constantFrom<Name>('Ada', 'Eve').map(freeze),
  fc.constantFrom<Name>('Ada', 'Dan', 'Eve').map(lift),
  fc.tuple(fc.constantFrom<Name>('Dan', 'Eve'), fc.constantFrom<Name>('Bob', 'Cara')).map(([from, to]) => standIn(from, to)),
  nth.map(undo),
];

export interface ModelRun {
  readonly runs: number;
  readonly seed: number;
  readonly steps: number;
}

/** Runs `runs` random histories; rejects with the shortest one that breaks a promise, and the seed to repeat it. */
export async function runHistories(runs: number, seed: number): Promise<ModelRun> {
  let taken = 0;
  const histories = fc.commands([...steps], { maxCommands: 25, size: 'max' });
  await fc.assert(
    fc.asyncProperty(histories, async (commands) => {
      const model = startModel();
      const real = await startReal();
      await fc.asyncModelRun(() => ({ model, real }), commands);
      await holdEnd(model, real);
      for (const _ of commands) taken += 1;
    }),
    { numRuns: runs, seed, endOnFailure: false },
  );
  return { runs, seed, steps: taken };
}
