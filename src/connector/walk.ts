import { VendorError } from '../domain/errors.ts';
import type { Scope } from '../preset/expression.ts';
import type { Listing } from '../preset/loaded.ts';
import type { Answer } from './classify.ts';
import { firstStep, nextStep, ONLY_STEP, type Step, scopeOf, stepsAhead, totalOf } from './pagination.ts';
import type { ReadOptions, VendorClient } from './vendor-client.ts';

export interface WalkOptions {
  readonly vendor: string;
  readonly scope: Scope;
  /** Paths removed from each record before anything else sees it. */
  readonly redact: readonly (readonly string[])[];
  readonly accept?: (answer: Answer) => boolean;
  /** For every call of the walk. */
  readonly calls?: Pick<ReadOptions, 'priority' | 'meter'>;
  /** False where whoever asks may stop early: then no page is asked for before its turn. */
  readonly readAhead?: boolean;
}

export interface WalkedPage {
  /** From 1. */
  readonly number: number;
  readonly records: readonly unknown[];
  readonly answer: Answer;
  /** How many records the vendor counts; null when it does not say. */
  readonly total: number | null;
}

/** What makes a listing that came to its end doubtful all the same. */
export interface Doubt {
  readonly code: 'total-changed' | 'over-total';
  readonly message: string;
}

/**
 * Walks a listing page by page to its end. Several pages are asked for at once where the vendor tells how many there are.
 * @throws VendorError `vendor.short-list` when fewer records came than the vendor counts, `vendor.page-repeats` and
 * `vendor.cursor-repeats` when the walk goes in a circle, `vendor.too-many-pages`, `vendor.unexpected` when there is no list
 * where the preset says; and what the calls throw. Pages before it have been given by then.
 */
export async function* walk(
  client: VendorClient,
  listing: Listing,
  options: WalkOptions,
  signal: AbortSignal,
): AsyncGenerator<WalkedPage, readonly Doubt[], void> {
  const { pagination } = listing;
  if (pagination === null) {
    const answer = await read(client, listing, options, signal, ONLY_STEP);
    yield { number: 1, records: recordsOf(answer, listing, options), answer, total: null };
    return [];
  }
  const ahead = new ReadAhead((step, inner) => read(client, listing, options, inner, step), signal);
  const guard = new Guard(options.vendor, pagination.file.maxPages);
  let collected = 0;
  let perPage = 0;
  let step: Step | null = firstStep(pagination);
  try {
    for (let page = 1; step !== null; page += 1) {
      const answer: Answer = await ahead.take(step);
      const records = recordsOf(answer, listing, options);
      collected += records.length;
      perPage = Math.max(perPage, records.length);
      guard.page(records, answer);
      const total = guard.total(totalOf(pagination, answer));
      const progress = { page, found: records.length, collected, total };
      const next = nextStep(pagination, answer, progress);
      if (next === 'no-total') throw unexpected(answer, options, 'the number of all records');
      if (next !== null) {
        guard.step(next, page, answer);
        const likely = stepsAhead(pagination, progress, perPage, pagination.file.ahead);
        if (options.readAhead !== false) ahead.ask(likely.length === 0 ? [next] : likely);
      }
      yield { number: page, records, answer, total };
      if (next === null) return guard.atEnd(collected, answer);
      step = next;
    }
    return [];
  } finally {
    ahead.stop();
  }
}

/** Calls that were made before their turn, in the order of their turns. */
class ReadAhead {
  readonly #read: (step: Step, signal: AbortSignal) => Promise<Answer>;
  readonly #outer: AbortSignal;
  /** Stops what was asked for ahead; null where nothing was. */
  #controller: AbortController | null = null;
  #waiting: { readonly key: string; readonly answer: Promise<Answer> }[] = [];
  readonly #forward = (): void => this.#controller?.abort(this.#outer.reason);

  constructor(read: (step: Step, signal: AbortSignal) => Promise<Answer>, signal: AbortSignal) {
    this.#read = read;
    this.#outer = signal;
  }

