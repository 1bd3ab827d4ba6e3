import type { Evidence, InputValues, TargetRef, Task, UndoPlan } from '../domain/action-request.ts';
import { TransportError, UsageError, VendorError } from '../domain/errors.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Account, Holding, Scalar, Seat } from '../domain/seat.ts';
import { type Instant, parseInstant, toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ActionCall, ActionOffer, PerformResult, PlanResult, Recheck, Target, VerifyResult } from '../ports/connector.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import type { LoadedConnector, LoadedWrite } from '../preset/loaded.ts';
import {
  callScope,
  changesSince,
  firstRule,
  offerScope,
  personOf,
  type Reading,
  targetScope,
  toEvidence,
  toOffer,
  toReading,
} from './action-scope.ts';
import { type Answer, inWords, toRefusal } from './classify.ts';
import { prefillInputs, readInputs } from './inputs.ts';
import type { Sleep } from './limiter.ts';
import { retryAt } from './rate-limit.ts';
import { type ReadResult, type Reads, renderMapping } from './reads.ts';
import { aborted } from './transport-error.ts';
import type { VendorClient } from './vendor-client.ts';

export interface ActionsParts {
  readonly integrationId: string;
  readonly connector: LoadedConnector;
  readonly client: VendorClient;
  readonly reads: Reads;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** `variables` and `integration`. */
  readonly scope: Scope;
}

interface Looked {
  readonly scope: Scope;
  readonly reading: Reading;
  /** Worded only when nothing speaks against the action: facts may lean on what the rules made sure of. */
  evidence(): Evidence;
  readonly affected: PersonRef | null;
}

/** The write presets of one integration: look, act once, look again. */
export class Actions {
  readonly #parts: ActionsParts;
  /** By what they act on. */
  readonly #writes: ReadonlyMap<TargetRef['kind'], readonly LoadedWrite[]>;

  constructor(parts: ActionsParts) {
    this.#parts = parts;
    const writes = [...parts.connector.presets.values()].filter((preset) => preset.kind === 'write');
    const kinds = new Set(writes.map((preset) => preset.info.target));
    this.#writes = new Map([...kinds].map((kind) => [kind, writes.filter((preset) => preset.info.target === kind)]));
  }

