import type { InputValues } from '../domain/action-request.ts';
import { UsageError, VendorError } from '../domain/errors.ts';
import type { Account, Holding, Seat } from '../domain/seat.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import type {
  Becoming,
  HoldingKind,
  Listing,
  LoadedConnector,
  LoadedRead,
  LoadedUse,
  LoadListing,
  Mapping,
} from '../preset/loaded.ts';
import { type MappingContext, mapRecord, RecordProblem } from '../preset/map-record.ts';
import type { Answer } from './classify.ts';
import type { Identities, IdentityTable } from './identities.ts';
import { readInputs } from './inputs.ts';
import { JoinFailure, type Joins } from './joins.ts';
import { list } from './listing.ts';
import { RecordIndex } from './record-index.ts';
import { SharedRead } from './shared-read.ts';
import type { Sources } from './sources.ts';
import type { VendorClient } from './vendor-client.ts';

/** What one run of a read preset gave. */
export interface ReadResult {
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  /** Worked out when it is read. @throws EvaluationFault */
  readonly response: Readonly<Record<string, unknown>>;
  readonly rejected: readonly { readonly problem: string }[];
  /** When the vendor was asked. */
  readonly readAt: Instant;
}

export interface ReadsParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  readonly sources: Sources;
  readonly joins: Joins;
  readonly clock: Clock;
  /** `variables` and `integration`. */
  readonly scope: Scope;
  readonly identities: Identities;
}

/** Records that become the same things in the same way. */
interface Found {
  readonly records: readonly unknown[];
  readonly becoming: Becoming;
  readonly answer: Pick<Answer, 'status' | 'headers'>;
  readonly readAt: Instant;
  /** What records of a list that many look-ups share became; null for a list of one look-up. */
  readonly mapped: Map<unknown, Mapped[]> | null;
}

/** What one record became with what it was joined with and the identities known then. */
interface Mapped {
  readonly kind: HoldingKind;
  readonly joined: Scope;
  readonly table: IdentityTable;
  readonly holdings: readonly Holding[];
}

interface OneRecord {
  readonly record: unknown;
  readonly joined: Scope;
  readonly as: readonly HoldingKind[];
  readonly found: Found;
  readonly preset: LoadedRead;
  readonly input: Scope;
  readonly table: IdentityTable;
}

/** Runs the read presets of one integration. */
export class Reads {
  readonly #parts: ReadsParts;
  readonly #whole: SharedRead<readonly Found[]>;
  readonly #index = new RecordIndex();

  constructor(parts: ReadsParts) {
    this.#parts = parts;
    this.#whole = new SharedRead((signal) => this.#readWhole(false, signal), parts.connector.load.cacheMs, parts.clock);
  }

  /** What was read before a write is not true after it. */
  forget(): void {
    this.#whole.forget();
    this.#parts.joins.forget();
  }

  /**
   * Runs a preset by reference from another place. `fresh` never answers from what was read before. `known` stands in place
   * of the integration's identities where the caller has read them.
   */
  use(use: LoadedUse, scope: Scope, fresh: boolean, signal: AbortSignal, known?: IdentityTable): Promise<ReadResult> {
    return this.run(use.run, renderMapping(use.inputs, scope) as InputValues, fresh, signal, known);
  }

  /**
   * @throws UsageError for a preset that is not a read, or inputs it does not take; VendorError and TransportError.
   */
  async run(
    presetId: string,
    given: InputValues,
    fresh: boolean,
    signal: AbortSignal,
    known?: IdentityTable,
  ): Promise<ReadResult> {
    const { connector } = this.#parts;
    const preset = connector.presets.get(presetId);
    if (preset?.kind !== 'read') throw new UsageError('usage.preset', `${connector.name} has no read preset "${presetId}".`);
    const { values, problems } = readInputs(preset.inputs, given, {});
    if (problems[0] !== undefined) throw new UsageError('usage.input', problems.map((problem) => problem.message).join(' '));
    const input = completeInputs(preset, values);
    return expecting(connector.name, presetId, () => this.#read(preset, input, fresh, signal, known));
  }

  #read(preset: LoadedRead, input: Scope, fresh: boolean, signal: AbortSignal, known?: IdentityTable): Promise<ReadResult> {
    if (preset.source !== 'load' && !('records' in preset.source)) return this.#call(preset, preset.source, input, signal);
    return this.#records(preset, preset.source, input, fresh, signal, known);
  }

