import type { Account, Seat } from '../../domain/seat.ts';
import { holdingName } from '../../domain/seat.ts';
import type { Instant } from '../../domain/time.ts';
import type { ActionOffer } from '../../ports/connector.ts';
import type { HoldingRow, LookupResult, LookupSection } from '../../reply.ts';
import { activityWords, ageOf, count, joinWords, originWords, problemWords, validityWords } from '../../words.ts';
import { ACTIONS, actionIdFor, openingValue, pageValue } from '../ids.ts';
import {
  actions,
  type Block,
  type Button,
  button,
  context,
  divider,
  header,
  type MessageView,
  message,
  sections,
  sectionWith,
} from './blocks.ts';
import { fitBlocks, LIMITS, type Page, pageOf } from './limits.ts';
import { bold, foreign, foreignPlain, momentToken, SYMBOLS, slackDates } from './text.ts';

/** Two blocks a row and room for the rest keep a page below the 50 blocks of a message. */
const ROWS_PER_PAGE = 10;
const ROLES_SHOWN = 15;
const SCOPES_SHOWN = 20;
const REJECTED_SHOWN = 5;

type ReadSection = Extract<LookupSection, { ok: true }>;
interface PlacedRow {
  readonly section: ReadSection;
  readonly row: HoldingRow;
}

/** Everything one person holds, with what is wrong and what can be done; `page` counts from 1. */
export function lookupView(result: LookupResult, page = 1): MessageView {
  const rows = placedRows(result.sections);
  const shown = pageOf(rows, page, ROWS_PER_PAGE);
  const blocks = [...lookupBlocks(result, shown), ...pagingBlocks(result, shown)];
  return message(gist(result, rows), fitBlocks([...blocks, agesBlock(result)], LIMITS.messageBlocks));
}

/** The same in a window or on Home, where more fits and nothing can be turned over: what is left out is said. */
export function lookupSurface(result: LookupResult, maxRows: number): Block[] {
  const shown = pageOf(placedRows(result.sections), 1, maxRows);
  const left = shown.total - shown.last;
  const more =
    left === 0 ? [] : [context(`${count(left, 'more licence')} not shown here: \`/licenses ${mail(result)}\` lists all.`)];
  return [...lookupBlocks(result, shown), ...more, agesBlock(result)];
}

function lookupBlocks(result: LookupResult, page: Page<PlacedRow>): Block[] {
  const blocks: Block[] = [header(title(result)), ...sections([summary(result)])];
  let current: ReadSection | null = null;
  for (const { section, row } of page.items) {
    if (current !== section) {
      blocks.push(divider, ...sections([`${bold(foreign(section.name))}  ·  ${totals(section)}`]));
      current = section;
    }
    blocks.push(...rowBlocks(row, result.askedAt));
  }
  for (const section of result.sections) blocks.push(...restOf(section, result.askedAt));
  const empty = result.sections.filter((section) => section.ok && section.rows.length === 0);
  if (empty.length > 0 && page.total > 0)
    blocks.push(
      context(
        `Nothing in ${joinWords(
          empty.map((section) => foreign(section.name, 60)),
          'or',
        )}.`,
      ),
    );
  const gifts = result.personOffers.filter(({ offer }) => offer.available);
  if (gifts.length > 0) blocks.push(divider, actions(gifts.map((gift) => giftButton(result, gift, gifts.length > 1))));
  return blocks;
}

function title(result: LookupResult): string {
  return result.own ? 'Your licences' : `Licences of ${foreignPlain(result.person.name, 120)}`;
}

function summary(result: LookupResult): string {
  const rows = placedRows(result.sections);
  const who = result.person.email === null ? '' : `${foreign(result.person.email)}  ·  `;
  const failed = result.sections.filter((section) => !section.ok);
  const unread =
    failed.length === 0
      ? ''
      : ` :warning: ${joinWords(failed.map((section) => foreign(section.name)))} could not be read, so this is not everything.`;
  if (rows.length === 0) {
    const read = result.sections.filter((section) => section.ok).map((section) => foreign(section.name));
    if (read.length === 0) return `${who}Nothing could be read.${unread}`;
    return `${who}${result.own ? 'You hold' : `${foreign(result.person.name)} holds`} nothing in ${joinWords(read, 'or')}.${unread}`;
  }
  const attention = rows.filter(({ row }) => row.problems.some((problem) => problem.tone !== 'note')).length;
  const worth = attention === 0 ? 'nothing needs attention' : `${attention} ${attention === 1 ? 'needs' : 'need'} attention`;
  return `${who}${amounts(rows)}  ·  ${worth}.${unread}`;
}

