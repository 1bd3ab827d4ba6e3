import { type ActionRequest, affectedBy } from '../domain/action-request.ts';
import { samePerson } from '../domain/person.ts';
import type { Holding } from '../domain/seat.ts';
import { DAY_MS, type Instant } from '../domain/time.ts';

export interface Regret {
  /** What was taken away and is old enough, or came back already. */
  readonly reclaimed: number;
  readonly regretted: readonly ActionRequest[];
  /** From 0 to 1; 0 when nothing was taken away. */
  readonly rate: number;
}

/** Taken away by mistake, as far as can be seen: undone, or given to the same person again within `withinDays`. */
export function regretOf(requests: readonly ActionRequest[], since: Instant, withinDays = 30): Regret {
  const from = Date.parse(since);
  const reclaimed = requests.filter(
    (request) => request.effect === 'destructive' && ended(request) && Date.parse(takenAt(request)) >= from,
  );
  const regretted = reclaimed.filter(
    (request) => request.state === 'undone' || requests.some((other) => givesBack(other, request, withinDays * DAY_MS)),
  );
  return { reclaimed: reclaimed.length, regretted, rate: reclaimed.length === 0 ? 0 : regretted.length / reclaimed.length };
}

/**
 * The last time that something was taken away and given back, about a seat or account itself or about a seat of the same
 * product. `regretted` are those of whoever holds it.
 */
export function regretAbout(
  regretted: readonly ActionRequest[],
  holding: Pick<Holding, 'kind' | 'integrationId' | 'externalId'> & { readonly product?: { readonly code: string } },
): ActionRequest | null {
  const about = regretted.filter(
    (request) =>
      request.integrationId === holding.integrationId &&
      ((request.target.kind === holding.kind && request.target.id === holding.externalId) ||
        (holding.product !== undefined && productOf(request) === holding.product.code)),
  );
  return about.toSorted((a, b) => takenAt(a).localeCompare(takenAt(b))).at(-1) ?? null;
}

export function takenAt(request: ActionRequest): Instant {
  return request.startedAt ?? request.createdAt;
}

function ended(request: ActionRequest): boolean {
  return request.bulk === undefined && (request.state === 'succeeded' || request.state === 'undone');
}

function givesBack(other: ActionRequest, taken: ActionRequest, withinMs: number): boolean {
  if (other.effect === 'destructive' || other.integrationId !== taken.integrationId || other.state !== 'succeeded') return false;
  const apart = Date.parse(other.createdAt) - Date.parse(takenAt(taken));
  const product = productOf(taken);
  return (
    apart > 0 &&
    apart <= withinMs &&
    product !== null &&
    productOf(other) === product &&
    affectedBy(other).some((person) => affectedBy(taken).some((victim) => samePerson(victim, person)))
  );
}

/** The code of the product a request is about, from its inputs or from what was seen. */
export function productOf(request: ActionRequest): string | null {
  const asked = request.inputs['productCode'];
  if (typeof asked === 'string' && asked !== '') return asked;
  const seat = request.evidence.holdings.find((holding) => holding.kind === 'seat');
  return seat?.kind === 'seat' ? seat.product.code : null;
}
