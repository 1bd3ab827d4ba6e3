import type { ActionRequest } from '../../domain/action-request.ts';
import { openStage, stagesOf } from '../../domain/approval.ts';
import type { OwedNotice } from '../../ports/store.ts';
import { approvalsLeft, count, joinWords } from '../../words.ts';
import { approveButton, canUndo, denyButton, undoButton } from './approval-card.ts';
import { actions, context, type MessageView, message, sections } from './blocks.ts';
import { foreign, foreignLines, momentToken, quote } from './text.ts';

/** What one person reads about a request, depending on why they hear of it. */
export function noticeView(notice: OwedNotice, request: ActionRequest): MessageView {
  const lines =
    notice.as === 'affected' && notice.event !== 'broke-glass' ? affectedLines(notice, request) : requesterLines(notice, request);
  const undo =
    notice.as === 'requester' && notice.event === 'succeeded' && canUndo(request) ? [actions([undoButton(request)])] : [];
  const [first] = lines;
  return message(`${(first ?? '').replaceAll('*', '')} ${foreign(request.sentence, 600)}`, [
    ...sections(lines),
    ...undo,
    context(`Request \`${foreign(request.id)}\`  ·  ${foreign(request.connectorName)}  ·  ${momentToken(request.updatedAt)}`),
  ]);
}

function requesterLines(notice: OwedNotice, request: ActionRequest): readonly string[] {
  const what = `${foreign(request.sentence, 1_000)}`;
  const result = request.outcome === null ? [] : [foreign(request.outcome.message, 1_000)];
  switch (notice.event) {
    case 'succeeded':
      return [`:white_check_mark: *Done${by(request)}.*`, what, ...result];
    case 'failed':
      return [':x: *Not done.*', what, ...result, 'Look the person up again to see how things stand now.'];
    case 'unknown':
      return [
        ':warning: *The outcome is not known yet.*',
        what,
        ...result,
        'Seatwarden finds out by looking, does not send it again, and tells you.',
      ];
    case 'scheduled':
      return [':calendar: *It is scheduled.*', what, ...result];
    case 'task':
      return [
        ':point_right: *Approved, and to be done by hand.*',
        what,
        ...(request.task?.steps ?? []).map((step, index) => `${index + 1}. ${foreign(step, 300)}`),
        'Press *Done* on its card afterwards.',
      ];
    case 'denied':
      return [`:no_entry: *Denied by ${deniers(request)}.* Nothing was changed.`, what, ...denialReason(request)];
    case 'expired':
      return [':alarm_clock: *Nobody decided in time, so nothing was changed.*', what, 'Ask again if it is still wanted.'];
    case 'withdrawn':
      return [':leftwards_arrow_with_hook: *Withdrawn.* Nothing was changed.', what];
    case 'undone':
      return [':rewind: *This was undone.*', what];
    case 'approved':
      return [`:white_check_mark: *Approved${by(request)}.* It is about to run.`, what];
    case 'asked':
      return [`:hourglass_flowing_sand: *${foreign(request.requester.name)} asks for your approval.*`, what];
    case 'stage':
      return [
        `:hourglass_flowing_sand: *${lastName(request)} approved it.* ${waitingFor(request)}`,
        what,
        `It expires ${momentToken(request.expiresAt)} if nobody decides.`,
      ];
    case 'escalated':
      return [':mega: *Nobody has decided yet, so further people were asked.*', what];
    case 'broke-glass':
      return brokeGlassLines(request);
  }
}

function lastName(request: ActionRequest): string {
  return foreign(request.decisions.at(-1)?.by.name ?? 'Somebody');
}

function waitingFor(request: ActionRequest): string {
  const stage = stagesOf(request.policy)[openStage(request.policy, request.decisions) ?? -1];
  const who = stage?.name == null ? '' : ` (${foreign(stage.name)})`;
  return `It still needs ${count(approvalsLeft(request), 'more approval')}${who}.`;
}

