import { isWire, type Wire } from '../wire.ts';

const RINGING = /<(?:!(?:channel|here|everyone|subteam\^[^>]*)|@[UW][^>]*)>/g;

/** Mentions that notify people: in the top-level text when there are no blocks, and anywhere in the blocks. */
export function findMentions(text: string, blocks: readonly Wire[]): readonly string[] {
  if (blocks.length === 0) return [...new Set(text.match(RINGING) ?? [])];
  return [...new Set(mentionsIn(blocks))];
}

function mentionsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mentionsIn);
  if (!isWire(value)) return [];
  switch (value['type']) {
    case 'mrkdwn':
    case 'markdown':
      return String(value['text'] ?? '').match(RINGING) ?? [];
    case 'user':
      return [`<@${String(value['user_id'])}>`];
    case 'usergroup':
      return [`<!subteam^${String(value['usergroup_id'])}>`];
    case 'broadcast':
      return [`<!${String(value['range'])}>`];
    default:
      return Object.values(value).flatMap(mentionsIn);
  }
}
