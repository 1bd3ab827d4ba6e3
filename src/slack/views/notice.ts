import type { ActionRequest } from '../../domain/action-request.ts';
import type { OwedNotice } from '../../ports/store.ts';
import { joinWords } from '../../words.ts';
import { canUndo, undoButton } from './approval-card.ts';
import { actions, context, type MessageView, message, sections } from './blocks.ts';
import { foreign, foreignLines, momentToken, quote } from './text.ts';

/** What one person reads about a request, depending on why they hear of it. */
export function noticeView(notice: OwedNotice, request: ActionRequest): MessageView {
  const lines = notice.as === 'affected' ? affectedLines(notice, request) : requesterLines(notice, request);
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
  }
}

function affectedLines(notice: OwedNotice, request: ActionRequest): readonly string[] {
  const reason = request.reason === null ? [] : ['Reason:', ...quote(foreignLines(request.reason)).split('\n')];
  const asker = foreign(request.requester.name);
  if (notice.event === 'undone')
    return [
      `:rewind: *A change to what you have in ${foreign(request.connectorName)} was undone.*`,
      foreign(request.sentence, 1_000),
    ];
  return [
    `:information_source: *Something changed in what you have in ${foreign(request.connectorName)}.*`,
    foreign(request.sentence, 1_000),
    ...(request.outcome === null ? [] : [foreign(request.outcome.message, 600)]),
    `${asker} asked for it${by(request)}. If this is wrong, write to ${asker}.`,
    ...reason,
  ];
}

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
