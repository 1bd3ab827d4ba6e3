import { setImmediate as nextTurn } from 'node:timers/promises';
import { SeatwardenError, TransportError, VendorError } from '../domain/errors.ts';
import type { Account, Holding, Scalar, Seat } from '../domain/seat.ts';
import { toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { LoadCounts, LoadedRecord, LoadOptions, LoadReason, LoadReport, OnPage, RecordFault } from '../ports/load.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import { customOf, FieldProblem, type LoadSettings, personOf } from '../preset/load-settings.ts';
import type { LoadedConnector, LoadListing } from '../preset/loaded.ts';
import { idsOf, type MappingContext, mapInScope, type RecordMapping, RecordProblem } from '../preset/map-record.ts';
import type { Identities, IdentityTable } from './identities.ts';
import { type Joiner, JoinFailure, type Joins } from './joins.ts';
import type { Sources } from './sources.ts';
import type { Doubt, WalkedPage } from './walk.ts';

export interface LoaderParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly sources: Sources;
  readonly joins: Joins;
  readonly clock: Clock;
  /** `variables` and `integration`. */
  readonly scope: Scope;
  readonly settings: LoadSettings;
  readonly identities: Identities;
}

/** More records than this are handed over in several pages, so that nobody has to handle many at once. */
const SLICE = 250;
const NOTHING: Scope = {};
const NO_FIELDS: Holding['fields'] = {};
/** After so long the rest of the program gets its turn. */
const TURN_MS = 8;
/** Records between two looks at the clock. */
const LOOK_EVERY = 8;

/** Loads everything of one integration. See `Connector.load`. */
export class Loader {
  readonly #parts: LoaderParts;

  constructor(parts: LoaderParts) {
    this.#parts = parts;
  }

  async load(options: LoadOptions, onPage: OnPage, signal: AbortSignal): Promise<LoadReport> {
    return new Load(this.#parts, options, onPage, signal).run();
  }
}

/** What `onPage` threw: the caller's own, and none of the vendor's. */
class PageNotTaken extends Error {}

type Counts = { -readonly [Name in keyof LoadCounts]: LoadCounts[Name] };

/** One load as it goes on. */
class Load {
  readonly #parts: LoaderParts;
  readonly #options: LoadOptions;
  readonly #onPage: OnPage;
  readonly #signal: AbortSignal;
  readonly #meter = { calls: 0, waitedMs: 0 };
  readonly #reasons: LoadReason[] = [];
  readonly #counts: Counts = {
    pages: 0,
    records: 0,
    kept: 0,
    seats: 0,
    accounts: 0,
    faulty: 0,
    vendorCalls: 0,
    waitedMs: 0,
  };
  #table: IdentityTable | null = null;
  #slices = 0;
  #unreadable = 0;
  #turnSince = performance.now();

  constructor(parts: LoaderParts, options: LoadOptions, onPage: OnPage, signal: AbortSignal) {
    this.#parts = parts;
    this.#options = options;
    this.#onPage = onPage;
    this.#signal = signal;
  }

