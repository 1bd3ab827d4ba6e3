import type { Snooze } from '../../domain/digest.ts';
import type { ReclaimChoices, Reclaimed } from '../../services/reclaim.ts';
import type { snoozeChoices } from '../../services/snooze.ts';
import { count } from '../../words.ts';
import { CALLBACKS } from '../ids.ts';
import { type Block, type ModalView, noticeModal, plain, sections } from './blocks.ts';
import { stateOf, type ViewValues } from './form-inputs.ts';
import { LIMITS } from './limits.ts';
import { bold, dayToken, foreign, foreignPlain } from './text.ts';

const CHOSEN = 'chosen';
const REASON = 'reason';
const UNTIL = 'until';
/** Checkboxes hold ten; more rows go into a menu. */
const BOXES = 10;

const SNOOZE_DAYS = [
  { days: 7, words: 'a week' },
  { days: 30, words: 'a month' },
  { days: 90, words: 'three months' },
  { days: 365, words: 'a year' },
] as const;

/** Which rows are to be taken back, and why. Nothing is chosen beforehand. */
export function reclaimForm({ reportId, title, rows, left }: ReclaimChoices): ModalView {
  if (rows.length === 0) return noticeModal('Nothing to reclaim', ['Nothing in this report can be taken back any more.']);
  const options = rows.map(({ mark, title: name, words }) => ({
    text: plain(foreignPlain(rows.length > BOXES ? `${name} · ${words}` : name, LIMITS.option), LIMITS.option),
    ...(words === '' || rows.length > BOXES ? {} : { description: plain(foreignPlain(words, LIMITS.option), LIMITS.option) }),
    value: mark,
  }));
  const element =
    rows.length > BOXES
      ? { type: 'multi_static_select' as const, action_id: CHOSEN, options, placeholder: plain('Choose rows') }
      : { type: 'checkboxes' as const, action_id: CHOSEN, options };
  const blocks: Block[] = [
    ...sections([
      `${bold(foreign(title))}: ${count(rows.length, 'row')} can be taken back${left > 0 ? `, and ${left} more after these` : ''}.`,
      'Nothing is done at once: everything is read again, and others decide on one request with all rows.',
    ]),
    { type: 'input', block_id: CHOSEN, label: plain('Take back'), element },
    reasonBlock('Why? The approvers and the people concerned read it.'),
  ];
  return form({ callbackId: CALLBACKS.reclaim, metadata: reportId, title: 'Reclaim', submit: 'Ask', blocks });
}

export function snoozeForm({ reportId, people }: Awaited<ReturnType<typeof snoozeChoices>>): ModalView {
  if (people.length === 0) return noticeModal('Nobody to snooze', ['This report names nobody any more.']);
  const blocks: Block[] = [
    ...sections(['Somebody who is snoozed is left out of what reports suggest, with the reason beside their name.']),
    {
      type: 'input',
      block_id: CHOSEN,
      label: plain('Who'),
      element: {
        type: 'static_select',
        action_id: CHOSEN,
        options: people
          .filter((email) => email.length <= LIMITS.option)
          .map((email) => ({ text: plain(foreignPlain(email, LIMITS.option), LIMITS.option), value: email })),
      },
    },
    {
      type: 'input',
      block_id: UNTIL,
      label: plain('For how long'),
      element: {
        type: 'static_select',
        action_id: UNTIL,
        options: SNOOZE_DAYS.map(({ days, words }) => ({ text: plain(words), value: String(days) })),
        initial_option: { text: plain('a month'), value: '30' },
      },
    },
    reasonBlock('Such as “parental leave until May”. Everybody who sees the report reads it.'),
  ];
  return form({ callbackId: CALLBACKS.snooze, metadata: reportId, title: 'Snooze', submit: 'Snooze', blocks });
}

export function readReclaim(values: ViewValues): { readonly marks: readonly string[]; readonly reason: string } {
  const marks = (stateOf(values, CHOSEN)?.selected_options ?? []).flatMap(({ value }) => value ?? []);
  return { marks, reason: reasonOf(values) };
}

export function readSnooze(values: ViewValues): { readonly email: string; readonly days: number; readonly reason: string } {
  const chosen = (id: string): string => stateOf(values, id)?.selected_option?.value ?? '';
  return { email: chosen(CHOSEN), days: Number(chosen(UNTIL)), reason: reasonOf(values) };
}

export function reclaimedView({ requests, problems }: Reclaimed): ModalView {
  const asked = requests.map(
    (request) => `:white_check_mark: Request \`${foreign(request.id)}\`: ${foreign(request.sentence, 500)}`,
  );
  const refused = problems.map((problem) => `:warning: ${foreign(problem, 500)}`);
  const gist =
    requests.length === 0
      ? 'Nothing was asked for.'
      : 'Asked. Nothing is changed before others have decided; you get a direct message.';
  return noticeModal(requests.length === 0 ? 'That did not work' : 'Asked', [bold(gist), ...asked, ...refused]);
}

export function snoozedView(snooze: Snooze): ModalView {
  return noticeModal('Snoozed', [
    `:zzz: ${foreign(snooze.id)} is left out until ${dayToken(snooze.until)}: ${foreign(snooze.reason, 500)}`,
    'Reports show it from now on, and this digest from the next time.',
  ]);
}

export function askedHoldersWords(offers: number): string {
  if (offers > 0)
    return `${count(offers, 'holder of an idle seat was', 'holders of idle seats were')} asked by direct message: Keep or Release.`;
  return 'Nobody was asked: whoever holds an idle seat was asked lately, is left alone, or is not in Slack. Use Reclaim for seats that should go all the same.';
}

function reasonBlock(hint: string): Block {
  return {
    type: 'input',
    block_id: REASON,
    label: plain('Reason'),
    hint: plain(hint),
    element: { type: 'plain_text_input', action_id: REASON, multiline: true, max_length: 1_000 },
  };
}

function reasonOf(values: ViewValues): string {
  return (stateOf(values, REASON)?.value ?? '').trim();
}

interface Form {
  readonly callbackId: string;
  readonly metadata: string;
  readonly title: string;
  readonly submit: string;
  readonly blocks: readonly Block[];
}

function form({ callbackId, metadata, title, submit, blocks }: Form): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: metadata,
    title: plain(title, 24),
    submit: plain(submit, 24),
    close: plain('Cancel', 24),
    blocks: [...blocks],
  };
}
