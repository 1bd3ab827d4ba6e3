import { chartWords } from '../../domain/chart.ts';
import type { Digest, DigestRow, DigestTable } from '../../domain/digest.ts';
import { count, joinWords, plainDay, plainMoment } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  header,
  type MessageView,
  message,
  sections,
  sectionWith,
} from './blocks.ts';
import { chartBlock } from './chart.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign, foreignPlain, momentToken, SYMBOLS } from './text.ts';

/** https://docs.slack.dev/reference/block-kit/blocks/data-table-block: 200 rows, and 20,000 characters a message. */
const TABLE_ROWS = 200;
const TABLE_CHARACTERS = 18_000;
/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block: two a message. */
const PICTURES = 2;
const CELL = 120;
const ROW = 600;
const NEWS = { new: 'New: ', again: 'Reminder: ' } as const;

/** Names a digest within its channel, so that one that was posted can be found again. */
export function digestBlockId({ reportId, period }: Digest): string {
  return `digest:${reportId}:${period}`;
}

/** The whole message. What changed comes first; its `text` alone tells the gist to those who see no blocks. */
export function digestView(digest: Digest): MessageView {
  const { headline, counts, money, rows, charts, notes } = digest;
  const facts = [...counts.map(({ label, value }) => `${bold(value.toLocaleString('en-US'))} ${foreign(label)}`)];
  const pictures = charts.flatMap((chart) => chartBlock(chart) ?? []).slice(0, PICTURES);
  const blocks: Block[] = [
    { ...header(digest.title), block_id: digestBlockId(digest) } as Block,
    ...sections([
      `${symbolOf(digest)} ${bold(foreign(changeWords(digest)))}`,
      ...headline.map((sentence) => foreign(sentence, 600)),
      ...(facts.length === 0 ? [] : [facts.join('  ·  ')]),
      ...money.map((line) => foreign(line)),
    ]),
    ...rows.map(rowBlock),
    ...moreBlock(digest),
    ...buttonsOf(digest),
    ...pictures,
    ...charts.map((chart) => context(foreign(chartWords(chart), 1_500))),
    context(
      ...[
        `As of ${momentToken(digest.asOf)}`,
        ...(digest.late ? [lateWords(digest)] : []),
        ...notes.slice(0, 7).map((note) => foreign(note, 500)),
      ],
    ),
  ];
  return message(gistOf(digest), fitBlocks(blocks, LIMITS.messageBlocks));
}

/** Nothing new: a line, so that silence never has to be read as trouble. */
export function digestLine(digest: Digest): MessageView {
  const { since, total } = digest.change;
  const words =
    since === null
      ? `${digest.title}: nothing to report.`
      : `${digest.title}: nothing new since ${plainDay(since)}; ${count(total, 'row')} as before.`;
  const late = digest.late ? [lateWords(digest)] : [];
  const told = digest.late ? `${words} Late: due ${plainMoment(digest.period)}.` : words;
  return message(foreign(told, 2_000), [
    { ...context(`:heavy_check_mark: ${foreign(words, 1_000)}`, ...late), block_id: digestBlockId(digest) } as Block,
  ]);
}

/** The list in full as a table that can be sorted; null when it is longer than Slack shows, and a file has to do. */
export function tableView(table: DigestTable): MessageView | null {
  if (table.rows.length === 0 || table.rows.length > TABLE_ROWS || table.head.length > 20) return null;
  const rows = table.rows.map((row) =>
    row.map((cell) => (typeof cell === 'number' ? { type: 'raw_number', value: cell, text: String(cell) } : rawText(cell))),
  );
  const block = {
    type: 'data_table',
    caption: foreignPlain(table.caption, 200),
    page_size: 20,
    rows: [table.head.map(({ label }) => rawText(label)), ...rows],
  };
  if (JSON.stringify(block.rows.map((row) => row.map((cell) => cell.text))).length > TABLE_CHARACTERS) return null;
  return message(foreign(table.caption), [block as unknown as Block]);
}