  async #call(
    preset: LoadedRead,
    source: Exclude<LoadedRead['source'], 'load' | (Listing & Becoming)>,
    input: Scope,
    signal: AbortSignal,
  ): Promise<ReadResult> {
    const readAt = toInstant(this.#parts.clock.now());
    const answer = await this.#parts.client.read(source.request, { scope: { input }, ...accepts(preset) }, signal);
    const response = renderMapping(preset.response, { ...answer, input });
    return { seats: [], accounts: [], response, rejected: [], readAt };
  }

  async #records(
    preset: LoadedRead,
    source: (Listing & Becoming) | 'load',
    input: Scope,
    fresh: boolean,
    signal: AbortSignal,
    known?: IdentityTable,
  ): Promise<ReadResult> {
    const settle = async (found: readonly Found[]) => this.#toResult(preset, found, input, fresh, signal, known);
    let result: ReadResult | null = null;
    try {
      result = await settle(
        source === 'load' ? await this.#wholeList(fresh, signal) : [await this.#list(preset, source, input, signal)],
      );
    } catch (error) {
      const short = error instanceof VendorError && error.code === 'vendor.short-list';
      if (!short || preset.whenEmpty === null) throw error;
    }
    if (result !== null && (preset.whenEmpty === null || result.seats.length > 0 || result.accounts.length > 0)) return result;
    return settle(await this.#wholeList(fresh, signal));
  }

  #wholeList(fresh: boolean, signal: AbortSignal): Promise<readonly Found[]> {
    return fresh ? this.#readWhole(true, signal) : this.#whole.get(signal);
  }

  async #readWhole(fresh: boolean, signal: AbortSignal): Promise<readonly Found[]> {
    const found: Found[] = [];
    for (const listing of this.#parts.connector.load.listings) found.push(await this.#readListing(listing, fresh, signal));
    return found;
  }

  async #readListing(listing: LoadListing, fresh: boolean, signal: AbortSignal): Promise<Found> {
    const { sources, clock } = this.#parts;
    const readAt = toInstant(clock.now());
    const records: unknown[] = [];
    let answer: Found['answer'] = { status: 200, headers: {} };
    for await (const page of sources.walk(listing.source, { fresh }, signal)) {
      for (const record of page.records) records.push(record);
      answer = page.answer;
    }
    return { records, becoming: listing, answer, readAt, mapped: new Map() };
  }

  async #list(preset: LoadedRead, source: Listing & Becoming, input: Scope, signal: AbortSignal): Promise<Found> {
    const { client, clock, connector } = this.#parts;
    const readAt = toInstant(clock.now());
    const options = { vendor: connector.name, scope: { input }, redact: connector.redact, ...accepts(preset) };
    const { records, answer } = await list(client, source, options, signal);
    return { records, becoming: source, answer, readAt, mapped: null };
  }

  async #toResult(
    preset: LoadedRead,
    lists: readonly Found[],
    input: Scope,
    fresh: boolean,
    signal: AbortSignal,
    known?: IdentityTable,
  ): Promise<ReadResult> {
    const { scope } = this.#parts;
    const { filter } = preset;
    const rejected: { problem: string }[] = [];
    const holdings = new Map<string, Holding>();
    const kept: unknown[] = [];
    for (const found of lists) {
      const records = filter === null ? found.records : this.#index.filter(found.records, filter, { ...scope, input });
      for (const record of records) kept.push(record);
      const as = preset.as === null ? found.becoming.as : found.becoming.as.filter((kind) => preset.as?.includes(kind) === true);
      if (as.length === 0 || records.length === 0) continue;
      const beside = await (await this.#parts.joins.open(fresh, {}, signal)).of(records, signal);
      const table = known ?? (await this.#parts.identities.table(signal));
      for (const [index, joined] of beside.entries()) {
        if (joined instanceof JoinFailure) throw joined.cause;
        this.#map({ record: records[index], joined, as, found, preset, input, table }, holdings, rejected);
      }
    }
    const all = [...holdings.values()];
    const seats = all.filter((holding) => holding.kind === 'seat');
    const accounts = all.filter((holding) => holding.kind === 'account');
    const last = lists.at(-1) as Found;
    const { status, headers } = last.answer;
    const readAt = lists[0]?.readAt ?? last.readAt;
    return withResponse({ seats, accounts, rejected, readAt }, () =>
      renderMapping(preset.response, { records: kept, seats, accounts, status, headers, input }),
    );
  }

  #map(one: OneRecord, holdings: Map<string, Holding>, rejected: { problem: string }[]): void {
    const { scope } = this.#parts;
    const { as, preset, input } = one;
    for (const kind of as) {
      try {
        for (const holding of this.#mapped(one, kind)) {
          const mine = preset.keep?.holds({ ...scope, [kind]: holding, input }) ?? true;
          // A record that moved between two pages while they were read comes twice.
          if (mine) holdings.set(`${kind} ${holding.externalId}`, holding);
        }
      } catch (error) {
        if (!(error instanceof RecordProblem)) throw error;
        rejected.push({ problem: error.message });
      }
    }
  }

  #mapped({ record, joined, found, table }: OneRecord, kind: HoldingKind): readonly Holding[] {
    const before = found.mapped?.get(record);
    const same = before?.find((mapped) => mapped.kind === kind && mapped.joined === joined && mapped.table === table);
    if (same !== undefined) return same.holdings;
    const { connector, integrationId, scope } = this.#parts;
    const { readAt, becoming } = found;
    const mapping = { name: connector.name, fields: connector.fields, seat: becoming.seat, account: becoming.account };
    const context: MappingContext = {
      integrationId,
      connectorId: connector.id,
      readAt,
      scope: { ...scope, now: readAt, joined },
      emailOf: (login) => table.emailOf(login),
    };
    const holdings = mapRecord(record, kind, mapping, context);
    const others = (before ?? []).filter((mapped) => mapped.kind !== kind);
    found.mapped?.set(record, [...others, { kind, joined, table, holdings }]);
    return holdings;
  }
}

