import { type MessageView, message, sections } from './blocks.ts';
import { foreignLines } from './text.ts';

/** A plain sentence and what to do next. */
export function messageView(text: string, hint?: string | null): MessageView {
  const lines = [foreignLines(text, 2_900), ...(hint === undefined || hint === null ? [] : [foreignLines(hint, 2_900)])];
  return message(lines.join(' '), sections(lines));
}
