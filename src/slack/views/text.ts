import { addMs, type Instant } from '../../domain/time.ts';
import { type DateWords, plainDay, plainMoment } from '../../words.ts';

/**
 * Text from people and vendors on its way to Slack. Slack asks to escape exactly `&`, `<` and `>`; unescaped, `<!channel>`
 * or `<@U…>` would notify people. https://docs.slack.dev/messaging/formatting-message-text
 */

const ELLIPSIS = '…';
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** Overrides, embeddings and isolates (U+202A-202E, U+2066-2069): in foreign text they could turn our own words around. */
const BIDI_CONTROLS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/** Control characters other than tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/gu;
/** Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/u;

/** Words of ASCII without `&`, `<` and `>`, one blank between them: most text, and nothing in it to clean or escape. */
const HARMLESS = /^[!-%'-;=?-~]+(?: [!-%'-;=?-~]+)*$/;

/** One line of foreign text as mrkdwn: cleaned, escaped, at most `max` characters, isolated when it runs right to left. */
export function foreign(text: string, max = 300): string {
  if (text.length <= max && HARMLESS.test(text)) return text;
  return isolated(clean(text).replace(/\s+/gu, ' ').trim(), max);
}

/** Foreign text that keeps its lines, for reasons and messages. */
export function foreignLines(text: string, max = 1_500): string {
  const lines = clean(text)
    .trim()
    .split('\n')
    .map((line) => line.trimEnd());
  return isolated(lines.join('\n'), max);
}

/** One line of foreign text for a plain_text object, which needs no escaping. */
export function foreignPlain(text: string, max = 150): string {
  if (text.length <= max && HARMLESS.test(text)) return text;
  return cut(clean(text).replace(/\s+/gu, ' ').trim(), max);
}

function clean(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(CONTROLS, '').replace(BIDI_CONTROLS, '');
}

function isolated(text: string, max: number): string {
  if (!RIGHT_TO_LEFT.test(text)) return cut(escapeMrkdwn(text), max);
  return `${FIRST_STRONG_ISOLATE}${cut(escapeMrkdwn(text), max - 2)}${POP_ISOLATE}`;
}

export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Takes Slack's escaping off what was typed; mentions keep their brackets. */
export function unescapeTyped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** At most `max` UTF-16 units with an ellipsis where something is missing; never cuts an entity, token or character in half. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let end = Math.max(max - ELLIPSIS.length, 0);
  const entity = text.lastIndexOf('&', end - 1);
  if (entity !== -1 && end - entity < 6) {
    const close = text.indexOf(';', entity);
    if (close !== -1 && close - entity < 6 && close >= end) end = entity;
  }
  const token = text.lastIndexOf('<', end - 1);
  if (token !== -1 && text.indexOf('>', token) >= end) end = token;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  return `${text.slice(0, end).trimEnd()}${ELLIPSIS}`;
}

export function bold(escaped: string): string {
  const inner = escaped.replaceAll('*', '∗').trim();
  return inner === '' ? '' : `*${inner}*`;
}

/** Every line as a quotation. */
export function quote(escaped: string): string {
  return escaped
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

const MIDNIGHT = 'T00:00:00.000Z';

/**
 * The day of an instant in the reader's own time zone: `Dec 9, 2026`. Midnight in UTC is how a day of the calendar is written,
 * such as that on which a subscription ends: it is the same everywhere, and west of Greenwich a token would show the day before.
 */
export function dayToken(instant: Instant): string {
  return instant.endsWith(MIDNIGHT) ? plainDay(instant) : token(instant, '{date_short}', plainDay(instant));
}

/** The last day of what ends then: midnight in UTC is the end of the day before. */
export function lastDayToken(end: Instant): string {
  return end.endsWith(MIDNIGHT) ? plainDay(addMs(end, -1)) : dayToken(end);
}

/** In the reader's own time zone: `today at 14:02`. */
export function momentToken(instant: Instant): string {
  return token(instant, '{date_short_pretty} at {time}', plainMoment(instant));
}

export function timeToken(instant: Instant): string {
  return token(instant, '{time}', `${instant.slice(11, 16)} UTC`);
}

function token(instant: Instant, format: string, fallback: string): string {
  return `<!date^${Math.floor(Date.parse(instant) / 1000)}^${format}|${fallback}>`;
}

export const slackDates: DateWords = { day: dayToken, moment: momentToken };

/** Of the tones a fact can have; words always follow, so the symbol is never the only carrier. */
export const SYMBOLS = { wrong: ':x:', warn: ':warning:', note: ':information_source:' } as const;
