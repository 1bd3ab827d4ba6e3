import { ChangeLog, nameOf, titleOf } from './change-log.ts';
import { sameFields, sameHolding } from './compare-holdings.ts';
import { holdingKey, type Inventory, type SyncedHolding, type SyncedPerson } from './inventory.ts';
import type { MergeRecord } from './merge-record.ts';
import { keyOf, type PersonFields } from './person-fields.ts';
import { PersonReader, shown } from './person-reader.ts';
import type { Account, Holding, Seat } from './seat.ts';
import type { Departure, DepartureReason, SyncChange, SyncCounts, SyncFault } from './sync-change.ts';
import type { SyncPlan } from './sync-plan.ts';
import type { Instant } from './time.ts';

export interface MergeCounts {
  readonly people: SyncCounts;
  readonly holdings: SyncCounts;
  /** Left out by the filter. */
  readonly filtered: number;
  /** Left out by the mode. */
  readonly skipped: number;
  /** Records with at least one fault. */
  readonly failed: number;
  /** Records that came more than once, as they do when a list shifts while its pages are read. */
  readonly repeated: number;
}

export interface MergeResult {
  /** Null when nothing changed: what is stored stays as it is. */
  readonly next: Pick<Inventory, 'holdings' | 'people'> | null;
  readonly changes: readonly SyncChange[];
  readonly counts: MergeCounts;
}

/** A person put together from the records of one load. */
interface Gathered {
  fields: PersonFields;
  /** The latest assignment decides which of several records tells the person's fields; then the id. */
  at: string;
  id: string;
  live: boolean;
  /** The account it came from; null for people known by seats alone. */
  accountId: string | null;
}

const SLICE = 1_000;

/**
 * Compares one load, page by page, with what was stored and makes the next inventory of it. Pure; `settle` and `finish`
 * are generators so that whoever runs them can let others in between slices.
 */
export class SyncMerge {
  readonly #before: Inventory | null;
  readonly #plan: SyncPlan;
  readonly #accounts: (a: Account, b: Account) => Account;
  readonly #now: Instant;
  readonly #holdings = new Map<string, SyncedHolding>();
  readonly #people = new Map<string, Gathered>();
  /** There, and could not be read or do not count: they stay as they are. */
  readonly #keep = new Set<string>();
  readonly #keepPeople = new Set<string>();
  readonly #filtered = new Set<string>();
  /** By sync key, the accounts that claim it; more than one is a clash. */
  readonly #clashes = new Map<string, Set<string>>();
  readonly #reader: PersonReader;
  readonly #count = { filtered: 0, skipped: 0, repeated: 0 };
  readonly #log = new ChangeLog();
  /** Keys before to keys now, of people whose e-mail was changed at the vendor; and the way back. */
  readonly #renamed = new Map<string, string>();
  readonly #renamedFrom = new Map<string, string>();
  readonly #overlap = { known: 0, both: 0 };
  #departures = new Map<string, Departure>();

  constructor(options: {
    readonly before: Inventory | null;
    readonly plan: SyncPlan;
    readonly now: Instant;
    readonly mergeAccounts: (a: Account, b: Account) => Account;
  }) {
    this.#before = options.before;
    this.#plan = options.plan;
    this.#now = options.now;
    this.#accounts = options.mergeAccounts;
    this.#reader = new PersonReader(options.plan);
  }

  /** What of the load could not be taken, and why. */
  get faults(): readonly SyncFault[] {
    return this.#reader.faults;
  }

  /** Records so far that had come before. */
  get repeated(): number {
    return this.#count.repeated;
  }

  /** It is at the vendor after all, whatever the listing says. */
  stays(departure: Departure): void {
    this.#departures.delete(`${departure.kind}/${departure.id}`);
  }

  add(records: readonly MergeRecord[]): void {
    for (const record of records) this.#add(record);
  }