  ask(steps: readonly Step[]): void {
    const [first] = steps;
    // The vendor's pages hold something else than was expected, so what was asked for ahead is not what comes next.
    if (this.#waiting[0] !== undefined && (first === undefined || this.#waiting[0].key !== keyOf(first))) this.#discard();
    const { signal } = this.#controller ?? this.#start();
    for (const step of steps.slice(this.#waiting.length)) {
      const answer = this.#read(step, signal);
      // Whoever takes it hears of a failure; nobody may take it.
      answer.catch(() => {});
      this.#waiting.push({ key: keyOf(step), answer });
    }
  }

  take(step: Step): Promise<Answer> {
    const [first] = this.#waiting;
    if (first !== undefined && first.key === keyOf(step)) {
      this.#waiting.shift();
      return first.answer;
    }
    this.#discard();
    return this.#read(step, this.#outer);
  }

  stop(): void {
    this.#outer.removeEventListener('abort', this.#forward);
    this.#controller?.abort(new DOMException('The walk is over.', 'AbortError'));
  }

  #start(): AbortController {
    const controller = new AbortController();
    this.#controller = controller;
    this.#outer.addEventListener('abort', this.#forward, { once: true });
    if (this.#outer.aborted) this.#forward();
    return controller;
  }

  #discard(): void {
    if (this.#waiting.length === 0) return;
    this.#waiting = [];
    this.#controller?.abort(new DOMException('Not needed.', 'AbortError'));
    this.#controller = null;
  }
}

function keyOf(step: Step): string {
  return JSON.stringify(step);
}

/** Notices a walk that goes in a circle, never ends, or does not fit what the vendor counts. */
class Guard {
  readonly #vendor: string;
  readonly #maxPages: number;
  readonly #pages = new Set<string>();
  /** Looked at only when there is a second one: most listings of one person have one page. */
  #first: readonly unknown[] | null = null;
  readonly #steps = new Set<string>();
  #total: number | null = null;
  #changed: Doubt | null = null;

  constructor(vendor: string, maxPages: number) {
    this.#vendor = vendor;
    this.#maxPages = maxPages;
  }

  page(records: readonly unknown[], answer: Answer): void {
    if (records.length === 0) return;
    if (this.#first === null && this.#pages.size === 0) {
      this.#first = records;
      return;
    }
    if (this.#first !== null) this.#pages.add(printOf(this.#first));
    this.#first = null;
    const print = printOf(records);
    if (this.#pages.has(print))
      throw fault('vendor.page-repeats', answer, `${this.#vendor} gave the same page twice; the list cannot be trusted.`);
    this.#pages.add(print);
  }

  step(next: Step, page: number, answer: Answer): void {
    const key = next.url ?? next.page.cursor;
    if (key !== null && this.#steps.has(key))
      throw fault(
        'vendor.cursor-repeats',
        answer,
        `${this.#vendor} sent back to a page that was read already; the list cannot be trusted.`,
      );
    if (key !== null) this.#steps.add(key);
    if (page >= this.#maxPages)
      throw fault('vendor.too-many-pages', answer, `${this.#vendor} gave more than ${this.#maxPages} pages.`);
  }

  /** The total as of this page; a page that does not say leaves the last one standing. */
  total(total: number | null): number | null {
    if (total !== null && this.#total !== null && total !== this.#total)
      this.#changed ??= {
        code: 'total-changed',
        message: `${this.#vendor} counted ${this.#total} records at first and ${total} later; the list changed while it was read.`,
      };
    this.#total = total ?? this.#total;
    return this.#total;
  }

  atEnd(collected: number, answer: Answer): readonly Doubt[] {
    const total = this.#total;
    if (total !== null && collected < total)
      throw fault(
        'vendor.short-list',
        answer,
        `${this.#vendor} counts ${total} records and gave ${collected}; the list cannot be trusted.`,
      );
    const over: Doubt | null =
      total !== null && collected > total
        ? { code: 'over-total', message: `${this.#vendor} counts ${total} records and gave ${collected}.` }
        : null;
    return [this.#changed, over].filter((doubt) => doubt !== null);
  }
}

function printOf(records: readonly unknown[]): string {
  return JSON.stringify([records.length, records[0], records.at(-1)]);
}

function read(
  client: VendorClient,
  listing: Listing,
  options: WalkOptions,
  signal: AbortSignal,
  { query, url, page }: Step,
): Promise<Answer> {
  return client.read(
    listing.request,
    {
      scope: { ...options.scope, page },
      query,
      ...(url === null ? {} : { url }),
      ...(options.accept === undefined ? {} : { accept: options.accept }),
      ...options.calls,
    },
    signal,
  );
}

function recordsOf(answer: Answer, listing: Listing, options: WalkOptions): readonly unknown[] {
  if (options.accept?.(answer) === true && (answer.status < 200 || answer.status > 299)) return [];
  const value = listing.records.evaluate(scopeOf(answer));
  if (listing.shape === 'record') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unexpected(answer, options, 'the record');
    return [redacted(value, options.redact)];
  }
  if (!Array.isArray(value)) throw unexpected(answer, options, 'the list');
  return options.redact.length === 0 ? value : value.map((record) => redacted(record, options.redact));
}

function unexpected(answer: Answer, { vendor }: WalkOptions, what: string): VendorError {
  return fault('vendor.unexpected', answer, `${vendor} answered, and ${what} the preset expects is not in the answer.`);
}

function fault(code: string, answer: Answer, message: string): VendorError {
  return new VendorError(code, answer.status, message, { hint: 'Try again; if it stays so, the vendor changed something.' });
}

/** The record without the given paths, and nothing else touched. */
function redacted(record: unknown, paths: readonly (readonly string[])[]): unknown {
  let value = record;
  for (const path of paths) value = without(value, path, 0);
  return value;
}

/** The very same value where there is nothing at the path. */
function without(value: unknown, path: readonly string[], at: number): unknown {
  const key = path[at];
  if (typeof value !== 'object' || value === null || key === undefined || !Object.hasOwn(value, key)) return value;
  const fields = value as Record<string, unknown>;
  if (at < path.length - 1) {
    const inner = without(fields[key], path, at + 1);
    return inner === fields[key] ? value : { ...fields, [key]: inner };
  }
  const { [key]: _, ...others } = fields;
  return others;
}
