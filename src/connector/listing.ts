import type { Listing } from '../preset/loaded.ts';
import type { Answer } from './classify.ts';
import type { VendorClient } from './vendor-client.ts';
import { type WalkOptions, walk } from './walk.ts';

/** All records of a listing that ended properly. */
export interface Listed {
  readonly records: readonly unknown[];
  /** The last answer, for response mappings. */
  readonly answer: Answer;
}

/** Walks a listing to its end. @throws what `walk` throws. */
export async function list(client: VendorClient, listing: Listing, options: WalkOptions, signal: AbortSignal): Promise<Listed> {
  const records: unknown[] = [];
  let last: Answer | null = null;
  for await (const page of walk(client, listing, options, signal)) {
    for (const record of page.records) records.push(record);
    last = page.answer;
  }
  return { records, answer: last ?? { status: 200, headers: {}, response: null, json: true } };
}
