import type { InputValues, TargetRef } from '../../domain/action-request.ts';
import type { Scalar } from '../../domain/seat.ts';
import { type Instant, parseInstant } from '../../domain/time.ts';
import type { PresetInfo } from '../../ports/connector.ts';
import type { ActionForm, FormOpening } from '../../reply.ts';
import { count, personWords, unnamedPerson } from '../../words.ts';
import { CALLBACKS, readJson, readOpening } from '../ids.ts';
import { type Block, context, divider, type ModalView, noticeModal, plain, sections } from './blocks.ts';
import {
  inputBlock,
  inputBlockId,
  prefillHashes,
  readInput,
  shortHash,
  stateOf,
  type ViewValues,
  visibleInputs,
} from './form-inputs.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { rowLines } from './lookup.ts';
import { coveredByPool, POOL_ID, poolBlocks, poolInputs, readPool } from './pool.ts';
import { bold, foreign, foreignPlain, lastDayToken } from './text.ts';

export const REASON_ID = 'reason';
const REASON_MAX = 1_000;

export interface FormProblem {
  /** An input's name, `reason`, or null for the whole. */
  readonly input: string | null;
  readonly message: string;
}

/** What somebody filled in, to be shown again beside what is wrong with it. */
export interface FilledForm {
  readonly inputs: InputValues;
  readonly reason: string;
}

export function loadingForm(): ModalView {
  return noticeModal('One moment', [':hourglass_flowing_sand: Reading how things stand right now…'], 'Cancel');
}

export function sendingView(): ModalView {
  return noticeModal('Sending', [':hourglass_flowing_sand: Sending…  You can close this window; it will be done all the same.']);
}

/** The form for one preset on one target. */
export function formView(
  form: ActionForm,
  given: InputValues,
  filled: FilledForm | null = null,
  problems: readonly FormProblem[] = [],
): ModalView {
  const head = [...sections(headLines(form)), ...warningBlocks(form)];
  if (form.pool !== null && form.pool.length === 0) {
    return {
      ...noticeModal(form.preset.title, []),
      blocks: [
        ...head,
        ...sections([':warning: No seat is free, so nothing can be given. `/licenses available` shows the pools.']),
      ],
    };
  }
  const values = { ...form.prefill, ...filled?.inputs };
  const blocks: Block[] = [
    ...problemBlocks(problems.filter((problem) => !hasField(form, problem.input))),
    ...head,
    divider,
    ...inputBlocks(form, values, problems),
    reasonBlock(form, filled?.reason ?? ''),
    ...problemBlocks(problems.filter((problem) => problem.input === REASON_ID)),
    ...(form.until === null ? [] : sections([`:hourglass: Until ${lastDayToken(form.until)}; then it is asked back.`])),
    context(approvalLine(form), foreign(form.policyWords, 300)),
  ];
  return {
    type: 'modal',
    callback_id: CALLBACKS.create,
    private_metadata: metadata(form, given),
    title: plain(foreignPlain(form.preset.title, LIMITS.viewTitle), LIMITS.viewTitle),
    submit: plain(form.approvalsNeeded === 0 ? 'Do it' : 'Ask', 24),
    close: plain('Cancel', 24),
    blocks: fitBlocks(blocks, LIMITS.viewBlocks),
  };
}

function headLines(form: ActionForm): readonly string[] {
  const affected = unnamedPerson(form.affected, form.sentence);
  const whom = affected === null ? [] : [`For ${bold(foreign(personWords(affected)))} in ${foreign(form.connectorName)}`];
  const what = form.sentence === null ? foreign(form.preset.description, 600) : bold(foreign(form.sentence, 1_000));
  return [what, ...whom, ...(form.holding === null ? [] : rowLines({ ...form.holding, offers: [] }, form.asksAt))].filter(
    (line) => line !== '',
  );
}

function warningBlocks(form: ActionForm): Block[] {
  return form.warnings.length === 0 ? [] : sections(form.warnings.map((warning) => `:warning: ${foreign(warning, 500)}`));
}

function inputBlocks(form: ActionForm, values: InputValues, problems: readonly FormProblem[]): Block[] {
  const pool = form.pool === null ? [] : poolBlocks(form.preset, form.pool, values);
  const covered = pool.length > 0 ? coveredByPool(form.preset) : [];
  return [
    ...pool,
    ...problemBlocks(problems.filter((problem) => problem.input !== null && covered.includes(problem.input))),
    ...visibleInputs(form.preset)
      .filter((input) => !covered.includes(input.name))
      .flatMap((input) => [
        inputBlock(input, values[input.name] ?? null),
        ...problemBlocks(problems.filter((problem) => problem.input === input.name)),
      ]),
  ];
}

function hasField(form: ActionForm, input: string | null): boolean {
  if (input === null) return false;
  return (
    input === REASON_ID ||
    visibleInputs(form.preset).some((each) => each.name === input) ||
    (form.pool !== null && coveredByPool(form.preset).includes(input))
  );
}

