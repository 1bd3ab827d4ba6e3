import { VendorError } from '../domain/errors.ts';
import type { Scope } from '../preset/expression.ts';
import type { Listing, LoadedPagination } from '../preset/loaded.ts';
import type { Answer } from './classify.ts';
import type { VendorClient } from './vendor-client.ts';

/** All records of a listing that ended properly. */
export interface Listed {
  readonly records: readonly unknown[];
  /** The last answer, for response mappings. */
  readonly answer: Answer;
}

export interface ListingOptions {
  readonly vendor: string;
  readonly scope: Scope;
  /** Paths removed from each record before anything else sees it. */
  readonly redact: readonly (readonly string[])[];
  readonly accept?: (answer: Answer) => boolean;
}

/**
 * Walks a listing to its end.
 * @throws VendorError `vendor.short-list` when fewer records came than the vendor counts, `vendor.page-repeats` when a page
 * comes twice, `vendor.unexpected` when there is no list where the preset says; and what the calls throw.
 */
export async function list(
  client: VendorClient,
  listing: Listing,
  options: ListingOptions,
  signal: AbortSignal,
): Promise<Listed> {
  const { pagination } = listing;
  if (pagination === null) {
    const answer = await read(client, listing, options, signal, {});
    return { records: recordsOf(answer, listing, options), answer };
  }
  const records: unknown[] = [];
  const seen = new Set<string>();
  let step: Step | null = firstStep(pagination);
  for (let page = 1; ; page += 1) {
    const answer: Answer = await read(client, listing, options, signal, step);
    const found = recordsOf(answer, listing, options);
    if (found.length > 0) {
      const print = JSON.stringify([found.length, found[0], found.at(-1)]);
      if (seen.has(print))
        throw fault('vendor.page-repeats', answer, `${options.vendor} gave the same page twice; the list cannot be trusted.`);
      seen.add(print);
    }
    for (const record of found) records.push(record);
    const total = totalOf(pagination, answer);
    step = nextStep(pagination, answer, { page, found: found.length, collected: records.length, total });
    if (step === null) {
      if (total !== null && records.length < total)
        throw fault(
          'vendor.short-list',
          answer,
          `${options.vendor} counts ${total} records and gave ${records.length}; the list cannot be trusted.`,
        );
      return { records, answer };
    }
    if (page >= pagination.file.maxPages)
      throw fault('vendor.too-many-pages', answer, `${options.vendor} gave more than ${pagination.file.maxPages} pages.`);
  }
}

interface Step {
  readonly query?: readonly (readonly [string, string])[];
  readonly url?: string;
}

function read(client: VendorClient, listing: Listing, options: ListingOptions, signal: AbortSignal, step: Step): Promise<Answer> {
  return client.read(
    listing.request,
    { scope: options.scope, ...step, ...(options.accept === undefined ? {} : { accept: options.accept }) },
    signal,
  );
}

function firstStep({ file }: LoadedPagination): Step {
  const size: (readonly [string, string])[] =
    file.sizeParam === undefined || file.size === undefined ? [] : [[file.sizeParam, String(file.size)]];
  if (file.kind === 'page' || file.kind === 'offset') return { query: [[file.param, String(file.first)], ...size] };
  return { query: size };
}

interface Progress {
  readonly page: number;
  readonly found: number;
  readonly collected: number;
  readonly total: number | null;
}

/** How to ask for the next page; null when this was the last. */
function nextStep(pagination: LoadedPagination, answer: Answer, progress: Progress): Step | null {
  const { file } = pagination;
  const scope = { response: answer.response, status: answer.status, headers: answer.headers };
  const size: (readonly [string, string])[] =
    file.sizeParam === undefined || file.size === undefined ? [] : [[file.sizeParam, String(file.size)]];
  if (file.kind === 'next') {
    const next = pagination.next === null ? linkNext(answer.headers['link']) : pagination.next.evaluate(scope);
    return typeof next === 'string' && next !== '' ? { url: next } : null;
  }
  if (file.kind === 'cursor') {
    const next = pagination.next?.evaluate(scope) ?? null;
    return next === null || next === '' ? null : { query: [[file.param, String(next)], ...size] };
  }
  if (progress.found === 0 || pagination.last?.holds(scope) === true) return null;
  const more = linkNext(answer.headers['link']) !== null || (progress.total !== null && progress.collected < progress.total);
  const full = progress.found >= file.size && progress.total === null;
  if (!more && !full) return null;
  const at = file.kind === 'page' ? file.first + progress.page : file.first + progress.collected;
  return { query: [[file.param, String(at)], ...size] };
}

function totalOf(pagination: LoadedPagination, answer: Answer): number | null {
  const value = pagination.total?.evaluate({ response: answer.response, status: answer.status, headers: answer.headers }) ?? null;
  if (value === null || value === '') return null;
  const total = Number(value);
  return Number.isSafeInteger(total) && total >= 0 ? total : null;
}

/** The address with rel="next" of a Link header (RFC 8288). */
function linkNext(header: string | undefined): string | null {
  return /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header ?? '')?.[1] ?? null;
}

function recordsOf(answer: Answer, listing: Listing, options: ListingOptions): readonly unknown[] {
  if (options.accept?.(answer) === true && (answer.status < 200 || answer.status > 299)) return [];
  const value = listing.records.evaluate({ response: answer.response, status: answer.status, headers: answer.headers });
  if (listing.shape === 'record') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(answer, options, 'the record');
    return [redacted(value, options.redact)];
  }
  if (!Array.isArray(value)) throw unexpected(answer, options, 'the list');
  return value.map((record) => redacted(record, options.redact));
}

function unexpected(answer: Answer, { vendor }: ListingOptions, what: string): VendorError {
  return fault('vendor.unexpected', answer, `${vendor} answered, and ${what} the preset expects is not in the answer.`);
}

function fault(code: string, answer: Answer, message: string): VendorError {
  return new VendorError(code, answer.status, message, { hint: 'Try again; if it stays so, the vendor changed something.' });
}

/** The record without the given paths, and nothing else touched. */
function redacted(record: unknown, paths: readonly (readonly string[])[]): unknown {
  return paths.reduce((value, path) => without(value, path), record);
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [key]: without(inner, rest) };
}
