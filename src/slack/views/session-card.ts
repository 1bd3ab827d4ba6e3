import { ACCEPTS_NEEDED, type SyncProgress, type SyncSession } from '../../domain/sync-session.ts';
import {
  changesBesideDepartures,
  changesTotal,
  changeWords,
  departureWords,
  effortWords,
  outcomeWords,
  progressBar,
  progressWords,
  sessionFigures,
} from '../../sync-words.ts';
import { count, joinWords, originWords } from '../../words.ts';
import { ACTIONS } from '../ids.ts';
import { actions, type Block, type Button, button, context, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { bold, foreign, momentToken } from './text.ts';

const SHOWN = 20;

/** A session as everybody sees it, from its stored state and, while it runs, how far it is. */
export function sessionCard(session: SyncSession, progress: SyncProgress | null): MessageView {
  const title = `${session.test ? 'Test run of' : 'Sync of'} ${session.name}`;
  const { symbol, words } = status(session);
  const blocks: Block[] = [
    header(title),
    ...sections([`${symbol} *${words}*`, ...session.reasons.flatMap(reasonLines)]),
    ...(session.state === 'running' ? sections(progressLines(progress)) : sections(endedLines(session))),
    context(`Session \`${foreign(session.id)}\``, startedWords(session), ...sourceWords(session), ...decidedWords(session)),
  ];
  const buttons = buttonsOf(session);
  const room = LIMITS.messageBlocks - (buttons.length > 0 ? 1 : 0);
  const gist = session.state === 'running' && progress !== null ? progressWords(progress) : (session.reasons[0]?.message ?? '');
  return message(`${symbol} ${foreign(title)}: ${words}. ${foreign(gist)}`, [
    ...fitBlocks(blocks, room),
    ...(buttons.length > 0 ? [actions(buttons)] : []),
  ]);
}

function status(session: SyncSession): { readonly symbol: string; readonly words: string } {
  if (session.state === 'running') return { symbol: ':hourglass_flowing_sand:', words: 'Running' };
  if (session.state === 'held')
    return {
      symbol: ':raised_hand:',
      words: `Held before anybody was deactivated: ${count(ACCEPTS_NEEDED - accepts(session).length, 'person', 'people')} must accept`,
    };
  const symbols = {
    succeeded: ':white_check_mark:',
    incomplete: ':warning:',
    held: ':raised_hand:',
    failed: ':x:',
    cancelled: ':no_entry:',
  };
  return { symbol: symbols[session.outcome ?? 'failed'], words: outcomeWords(session) };
}

function reasonLines({ message: said, hint }: SyncSession['reasons'][number]): readonly string[] {
  return [foreign(said, 1_000), ...(hint === null ? [] : [foreign(hint, 500)])];
}

function progressLines(progress: SyncProgress | null): readonly string[] {
  if (progress === null) return ['Starting …'];
  const bar = progressBar(progress);
  return [...(bar === null ? [] : [`\`${bar}\``]), progressWords(progress)];
}

function endedLines(session: SyncSession): readonly string[] {
  const lines = [...sessionFigures(session), effortWords(session)];
  if (session.departuresTotal > 0) {
    const shown = session.departures.slice(0, SHOWN).map((one) => `• ${foreign(departureWords(one), 200)}`);
    const left = session.departuresTotal - shown.length;
    lines.push('', bold(session.state === 'held' ? 'Would be deactivated' : 'Missing or inactive'), ...shown);
    if (left > 0) lines.push(`• and ${count(left, 'other')}; the button below gives the full list`);
  }
  const changes = changesBesideDepartures(session);
  if (changes.length > 0) {
    const shown = changes.slice(0, SHOWN).map((change) => `• ${foreign(changeWords(change), 300)}`);
    const total = changesTotal(session);
    lines.push('', bold(session.test || session.state === 'held' ? 'Would change' : 'Changed'), ...shown);
    if (total > shown.length) lines.push(`• and ${count(total - shown.length, 'other')}; the button below gives the full list`);
  }
  if (session.faults.length > 0) {
    const shown = session.faults.slice(0, 5).map((fault) => {
      const where = [fault.id, fault.field].filter((part) => part !== null).join(', ');
      const sample = fault.sample === null ? '' : ` (found ${foreign(fault.sample, 80)})`;
      return `• ${foreign(where, 120)}: ${foreign(fault.reason, 250)}${sample}`;
    });
    lines.push('', bold('Errors'), ...shown);
    if (session.failed > shown.length) lines.push(`• more are in the list of errors`);
  }
  return lines;
}

const TRIGGERS: Readonly<Record<SyncSession['trigger'], string>> = {
  schedule: 'its schedule',
  'catch-up': 'its schedule, after its time had passed',
  retry: 'a retry',
  person: 'somebody',
  cli: 'somebody at a terminal',
};

function startedWords(session: SyncSession): string {
  const by = session.by === null ? TRIGGERS[session.trigger] : foreign(session.by.name);
  return `Started ${momentToken(session.startedAt)} by ${by}`;
}

function sourceWords({ origin }: SyncSession): readonly string[] {
  const words = originWords(origin);
  return words === '' ? [] : [foreign(words, 300)];
}

function decidedWords(session: SyncSession): readonly string[] {
  const yes = accepts(session);
  const no = session.decisions.find((one) => one.verdict === 'reject');
  return [
    ...(yes.length === 0 ? [] : [`Accepted by ${joinWords(yes.map((one) => foreign(one.by.name)))}`]),
    ...(no === undefined ? [] : [`Rejected by ${foreign(no.by.name)}; nothing was written`]),
  ];
}

function accepts(session: SyncSession): SyncSession['decisions'] {
  return session.decisions.filter((one) => one.verdict === 'accept');
}

function buttonsOf(session: SyncSession): readonly Button[] {
  const named = (actionId: string, text: string, style?: 'primary' | 'danger'): Button =>
    button({
      actionId,
      text,
      value: session.id,
      label: `${text}: session ${session.id}`,
      ...(style === undefined ? {} : { style }),
    });
  if (session.state === 'running') return [named(ACTIONS.cancelSync, 'Cancel', 'danger')];
  const lists = [
    ...(session.faults.length === 0 ? [] : [named(ACTIONS.sessionErrors, 'Errors as CSV')]),
    ...(session.changes.length === 0 && session.departuresTotal === 0 ? [] : [named(ACTIONS.sessionChanges, 'Full list as CSV')]),
  ];
  if (session.state === 'held')
    return [
      button({
        actionId: ACTIONS.acceptSession,
        text: 'Accept',
        value: session.id,
        style: 'danger',
        label: `Accept session ${session.id}`,
        confirm: {
          title: 'Put all of it in force?',
          text: `${count(session.departuresTotal, 'entry', 'entries')} become inactive in Seatwarden once a second person accepts. Nothing changes at the vendor.`,
          yes: 'Accept',
        },
      }),
      named(ACTIONS.rejectSession, 'Reject'),
      ...lists,
    ];
  return [named(ACTIONS.rerunSync, session.test ? 'Test again' : 'Run again'), ...lists];
}