function problemBlocks(problems: readonly FormProblem[]): Block[] {
  return problems.length === 0 ? [] : sections(problems.map((problem) => `:x: ${foreign(problem.message, 500)}`));
}

function reasonBlock(form: ActionForm, reason: string): Block {
  return {
    type: 'input',
    block_id: REASON_ID,
    label: plain('Reason'),
    hint: plain(
      form.reasonLike === null
        ? 'The approver and the person concerned will read it.'
        : `It must hold something like ${form.reasonLike}. The approver and the person concerned will read it.`,
    ),
    optional: !form.reasonRequired && form.reasonLike === null,
    element: {
      type: 'plain_text_input',
      action_id: REASON_ID,
      multiline: true,
      max_length: REASON_MAX,
      ...(reason === '' ? {} : { initial_value: reason.slice(0, REASON_MAX) }),
    },
  };
}

function approvalLine({ approvalsNeeded, peopleAsked }: ActionForm): string {
  if (approvalsNeeded === 0) return 'No approval is needed: it is done as soon as you send this.';
  const notified = peopleAsked === 0 ? '' : ` This will notify ${count(peopleAsked, 'person', 'people')}.`;
  return `${count(approvalsNeeded, 'other person', 'other people')} must approve before anything is changed.${notified}`;
}

/** Ids, and for each prefilled input whether it was touched: never facts. */
function metadata(form: ActionForm, given: InputValues): string {
  const { integrationId, kind, id } = form.target;
  const hidden = form.preset.inputs.filter((input) => input.hidden && given[input.name] !== undefined);
  const whole = {
    p: [form.preset.id, integrationId, kind, id],
    h: prefillHashes(form.preset, form.prefill),
    ...(form.until === null ? {} : { u: form.until }),
    ...(hidden.length === 0 ? {} : { g: Object.fromEntries(hidden.map((input) => [input.name, given[input.name] ?? null])) }),
  };
  const text = JSON.stringify(whole);
  return text.length <= LIMITS.metadata
    ? text
    : JSON.stringify({ p: whole.p, ...(form.until === null ? {} : { u: form.until }) });
}

export interface FormMetadata {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly hashes: Readonly<Record<string, string>>;
  readonly given: InputValues;
  readonly until?: Instant;
}

/** Null for metadata that is forged or from an older version. */
export function readMetadata(text: string): FormMetadata | null {
  const whole = readJson(text);
  if (whole === null || typeof whole !== 'object') return null;
  const { p, h, g, u } = whole as { p?: unknown; h?: unknown; g?: unknown; u?: unknown };
  const opening: FormOpening | null = readOpening(JSON.stringify(p ?? null));
  if (opening === null) return null;
  const until = parseInstant(u);
  return {
    presetId: opening.presetId,
    target: opening.target,
    hashes: record<string>(h),
    given: record<Scalar>(g),
    ...(until === null ? {} : { until }),
  };
}

function record<Value>(value: unknown): Readonly<Record<string, Value>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, Value>) : {};
}

export interface ReadForm extends FilledForm {
  /** By block id, as Slack wants errors named. */
  readonly errors: Readonly<Record<string, string>>;
}

/**
 * Reads a sent form. Inputs that were filled in for the person and left as they were are not sent, so that a form that
 * stood open does not write yesterday's values back.
 */
export function readForm(preset: PresetInfo, meta: FormMetadata, values: ViewValues): ReadForm {
  const inputs: Record<string, Scalar> = { ...meta.given };
  const errors: Record<string, string> = {};
  for (const input of visibleInputs(preset)) {
    const state = stateOf(values, inputBlockId(input.name));
    if (state === null) continue;
    const read = readInput(input, state);
    if ('problem' in read) errors[inputBlockId(input.name)] = read.problem;
    else if (input.changedOnly && meta.hashes[input.name] === shortHash(read.value)) continue;
    else if (read.value !== null || input.changedOnly) inputs[input.name] = read.value;
  }
  readChosen(preset, values, inputs, errors);
  const reason = (stateOf(values, REASON_ID)?.value ?? '').trim();
  if (preset.effect === 'destructive' && reason === '')
    errors[REASON_ID] = 'Say why: the approver and the person concerned will read it.';
  return { inputs, reason, errors };
}

function readChosen(
  preset: PresetInfo,
  values: ViewValues,
  inputs: Record<string, Scalar>,
  errors: Record<string, string>,
): void {
  const state = stateOf(values, POOL_ID);
  if (state === null) return;
  const { seat } = poolInputs(preset);
  const exact = seat !== null && (inputs[seat.name] ?? null) !== null;
  const chosen = readPool(preset, state.selected_option?.value);
  // An exact licence wins at the vendor, too, so product and team beside it would only mislead.
  if (!exact && chosen !== null) Object.assign(inputs, chosen);
  if (!exact && chosen === null) errors[POOL_ID] = 'Choose what to give, or name one exact licence below.';
}
