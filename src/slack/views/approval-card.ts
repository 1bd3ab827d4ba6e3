import type { ActionRequest, Confidence } from '../../domain/action-request.ts';
import { type Decision, openStage, stagesOf } from '../../domain/approval.ts';
import { approvalsLeft, count, joinWords, personWords, stateWords, unnamedPerson } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { actions, type Block, type Button, button, context, divider, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, dayToken, foreign, foreignLines, lastDayToken, momentToken, quote, timeToken } from './text.ts';

const FACTS_SHOWN = 25;
const ROWS_SHOWN = 20;
const EARLIER_SHOWN = 3;

export interface CardOptions {
  /** False for the first post: buttons come once the card's place is stored. */
  readonly buttons: boolean;
  /** Where it was sent when there is no channel for cards. */
  readonly note?: string;
}

/** A request as everybody sees it, from its stored state alone; it can be rendered again at any time. */
export function approvalCard(request: ActionRequest, options: CardOptions): MessageView {
  const status = statusLine(request);
  const blocks: Block[] = [
    ...sections([`${status.symbol} ${status.words}`]),
    ...sections(askLines(request)),
    ...outcomeBlocks(request),
    divider,
    ...sections(request.bulk === undefined ? evidenceLines(request) : bulkLines(request)),
    ...(request.evidence.warnings.length === 0
      ? []
      : sections(request.evidence.warnings.map((warning) => `:warning: ${foreign(warning, 500)}`))),
    context(...footLines(request, options.note)),
  ];
  const buttons = options.buttons ? cardButtons(request) : [];
  const room = LIMITS.messageBlocks - (buttons.length > 0 ? 1 : 0);
  const all = [...fitBlocks(blocks, room), ...(buttons.length > 0 ? [actions(buttons)] : [])];
  return message(`${status.symbol} ${status.words.replaceAll('*', '')} ${gist(request)}`, all);
}

/** Approve and Deny while it can be decided, Undo while it can be taken back; and where its facts come from. */
export function cardButtons(request: ActionRequest): Button[] {
  return [...deciding(request), ...sourceButtons(request)];
}

function deciding(request: ActionRequest): Button[] {
  if (request.state === 'pending') return [approveButton(request), denyButton(request)];
  if (canStop(request)) return [stopButton(request)];
  if (request.state === 'by-hand') return [taskDoneButton(request), taskNotDoneButton(request)];
  return canUndo(request) ? [undoButton(request)] : [];
}

/** The vendor's own names of the facts, and the rows of a bulk request, for who wants to check them. */
function sourceButtons(request: ActionRequest): Button[] {
  if (!request.evidence.facts.some((fact) => fact.source !== undefined) && request.bulk === undefined) return [];
  const text = request.bulk === undefined ? 'Sources' : 'Full list';
  return [button({ actionId: ACTIONS.details, text, value: request.id, label: `${text} of request ${request.id}` })];
}

function taskDoneButton(request: ActionRequest): Button {
  return button({
    actionId: ACTIONS.taskDone,
    text: 'Done',
    value: request.id,
    style: 'primary',
    label: `Mark request ${request.id} as done`,
  });
}

function taskNotDoneButton(request: ActionRequest): Button {
  return button({
    actionId: ACTIONS.taskNotDone,
    text: 'Could not be done',
    value: request.id,
    label: `Say that request ${request.id} could not be done`,
  });
}

/** A bulk request can be stopped between two rows. */
export function canStop(request: ActionRequest): boolean {
  return request.bulk !== undefined && request.bulk.stoppedBy === null && ['approved', 'executing'].includes(request.state);
}

export function stopButton(request: ActionRequest): Button {
  return button({
    actionId: ACTIONS.stop,
    text: 'Stop',
    value: request.id,
    style: 'danger',
    label: `Stop request ${request.id}`,
    confirm: {
      title: 'Stop after the row at hand?',
      text: 'What is done stays done, and each row can be undone by itself.',
      yes: 'Stop',
    },
  });
}

