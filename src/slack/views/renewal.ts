import { decisionOf, decisionWords, type Renewal, type RenewalDecision, type RenewalKind } from '../../domain/renewal.ts';
import { count, decidedWords, personWords, plainDay } from '../../words.ts';
import { ACTIONS, CALLBACKS } from '../ids.ts';
import {
  actions,
  type Block,
  button,
  context,
  header,
  type MessageView,
  type ModalView,
  message,
  plain,
  sections,
} from './blocks.ts';
import { stateOf, type ViewValues } from './form-inputs.ts';
import { LIMITS } from './limits.ts';
import { bold, dayToken, foreign, foreignLines, foreignPlain, momentToken, quote, SYMBOLS } from './text.ts';

const KIND = 'kind';
const SEATS = 'seats';
const REASON = 'reason';
const REASON_MAX = 1_000;
const NOT_DONE_HERE = 'It is written down here; whoever buys the licences tells the vendor.';

const KIND_WORDS: Readonly<Record<RenewalKind, string>> = {
  all: 'Renew all',
  fewer: 'Renew fewer',
  none: 'Do not renew',
};

/** Names one post of a renewal within its channel, so that one that was posted can be found again. */
export function renewalBlockId({ id }: Renewal, post: string): string {
  return `renewal:${id}:${post}`;
}

/** The card above the thread: the pack, what is needed of it, and the decision or the buttons for it. `post` is what it began as. */
export function renewalCard(renewal: Renewal, post: string): MessageView {
  const { facts, decisions, id } = renewal;
  const decision = decisions.at(-1) ?? null;
  const buttons =
    decision === null
      ? [
          button({ actionId: ACTIONS.renewAll, text: 'Renew all', value: id, label: `Renew all of ${labelOf(renewal)}` }),
          ...(facts.seats > 1
            ? [
                button({
                  actionId: ACTIONS.renewFewer,
                  text: 'Renew fewer…',
                  value: id,
                  label: `Renew fewer of ${labelOf(renewal)}`,
                }),
              ]
            : []),
          button({ actionId: ACTIONS.renewNone, text: 'Do not renew', value: id, label: `Do not renew ${labelOf(renewal)}` }),
        ]
      : [
          button({
            actionId: ACTIONS.renewChange,
            text: 'Change the decision…',
            value: id,
            label: `Change what was decided about ${labelOf(renewal)}`,
          }),
        ];
  const blocks: Block[] = [
    { ...header(foreignPlain(titleOf(renewal))), block_id: renewalBlockId(renewal, post) } as Block,
    ...sections([...factLines(renewal), ...decisionLines(decision)]),
    actions(buttons),
    context(
      `As of ${momentToken(facts.asOf)}`,
      ...(decisions.length > 1 ? [`Decided ${count(decisions.length, 'time')}; the thread has all of it.`] : []),
      NOT_DONE_HERE,
    ),
  ];
  return message(foreign(gistOf(renewal), LIMITS.messageText), blocks);
}

/** What comes beneath the card: a further lead time, or a decision. */
export function renewalPost(renewal: Renewal, post: string): MessageView {
  const decided = decisionOf(renewal, post);
  const lines =
    decided === null
      ? [...factLines(renewal), ...decisionLines(renewal.decisions.at(-1) ?? null)]
      : [`${changeWords(renewal, decided)}${bold(decisionWords(decided))}`, ...byLines(decided)];
  const [first, ...rest] = sections(lines);
  const gist = decided === null ? gistOf(renewal) : `${titleOf(renewal)}: ${decidedWords(decided)}`;
  return message(foreign(gist, LIMITS.messageText), [
    ...(first === undefined ? [] : [{ ...first, block_id: renewalBlockId(renewal, post) } as Block]),
    ...rest,
  ]);
}

/** Asks for what is missing of a decision; with `kind` null for all of it. */
export function renewalForm(renewal: Renewal, kind: RenewalKind | null): ModalView {
  const { facts, decisions, id } = renewal;
  const last = decisions.at(-1) ?? null;
  const options = (Object.keys(KIND_WORDS) as RenewalKind[])
    .filter((one) => one !== 'fewer' || facts.seats > 1)
    .map((one) => ({ text: plain(KIND_WORDS[one]), value: one }));
  const blocks: Block[] = [
    ...sections([
      bold(foreign(titleOf(renewal))),
      ...factLines(renewal),
      ...(last === null ? [] : [`Decided so far: ${bold(decisionWords(last))}`, ...byLines(last)]),
    ]),
    ...(kind === null
      ? [input(KIND, 'Decision', { type: 'static_select', action_id: KIND, options, placeholder: plain('Choose') })]
      : []),
    ...((kind === null && facts.seats > 1) || kind === 'fewer' ? [seatsInput(renewal, kind === null)] : []),
    {
      ...input(REASON, 'Reason', { type: 'plain_text_input', action_id: REASON, multiline: true, max_length: REASON_MAX }),
      hint: plain('Everybody who looks at the renewal reads it.'),
    } as Block,
  ];
  return {
    type: 'modal',
    callback_id: CALLBACKS.renewal,
    private_metadata: JSON.stringify([id, decisions.length, kind]),
    title: plain(kind === null ? 'Change the decision' : KIND_WORDS[kind], LIMITS.viewTitle),
    submit: plain('Decide', 24),
    close: plain('Cancel', 24),
    blocks,
  };
}