  offers(target: Target, now: Date): readonly ActionOffer[] {
    const writes = this.#writes.get(target.ref.kind);
    if (writes === undefined) return [];
    const { target: ref, seat, account, person } = targetScope(target);
    // Named one by one: spreading several scopes costs more than the rules do.
    const scope = { ...this.#parts.scope, target: ref, seat, account, person, now: toInstant(now) };
    return writes.map((preset) => toOffer(preset, scope));
  }

  prefill(presetId: string, target: Target, now: Date): InputValues {
    return prefillInputs(this.#write(presetId).inputs, { ...this.#parts.scope, ...targetScope(target), now: toInstant(now) });
  }

  async plan(
    presetId: string,
    target: Target,
    given: Readonly<Record<string, Scalar>>,
    signal: AbortSignal,
  ): Promise<PlanResult> {
    const preset = this.#write(presetId);
    this.#fits(preset, target.ref);
    const prefill = this.prefill(presetId, target, this.#parts.clock.now());
    // Hidden inputs name the target; whatever a form sends for them does not count.
    const hidden = new Set(preset.inputs.filter((input) => input.info.hidden).map((input) => input.info.name));
    const open = Object.fromEntries(Object.entries(given).filter(([name]) => !hidden.has(name)));
    const { values: inputs, problems } = readInputs(preset.inputs, open, prefill);
    if (problems.length > 0) return { ok: false, problems };
    if (
      preset.inputs.some((input) => input.info.changedOnly) &&
      !preset.inputs.some(({ info }) => info.changedOnly && info.name in inputs)
    )
      return { ok: false, problems: [{ input: null, message: 'Nothing was changed.' }] };
    const call: ActionCall = { presetId, target: target.ref, inputs };
    const looked = await this.#look(preset, call, signal, target.person);
    const no = this.#whyNot(preset, looked);
    if (no !== null) return { ok: false, problems: [no] };
    return {
      ok: true,
      plan: {
        preset: preset.info,
        target: target.ref,
        inputs,
        sentence: preset.sentence.render(looked.scope),
        affected: looked.affected,
        evidence: looked.evidence(),
      },
    };
  }

  async recheck(call: ActionCall, seen: Evidence, signal: AbortSignal): Promise<Recheck> {
    const preset = this.#write(call.presetId);
    this.#fits(preset, call.target);
    const looked = await this.#look(preset, call, signal, null);
    if (preset.already?.when.holds(looked.scope) === true)
      return { kind: 'already', before: looked.evidence(), message: preset.already.message.render(looked.scope) };
    const changes = changesSince(preset, seen, looked.scope);
    if (changes.length > 0) return { kind: 'changed', changes };
    const no = this.#whyNot(preset, looked);
    return no === null ? { kind: 'same', before: looked.evidence() } : { kind: 'refused', message: no.message };
  }

  task(call: ActionCall, before: Evidence): Task | null {
    const preset = this.#write(call.presetId);
    const { byHand } = preset;
    if (byHand === null) return null;
    const { scope: own, clock } = this.#parts;
    const reading = toReading(before.holdings, call.target);
    const scope = {
      ...own,
      ...callScope(preset, call),
      ...offerScope(call.target, reading.seat, reading.account, null),
      before: reading,
      now: toInstant(clock.now()),
    };
    const link = byHand.link?.render(scope) ?? '';
    // What is shown as a link may lead nowhere but to a page.
    const page = URL.canParse(link) && new URL(link).protocol === 'https:' ? link : null;
    return { steps: byHand.steps.map((step) => step.render(scope)).filter((step) => step.trim() !== ''), link: page };
  }

  async perform(call: ActionCall, _before: Evidence, signal: AbortSignal): Promise<PerformResult> {
    const preset = this.#write(call.presetId);
    this.#fits(preset, call.target);
    const { client, connector, reads } = this.#parts;
    const scope = callScope(preset, call);
    if (preset.request === null) throw new UsageError('usage.by-hand', `"${preset.info.title}" is done by hand.`);
    let answer: Answer;
    try {
      answer = await client.write(preset.request, scope, signal);
    } catch (error) {
      if (error instanceof TransportError)
        return error.neverSent
          ? { kind: 'never-sent', message: inWords(error) }
          : { kind: 'unknown', message: `${error.message} It may have acted all the same.` };
      if (error instanceof VendorError) return this.#broken(error);
      if (error instanceof UsageError) return { kind: 'never-sent', message: inWords(error) };
      throw error;
    } finally {
      reads.forget();
    }
    try {
      return this.#toResult(preset, { ...scope, ...answer }, answer);
    } catch (error) {
      // The write has left by now: whatever cannot be read of the answer, what happened must be looked at.
      if (!(error instanceof EvaluationFault)) throw error;
      return { kind: 'unknown', message: `${connector.name} answered with values the preset does not expect.` };
    }
  }

  #toResult(preset: LoadedWrite, answered: Scope, answer: Answer): PerformResult {
    const { connector } = this.#parts;
    if (answer.status >= 200 && answer.status < 300) {
      if (!answer.json) return { kind: 'unknown', message: `${connector.name} said yes with something that is not JSON.` };
      if (preset.success !== null && !preset.success.holds(answered))
        return { kind: 'unknown', message: `${connector.name} answered, and its answer does not say that it was done.` };
      return { kind: 'done', response: renderMapping(preset.response.success, answered) };
    }
    const refusal = toRefusal(answer, connector, retryAt(answer.headers, this.#parts.clock.now()));
    if (answer.status >= 500)
      return {
        kind: 'unknown',
        message: `${connector.name} failed while it was asked (status ${answer.status}); it may have acted all the same.`,
      };
    return {
      kind: 'refused',
      code: refusal.code,
      message: refusal.hint === null ? refusal.message : `${refusal.message} ${refusal.hint}`,
      response: renderMapping(preset.response.failure, answered),
    };
  }

  async verify(call: ActionCall, before: Evidence, signal: AbortSignal): Promise<VerifyResult> {
    const preset = this.#write(call.presetId);
    const { verify } = preset;
    const { connector, reads, sleep, clock } = this.#parts;
    if (verify === null)
      return {
        kind: 'holds',
        after: before,
        message: `${connector.name} cannot be asked whether it happened; the word of who did it counts.`,
        response: {},
      };
    const asked = { ...this.#parts.scope, ...callScope(preset, call) };
    // Nothing went through here when somebody acted by hand, and what was read before is not true after it either.
    if (preset.byHand !== null) reads.forget();
    for (let attempt = 1; ; attempt += 1) {
      const read = await reads.use(verify, asked, true, signal);
      const reading = toReading([...read.seats, ...read.accounts], call.target);
      const scope: Scope = {
        ...asked,
        ...offerScope(call.target, reading.seat, reading.account, null),
        before: toReading(before.holdings, call.target),
        after: reading,
        now: toInstant(clock.now()),
      };
      if (verify.holds.holds(scope)) {
        // Facts and pinned values are worded for what was before; what is now true is said by the same lines.
        const after = toEvidence(
          { ...preset, warnings: [] },
          { ...scope, before: reading, consult: {} },
          reading,
          read.readAt,
          [],
        );
        const message = verify.shown?.render(scope) ?? `${connector.name} was read again and shows the change.`;
        return { kind: 'holds', after, message, response: renderMapping(verify.response, scope) };
      }
      if (verify.scheduled?.when.holds(scope) === true)
        return {
          kind: 'scheduled',
          message: verify.scheduled.message.render(scope),
          until: parseInstant(verify.scheduled.until?.render(scope) ?? null),
        };
      if (attempt >= verify.attempts) return { kind: 'does-not-hold', message: verify.message.render(scope) };
      await sleep(verify.delayMs, signal).catch((reason: unknown) => {
        throw aborted(connector.name, true, reason);
      });
    }
  }

  inverse(call: ActionCall, before: Evidence, after: Evidence, response: Readonly<Record<string, unknown>>): UndoPlan | null {
    const preset = this.#write(call.presetId);
    const { undo } = preset;
    if (undo === null) return null;
    const scope = {
      ...this.#parts.scope,
      ...callScope(preset, call),
      before: toReading(before.holdings, call.target),
      after: toReading(after.holdings, call.target),
      response,
    };
    if (undo.when !== null && !undo.when.holds(scope)) return null;
    const id = undo.target === null ? call.target.id : undo.target.render(scope);
    if (id === null || id === '') return null;
    return {
      presetId: undo.run,
      target: { integrationId: this.#parts.integrationId, kind: undo.targetKind, id: String(id) },
      inputs: renderMapping(undo.inputs, scope) as InputValues,
      sentence: undo.sentence.render(scope),
    };
  }

  /** Reads all the preset wants to see, always afresh, and computes the evidence. */
  async #look(preset: LoadedWrite, call: ActionCall, signal: AbortSignal, person: PersonRef | null): Promise<Looked> {
    const { reads, clock } = this.#parts;
    const now = toInstant(clock.now());
    const asked: Scope = {
      ...this.#parts.scope,
      ...callScope(preset, call),
      ...offerScope(call.target, null, null, person),
      now,
    };
    const kept: ReadResult[] = [];
    for (const use of preset.before) {
      if (use.when === null || use.when.holds(asked)) kept.push(await reads.use(use, asked, true, signal));
    }
    const reading = toReading(uniqueHoldings(kept), call.target);
    const about = { ...asked, ...offerScope(call.target, reading.seat, reading.account, person), before: reading };
    const consult = await this.#consult(preset, about, signal);
    const scope = { ...about, consult };
    const readAt: Instant = kept.map((read) => read.readAt).toSorted()[0] ?? now;
    const rejected = kept.flatMap((read) => read.rejected.map((reject) => reject.problem));
    return {
      scope,
      reading,
      evidence: () => toEvidence(preset, scope, reading, readAt, rejected),
      affected: person ?? personOf(call.target, reading.seat, reading.account),
    };
  }

  async #consult(preset: LoadedWrite, scope: Scope, signal: AbortSignal): Promise<Scope> {
    const consulted: Record<string, unknown> = {};
    for (const use of preset.consult) {
      if (use.when !== null && !use.when.holds(scope)) continue;
      try {
        const read = await this.#parts.reads.use(use, scope, true, signal);
        consulted[use.name] = { ...read, seat: only(read.seats), account: only(read.accounts) };
      } catch (error) {
        if (!use.optional || !(error instanceof VendorError)) throw error;
      }
    }
    return consulted;
  }

  #whyNot(preset: LoadedWrite, { scope, reading }: Looked): { input: string | null; message: string } | null {
    const { connector } = this.#parts;
    const { kind } = scope['target'] as { kind: string };
    if ((kind === 'seat' && reading.seat === null) || (kind === 'account' && reading.account === null))
      return { input: null, message: `${connector.name} does not know this ${kind === 'seat' ? 'license' : 'user'} any more.` };
    const rule = firstRule(preset.available, scope) ?? firstRule(preset.refused, scope);
    if (rule !== null) return { input: rule.input, message: rule.because.render(scope) };
    if (preset.already?.when.holds(scope) === true) return { input: null, message: preset.already.message.render(scope) };
    return null;
  }

  /** An answer whose body did not come whole still has its status. */
  #broken(error: VendorError): PerformResult {
    return error.status >= 400 && error.status < 500
      ? { kind: 'refused', code: null, message: inWords(error), response: {} }
      : { kind: 'unknown', message: `${error.message} It may have acted all the same.` };
  }

  #write(presetId: string): LoadedWrite {
    const { connector } = this.#parts;
    const preset = connector.presets.get(presetId);
    if (preset?.kind !== 'write') throw new UsageError('usage.preset', `${connector.name} has no action "${presetId}".`);
    return preset;
  }

  #fits(preset: LoadedWrite, target: { readonly kind: string; readonly integrationId: string }): void {
    if (preset.info.target !== target.kind)
      throw new UsageError('usage.target', `"${preset.info.title}" works on a ${preset.info.target}, not on a ${target.kind}.`);
    if (target.integrationId !== this.#parts.integrationId)
      throw new UsageError(
        'usage.target',
        `This target belongs to ${target.integrationId}, not to ${this.#parts.integrationId}.`,
      );
  }
}

/** Holdings by vendor id: a seat found by two reads is one seat. */
function uniqueHoldings(reads: readonly ReadResult[]): readonly Holding[] {
  const all = reads.flatMap((read) => [...read.seats, ...read.accounts] as Holding[]);
  return [...new Map(all.map((holding) => [`${holding.kind} ${holding.externalId}`, holding])).values()];
}

function only<Item extends Seat | Account>(items: readonly Item[]): Item | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}
