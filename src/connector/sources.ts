import { UsageError } from '../domain/errors.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedConnector, LoadSource } from '../preset/loaded.ts';
import type { ReadOptions, VendorClient } from './vendor-client.ts';
import { type Doubt, type WalkedPage, walk } from './walk.ts';

export interface SourcesParts {
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  /** `variables` and `integration`. */
  readonly scope: Scope;
}

export interface SourceOptions {
  readonly calls?: Pick<ReadOptions, 'priority' | 'meter'>;
  /** False where whoever asks may stop early. */
  readonly readAhead?: boolean;
}

/** Where the records of a load come from, whatever it is: pages, and what makes them doubtful at the end. */
export class Sources {
  readonly #parts: SourcesParts;

  constructor(parts: SourcesParts) {
    this.#parts = parts;
  }

  walk(source: LoadSource, options: SourceOptions, signal: AbortSignal): AsyncGenerator<WalkedPage, readonly Doubt[], void> {
    const { client, connector } = this.#parts;
    if (source.kind === 'calls')
      return walk(client, source, { vendor: connector.name, scope: {}, redact: connector.redact, ...options }, signal);
    throw new UsageError('usage.source', `${connector.name} has no source of records that can be read here.`);
  }
}