function amounts(rows: readonly PlacedRow[]): string {
  const seats = rows.filter(({ row }) => row.holding.kind === 'seat').length;
  const accounts = rows.length - seats;
  return joinWords([...(seats > 0 ? [count(seats, 'licence')] : []), ...(accounts > 0 ? [count(accounts, 'account')] : [])]);
}

function totals(section: ReadSection): string {
  return amounts(section.rows.map((row) => ({ section, row })));
}

function gist(result: LookupResult, rows: readonly PlacedRow[]): string {
  const who = result.own ? 'You hold' : `${foreign(result.person.name)} holds`;
  const parts = result.sections.map((section) =>
    section.ok
      ? `${foreign(section.name)}: ${
          section.rows.length === 0
            ? 'nothing'
            : section.rows
                .slice(0, 10)
                .map((row) => foreign(holdingName(row.holding), 80))
                .join(', ')
        }`
      : `${foreign(section.name)}: ${foreign(section.message)}`,
  );
  return `${who} ${rows.length === 0 ? 'no licences' : amounts(rows)}. ${parts.join('; ')}`;
}

/** What the last sync brought of a vendor that cannot be asked now, without buttons: nothing is done on old facts. */
function lastKnownLines({ last, origin }: Extract<LookupSection, { ok: false }>, now: Instant): readonly string[] {
  if (last === undefined) return [];
  const from = originWords(origin);
  const source = from === '' ? '' : ` (${foreign(from, 300)})`;
  const head = `:card_file_box: As last synced ${ageOf(last.syncedAt, now)}, ${momentToken(last.syncedAt)}${source}:`;
  if (last.rows.length === 0) return [`${head} nothing.`];
  return [
    head,
    ...last.rows.map(({ holding, problems }) => {
      const team = holding.kind === 'seat' && holding.team !== null ? `, ${foreign(holding.team.name, 60)}` : '';
      const told = problems.map((problem) => problemWords(problem, slackDates)).join('; ');
      return `• ${bold(foreign(holdingName(holding), 120))}${team}${told === '' ? '' : `  ·  ${foreign(told, 300)}`}`;
    }),
  ];
}

/** What holds for a section whatever page is shown: that it failed, holds nothing, or has records nobody could read. */
function restOf(section: LookupSection, now: Instant): Block[] {
  if (!section.ok) {
    const hint = section.hint === null ? '' : `\n${foreign(section.hint)}`;
    const words = `${bold(foreign(section.name))}\n:warning: ${foreign(section.message, 600)}${hint}`;
    return [divider, ...sections([words, ...lastKnownLines(section, now)])];
  }
  const gap = typeof section.gap === 'string' ? [`:warning: Something may be missing here: ${foreign(section.gap, 600)}`] : [];
  if (section.rejected.length === 0) return sections(gap);
  const shown = section.rejected.slice(0, REJECTED_SHOWN).map((problem) => `• ${foreign(problem)}`);
  const left = section.rejected.length - shown.length;
  const head = `:warning: ${foreign(section.name)}: ${count(section.rejected.length, 'record')} could not be read`;
  return sections([...gap, head, ...shown, ...(left > 0 ? [`• and ${left} more (see the log)`] : [])]);
}

function rowBlocks(row: HoldingRow, now: Instant): Block[] {
  const lines = rowLines(row, now);
  const buttons = rowButtons(row);
  const [only, second] = buttons;
  const text = lines.join('\n');
  if (only !== undefined && second === undefined && text.length <= LIMITS.section) return [sectionWith(text, only)];
  return [...sections(lines), ...(buttons.length === 0 ? [] : [actions(buttons)])];
}

/** One holding in words, without its buttons; the form shows it above its inputs, too. */
export function rowLines(row: HoldingRow, now: Instant): readonly string[] {
  const { holding } = row;
  const head = holding.kind === 'seat' ? seatHead(holding) : accountHead(holding);
  const offline = holding.kind === 'seat' && holding.offlineCode;
  const use = holding.kind === 'seat' && holding.status === 'free' ? 'Free' : activityWords(holding.lastActivity, offline, now);
  const ended = row.problems.some((problem) => problem.kind === 'expired' && problem.since !== null);
  // The problem below tells the date already.
  const valid = ended ? null : validityWords(holding, now, slackDates);
  return [
    head,
    valid === null ? use : `${use}  ·  ${valid}`,
    ...(holding.kind === 'account' ? roleLines(holding) : []),
    ...row.problems.map((problem) => `${SYMBOLS[problem.tone]} ${safeWords(problem)}`),
    ...row.offers.flatMap((offer) =>
      offer.available ? [] : [`:lock: No “${foreign(offer.preset.title, 80)}”: ${foreign(offer.because, 300)}`],
    ),
  ];
}

