import type { HelpEntry } from '../../reply.ts';
import { type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { foreign, foreignLines } from './text.ts';

export function helpView(intro: string, entries: readonly HelpEntry[]): MessageView {
  const lines = entries.flatMap((entry) => [
    `*\`/licenses ${foreign(entry.usage, 200)}\`*`,
    `${foreign(entry.summary, 500)}${examples(entry.examples)}`,
  ]);
  return message(foreignLines(intro), fitBlocks([...sections([foreignLines(intro)]), ...sections(lines)], LIMITS.messageBlocks));
}

function examples(list: readonly string[]): string {
  if (list.length === 0) return '';
  return `  _For example_ ${list.map((example) => `\`${`/licenses ${foreign(example, 150)}`.trim()}\``).join(', ')}`;
}
