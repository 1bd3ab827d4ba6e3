import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { decisionPost, decisionWords, type Renewal, type RenewalDecision, type RenewalKind } from '../domain/renewal.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { decidedWords, plainDay } from '../words.ts';
import { actorOf } from './change-request.ts';
import { deliverRenewal, renewalLock } from './deliver-renewal.ts';
import { hasSay } from './rights.ts';

export interface RenewalAsk {
  readonly id: string;
  readonly kind: RenewalKind;
  /** For `fewer`: how many. */
  readonly seats: number | null;
  readonly reason: string;
  /** How many decisions there were when the person began: whoever did not see the last one may not change it. */
  readonly seen: number;
}

/** @throws UsageError when there is none. */
export async function getRenewal(world: World, id: string): Promise<Renewal> {
  const renewal = await world.store.get('renewals', id);
  if (renewal === null) throw new UsageError('usage.renewal', 'This renewal is not known here.');
  return renewal;
}

/**
 * Records what is to become of a pack at its renewal. The first decision holds until somebody who has seen it decides
 * otherwise, again with a reason; all of them are kept. Nothing is changed at the vendor.
 * @throws ForbiddenError, UsageError, and ConflictError saying who was first or that the day is over.
 */
export async function decideRenewal(world: World, caller: Caller, ask: RenewalAsk): Promise<Renewal> {
  const decided = await renewalLock(world, ask.id, () => decide(world, caller, ask));
  world.background.run('deliver-renewal', async () => void (await deliverRenewal(world, ask.id)));
  return decided;
}

async function decide(world: World, caller: Caller, ask: RenewalAsk): Promise<Renewal> {
  const renewal = await getRenewal(world, ask.id);
  await mayDecideRenewal(world, caller, renewal);
  const { facts, decisions } = renewal;
  const last = decisions.at(-1) ?? null;
  if (decisions.length !== ask.seen && last !== null)
    throw new ConflictError('conflict.renewal', decidedWords(last), {
      hint: 'Press “Change the decision…” to decide otherwise, with a reason.',
    });
  const now = toInstant(world.clock.now());
  // The day is the vendor's, and may be over later than in UTC.
  if (now > addMs(facts.on, DAY_MS))
    throw new ConflictError('conflict.renewal', `${facts.product} renewed or ended on ${plainDay(facts.on)}; it is over.`);
  const decision = { kind: ask.kind, ...seatsOf(ask, facts.seats), by: caller.person, at: now, reason: reasonOf(ask.reason) };
  if (last !== null && last.kind === decision.kind && last.seats === decision.seats)
    throw new UsageError('usage.renewal', `${decisionWords(last)} is what was decided already.`);
  const doc: Renewal = {
    ...renewal,
    version: renewal.version + 1,
    decisions: [...decisions, decision],
    due: [...renewal.due, decisionPost(decisions.length + 1)],
  };
  await world.store.commit({
    put: [{ collection: 'renewals', doc, expected: renewal.version }],
    audit: [
      {
        at: now,
        actor: actorOf(caller.person, caller.via),
        verb: last === null ? 'renewal.decided' : 'renewal.changed',
        subject: `${renewal.integrationId}/renewal/${renewal.id}`,
        requestId: null,
        detail: {
          decision: decisionWords(decision),
          before: last === null ? null : decisionWords(last),
          reason: decision.reason,
          product: facts.product,
          pack: facts.pack,
          on: facts.on,
        },
      },
    ],
  });
  return doc;
}

/** Approvers, admins, and contacts of the app. @throws ForbiddenError. */
export async function mayDecideRenewal(world: World, caller: Caller, { integrationId, facts }: Renewal): Promise<void> {
  if (await hasSay(world, caller, integrationId)) return;
  throw new ForbiddenError('forbidden.renewal', `Only contacts of ${facts.app}, approvers and admins decide about its renewals.`);
}

function seatsOf({ kind, seats }: RenewalAsk, of: number): Pick<RenewalDecision, 'seats' | 'of'> {
  if (kind !== 'fewer') return { seats: kind === 'all' ? of : 0, of };
  if (seats === null || !Number.isInteger(seats) || seats < 1 || seats >= of)
    throw new UsageError('usage.renewal', `Fewer is a whole number from 1 to ${of - 1}.`, {
      hint: 'For all or none of them there are choices of their own.',
    });
  return { seats, of };
}

function reasonOf(text: string): string {
  const reason = text.trim();
  if (reason === '') throw new UsageError('usage.reason', 'Say why: everybody who looks at the renewal reads it.');
  return reason;
}