function rawText(text: string): { readonly type: string; readonly text: string } {
  return { type: 'raw_text', text: foreignPlain(text, CELL) || '–' };
}

/** `3 new and 1 gone since 24 Nov 2026; 41 in all.` */
export function changeWords({ change }: Digest): string {
  const { since, added, again, gone, total } = change;
  if (since === null) return total === 0 ? 'The first digest: nothing to report.' : `The first digest: ${total} in all.`;
  const day = plainDay(since);
  if (added + again + gone === 0) return `Nothing new since ${day}; ${total} in all.`;
  const parts = [
    ...(added > 0 ? [`${added} new`] : []),
    ...(again > 0 ? [count(again, 'reminder')] : []),
    ...(gone > 0 ? [`${gone} gone`] : []),
  ];
  return `${joinWords(parts)} since ${day}; ${total} in all.`;
}

function symbolOf({ change, rows }: Digest): string {
  if (change.added + change.again === 0) return ':heavy_check_mark:';
  return rows.some(({ tone, news }) => tone === 'wrong' && (news !== null || change.since === null)) ? SYMBOLS.wrong : ':bell:';
}

function lateWords({ period }: Digest): string {
  return `:hourglass: Late: it was due at ${momentToken(period)}.`;
}

function rowBlock(row: DigestRow): Block {
  const fresh = row.news === null ? '' : `:bell: ${NEWS[row.news]}`;
  const text = `${SYMBOLS[row.tone]} ${fresh}${bold(foreign(row.title, 150))}\n${foreign(row.words, ROW)}`;
  if (row.email === null) return sections([text])[0] as Block;
  const review = button({
    actionId: ACTIONS.reviewRow,
    text: 'Review',
    value: row.email,
    label: `Review ${foreignPlain(row.title, 60)}`,
  });
  return sectionWith(text, review);
}

function moreBlock({ more, names, rows }: Digest): Block[] {
  if (names === 'kept-out')
    return more === 0
      ? []
      : [context(`:information_source: ${count(more, 'row')}; who they are about goes to the reviewers by direct message.`)];
  if (more === 0) return [];
  return [context(`${more} more${rows.length === 0 ? '' : ' beside these'}: the whole list is in the thread.`)];
}

function buttonsOf(digest: Digest): Block[] {
  const value = digest.reportId;
  const named = digest.names === 'shown';
  const buttons: Button[] = [
    ...(named && digest.reclaimable > 0
      ? [button({ actionId: ACTIONS.reclaim, text: `Reclaim… (${digest.reclaimable})`, value, style: 'primary' as const })]
      : []),
    ...(named && digest.rows.some(({ email }) => email !== null)
      ? [button({ actionId: ACTIONS.snooze, text: 'Snooze somebody…', value })]
      : []),
    // Who left cannot be asked, and what has expired is not theirs to keep.
    ...(digest.reclaimable > 0 && digest.reportId === 'inactive-users'
      ? [button({ actionId: ACTIONS.askHolders, text: 'Ask holders', value })]
      : []),
  ];
  return buttons.length === 0 ? [] : [actions(buttons)];
}

/** The digest in one paragraph, for notifications and screen readers. */
function gistOf(digest: Digest): string {
  const { headline, counts, money, rows, more } = digest;
  const told = counts.map(({ label, value }) => `${label} ${value.toLocaleString('en-US')}`).join(', ');
  const parts = [
    `${digest.title}: ${changeWords(digest)}`,
    ...(digest.late ? [`Late: due ${plainMoment(digest.period)}.`] : []),
    ...headline,
    ...(told === '' ? [] : [`${told}.`]),
    ...money.map((line) => `${line}.`),
    ...rows.map(({ title, words, news }) => `${news === null ? '' : NEWS[news]}${title}: ${words}.`),
    ...(more > 0 ? [`${more} more.`] : []),
  ];
  return foreign(parts.join(' '), LIMITS.messageText);
}