export interface RenewalFilled {
  readonly kind: RenewalKind | null;
  readonly seats: number | null;
  readonly reason: string;
}

export function readRenewal(values: ViewValues): RenewalFilled {
  const kind = stateOf(values, KIND)?.selected_option?.value;
  const seats = stateOf(values, SEATS)?.value ?? '';
  return {
    kind: isKind(kind) ? kind : null,
    seats: seats.trim() === '' ? null : Number(seats),
    reason: (stateOf(values, REASON)?.value ?? '').trim(),
  };
}

export interface RenewalMeta {
  readonly id: string;
  readonly seen: number;
  readonly kind: RenewalKind | null;
}

/** Null for what is forged or from an older version. */
export function readRenewalMeta(json: unknown): RenewalMeta | null {
  if (!Array.isArray(json)) return null;
  const [id, seen, kind] = json as unknown[];
  if (typeof id !== 'string' || typeof seen !== 'number') return null;
  return { id, seen, kind: isKind(kind) ? kind : null };
}

/** What is missing of a decision, by the input it belongs to; empty when nothing is. */
export function renewalErrors({ kind, seats, reason }: RenewalFilled): Readonly<Record<string, string>> {
  return {
    ...(kind === 'fewer' && seats === null ? { [SEATS]: 'Say how many.' } : {}),
    ...(reason === '' ? { [REASON]: 'Say why: everybody who looks at the renewal reads it.' } : {}),
  };
}

function isKind(value: unknown): value is RenewalKind {
  return typeof value === 'string' && Object.hasOwn(KIND_WORDS, value);
}

function seatsInput({ facts }: Renewal, optional: boolean): Block {
  const most = facts.seats - 1;
  const suggested = Math.min(Math.max(facts.keep, 1), most);
  const element = {
    type: 'number_input',
    action_id: SEATS,
    is_decimal_allowed: false,
    min_value: '1',
    max_value: String(most),
    initial_value: String(suggested),
  };
  const label = optional ? 'How many, if fewer' : 'How many';
  return {
    ...input(SEATS, label, element),
    optional,
    hint: plain(`${facts.keep} of ${facts.seats} are needed as of now.`),
  } as Block;
}

function input(id: string, label: string, element: object): Block {
  return { type: 'input', block_id: id, label: plain(label), element } as Block;
}

function titleOf({ facts }: Renewal): string {
  return `${facts.product} (${facts.app}) ${facts.renews === true ? 'renews' : 'ends'} on ${plainDay(facts.on)}`;
}

function labelOf({ facts }: Renewal): string {
  return foreignPlain(facts.product, 40);
}

function factLines({ facts }: Renewal): readonly string[] {
  const { pack, seats, used, free, idle, cost, saves } = facts;
  return [
    `${SYMBOLS.warn} ${bold(daysLeft(facts.days))}, on ${dayToken(facts.on)}${pack === null ? '' : `  ·  pack ${foreign(pack, 100)}`}`,
    `${bold(count(seats, 'seat'))}: ${used} used, ${free} free, ${idle} idle${cost === null ? '' : `  ·  costs ${foreign(cost)} a year`}`,
    `Suggested: ${foreign(facts.suggestion)}${saves === null ? '' : ` That saves ${foreign(saves)} a year.`}`,
  ];
}

function daysLeft(days: number): string {
  return days === 0 ? 'Less than a day left' : `${count(days, 'day')} left`;
}

function decisionLines(decision: RenewalDecision | null): readonly string[] {
  if (decision === null) return [':hourglass_flowing_sand: Nobody has decided yet.'];
  return [`:heavy_check_mark: Decided: ${bold(decisionWords(decision))}`, ...byLines(decision)];
}

function byLines({ by, at, reason }: RenewalDecision): readonly string[] {
  return [`by ${foreign(personWords(by))}, ${momentToken(at)}`, ...quote(foreignLines(reason, REASON_MAX)).split('\n')];
}

function changeWords({ decisions }: Renewal, decided: RenewalDecision): string {
  const before = decisions[decisions.indexOf(decided) - 1];
  return before === undefined ? ':heavy_check_mark: Decided: ' : `:bell: Changed from “${decisionWords(before)}” to `;
}

/** The card in one paragraph, for notifications and screen readers. */
function gistOf(renewal: Renewal): string {
  const { facts, decisions } = renewal;
  const last = decisions.at(-1);
  const told = `${titleOf(renewal)}, ${daysLeft(facts.days).toLowerCase()}: ${count(facts.seats, 'seat')}, ${facts.used} used, ${facts.free} free, ${facts.idle} idle. ${facts.suggestion}`;
  return `${told} ${last === undefined ? 'Nobody has decided yet.' : decidedWords(last)}`;
}
