import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse';
import { type Dispatcher, request } from 'undici';
import { VendorError } from '../domain/errors.ts';
import { baseUrlProblem } from './base-url.ts';
import { createDispatcher, type Network } from './network.ts';
import { aborted, toTransportError } from './transport-error.ts';
import type { Doubt, WalkedPage } from './walk.ts';

export interface CsvOptions {
  /** For messages: the SaaS. */
  readonly vendor: string;
  /** A path, or an https address. */
  readonly address: string;
  /** Null: found by looking at the header line. */
  readonly delimiter: string | null;
  /** Other names a column may have, by the name its values are to have. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Names of columns without which the table is refused. */
  readonly required: readonly string[];
  /** Where a relative path starts. */
  readonly folder: string;
  /** Sent with an address, and only to its own host. */
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Proxies and authorities. */
  readonly network: Network | undefined;
  readonly dispatcher: Dispatcher | undefined;
}

type Row = Readonly<Record<string, string | null>>;

const ROWS = 500;
const MAX_BYTES = 256 * 1024 * 1024;
const MAX_HOPS = 5;
const DELIMITERS = [',', ';', '\t', '|'];

/**
 * Reads a table with a header line as records: one for each further line, by the names of the header; empty cells are null.
 * @throws VendorError when it cannot be read, a line has another number of values than the header, a name comes twice, or a
 * column is missing;
 * TransportError when no answer came.
 */
export async function* readCsv(options: CsvOptions, signal: AbortSignal): AsyncGenerator<WalkedPage, readonly Doubt[], void> {
  const bytes = isUrl(options.address) ? fetched(options, signal) : fromFile(options, signal);
  const { delimiter, chunks } = await detect(options, bytes);
  let named = false;
  const columns = (names: string[]): string[] => {
    named = true;
    return toColumns(names, options);
  };
  const parser = parse({ bom: true, columns, delimiter, trim: true });
  const fed = feed(chunks, parser);
  let rows: Row[] = [];
  let number = 0;
  const page = (): WalkedPage => {
    number += 1;
    return { number, records: rows, answer: ANSWER, total: null };
  };
  try {
    for await (const row of parser as AsyncIterable<Readonly<Record<string, string>>>) {
      rows.push(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value])));
      if (rows.length < ROWS) continue;
      yield page();
      rows = [];
      signal.throwIfAborted();
    }
    await fed;
    if (options.required.length > 0 && !named) throw tableError(options.vendor, 'it is empty, without even a header line');
    if (rows.length > 0 || number === 0) yield page();
    return [];
  } catch (error) {
    throw signal.aborted ? aborted(options.vendor, true, signal.reason) : toVendorError(error, options);
  } finally {
    parser.destroy();
    fed.catch(() => {});
  }
}

const ANSWER: WalkedPage['answer'] = { status: 200, headers: {}, response: null, json: true };