export function approveButton(request: ActionRequest): Button {
  return button({
    actionId: ACTIONS.approve,
    text: 'Approve',
    value: request.id,
    style: 'primary',
    label: `Approve request ${request.id}`,
  });
}

export function denyButton(request: ActionRequest): Button {
  return button({
    actionId: ACTIONS.deny,
    text: 'Deny',
    value: request.id,
    style: 'danger',
    label: `Deny request ${request.id}`,
  });
}

export function undoButton(request: ActionRequest): Button {
  return button({ actionId: ACTIONS.undo, text: 'Undo', value: request.id, label: `Undo request ${request.id}` });
}

export function canUndo(request: ActionRequest): boolean {
  return request.state === 'succeeded' && request.undo !== null && request.undoEnded !== true;
}

export interface StatusLine {
  readonly symbol: string;
  /** mrkdwn, already escaped. */
  readonly words: string;
}

export function statusLine(request: ActionRequest): StatusLine {
  const approvers = approvedBy(request);
  switch (request.state) {
    case 'pending': {
      const what = request.decisions.length > 0 ? 'more approval' : 'approval';
      const so = approvers === '' ? '' : ` ${approvers}.`;
      const stage = stageWords(request);
      return { symbol: ':hourglass_flowing_sand:', words: `*Waiting for ${count(approvalsLeft(request), what)}.*${so}${stage}` };
    }
    case 'approved':
      return {
        symbol: ':white_check_mark:',
        words: `*${approvers === '' ? 'No approval needed' : approvers}.* Looking once more before anything is changed…`,
      };
    case 'executing':
      if (request.bulk !== undefined) return { symbol: ':gear:', words: `*Running: ${progressWords(request)}.* ${approvers}.` };
      return { symbol: ':gear:', words: `*Running now.* ${approvers === '' ? 'No approval was needed.' : `${approvers}.`}` };
    case 'by-hand':
      return {
        symbol: ':point_right:',
        words: `*To be done by hand* at ${foreign(request.connectorName)}, then press Done. ${approvers === '' ? 'No approval was needed.' : `${approvers}.`}`,
      };
    case 'scheduled':
      return {
        symbol: ':calendar:',
        words: `*Scheduled${request.outcome?.until === undefined ? '' : ` for ${dayToken(request.outcome.until)}`}.* ${foreign(request.connectorName)} has taken it on; Seatwarden looks until it took effect.`,
      };
    case 'succeeded':
      return {
        symbol: ':white_check_mark:',
        words: `*Done* at ${timeToken(request.outcome?.at ?? request.updatedAt)}. ${approvers === '' ? 'No approval was needed.' : `${approvers}.`}`,
      };
    case 'failed':
      return { symbol: ':x:', words: `*Not done.* ${approvers === '' ? '' : `${approvers}.`}`.trim() };
    case 'unknown':
      return {
        symbol: ':warning:',
        words: '*Outcome not known yet.* It was sent once; Seatwarden finds out by looking and will not send it again.',
      };
    case 'denied':
      return { symbol: ':no_entry:', words: `*Denied* by ${deniedBy(request)}. Nothing was changed.` };
    case 'expired':
      return {
        symbol: ':alarm_clock:',
        words: `*Expired* ${momentToken(request.expiresAt)} without a decision. Nothing was changed.`,
      };
    case 'withdrawn':
      return {
        symbol: ':leftwards_arrow_with_hook:',
        words: `*Withdrawn* by ${foreign(request.requester.name)} ${momentToken(request.updatedAt)}. Nothing was changed.`,
      };
    case 'undone':
      return {
        symbol: ':rewind:',
        words:
          `*Done and then undone*${request.undoneBy === null ? '' : ` by request \`${foreign(request.undoneBy)}\``}. ${regretWords(request)}${approvers === '' ? '' : `${approvers}.`}`.trim(),
      };
  }
}

/** Reports count it the same way: see `regretOf`. */
function regretWords(request: ActionRequest): string {
  return request.effect === 'destructive' ? 'What was taken away was given back, which reports count as regret. ' : '';
}

/** Which stage is open, where there are several or the policy named it. */
function stageWords(request: ActionRequest): string {
  const stages = stagesOf(request.policy);
  const open = openStage(request.policy, request.decisions) ?? 0;
  const name = stages[open]?.name ?? null;
  const which =
    stages.length > 1 ? ` Stage ${open + 1} of ${stages.length}${name === null ? '' : `: ${foreign(name, 80)}`}.` : '';
  const called = request.escalatedTo === undefined ? '' : ' Nobody decided for a while, so further people were asked.';
  return `${which}${called}`;
}

function progressWords(request: ActionRequest): string {
  const rows = request.bulk?.rows ?? [];
  const over = rows.filter((row) => row.state !== 'waiting').length;
  return `${over} of ${rows.length} looked after`;
}

function approvedBy(request: ActionRequest): string {
  const glass = request.decisions.find((decision) => decision.breakGlass === true);
  if (glass !== undefined) return `:rotating_light: *${foreign(glass.by.name)} broke the glass* at ${timeToken(glass.at)}`;
  const approvals = request.decisions.filter((decision) => decision.verdict === 'approve');
  return approvals.length === 0 ? '' : `Approved by ${joinWords(approvals.map(nameAndTime))}`;
}

function deniedBy(request: ActionRequest): string {
  const denial = request.decisions.findLast((decision) => decision.verdict === 'deny');
  return denial === undefined ? 'an approver' : nameAndTime(denial);
}

function nameAndTime(decision: Decision): string {
  const instead = decision.insteadOf === undefined ? '' : ` (for ${foreign(decision.insteadOf.name)})`;
  return `${foreign(decision.by.name)}${instead} at ${timeToken(decision.at)}`;
}

function askLines(request: ActionRequest): readonly string[] {
  const affected = unnamedPerson(request.affected, request.sentence);
  const whom = affected === null ? [] : [`*For:* ${foreign(personWords(affected))}`];
  const reason = request.reason === null ? [] : ['*Reason:*', ...quote(foreignLines(request.reason)).split('\n')];
  return [
    bold(foreign(request.sentence, 1_000)),
    `${foreign(request.presetTitle)} in ${foreign(request.connectorName)}`,
    `*Asked by:* ${foreign(personWords(request.requester))}`,
    ...whom,
    ...(request.undoOf === null ? [] : [`*Takes back:* request \`${foreign(request.undoOf)}\``]),
    ...(request.until === undefined ? [] : [`*Until:* ${lastDayToken(request.until)}; then it is asked back`]),
    ...(request.evidence.price === undefined ? [] : [`*Costs:* ${foreign(request.evidence.price)}`]),
    ...(request.evidence.confidence === undefined ? [] : [`*Not needed:* ${confidenceWords(request.evidence.confidence)}`]),
    ...reason,
  ];
}

