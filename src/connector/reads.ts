import type { InputValues } from '../domain/action-request.ts';
import { UsageError, VendorError } from '../domain/errors.ts';
import type { Account, Holding, Seat } from '../domain/seat.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import type { Listing, LoadedConnector, LoadedRead, LoadedUse, Mapping } from '../preset/loaded.ts';
import { mapRecord, RecordProblem } from '../preset/map-record.ts';
import type { Answer } from './classify.ts';
import { readInputs } from './inputs.ts';
import { type Listed, list } from './listing.ts';
import { RecordIndex } from './record-index.ts';
import { SharedRead } from './shared-read.ts';
import type { VendorClient } from './vendor-client.ts';

/** What one run of a read preset gave. */
export interface ReadResult {
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  readonly response: Readonly<Record<string, unknown>>;
  readonly rejected: readonly { readonly problem: string }[];
  /** When the vendor was asked. */
  readonly readAt: Instant;
}

export interface ReadsParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  readonly clock: Clock;
  /** `variables` and `integration`. */
  readonly scope: Scope;
}

interface Found {
  readonly records: readonly unknown[];
  readonly answer: Pick<Answer, 'status' | 'headers'>;
  readonly readAt: Instant;
}

/** Runs the read presets of one integration. */
export class Reads {
  readonly #parts: ReadsParts;
  readonly #whole: SharedRead<Found>;
  readonly #index = new RecordIndex();

  constructor(parts: ReadsParts) {
    this.#parts = parts;
    this.#whole = new SharedRead(
      (signal) => this.#list(parts.connector.load, {}, signal),
      parts.connector.load.cacheMs,
      parts.clock,
    );
  }

  /** What was read before a write is not true after it. */
  forget(): void {
    this.#whole.forget();
  }

  /** Runs a preset by reference from another place. `fresh` never answers from what was read before. */
  use(use: LoadedUse, scope: Scope, fresh: boolean, signal: AbortSignal): Promise<ReadResult> {
    return this.run(use.run, renderMapping(use.inputs, scope) as InputValues, fresh, signal);
  }

  /**
   * @throws UsageError for a preset that is not a read, or inputs it does not take; VendorError and TransportError.
   */
  async run(presetId: string, given: InputValues, fresh: boolean, signal: AbortSignal): Promise<ReadResult> {
    const { connector } = this.#parts;
    const preset = connector.presets.get(presetId);
    if (preset?.kind !== 'read') throw new UsageError('usage.preset', `${connector.name} has no read preset "${presetId}".`);
    const { values, problems } = readInputs(preset.inputs, given, {});
    if (problems[0] !== undefined) throw new UsageError('usage.input', problems.map((problem) => problem.message).join(' '));
    const input = completeInputs(preset, values);
    return expecting(connector.name, presetId, () => this.#read(preset, input, fresh, signal));
  }

  #read(preset: LoadedRead, input: Scope, fresh: boolean, signal: AbortSignal): Promise<ReadResult> {
    if (preset.source !== 'load' && !('records' in preset.source)) return this.#call(preset, preset.source, input, signal);
    return this.#records(preset, preset.source, input, fresh, signal);
  }

  async #call(
    preset: LoadedRead,
    source: Exclude<LoadedRead['source'], 'load' | Listing>,
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
    source: Listing | 'load',
    input: Scope,
    fresh: boolean,
    signal: AbortSignal,
  ): Promise<ReadResult> {
    const { connector } = this.#parts;
    const as = source === 'load' ? connector.load.as : source.as;
    let read: Found | null = null;
    try {
      read = source === 'load' ? await this.#wholeList(fresh, signal) : await this.#list(source, { input }, signal, preset);
    } catch (error) {
      const short = error instanceof VendorError && error.code === 'vendor.short-list';
      if (!short || preset.whenEmpty === null) throw error;
    }
    let result = read === null ? null : this.#toResult(preset, read, as, input);
    if (preset.whenEmpty === 'load' && (result === null || (result.seats.length === 0 && result.accounts.length === 0))) {
      result = this.#toResult(preset, await this.#wholeList(fresh, signal), connector.load.as, input);
    }
    return result as ReadResult;
  }

  #wholeList(fresh: boolean, signal: AbortSignal): Promise<Found> {
    return fresh ? this.#list(this.#parts.connector.load, {}, signal) : this.#whole.get(signal);
  }

  async #list(listing: Listing, scope: Scope, signal: AbortSignal, preset?: LoadedRead): Promise<Found> {
    const { client, clock, connector } = this.#parts;
    const readAt = toInstant(clock.now());
    const listed: Listed = await list(
      client,
      listing,
      { vendor: connector.name, scope, redact: connector.redact, ...(preset === undefined ? {} : accepts(preset)) },
      signal,
    );
    return { records: listed.records, answer: listed.answer, readAt };
  }

  #toResult(preset: LoadedRead, read: Found, as: 'seat' | 'account' | null, input: Scope): ReadResult {
    const { connector, integrationId, scope } = this.#parts;
    const { filter, keep } = preset;
    const records = filter === null ? read.records : this.#index.filter(read.records, filter, { ...scope, input });
    const rejected: { problem: string }[] = [];
    const holdings = new Map<string, Holding>();
    if (as !== null) {
      const context = { integrationId, connectorId: connector.id, readAt: read.readAt, scope: { ...scope, now: read.readAt } };
      for (const record of records) {
        try {
          const holding = mapRecord(record, as, connector, context);
          // A record that moved between two pages while they were read comes twice.
          if (keep === null || keep.holds({ ...scope, [as]: holding, input })) holdings.set(holding.externalId, holding);
        } catch (error) {
          if (!(error instanceof RecordProblem)) throw error;
          rejected.push({ problem: error.message });
        }
      }
    }
    const all = [...holdings.values()];
    const seats = all.filter((holding) => holding.kind === 'seat');
    const accounts = all.filter((holding) => holding.kind === 'account');
    const { status, headers } = read.answer;
    const response = renderMapping(preset.response, { records, seats, accounts, status, headers, input });
    return { seats, accounts, response, rejected, readAt: read.readAt };
  }
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
