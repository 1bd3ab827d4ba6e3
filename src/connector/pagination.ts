import type { Scope } from '../preset/expression.ts';
import type { LoadedPagination } from '../preset/loaded.ts';
import type { Answer } from './classify.ts';

/** How one page is asked for: what goes into the query, and the values of `page` in the request's templates. */
export interface Step {
  readonly query: readonly (readonly [string, string])[];
  /** An address the vendor gave. */
  readonly url: string | null;
  readonly page: PageValues;
}

export interface PageValues {
  /** Counts from the pagination's `first`. */
  readonly number: number | null;
  /** How many records come before, from the pagination's `first`. */
  readonly offset: number | null;
  readonly cursor: string | null;
  readonly size: number | null;
}

/** Where a walk stands after a page. */
export interface Progress {
  /** Pages read, from 1. */
  readonly page: number;
  /** Records on the page just read. */
  readonly found: number;
  readonly collected: number;
  readonly total: number | null;
}

const NO_PAGE: PageValues = { number: null, offset: null, cursor: null, size: null };

/** The one step of a listing without pages. */
export const ONLY_STEP: Step = { query: [], url: null, page: NO_PAGE };

export function firstStep({ file }: LoadedPagination): Step {
  if (file.kind === 'page') return numbered(file, 0);
  if (file.kind === 'offset') return after(file, 0);
  return { query: sizeOf(file), url: null, page: { ...NO_PAGE, size: file.size ?? null } };
}

/** The step after a page; null when that was the last. `no-total` when only a total can end it and there is none. */
export function nextStep(pagination: LoadedPagination, answer: Answer, progress: Progress): Step | null | 'no-total' {
  const { file } = pagination;
  const scope = scopeOf(answer);
  if (file.kind === 'next') {
    const next = pagination.next === null ? linkNext(answer.headers['link']) : pagination.next.evaluate(scope);
    return typeof next === 'string' && next !== '' ? { ...ONLY_STEP, url: next } : null;
  }
  if (progress.found === 0 && (file.kind !== 'cursor' || file.ends === 'empty')) return null;
  if (pagination.last?.holds(scope) === true) return null;
  const end = file.ends === 'total' ? endByTotal(progress) : file.ends === 'short' ? progress.found < (file.size ?? 1) : false;
  if (end === 'no-total') return end;
  if (end) return null;
  if (file.kind === 'cursor') {
    const next = pagination.next?.evaluate(scope) ?? null;
    if (next === null || next === '' || typeof next === 'object') return null;
    const cursor = String(next);
    return {
      query: file.param === undefined ? sizeOf(file) : [[file.param, cursor], ...sizeOf(file)],
      url: null,
      page: { ...NO_PAGE, cursor, size: file.size ?? null },
    };
  }
  if (file.ends === 'link' && linkNext(answer.headers['link']) === null) return null;
  if (file.ends === 'auto' && !goesOn(file.size, answer, progress)) return null;
  return file.kind === 'page' ? numbered(file, progress.page) : after(file, progress.collected);
}

/**
 * The steps that will follow a page in all likelihood, so that they can be asked for before their turn: only where pages are
 * counted and the vendor told how many records there are. `perPage` is what its pages really hold.
 */
export function stepsAhead({ file }: LoadedPagination, progress: Progress, perPage: number, count: number): readonly Step[] {
  const { total, page, collected } = progress;
  if ((file.kind !== 'page' && file.kind !== 'offset') || total === null || perPage === 0) return [];
  const steps: Step[] = [];
  for (let ahead = 0; ahead < count && collected + ahead * perPage < total; ahead += 1) {
    steps.push(file.kind === 'page' ? numbered(file, page + ahead) : after(file, collected + ahead * perPage));
  }
  return steps;
}

/** How many records there are in all, as the vendor counts; null when it does not say. */
export function totalOf(pagination: LoadedPagination, answer: Answer): number | null {
  const value = pagination.total?.evaluate(scopeOf(answer)) ?? null;
  if (value === null || value === '' || typeof value === 'object') return null;
  const total = Number(value);
  return Number.isSafeInteger(total) && total >= 0 ? total : null;
}

/** The address with rel="next" of a Link header (RFC 8288). */
export function linkNext(header: string | undefined): string | null {
  return /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(header ?? '')?.[1] ?? null;
}

export function scopeOf(answer: Answer): Scope {
  return { response: answer.response, status: answer.status, headers: answer.headers };
}

/** By the total where there is one, by the Link header where it says so, else by a page that is not full. */
function goesOn(size: number, answer: Answer, { found, collected, total }: Progress): boolean {
  if (linkNext(answer.headers['link']) !== null) return true;
  return total === null ? found >= size : collected < total;
}

function endByTotal({ collected, total }: Progress): boolean | 'no-total' {
  return total === null ? 'no-total' : collected >= total;
}

type Counted = Extract<LoadedPagination['file'], { kind: 'page' | 'offset' }>;

function numbered(file: Counted, before: number): Step {
  const number = file.first + before;
  return { query: counted(file, number), url: null, page: { ...NO_PAGE, number, size: file.size } };
}

function after(file: Counted, before: number): Step {
  const offset = file.first + before;
  return { query: counted(file, offset), url: null, page: { ...NO_PAGE, offset, size: file.size } };
}

function counted(file: Counted, at: number): Step['query'] {
  return file.param === undefined ? sizeOf(file) : [[file.param, String(at)], ...sizeOf(file)];
}

function sizeOf(file: LoadedPagination['file']): Step['query'] {
  return file.sizeParam === undefined || file.size === undefined ? [] : [[file.sizeParam, String(file.size)]];
}