async function feed(chunks: AsyncIterable<Buffer>, parser: ReturnType<typeof parse>): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (parser.destroyed) return;
      if (!parser.write(chunk)) await new Promise<void>((done) => parser.once('drain', done).once('close', done));
    }
    parser.end();
  } catch (error) {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

/** Looks at the header line for what stands between its names; what was read for that is given again. */
async function detect(
  { delimiter }: CsvOptions,
  bytes: AsyncIterable<Buffer>,
): Promise<{ readonly delimiter: string; readonly chunks: AsyncIterable<Buffer> }> {
  if (delimiter !== null) return { delimiter, chunks: bytes };
  const iterator = bytes[Symbol.asyncIterator]();
  const first = await iterator.next();
  const head = first.done === true ? '' : first.value.toString('utf8');
  const line = head.slice(0, head.search(/[\r\n]|$/)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((candidate) => line.split(candidate).length);
  const best = DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
  return {
    delimiter: best,
    chunks: (async function* () {
      if (first.done === true) return;
      yield first.value;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
    })(),
  };
}

function toColumns(names: readonly string[], { vendor, columns, required }: CsvOptions): string[] {
  const known = new Map<string, string>();
  for (const [name, others] of columns) for (const other of [name, ...others]) known.set(bare(other), name);
  for (const name of required) known.set(bare(name), name);
  const found = new Map<string, string>();
  const own = names.map((written, index) => {
    const text = written.trim();
    if (text === '') throw tableError(vendor, `column ${index + 1} of its header line has no name`);
    const name = known.get(bare(text)) ?? text;
    const first = found.get(name);
    if (first === text) throw tableError(vendor, `its header line names "${text}" twice`);
    if (first !== undefined) throw tableError(vendor, `"${first}" and "${text}" in its header line both mean "${name}"`);
    found.set(name, text);
    return name;
  });
  const missing = required.filter((name) => !found.has(name)).map((name) => `"${name}"${alsoKnown(columns.get(name) ?? [])}`);
  if (missing.length > 0)
    throw tableError(
      vendor,
      `it has no column ${missing.join(' and none ')}; its header line names ${[...found.values()].map((name) => `"${name}"`).join(', ')}`,
    );
  return own;
}

function alsoKnown(others: readonly string[]): string {
  return others.length === 0 ? '' : ` (or ${others.map((other) => `"${other}"`).join(', ')})`;
}

/** What is left of a column's name when letter case, spaces and punctuation do not count. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function tableError(vendor: string, problem: string): VendorError {
  return new VendorError('vendor.table', 200, `The table of ${vendor} cannot be read: ${problem}.`, {
    hint: 'Correct the table and try again.',
  });
}

function toVendorError(error: unknown, { vendor }: CsvOptions): unknown {
  if (!(error instanceof CsvError)) return error;
  const line = typeof error['lines'] === 'number' ? `line ${error['lines']}` : 'a line';
  return tableError(
    vendor,
    error.code === 'CSV_RECORD_INCONSISTENT_COLUMNS'
      ? `${line} has another number of values than the header line`
      : `${line} is not a row of a table`,
  );
}

async function* fromFile({ address, folder, vendor }: CsvOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(resolve(folder, address), { signal }) as AsyncIterable<Buffer>;
  } catch (error) {
    if (signal.aborted) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === 'ENOENT' ? 'there is no such file' : `the file cannot be opened (${code ?? 'unknown error'})`;
    throw tableError(vendor, `${why}: ${address}`);
  }
}

async function* fetched(options: CsvOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { vendor, headers } = options;
  let url = checked(options.address, vendor);
  const { origin } = url;
  for (let hops = 0; ; hops += 1) {
    const { answer, close } = await ask(url, options, signal);
    try {
      const status: number = answer.statusCode;
      const location = answer.headers['location'];
      if (status >= 300 && status < 400 && typeof location === 'string' && hops < MAX_HOPS) {
        await answer.body.dump();
        url = checked(new URL(location, url).href, vendor);
        // A key must not follow to another host.
        if (url.origin !== origin && Object.keys(headers).length > 0)
          throw new VendorError(
            'vendor.redirect',
            status,
            `${vendor} sent to another host for its table; nothing was asked there.`,
          );
        continue;
      }
      if (status !== 200) {
        await answer.body.dump();
        const code = status === 401 ? 'vendor.unauthorised' : status === 404 ? 'vendor.not-found' : 'vendor.refused';
        throw new VendorError(code, status, `The table of ${vendor} cannot be read: its address answered with status ${status}.`);
      }
      let size = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > MAX_BYTES) throw tableError(vendor, 'it is larger than 256 MB');
        yield chunk;
      }
      return;
    } finally {
      close();
    }
  }
}

async function ask(url: URL, { vendor, headers, timeoutMs, dispatcher, network }: CsvOptions, signal: AbortSignal) {
  const own = dispatcher ?? createDispatcher(url.origin, { connections: 1, connectMs: timeoutMs, network });
  // An injected dispatcher belongs to whoever made it.
  const close = (): void => void (dispatcher === undefined ? own.destroy() : undefined);
  try {
    const answer: Dispatcher.ResponseData = await request(url, {
      headers: { accept: 'text/csv, text/plain;q=0.9, */*;q=0.1', ...headers },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal,
      dispatcher: own,
    });
    return { answer, close };
  } catch (error) {
    close();
    throw signal.aborted ? error : toTransportError(error, vendor);
  }
}

export function isUrl(address: string): boolean {
  return /^https?:\/\//i.test(address);
}

function checked(address: string, vendor: string): URL {
  const problem = baseUrlProblem(address.replace(/[?#].*$/, ''));
  if (problem !== null) throw tableError(vendor, `its address ${problem}`);
  return new URL(address);
}
