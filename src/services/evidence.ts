import { isProtected } from '../domain/access.ts';
import type {
  ActionRequest,
  Confidence,
  EarlierAnswer,
  EarlierAsk,
  Evidence,
  InputValues,
  TargetRef,
} from '../domain/action-request.ts';
import { idleDaysFor } from '../domain/idle-threshold.ts';
import type { PersonRef } from '../domain/person.ts';
import { priceOf } from '../domain/price.ts';
import type { Holding, Scalar } from '../domain/seat.ts';
import type { Price } from '../domain/settings.ts';
import { toInstant } from '../domain/time.ts';
import { confidenceOf } from '../policies/confidence.ts';
import { regretAbout, takenAt } from '../policies/regret.ts';
import type { Connector, PresetInfo } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { regretsOf } from './regrets.ts';

const EARLIER_KEPT = 5;

/** What is asked for, of which the vendor has been asked already. */
export interface SeenAsk {
  readonly connector: Pick<Connector, 'id' | 'connectorId'>;
  readonly preset: Pick<PresetInfo, 'effect'>;
  readonly target: TargetRef;
  readonly inputs: InputValues;
  readonly seen: Evidence;
  readonly person: PersonRef | null;
}

/** What the approver decides on: what the vendor said, with what we know beside it. */
export async function fullEvidence(world: World, ask: SeenAsk): Promise<Evidence> {
  const { preset, target, seen, person } = ask;
  const settings = world.settings();
  const onList = isProtected(person, settings.safety.protected);
  const holding = holdingOf(seen, target);
  const warnings = [
    ...(onList ? [`${person?.name ?? 'This person'} is on the list of protected people.`] : []),
    ...(preset.effect === 'destructive' ? await regretWarning(world, holding, person) : []),
    ...seen.warnings,
  ];
  const price = priceIn(ask, settings.prices);
  const answers = await earlierAnswers(world, target);
  const confidence = confidenceIn(world, preset, holding, person);
  return {
    ...seen,
    warnings,
    earlier: await earlierAsks(world, target),
    ...(answers.length === 0 ? {} : { answers }),
    ...(price === null ? {} : { price: priceWords(price) }),
    ...(confidence === null ? {} : { confidence }),
  };
}

/** How sure it is that nobody misses what a preset would take away; null where it takes nothing. */
export function confidenceIn(
  world: World,
  preset: Pick<PresetInfo, 'effect'>,
  holding: Holding | null,
  person: PersonRef | null,
): Confidence | null {
  if (holding === null || preset.effect !== 'destructive') return null;
  const { reports, safety } = world.settings();
  const inactiveDays = idleDaysFor(holding, reports.idle);
  const onList = isProtected(person, safety.protected);
  return confidenceOf(holding, { now: toInstant(world.clock.now()), inactiveDays, protected: onList });
}

/** The seat or account an action is on; null when it is on a person or nothing. */
export function holdingOf(evidence: Evidence, target: TargetRef): Holding | null {
  return evidence.holdings.find((holding) => holding.kind === target.kind && holding.externalId === target.id) ?? null;
}

export function priceWords(price: Price): string {
  return `${price.amount.toLocaleString('en-US')} ${price.currency} a ${price.per}`;
}

async function earlierAsks(world: World, target: TargetRef): Promise<readonly EarlierAsk[]> {
  if (target.id === '') return [];
  const all = await world.store.list('requests');
  return all
    .filter((other) => concerns(other, target))
    .slice(-EARLIER_KEPT)
    .map((other) => {
      const denial = other.decisions.findLast(({ verdict, reason }) => verdict === 'deny' && reason !== null);
      return {
        id: other.id,
        at: other.createdAt,
        sentence: other.sentence,
        state: other.state,
        by: other.requester.name,
        ...(denial === undefined ? {} : { why: `${denial.by.name}: ${denial.reason ?? ''}` }),
      };
    });
}

async function earlierAnswers(world: World, target: TargetRef): Promise<readonly EarlierAnswer[]> {
  if (target.kind !== 'seat') return [];
  return (await world.store.list('offers'))
    .flatMap(({ integrationId, seatId, state, answeredAt, offeredAt, holder, because }) =>
      integrationId === target.integrationId && seatId === target.id && (state === 'kept' || state === 'released')
        ? [{ at: answeredAt ?? offeredAt, by: holder.name, answer: state, asked: because }]
        : [],
    )
    .slice(-EARLIER_KEPT);
}

async function regretWarning(world: World, holding: Holding | null, person: PersonRef | null): Promise<readonly string[]> {
  const before = holding === null ? null : regretAbout(await regretsOf(world, person), holding);
  if (before === null) return [];
  const day = takenAt(before).slice(0, 10);
  return [`It was taken away on ${day} and given back (request ${before.id}), so whoever holds it may miss it again.`];
}

/** What the action is about costs: what is taken or changed, else what is given. */
function priceIn({ connector, target, inputs, seen }: SeenAsk, prices: Readonly<Record<string, Price>>): Price | null {
  const holding = holdingOf(seen, target) ?? seen.holdings.find(({ externalId }) => Object.values(inputs).includes(externalId));
  if (holding !== undefined) return priceOf(holding, prices);
  const code = inputs['productCode'];
  if (typeof code !== 'string') return null;
  return priceOf({ integrationId: connector.id, connectorId: connector.connectorId, product: { code } }, prices);
}

/** The same thing, or something given by its id. */
function concerns(other: ActionRequest, target: TargetRef): boolean {
  if (other.target.integrationId !== target.integrationId || other.bulk !== undefined) return false;
  if (other.target.kind === target.kind && other.target.id === target.id) return true;
  const named: readonly Scalar[] = Object.values(other.inputs);
  return target.kind === 'seat' && named.includes(target.id);
}