  async run(): Promise<LoadReport> {
    const { connector, clock } = this.#parts;
    const startedAt = toInstant(clock.now());
    let listed = 0;
    this.#table = await this.#identities();
    for (const listing of connector.load.listings) {
      if (!(await this.#list(listing))) break;
      listed += 1;
      if (this.#full) break;
    }
    const { pages } = this.#count();
    if (this.#full && this.#reasons.length === 0)
      this.#because('limit', 'load', `Only the first ${this.#options.limit} records were read, as asked.`, null);
    const outcome = this.#reasons.length === 0 ? 'complete' : listed === 0 && pages === 0 ? 'failed' : 'incomplete';
    return { outcome, reasons: this.#reasons, counts: this.#count(), startedAt, finishedAt: toInstant(clock.now()) };
  }

  /** Null where they cannot be read: then everybody the vendor knows by login alone is shown by that. */
  async #identities(): Promise<IdentityTable | null> {
    try {
      return await this.#parts.identities.table(this.#signal);
    } catch (error) {
      const { message, hint } = inWords(error, this.#parts.connector.name);
      this.#because('identities', 'load', message, hint, statusOf(error));
      return null;
    }
  }

  get #full(): boolean {
    return this.#counts.records >= (this.#options.limit ?? Number.POSITIVE_INFINITY);
  }

  /** Whether the listing came to its end, well or doubtful. */
  async #list(listing: LoadListing): Promise<boolean> {
    const { sources, joins, connector } = this.#parts;
    const calls = { priority: 'load', meter: this.#meter } as const;
    const seen = new Repeats();
    try {
      const joiner = await joins.open(true, calls, this.#signal);
      const readAhead = this.#options.limit === undefined;
      const pages = sources.walk(listing.source, { calls, readAhead, fresh: true }, this.#signal);
      try {
        for (let page = await pages.next(); ; page = await pages.next()) {
          if (page.done === true) {
            this.#doubt(listing, page.value);
            break;
          }
          this.#counts.pages += 1;
          await this.#page(listing, page.value, joiner, seen);
          if (this.#full) break;
        }
      } finally {
        await pages.return([]);
      }
    } catch (error) {
      if (error instanceof PageNotTaken) throw error.cause;
      this.#failed(listing, error);
      return false;
    }
    if (this.#unreadable > 0) {
      const some = this.#unreadable === 1 ? 'One record has' : `${this.#unreadable} records have`;
      this.#because('unreadable', listing.name, `${some} no id that can be read, so it cannot be said what is missing.`, null);
      this.#unreadable = 0;
    }
    if (seen.repeats > 0)
      this.#because(
        'record-repeats',
        listing.name,
        `${connector.name} gave ${seen.first} ${seen.repeats > 1 ? `and ${seen.repeats - 1} others ` : ''}twice; the list moved while it was read, and something else may be missing from it.`,
        'Run it again.',
      );
    return true;
  }

  async #page(listing: LoadListing, page: WalkedPage, joiner: Joiner, seen: Repeats): Promise<void> {
    const room = (this.#options.limit ?? Number.POSITIVE_INFINITY) - this.#counts.records;
    const records = page.records.length > room ? page.records.slice(0, room) : page.records;
    for (let at = 0; at < Math.max(1, records.length); at += SLICE) {
      const slice = records.length <= SLICE ? records : records.slice(at, at + SLICE);
      const { filter } = this.#parts.settings;
      const kept: boolean[] = [];
      const faults: (RecordFault | null)[] = [];
      for (const record of slice) {
        const judged = judge(filter, record);
        kept.push(judged === true);
        faults.push(typeof judged === 'boolean' ? null : judged);
      }
      const wanted = kept.every(Boolean) ? slice : slice.filter((_, index) => kept[index]);
      const beside = await joiner.of(wanted, this.#signal);
      let next = 0;
      const ground = this.#ground(listing);
      const loaded: LoadedRecord[] = [];
      for (let index = 0; index < slice.length; index += 1) {
        const joined = kept[index] === true ? (beside[next++] ?? NOTHING) : null;
        loaded.push(this.#record(ground, slice[index], joined, faults[index] ?? null, seen));
        if (index % LOOK_EVERY === 0 && performance.now() - this.#turnSince > TURN_MS) await this.#turn();
      }
      this.#slices += 1;
      try {
        await this.#onPage({ number: this.#slices, records: loaded, counts: this.#count(), total: page.total });
      } catch (cause) {
        throw new PageNotTaken('the page was not taken', { cause });
      }
      this.#turnSince = performance.now();
    }
  }

  async #turn(): Promise<void> {
    await nextTurn();
    this.#turnSince = performance.now();
  }

  /** What all records of a slice are mapped by. */
  #ground(listing: LoadListing): Ground {
    const { connector, integrationId, clock, scope } = this.#parts;
    const { seat, account } = listing;
    const readAt = toInstant(clock.now());
    return {
      listing,
      mapping: { name: connector.name, fields: connector.fields, seat, account },
      context: {
        integrationId,
        connectorId: connector.id,
        readAt,
        scope: { ...scope, now: readAt },
        emailOf: (login) => this.#table?.emailOf(login) ?? null,
      },
    };
  }

  #record(
    { listing, mapping, context: shared }: Ground,
    record: unknown,
    joined: Scope | JoinFailure | null,
    filterFault: RecordFault | null,
    repeats: Repeats,
  ): LoadedRecord {
    const { connector, settings } = this.#parts;
    const index = this.#counts.records;
    this.#counts.records += 1;
    const nothing = { index, listing: listing.name, raw: record, seats: [], accounts: [], person: null, custom: {}, seen: [] };
    if (filterFault !== null || joined === null || joined instanceof JoinFailure) {
      const context: MappingContext = {
        ...shared,
        scope: { ...shared.scope, joined: joined instanceof JoinFailure ? NOTHING : joined },
      };
      if (filterFault === null && joined === null)
        return { ...nothing, kept: false, seen: this.#idsOf(listing, record, mapping, context) ?? [], faults: [] };
      const seen = this.#idsOf(listing, record, mapping, context);
      const fault = filterFault ?? joinFault(joined as JoinFailure, connector.name, seen?.[0]?.id ?? null);
      if (filterFault === null) this.#joinFailed(listing, joined as JoinFailure);
      this.#counts.faulty += 1;
      if (seen === null) this.#unreadable += 1;
      return { ...nothing, kept: true, seen: seen ?? [], faults: [fault] };
    }
    this.#counts.kept += 1;
    // One scope for all that is read of the record, written out: it is made a hundred thousand times.
    const { variables, integration, now } = shared.scope;
    const scope = { variables, integration, now, joined, record, fields: NO_FIELDS };
    const faults: RecordFault[] = [];
    const seen: LoadedRecord['seen'][number][] = [];
    const holdings: Holding[] = [];
    for (const kind of listing.as) {
      try {
        for (const holding of mapInScope(scope, kind, mapping, shared)) {
          holdings.push(holding);
          seen.push({ kind, id: holding.externalId });
        }
      } catch (error) {
        if (!(error instanceof RecordProblem)) throw error;
        const { id, as, field, sample, reason } = error;
        faults.push({ id, as, field, sample, reason: `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.` });
        const ids = idsOf(record, kind, mapping, { ...shared, scope });
        if (ids === null) this.#unreadable += 1;
        else seen.push(...ids.map((one) => ({ kind, id: one })));
      }
    }
    // What the integration maps may name the connector's own fields of the record.
    scope.fields = holdings[0]?.fields ?? NO_FIELDS;
    const [main] = listing.as;
    for (const one of seen) if (one.kind === main) repeats.add(one.id);
    const id = seen[0]?.id ?? null;
    const custom = attempt('record', id, faults, {}, () => customOf(settings, scope));
    const person = attempt('person', id, faults, null, () => personOf(settings, scope, holdings));
    for (const holding of holdings) addCustom(holding, settings, custom);
    const seats: Seat[] = [];
    const accounts: Account[] = [];
    for (const holding of holdings) {
      if (holding.kind === 'seat') seats.push(holding);
      else accounts.push(holding);
    }
    this.#counts.seats += seats.length;
    this.#counts.accounts += accounts.length;
    if (faults.length > 0) this.#counts.faulty += 1;
    return { index, listing: listing.name, raw: record, kept: true, seats, accounts, person, custom, seen, faults };
  }

  #idsOf(listing: LoadListing, record: unknown, mapping: RecordMapping, context: MappingContext): LoadedRecord['seen'] | null {
    const seen: LoadedRecord['seen'][number][] = [];
    for (const kind of listing.as) {
      const ids = idsOf(record, kind, mapping, context);
      if (ids === null) return null;
      seen.push(...ids.map((id) => ({ kind, id })));
    }
    return seen;
  }

  #doubt(listing: LoadListing, doubts: readonly Doubt[]): void {
    for (const { code, message } of doubts) this.#because(code, listing.name, message, 'Run it again.');
  }

  #joinFailed(listing: LoadListing, { cause }: JoinFailure): void {
    if (this.#reasons.some((reason) => reason.code === 'detail' && reason.listing === listing.name)) return;
    const { message, hint } = inWords(cause, this.#parts.connector.name);
    this.#because('detail', listing.name, `Details of some records could not be read: ${message}`, hint, statusOf(cause));
  }

  #failed(listing: LoadListing, error: unknown): void {
    const { connector } = this.#parts;
    if (this.#signal.aborted) {
      this.#because('cancelled', listing.name, `Reading ${connector.name} was stopped before its end.`, null);
      return;
    }
    const { message, hint } = inWords(error, connector.name);
    this.#because(codeOf(error), listing.name, message, hint, statusOf(error));
  }

  #because(code: LoadReason['code'], listing: string, message: string, hint: string | null, status: number | null = null): void {
    this.#reasons.push({ code, listing, status, message, hint });
  }

  #count(): LoadCounts {
    return { ...this.#counts, vendorCalls: this.#meter.calls, waitedMs: Math.round(this.#meter.waitedMs) };
  }
}

interface Ground {
  readonly listing: LoadListing;
  readonly mapping: RecordMapping;
  readonly context: MappingContext;
}

/** Notices ids that come twice in one listing. */
class Repeats {
  readonly #ids = new Set<string>();
  repeats = 0;
  first = '';

  add(id: string): void {
    if (this.#ids.has(id)) {
      if (this.repeats === 0) this.first = id;
      this.repeats += 1;
    } else this.#ids.add(id);
  }
}

function judge(filter: LoadSettings['filter'], record: unknown): boolean | RecordFault {
  if (filter === null) return true;
  try {
    return filter.holds({ record });
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    const reason = `The filter cannot be applied: ${error.message}.`;
    return { id: null, as: 'record', field: 'filter', sample: null, reason };
  }
}

function joinFault({ cause }: JoinFailure, vendor: string, id: string | null): RecordFault {
  return { id, as: 'record', field: 'joined', sample: null, reason: inWords(cause, vendor).message };
}

function attempt<Result>(
  as: RecordFault['as'],
  id: string | null,
  faults: RecordFault[],
  otherwise: Result,
  work: () => Result,
): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FieldProblem)) throw error;
    faults.push({ id, as, field: error.field, sample: error.sample, reason: `${error.message}.` });
    return otherwise;
  }
}