  #add(record: MergeRecord): void {
    if (record.faults.length > 0) {
      this.#reader.refuse(record);
      this.#leaveAsItWas(record);
      return;
    }
    if (!record.kept) {
      this.#count.filtered += 1;
      for (const { kind, id } of record.seen) this.#filtered.add(`${kind}/${id}`);
      return;
    }
    const { seats, accounts } = record;
    const first = accounts[0] ?? seats[0];
    const id = first === undefined ? '' : holdingKey(first);
    const key = this.#person(record, id);
    if (key === undefined) {
      this.#leaveAsItWas(record);
      return;
    }
    let news = seats.length + accounts.length === 0;
    for (const seat of seats) {
      const person = seat.holder?.kind === 'person' ? key : null;
      news = this.#holding(seat === first ? id : holdingKey(seat), seat, person) || news;
    }
    for (const account of accounts) news = this.#holding(account === first ? id : holdingKey(account), account, key) || news;
    if (!news) this.#count.repeated += 1;
  }

  /** A record that could not be taken is still there: nothing it stands for, and nobody, is missing. */
  #leaveAsItWas(record: MergeRecord): void {
    for (const { kind, id: vendorId } of record.seen) {
      const id = `${kind}/${vendorId}`;
      this.#keep.add(id);
      const person = this.#before?.holdings.get(id)?.person ?? null;
      if (person !== null) this.#keepPeople.add(person);
    }
    const key = record.person === null ? null : keyOf({ ...record.custom, ...record.person }, this.#plan.syncKey);
    if (key !== null) this.#keepPeople.add(key);
  }

  /** The sync key of the record's person, gathered with their fields. As {@link PersonReader.read} where there is none. */
  #person(record: MergeRecord, id: string): string | null | undefined {
    const read = this.#reader.read(record, id);
    if (read === null || read === undefined) return read;
    const { key, fields, unique } = read;
    if (unique) this.#gather(key, id, this.#asBefore(key, fields), record.seats[0], record.accounts[0]);
    return key;
  }

  /** The very object that is stored where nothing changed, so that a quiet night costs no memory. */
  #asBefore(key: string, fields: PersonFields): PersonFields {
    const was = this.#before?.people.get(key)?.fields;
    return was !== undefined && sameFields(was, fields) ? was : fields;
  }

  #gather(key: string, id: string, fields: PersonFields, seat: Seat | undefined, account: Account | undefined): void {
    const live = account?.enabled ?? true;
    const at = seat?.assignedAt ?? '';
    const known = this.#people.get(key);
    if (known === undefined) {
      this.#people.set(key, { fields, at, id, live, accountId: account === undefined ? null : id });
      return;
    }
    if (account !== undefined && known.accountId !== null && known.accountId !== id) {
      this.#clash(key, known.accountId, id);
      return;
    }
    known.live ||= live;
    if (account !== undefined) known.accountId = id;
    if (at > known.at || (at === known.at && id > known.id)) {
      known.fields = fields;
      known.at = at;
      known.id = id;
    }
  }

  #clash(key: string, first: string, second: string): void {
    const ids = this.#clashes.get(key) ?? new Set([first]);
    this.#clashes.set(key, ids.add(second));
  }

  /** Whether it is the first reading of it in this load. */
  #holding(id: string, holding: Holding, person: string | null): boolean {
    const same = this.#holdings.get(id);
    if (same?.holding.kind === 'account' && holding.kind === 'account')
      this.#put(id, this.#accounts(same.holding, holding), same.person ?? person);
    else this.#put(id, holding, person);
    return same === undefined;
  }

  #put(id: string, holding: Holding, person: string | null): void {
    const before = this.#before?.holdings.get(id);
    if (
      before !== undefined &&
      before.person === person &&
      before.absent === 0 &&
      isActive(before, holding, this.#plan) === before.active &&
      sameHolding(before.holding, holding)
    ) {
      // The very object, so that what did not change costs no memory and is found out again by identity.
      this.#holdings.set(id, before);
      return;
    }
    const now = this.#now;
    const active = before === undefined ? isEnabled(holding) : isActive(before, holding, this.#plan);
    this.#holdings.set(id, { holding, person, active, absent: 0, since: before?.since ?? now, changedAt: now });
  }

  /**
   * Finds who and what would be deactivated; `whole` says that the listing can be trusted to name everything there is.
   * To be run once, when every page was added.
   */
  *settle(whole: boolean): Generator<void, readonly Departure[]> {
    this.#revertClashes();
    const before = this.#before;
    if (before === null) return [];
    this.#findRenamed(before);
    const departures: Departure[] = [];
    const missingOf = new Set<string>();
    const filteredOf = new Set<string>();
    const keptOf = new Set<string>();
    let count = 0;
    for (const [id, was] of before.holdings) {
      if (++count % SLICE === 0) yield;
      const is = this.#holdings.get(id);
      if (is !== undefined) {
        if (was.active && !is.active) departures.push(this.#departure(was, 'disabled'));
        continue;
      }
      if (this.#keep.has(id)) {
        if (was.person !== null) keptOf.add(was.person);
        continue;
      }
      const filtered = this.#filtered.has(id);
      if (!whole && !filtered) continue;
      if (was.person !== null) (filtered ? filteredOf : missingOf).add(was.person);
      if (was.active) departures.push(this.#departure(was, filtered ? 'filtered' : 'missing'));
    }
    for (const [key, was] of before.people) {
      if (++count % SLICE === 0) yield;
      const is = this.#people.get(key);
      const kept = this.#keepPeople.has(key) || keptOf.has(key) || this.#renamed.has(key);
      if (was.active) this.#overlap.known += 1;
      if (was.active && (is !== undefined || kept)) this.#overlap.both += 1;
      if (is?.live === true || kept || !was.active) continue;
      const reason = this.#whyGone(is !== undefined, filteredOf.has(key), missingOf.has(key), whole);
      if (reason !== null)
        departures.push({
          kind: 'person',
          id: key,
          title: nameOf(was.fields, key),
          reason,
          again: reason === 'missing' && was.absent > 0,
        });
    }
    this.#departures = new Map(departures.map((one) => [`${one.kind}/${one.id}`, one]));
    return departures;
  }

  #reasonFor(id: string): DepartureReason | undefined {
    return this.#departures.get(id)?.reason;
  }

  #whyGone(listed: boolean, filtered: boolean, missing: boolean, whole: boolean): DepartureReason | null {
    if (listed) return 'disabled';
    if (filtered && !missing) return 'filtered';
    if (!whole) return null;
    return this.#plan.load === 'users' || missing ? 'missing' : 'released';
  }

  #departure(was: SyncedHolding, reason: DepartureReason): Departure {
    const { kind, externalId } = was.holding;
    return { kind, id: externalId, title: titleOf(was.holding), reason, again: reason === 'missing' && was.absent > 0 };
  }

  /** Those who were active before, and how many of them are in this load, too. Known once `settle` was run. */
  get overlap(): { readonly known: number; readonly listed: number; readonly both: number } {
    return { ...this.#overlap, listed: this.#people.size };
  }

  /**
   * The next inventory and what changed. `gone` names departures (`seat/<id>`, `person/<key>`) that are certain though this
   * is the first listing they are missing from; with `all`, people decided that every one is.
   */
  *finish(gone: ReadonlySet<string>, all = false): Generator<void, MergeResult> {
    const before = this.#before;
    const withHoldings = this.#plan.load === 'users-and-saas-users';
    // Where everything may be taken, what was gathered is the next inventory.
    const takesAll = withHoldings && this.#plan.mode === 'create-and-update';
    const holdings = takesAll ? this.#holdings : new Map<string, SyncedHolding>();
    let changed = before === null;
    let count = 0;
    if (withHoldings) {
      for (const [id, is] of this.#holdings) {
        if (++count % SLICE === 0) yield;
        const was = before?.holdings.get(id);
        if (!this.#allowed(was !== undefined, is !== was)) {
          if (was !== undefined) holdings.set(id, was);
          continue;
        }
        if (!takesAll) holdings.set(id, is);
        if (is === was) this.#log.holdings.unchanged += 1;
        else {
          changed = true;
          this.#log.holding(was, is, this.#reasonFor(id));
        }
      }
      for (const [id, was] of before?.holdings ?? []) {
        if (++count % SLICE === 0) yield;
        if (this.#holdings.has(id)) continue;
        const left = this.#depart(id, was, gone, all);
        if (left !== was) changed = true;
        holdings.set(id, left);
        if (was.active && !left.active) this.#log.holding(was, left, this.#reasonFor(id));
      }
    }
    const people = new Map<string, SyncedPerson>();
    for (const [key, gathered] of this.#people) {
      if (++count % SLICE === 0) yield;
      if (this.#takePerson(people, key, gathered)) changed = true;
    }
    for (const [key, was] of before?.people ?? []) {
      if (++count % SLICE === 0) yield;
      if (this.#people.has(key)) continue;
      if (this.#renamed.has(key)) {
        changed = true;
        continue;
      }
      const left = this.#depart(`person/${key}`, was, gone, all);
      if (left !== was) changed = true;
      people.set(key, left);
      if (was.active && !left.active) this.#log.person(was, left, this.#reasonFor(`person/${key}`));
    }
    return {
      next: changed ? { holdings, people } : null,
      changes: this.#log.changes,
      counts: { people: this.#log.people, holdings: this.#log.holdings, ...this.#count, failed: this.#reader.failed },
    };
  }

  /** The mode: whether something known or new may be taken as it is now. */
  #allowed(known: boolean, differs: boolean): boolean {
    const { mode } = this.#plan;
    if (mode === 'create-and-update' || (mode === 'update-only' && known) || (mode === 'create-only' && !known)) return true;
    if (!known || differs) this.#count.skipped += 1;
    return false;
  }

  #takePerson(people: Map<string, SyncedPerson>, key: string, gathered: Gathered): boolean {
    const before = this.#before;
    const oldKey = this.#renamedFrom.get(key) ?? key;
    const was = before?.people.get(oldKey);
    if (was === undefined) {
      if (!this.#allowed(false, true)) return false;
      const { fields, live } = gathered;
      const is: SyncedPerson = {
        key,
        ...this.#accountOf(gathered),
        fields,
        active: live,
        absent: 0,
        since: this.#now,
        changedAt: this.#now,
      };
      people.set(key, is);
      this.#log.person(undefined, is);
      return true;
    }
    const departed = this.#plan.deactivate.enabled && !gathered.live;
    const active = gathered.live || (was.active && !departed);
    const same = key === oldKey && active === was.active && was.absent === 0 && gathered.fields === was.fields;
    if (same || !this.#allowed(true, true)) {
      people.set(oldKey, was);
      if (same) this.#log.people.unchanged += 1;
      return false;
    }
    const is: SyncedPerson = {
      key,
      ...this.#accountOf(gathered),
      fields: gathered.fields,
      active,
      absent: 0,
      since: was.since,
      changedAt: this.#now,
    };
    people.set(key, is);
    this.#log.person(was, is, this.#reasonFor(`person/${key}`));
    return true;
  }

  /** Beside accounts it would be said twice. */
  #accountOf({ accountId }: Gathered): Pick<SyncedPerson, 'account'> {
    return this.#plan.load === 'users' && accountId !== null ? { account: accountId } : {};
  }

  /** What becomes of something that is not in the load. */
  #depart<Item extends SyncedHolding | SyncedPerson>(id: string, was: Item, gone: ReadonlySet<string>, all: boolean): Item {
    const departure = this.#departures.get(id);
    if (departure === undefined) return was;
    const { enabled } = this.#plan.deactivate;
    const absent = departure.reason === 'missing' ? Math.min(was.absent + 1, 2) : was.absent;
    const certain = departure.reason !== 'missing' || absent >= 2 || all || gone.has(id);
    const active = !(enabled && certain);
    if (active === was.active && absent === was.absent) return was;
    return { ...was, active, absent, ...(active === was.active ? {} : { changedAt: this.#now }) };
  }

  /** Two accounts with one sync key, or two records with one unique value: nobody can say which is right, so neither counts. */
  #revertClashes(): void {
    for (const [key, ids] of this.#clashes) {
      const names = [...ids].map(shown);
      this.#reader.failed += names.length;
      this.#reader.faults.push({
        index: null,
        id: names.join(', '),
        field: this.#plan.syncKey,
        sample: JSON.stringify(key).slice(0, 60),
        reason: `the accounts ${names.join(' and ')} have the same ${this.#plan.syncKey}, so neither was taken`,
      });
      this.#revert(key, ids);
    }
    for (const id of this.#reader.clashes) {
      const key = this.#holdings.get(id)?.person ?? null;
      if (key !== null) this.#revert(key, new Set([id]));
    }
  }

  #revert(key: string, ids: ReadonlySet<string>): void {
    this.#people.delete(key);
    this.#keepPeople.add(key);
    for (const id of ids) {
      this.#holdings.delete(id);
      this.#keep.add(id);
      const before = this.#before?.holdings.get(id)?.person ?? null;
      if (before !== null) this.#keepPeople.add(before);
    }
  }

  /** The same account under another key is the same person, whose e-mail was changed at the vendor. */
  #findRenamed(before: Inventory): void {
    const keys = new Map<string, string>();
    if (this.#plan.load === 'users')
      for (const [key, { account }] of before.people) if (account !== undefined) keys.set(account, key);
    for (const [key, gathered] of this.#people) {
      if (gathered.accountId === null || before.people.has(key)) continue;
      const old = before.holdings.get(gathered.accountId)?.person ?? keys.get(gathered.accountId) ?? null;
      if (old === null || this.#people.has(old) || !before.people.has(old) || this.#renamed.has(old)) continue;
      this.#renamed.set(old, key);
      this.#renamedFrom.set(key, old);
    }
  }
}

function isEnabled(holding: Holding): boolean {
  return holding.kind === 'seat' || holding.enabled;
}

/** What is back is active again; what the vendor switched off is inactive only where deactivating was chosen. */
function isActive(before: SyncedHolding, holding: Holding, plan: SyncPlan): boolean {
  return isEnabled(holding) || (before.active && !plan.deactivate.enabled);
}