function outcomeBlocks(request: ActionRequest): Block[] {
  const lines: string[] = [];
  const denial = request.decisions.findLast((decision) => decision.verdict === 'deny');
  if (denial?.reason != null) lines.push('*Why it was denied:*', ...quote(foreignLines(denial.reason)).split('\n'));
  const said = request.decisions.filter((decision) => decision.verdict === 'approve' && decision.reason !== null);
  for (const decision of said) lines.push(`${foreign(decision.by.name)}: ${foreign(decision.reason ?? '', 500)}`);
  if (request.task !== undefined && request.state === 'by-hand') {
    lines.push(...request.task.steps.map((step, index) => `${index + 1}. ${foreign(step, 300)}`));
    if (request.task.link !== null) lines.push(foreign(request.task.link, 1_000));
  }
  if (request.task?.done !== undefined)
    lines.push(`${foreign(request.task.done.by.name)} did it by hand at ${timeToken(request.task.done.at)}.`);
  if (request.outcome !== null) lines.push(`*Result:* ${foreign(request.outcome.message, 1_000)}`);
  return lines.length === 0 ? [] : sections(lines);
}

const TIERS: Readonly<Record<Confidence['tier'], string>> = {
  certain: 'certainly',
  probable: 'probably',
  'ask-first': 'not sure, ask first',
  excluded: 'special, never by automation',
};