/** Look-ups never ask for the response, so it is worked out for those who do. */
function withResponse(read: Omit<ReadResult, 'response'>, work: () => ReadResult['response']): ReadResult {
  let response: ReadResult['response'] | null = null;
  return {
    ...read,
    get response() {
      response ??= work();
      return response;
    },
  };
}

function accepts(preset: LoadedRead): { accept?: (answer: Answer) => boolean } {
  const { missing } = preset;
  return missing === null ? {} : { accept: (answer) => missing.holds({ ...answer }) };
}

/** All inputs a preset declares; those not given are null, so that an expression can ask for them. */
export function completeInputs(preset: { readonly inputs: LoadedRead['inputs'] }, values: InputValues): InputValues {
  return Object.fromEntries(preset.inputs.map(({ info }) => [info.name, values[info.name] ?? null]));
}

/** The values of a mapping; absent ones are left out. */
export function renderMapping(mapping: Mapping, scope: Scope): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    mapping.map(([name, template]) => [name, template.render(scope)] as const).filter(([, value]) => value !== null),
  );
}

/** Does the work; when an expression of the preset meets a value of a type it does not expect, says so as VendorError. */
export async function expecting<Result>(vendor: string, presetId: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    throw new VendorError('vendor.unexpected', 200, `${vendor} sent values the preset "${presetId}" does not expect.`, {
      hint: `The vendor may have changed something: ${error.message}.`,
      cause: error,
    });
  }
}