/** Puts custom fields beside the standard ones of a holding that was made just now and is nobody else's yet. */
function addCustom(holding: Holding, { custom }: LoadSettings, values: Readonly<Record<string, Scalar>>): void {
  const fields: Record<string, Scalar> = holding.fields;
  for (const { name, label } of custom) fields[label] = values[name] ?? null;
}

const CODES: Readonly<Record<string, LoadReason['code']>> = {
  'vendor.short-list': 'short-of-total',
  'vendor.page-repeats': 'page-repeats',
  'vendor.cursor-repeats': 'cursor-repeats',
  'vendor.too-many-pages': 'too-many-pages',
  'vendor.unexpected': 'unexpected',
};

function codeOf(error: unknown): LoadReason['code'] {
  if (error instanceof TransportError) return 'transport';
  if (error instanceof VendorError) return CODES[error.code] ?? 'vendor';
  if (error instanceof EvaluationFault) return 'unexpected';
  if (error instanceof SeatwardenError) return 'vendor';
  throw error;
}

function statusOf(error: unknown): number | null {
  return error instanceof VendorError ? error.status : null;
}

function inWords(error: unknown, vendor: string): { readonly message: string; readonly hint: string | null } {
  if (error instanceof SeatwardenError) return { message: error.message, hint: error.hint };
  if (error instanceof EvaluationFault)
    return {
      message: `${vendor} sent values the preset does not expect.`,
      hint: `The vendor may have changed something: ${error.message}.`,
    };
  throw error;
}