export function confidenceWords({ tier, because }: Confidence): string {
  return `${TIERS[tier]} (${foreign(because, 200)})`;
}

/** Every row as far as they fit; the rest is in the full list. */
function bulkLines(request: ActionRequest): readonly string[] {
  const rows = request.bulk?.rows ?? [];
  const shown = rows.slice(0, ROWS_SHOWN).map((row, at) => {
    const { confidence } = row.evidence;
    const why = row.message ?? (confidence === undefined ? null : `${TIERS[confidence.tier]}: ${confidence.because}`);
    const ended = row.state === 'waiting' ? '' : ` *${row.state === 'excluded' ? 'Left out' : stateWords(row.state)}*`;
    return `${at + 1}.${ended} ${foreign(row.sentence, 200)}${why === null ? '' : ` _${foreign(why, 150)}_`}`;
  });
  const left = rows.length - shown.length;
  return [
    `*${count(rows.length, 'row')}*`,
    ...shown,
    ...(left > 0 ? [`and ${count(left, 'more row')}: press “Full list” for all of them, as CSV, too`] : []),
  ];
}

function earlierLines(request: ActionRequest): readonly string[] {
  const asked = (request.evidence.earlier ?? []).slice(-EARLIER_SHOWN).map((one) => {
    const why = one.why === undefined ? '' : `: “${foreign(one.why, 200)}”`;
    return `• Earlier: ${foreign(one.sentence, 150)} ${stateWords(one.state).toLowerCase()}, asked by ${foreign(one.by)} ${momentToken(one.at)} (\`${foreign(one.id)}\`)${why}`;
  });
  const answered = (request.evidence.answers ?? [])
    .slice(-EARLIER_SHOWN)
    .map((one) => `• ${foreign(one.by)} ${one.answer} it ${momentToken(one.at)} (then ${foreign(one.asked, 100)})`);
  return [...asked, ...answered];
}

function evidenceLines(request: ActionRequest): readonly string[] {
  const { facts } = request.evidence;
  const shown = facts.slice(0, FACTS_SHOWN).map((fact) => `• ${foreign(fact.label, 100)}: ${bold(foreign(fact.value, 300))}`);
  const left = facts.length - shown.length;
  const head = `*What ${foreign(request.connectorName)} said*, ${momentToken(request.evidence.readAt)}`;
  const earlier = earlierLines(request);
  if (facts.length === 0) return [`${head}: nothing to compare.`, ...earlier];
  return [head, ...shown, ...(left > 0 ? [`• and ${count(left, 'more fact')}`] : []), ...earlier];
}

function footLines(request: ActionRequest, note: string | undefined): readonly string[] {
  const expiry = request.state === 'pending' ? [`Expires ${momentToken(request.expiresAt)}`] : [];
  return [
    `Request \`${foreign(request.id)}\``,
    // Names can be long enough to be cut; what is acted on stays in sight.
    `${foreign(request.connectorName)} ${request.target.kind} \`${foreign(request.target.id, 100)}\``,
    `Asked ${momentToken(request.createdAt)}`,
    foreign(request.policy.because, 300),
    ...expiry,
    ...(canUndo(request) && request.undoUntil !== undefined ? [`Undo until ${dayToken(request.undoUntil)}`] : []),
    ...(note === undefined ? [] : [note]),
  ];
}

function gist(request: ActionRequest): string {
  const reason = request.reason === null ? '' : ` Reason: ${foreign(request.reason)}`;
  const result = request.outcome === null ? '' : ` Result: ${foreign(request.outcome.message)}`;
  return `${foreign(request.requester.name)} asks: ${foreign(request.sentence, 600)}${reason}${result} (request ${foreign(request.id)})`;
}
