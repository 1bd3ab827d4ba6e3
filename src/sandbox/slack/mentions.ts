import { isWire, type Wire } from '../wire.ts';

const RINGING = /<(?:!(?:channel|here|everyone|subteam\^[^>]*)|@[UW][^>]*)>/g;

/** Mentions that notify people: in the top-level text when there are no blocks, and in every mrkdwn object of the blocks. */
export function findMentions(text: string, blocks: readonly Wire[]): readonly string[] {
  const places = blocks.length === 0 ? [text] : mrkdwnIn(blocks);
  return [...new Set(places.flatMap((place) => place.match(RINGING) ?? []))];
}

function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  if (!isWire(value)) return [];
  if (value['type'] === 'mrkdwn' || value['type'] === 'markdown') return [String(value['text'] ?? '')];
  return Object.values(value).flatMap(mrkdwnIn);
}
