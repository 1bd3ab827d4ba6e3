import type { Evidence, Fact, TargetRef } from '../domain/action-request.ts';
import type { PersonRef } from '../domain/person.ts';
import { type Account, type Holding, holderEmail, type Scalar, type Seat } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import type { ActionCall, ActionOffer, Target } from '../ports/connector.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import type { LoadedWrite, Rule } from '../preset/loaded.ts';
import { completeInputs } from './reads.ts';

/** Seats and accounts that were read for an action, with the one it is about. */
export interface Reading {
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  readonly seat: Seat | null;
  readonly account: Account | null;
}

/** Orders holdings for expressions: `seat` and `account` are the target's, or the only ones there are. */
export function toReading(holdings: readonly Holding[], target: TargetRef): Reading {
  const seats = holdings.filter((holding) => holding.kind === 'seat');
  const accounts = holdings.filter((holding) => holding.kind === 'account');
  const about = <Item extends Holding>(items: readonly Item[], kind: TargetRef['kind']): Item | null =>
    target.kind === kind
      ? (items.find((item) => item.externalId === target.id) ?? null)
      : items.length === 1
        ? (items[0] ?? null)
        : null;
  return { seats, accounts, seat: about(seats, 'seat'), account: about(accounts, 'account') };
}

/** Whom a target concerns, as far as the vendor tells. */
export function personOf(ref: TargetRef, seat: Seat | null, account: Account | null): PersonRef | null {
  if (ref.kind === 'person') return { userId: null, email: ref.id, name: ref.id };
  const holding = ref.kind === 'seat' ? seat : ref.kind === 'account' ? account : null;
  if (holding === null) return null;
  const email = holderEmail(holding);
  if (email === null) return null;
  const name = holding.kind === 'account' ? holding.name : holding.holder?.kind === 'person' ? holding.holder.name : null;
  return { userId: null, email, name: name ?? email };
}

/** What rules about a target may name. */
export interface OfferScope extends Scope {
  readonly target: Pick<TargetRef, 'kind' | 'id'>;
  readonly seat: Seat | null;
  readonly account: Account | null;
  readonly person: PersonRef | null;
}

/** Variables for rules about a target: `target`, `seat`, `account`, `person`. */
export function offerScope(ref: TargetRef, seat: Seat | null, account: Account | null, person: PersonRef | null): OfferScope {
  return { target: { kind: ref.kind, id: ref.id }, seat, account, person: person ?? personOf(ref, seat, account) };
}

export function targetScope(target: Target): OfferScope {
  return offerScope(target.ref, target.seat, target.account, target.person);
}

/** The first rule that holds. */
export function firstRule(rules: readonly Rule[], scope: Scope): Rule | null {
  return rules.find((rule) => rule.when.holds(scope)) ?? null;
}

export function toOffer(preset: LoadedWrite, scope: Scope): ActionOffer {
  const rule = firstRule(preset.available, scope);
  return rule === null
    ? { preset: preset.info, available: true }
    : { preset: preset.info, available: false, because: rule.because.render(scope) };
}

export function callScope(preset: LoadedWrite, call: ActionCall): Scope {
  return { input: completeInputs(preset, call.inputs), target: { kind: call.target.kind, id: call.target.id } };
}

/** What is shown to an approver and compared again, computed from a reading. */
export function toEvidence(
  preset: Pick<LoadedWrite, 'facts' | 'warnings' | 'pinned'>,
  scope: Scope,
  reading: Reading,
  readAt: Instant,
  rejected: readonly string[],
): Evidence {
  const facts: Fact[] = preset.facts
    .map(({ label, value, source }) => ({ label, value: value.render(scope), ...(source === null ? {} : { source }) }))
    .filter((fact) => fact.value !== '');
  const warnings = preset.warnings.filter((rule) => rule.when.holds(scope)).map((rule) => rule.because.render(scope));
  return {
    readAt,
    holdings: [...reading.seats, ...reading.accounts],
    facts,
    pinned: toPinned(preset, scope),
    warnings: [...warnings, ...rejected],
  };
}

export function toPinned(preset: Pick<LoadedWrite, 'pinned'>, scope: Scope): Evidence['pinned'] {
  return Object.fromEntries(preset.pinned.map((pin) => [pin.name, asScalar(pin.value.render(scope), pin.name)]));
}

function asScalar(value: unknown, name: string): Scalar {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new EvaluationFault(`the pinned value "${name}" must be a single value`);
}

/** One sentence for each pinned value that is not what it was. */
export function changesSince(preset: LoadedWrite, seen: Evidence, scope: Scope): readonly string[] {
  const now = toPinned(preset, scope);
  return preset.pinned
    .filter(({ name }) => (seen.pinned[name] ?? null) !== (now[name] ?? null))
    .map(({ name, changed }) => changed.render({ ...scope, was: inWords(seen.pinned[name]), is: inWords(now[name]) }));
}

function inWords(value: Scalar | undefined): Scalar {
  return value === undefined || value === null || value === ''
    ? 'nothing'
    : value === true
      ? 'yes'
      : value === false
        ? 'no'
        : value;
}
