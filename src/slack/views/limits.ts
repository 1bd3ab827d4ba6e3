import type { types } from '@slack/bolt';
import { count } from '../../words.ts';

export type Block = types.KnownBlock;

/** Limits from https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/reference/views. */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  section: 3_000,
  header: 150,
  buttonText: 75,
  buttonValue: 2_000,
  option: 75,
  options: 100,
  contextElements: 10,
  actions: 25,
  viewTitle: 24,
  metadata: 3_000,
  /** chat.update refuses longer top-level text with `msg_too_long`. */
  messageText: 4_000,
} as const;

/** Joins lines into as many section-sized texts as they need; a line that is too long alone is broken at blanks. */
export function splitLines(lines: readonly string[], max: number = LIMITS.section): readonly string[] {
  const parts: string[] = [];
  let current = '';
  for (const line of lines.flatMap((each) => broken(each, max))) {
    const longer = current === '' ? line : `${current}\n${line}`;
    if (longer.length > max) {
      parts.push(current);
      current = line;
    } else current = longer;
  }
  if (current.trim() !== '') parts.push(current);
  return parts;
}

function broken(line: string, max: number): readonly string[] {
  if (line.length <= max) return [line];
  const parts: string[] = [];
  let rest = line;
  while (rest.length > max) {
    const blank = rest.lastIndexOf(' ', max);
    // Never inside an entity: those are shorter than this and hold no blank.
    const entity = rest.lastIndexOf('&', max - 1);
    const hard = entity > max - 6 ? entity : max;
    const at = blank > max / 2 ? blank : hard;
    parts.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  if (rest !== '') parts.push(rest);
  return parts;
}

/** The blocks that fit; where some do not, the last one says how many are left out. */
export function fitBlocks(blocks: readonly Block[], max: number, what = 'more part'): Block[] {
  if (blocks.length <= max) return [...blocks];
  const left = blocks.length - (max - 1);
  return [
    ...blocks.slice(0, max - 1),
    { type: 'context', elements: [{ type: 'mrkdwn', text: `${count(left, what)} of this did not fit and is left out.` }] },
  ];
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** From 1. */
  readonly number: number;
  readonly pages: number;
  readonly first: number;
  readonly last: number;
  readonly total: number;
}

/** One page of a list; a page number outside of it becomes the nearest one there is. */
export function pageOf<Item>(items: readonly Item[], wanted: number, size: number): Page<Item> {
  const pages = Math.max(Math.ceil(items.length / size), 1);
  const number = Math.min(Math.max(Number.isFinite(wanted) ? Math.trunc(wanted) : 1, 1), pages);
  const start = (number - 1) * size;
  const slice = items.slice(start, start + size);
  return {
    items: slice,
    number,
    pages,
    first: slice.length === 0 ? 0 : start + 1,
    last: start + slice.length,
    total: items.length,
  };
}
