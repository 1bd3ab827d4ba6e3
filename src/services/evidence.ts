import { isProtected } from '../domain/access.ts';
import type { ActionRequest, Confidence, EarlierAsk, Evidence, TargetRef } from '../domain/action-request.ts';
import type { PersonRef } from '../domain/person.ts';
import { priceOf } from '../domain/price.ts';
import type { Holding, Scalar } from '../domain/seat.ts';
import type { Price } from '../domain/settings.ts';
import { toInstant } from '../domain/time.ts';
import { confidenceOf } from '../policies/confidence.ts';
import type { PresetInfo } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';

const EARLIER_KEPT = 5;

/** What the approver decides on: what the vendor said, with what we know beside it. */
export async function fullEvidence(
  world: World,
  preset: Pick<PresetInfo, 'effect'>,
  target: TargetRef,
  seen: Evidence,
  person: PersonRef | null,
): Promise<Evidence> {
  const settings = world.settings();
  const onList = isProtected(person, settings.safety.protected);
  const warnings = onList
    ? [`${person?.name ?? 'This person'} is on the list of protected people.`, ...seen.warnings]
    : seen.warnings;
  const holding = holdingOf(seen, target);
  const price = holding?.kind === 'seat' ? priceOf(holding, settings.prices) : null;
  const confidence = confidenceIn(world, preset, holding, person);
  return {
    ...seen,
    warnings,
    earlier: await earlierAsks(world, target),
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
  const { inactiveDays, safety } = world.settings();
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
    .map((other) => ({
      id: other.id,
      at: other.createdAt,
      sentence: other.sentence,
      state: other.state,
      by: other.requester.name,
    }));
}

/** The same thing, or something given by its id. */
function concerns(other: ActionRequest, target: TargetRef): boolean {
  if (other.target.integrationId !== target.integrationId || other.bulk !== undefined) return false;
  if (other.target.kind === target.kind && other.target.id === target.id) return true;
  const named: readonly Scalar[] = Object.values(other.inputs);
  return target.kind === 'seat' && named.includes(target.id);
}