function brokeGlassLines(request: ActionRequest): readonly string[] {
  const decision = request.decisions.findLast((one) => one.breakGlass === true);
  return [
    `:rotating_light: *${foreign(decision?.by.name ?? 'Somebody')} broke the glass: this runs at once, without the approvals it needs.*`,
    foreign(request.sentence, 1_000),
    ...(decision?.reason == null ? [] : ['Reason:', ...quote(foreignLines(decision.reason)).split('\n')]),
    'It is in the audit log as an event of its own. If this was not an emergency, say so now; `/licenses freeze` stops everything.',
  ];
}

/** Says that a request still waits. */
export function reminderView(request: ActionRequest): MessageView {
  const words = `:bell: Still waiting for ${count(approvalsLeft(request), 'approval')}: ${foreign(request.sentence, 600)}`;
  return message(words, [
    ...sections([words, `Asked by ${foreign(request.requester.name)}; it expires ${momentToken(request.expiresAt)}.`]),
    actions([approveButton(request), denyButton(request)]),
  ]);
}

function affectedLines(notice: OwedNotice, request: ActionRequest): readonly string[] {
  const reason = request.reason === null ? [] : ['Reason:', ...quote(foreignLines(request.reason)).split('\n')];
  const asker = foreign(request.requester.name);
  const where = `what you have in ${foreign(request.connectorName)}`;
  const what = foreign(request.sentence, 1_000);
  switch (notice.event) {
    case 'undone':
      return [`:rewind: *A change to ${where} was undone.*`, what];
    case 'asked':
      return [
        `:information_source: *${asker} asks to change ${where}.* Nothing is changed yet.`,
        what,
        `${count(request.policy.approvals, 'other person', 'other people')} must agree first, by ${momentToken(request.expiresAt)}. If this is wrong, write to ${asker}.`,
        ...reason,
      ];
    case 'denied':
    case 'expired':
    case 'withdrawn':
      return [`:information_source: *Nothing changes in ${where}.* ${ENDED[notice.event]}`, what];
    case 'failed':
      return [`:information_source: *Nothing changed in ${where}.* It was agreed to and could not be done.`, what];
    case 'scheduled':
      return [
        `:calendar: *A change to ${where} is scheduled.*`,
        what,
        ...(request.outcome === null ? [] : [foreign(request.outcome.message, 600)]),
      ];
    case 'task':
      return [`:point_right: *A change to ${where} is agreed to, and somebody does it by hand.* You hear when it is done.`, what];
    case 'unknown':
      return [`:warning: *It is not known yet whether ${where} changed.* Seatwarden finds out and tells you.`, what];
    default:
      return [
        `:information_source: *Something changed in ${where}.*`,
        what,
        ...(request.outcome === null ? [] : [foreign(request.outcome.message, 600)]),
        `${asker} asked for it${by(request)}. If this is wrong, write to ${asker}.`,
        ...reason,
      ];
  }
}

const ENDED = {
  denied: 'It was asked for and denied.',
  expired: 'It was asked for, and nobody decided in time.',
  withdrawn: 'It was asked for and taken back.',
} as const;

function by(request: ActionRequest): string {
  const names = request.decisions
    .filter((decision) => decision.verdict === 'approve')
    .map((decision) => foreign(decision.by.name));
  return names.length === 0 ? '' : `, approved by ${joinWords(names)}`;
}

function deniers(request: ActionRequest): string {
  const denial = request.decisions.findLast((decision) => decision.verdict === 'deny');
  return denial === undefined ? 'an approver' : foreign(denial.by.name);
}

function denialReason(request: ActionRequest): readonly string[] {
  const denial = request.decisions.findLast((decision) => decision.verdict === 'deny');
  return denial?.reason == null ? [] : ['Reason:', ...quote(foreignLines(denial.reason)).split('\n')];
}
