import type { Dispatcher } from 'undici';
import { VendorError } from '../domain/errors.ts';
import type { Member } from '../domain/person.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedConnector, LoadSource } from '../preset/loaded.ts';
import type { Authoriser } from './authorise.ts';
import { isUrl, readCsv } from './csv.ts';
import type { Network } from './network.ts';
import type { ReadOptions, VendorClient } from './vendor-client.ts';
import { type Doubt, type WalkedPage, walk } from './walk.ts';

export interface SourcesParts {
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  /** `variables` and `integration`. */
  readonly scope: Scope;
  readonly credential: Readonly<Record<string, string>>;
  /** Shows the credential where a table is fetched. */
  readonly authoriser: Authoriser;
  /** Where relative paths of tables start. */
  readonly folder: string;
  /** The people of the Slack workspace, those who left included; null where there is no workspace. */
  readonly everyone: ((fresh: boolean) => Promise<readonly Member[]>) | null;
  readonly network: Network | undefined;
  readonly dispatcher: Dispatcher | undefined;
}

export interface SourceOptions {
  readonly calls?: Pick<ReadOptions, 'priority' | 'meter'>;
  /** False where whoever asks may stop early. */
  readonly readAhead?: boolean;
  /** True where what was read before does not count: for loads, and for looking whether something happened. */
  readonly fresh?: boolean;
}

type Pages = AsyncGenerator<WalkedPage, readonly Doubt[], void>;

const PEOPLE = 200;

/** Where the records of a load come from, whatever it is: pages, and what makes them doubtful at the end. */
export class Sources {
  readonly #parts: SourcesParts;

  constructor(parts: SourcesParts) {
    this.#parts = parts;
  }

  walk(source: LoadSource, { fresh = false, ...options }: SourceOptions, signal: AbortSignal): Pages {
    const { client, connector } = this.#parts;
    const { name: vendor, redact } = connector;
    if (source.kind === 'calls') return walk(client, source, { vendor, scope: {}, redact, ...options }, signal);
    return source.kind === 'csv' ? this.#table(source, signal) : this.#people(fresh, signal);
  }

  async *#table(source: Extract<LoadSource, { kind: 'csv' }>, signal: AbortSignal): Pages {
    const { connector, scope, folder, network, dispatcher } = this.#parts;
    const { delimiter, columns, required } = source;
    const address = source.address.render(scope);
    const headers = isUrl(address) ? await this.#headers(signal) : {};
    const { name: vendor, timeoutMs } = connector;
    return yield* readCsv(
      { vendor, address, delimiter, columns, required, folder, headers, timeoutMs, network, dispatcher },
      signal,
    );
  }

  async #headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>> {
    const { connector, scope, credential, authoriser } = this.#parts;
    const own = connector.headers
      .map(([name, text]) => [name, text.render({ ...scope, credential })] as const)
      .filter(([, text]) => text !== '');
    return { ...Object.fromEntries(own), ...(await authoriser.headers(signal)) };
  }

  async *#people(fresh: boolean, signal: AbortSignal): Pages {
    const { everyone, connector } = this.#parts;
    if (everyone === null)
      throw new VendorError('vendor.no-workspace', 200, `${connector.name} cannot be read without a Slack workspace.`, {
        hint: 'Ask the running bot.',
      });
    const people = await everyone(fresh);
    signal.throwIfAborted();
    const answer = { status: 200, headers: {}, response: null, json: true };
    for (let at = 0, number = 1; at < people.length || number === 1; at += PEOPLE, number += 1)
      yield { number, records: people.slice(at, at + PEOPLE), answer, total: people.length };
    return [];
  }
}