/** Only a pool's label comes from outside; the other words are ours and may hold date tokens. */
function safeWords(problem: HoldingRow['problems'][number]): string {
  return problemWords(problem.kind === 'pooled' ? { ...problem, label: foreign(problem.label, 100) } : problem, slackDates);
}

function seatHead(seat: Seat): string {
  const team = seat.team === null ? '' : `  ·  team ${foreign(seat.team.name, 80)}`;
  return `${bold(foreign(seat.product.name, 120))}  \`${code(seat.externalId)}\`${team}`;
}

function accountHead(account: Account): string {
  const paid = account.paidSeat === null ? '' : `  ·  ${account.paidSeat ? 'takes a paid seat' : 'takes no paid seat'}`;
  return `${bold(foreign(account.name, 120))}  \`${code(account.externalId)}\`${paid}`;
}

function code(text: string): string {
  return foreign(text, 80).replaceAll('`', "'");
}

function roleLines(account: Account): readonly string[] {
  const grouped = new Map<string, string[]>();
  for (const role of account.roles) grouped.set(role.name, [...(grouped.get(role.name) ?? []), ...role.scopes]);
  const lines = [...grouped].slice(0, ROLES_SHOWN).map(([name, scopes]) => {
    if (scopes.length === 0) return `• ${bold(foreign(name, 80))}`;
    const left = scopes.length - SCOPES_SHOWN;
    const shown = scopes.slice(0, SCOPES_SHOWN).map((scope) => foreign(scope, 60));
    return `• ${bold(foreign(name, 80))}: ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  });
  const left = grouped.size - lines.length;
  return left > 0 ? [...lines, `• and ${count(left, 'more role')}`] : lines;
}

const LABELS = { revoke: 'Revoke', deactivate: 'Deactivate', update: 'Update', assign: 'Assign', run: null, read: null } as const;

function rowButtons(row: HoldingRow): Button[] {
  const { holding } = row;
  const open = row.offers.filter((offer) => offer.available);
  const target = { integrationId: holding.integrationId, kind: holding.kind, id: holding.externalId };
  return open.map(({ preset }) => {
    const alone = open.filter((other) => other.preset.verb === preset.verb).length === 1;
    const label = (alone ? LABELS[preset.verb] : null) ?? foreignPlain(preset.title, LIMITS.buttonText);
    return button({
      actionId: actionIdFor(preset.verb),
      text: label,
      value: openingValue(preset.id, target),
      ...(preset.effect === 'destructive' ? { style: 'danger' as const } : {}),
      label: `${label}: ${foreignPlain(holdingName(holding), 60)}`,
    });
  });
}

function giftButton(
  result: LookupResult,
  gift: { readonly integrationId: string; readonly name: string; readonly offer: ActionOffer },
  several: boolean,
): Button {
  const target = { integrationId: gift.integrationId, kind: 'person' as const, id: result.person.email ?? '' };
  const label = gift.offer.preset.verb === 'assign' ? 'Assign a licence' : foreignPlain(gift.offer.preset.title, 60);
  return button({
    actionId: actionIdFor(gift.offer.preset.verb),
    text: several ? `${foreignPlain(gift.name, 30)}: ${label}` : label,
    value: openingValue(gift.offer.preset.id, target),
  });
}

function pagingBlocks(result: LookupResult, page: Page<PlacedRow>): Block[] {
  if (page.pages === 1) return [];
  const turn = (text: string, to: number): Button => button({ actionId: ACTIONS.page, text, value: pageValue(mail(result), to) });
  return [
    context(`Showing ${page.first}-${page.last} of ${page.total}`),
    actions([
      ...(page.number > 1 ? [turn('Previous', page.number - 1)] : []),
      ...(page.number < page.pages ? [turn('Next', page.number + 1)] : []),
    ]),
  ];
}

function agesBlock(result: LookupResult): Block {
  const ages = result.sections
    .filter((section) => section.ok)
    .map((section) => {
      const origin = originWords(section.origin);
      const from = origin === '' ? '' : ` (${foreign(origin, 300)})`;
      return `${foreign(section.name, 60)} read ${ageOf(section.readAt, result.askedAt)}${from}`;
    });
  return context(ages.length === 0 ? 'Nothing was read.' : ages.join('  ·  '));
}

function mail(result: LookupResult): string {
  return result.person.email ?? '';
}

function placedRows(list: readonly LookupSection[]): readonly PlacedRow[] {
  return list.flatMap((section) => (section.ok ? section.rows.map((row) => ({ section, row })) : []));
}
