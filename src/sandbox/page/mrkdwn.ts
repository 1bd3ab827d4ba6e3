/** Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text) as a tree that the page draws. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'bold' | 'italic' | 'strike'; readonly inner: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
  | { readonly kind: 'user' | 'channel' | 'group'; readonly id: string; readonly label: string | null }
  | { readonly kind: 'special'; readonly label: string }
  | {
      readonly kind: 'date';
      readonly at: number;
      readonly format: string;
      readonly href: string | null;
      readonly fallback: string;
    }
  | { readonly kind: 'emoji'; readonly code: string };

export type MrkdwnBlock =
  | { readonly kind: 'lines'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'quote'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'pre'; readonly text: string };

export function parseMrkdwn(text: string): readonly MrkdwnBlock[] {
  const parts = text.split(/```/);
  return parts.flatMap((part, index): MrkdwnBlock[] => {
    if (index % 2 === 1) return [{ kind: 'pre', text: unescapeText(part.replace(/^\n/, '').replace(/\n$/, '')) }];
    // A code block has its own lines: the breaks around it are no empty lines.
    const before = index === parts.length - 1 ? part : part.replace(/\n$/, '');
    const line = index === 0 ? before : before.replace(/^\n/, '');
    return line === '' ? [] : linesOf(line);
  });
}

function linesOf(text: string): MrkdwnBlock[] {
  const blocks: { kind: 'lines' | 'quote'; lines: (readonly Inline[])[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = /^(?:&gt;|>) ?/.exec(line);
    const kind = quoted === null ? 'lines' : 'quote';
    const parsed = parseInline(quoted === null ? line : line.slice(quoted[0].length));
    const last = blocks.at(-1);
    if (last?.kind === kind) last.lines.push(parsed);
    else blocks.push({ kind, lines: [parsed] });
  }
  return blocks;
}

const TOKEN =
  /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+-]+):|(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^\s_])_(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/gu;

export function parseInline(text: string): readonly Inline[] {
  const found: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > end) found.push({ kind: 'text', text: unescapeText(text.slice(end, match.index)) });
    end = match.index + match[0].length;
    const [, code, angle, emoji, bold, italic, strike] = match;
    if (code !== undefined) found.push({ kind: 'code', text: unescapeText(code) });
    else if (angle !== undefined) found.push(parseAngle(angle));
    else if (emoji !== undefined) found.push({ kind: 'emoji', code: emoji });
    else if (bold !== undefined) found.push({ kind: 'bold', inner: parseInline(bold) });
    else if (italic !== undefined) found.push({ kind: 'italic', inner: parseInline(italic) });
    else found.push({ kind: 'strike', inner: parseInline(strike ?? '') });
  }
  if (end < text.length) found.push({ kind: 'text', text: unescapeText(text.slice(end)) });
  return found;
}

function parseAngle(inner: string): Inline {
  const bar = inner.indexOf('|');
  const target = bar === -1 ? inner : inner.slice(0, bar);
  const label = bar === -1 ? null : unescapeText(inner.slice(bar + 1));
  if (/^@[UW]/.test(target)) return { kind: 'user', id: target.slice(1), label };
  if (/^#C/.test(target)) return { kind: 'channel', id: target.slice(1), label };
  const group = /^!subteam\^(\w+)/.exec(target)?.[1];
  if (group !== undefined) return { kind: 'group', id: group, label };
  const date = /^!date\^(\d+)\^([^^]+)(?:\^(.+))?/.exec(target);
  if (date !== null) {
    const href = date[3] === undefined ? null : unescapeText(date[3]);
    return { kind: 'date', at: Number(date[1]), format: unescapeText(date[2] ?? ''), href, fallback: label ?? '' };
  }
  if (target.startsWith('!')) return { kind: 'special', label: `@${label ?? target.slice(1)}` };
  const href = unescapeText(target);
  return { kind: 'link', href, label: label ?? href.replace(/^mailto:/, '') };
}

export function unescapeText(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');
}

/** Only addresses a browser may follow from a chat message. */
export function isSafeHref(href: string): boolean {
  return /^(https?:|mailto:)/i.test(href);
}
