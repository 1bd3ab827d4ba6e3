import type { Caller } from '../command.ts';
import { isProtected } from '../domain/access.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { SeatwardenError, UsageError } from '../domain/errors.ts';
import { idleDaysFor } from '../domain/idle-threshold.ts';
import { normaliseEmail, type PersonRef, samePerson } from '../domain/person.ts';
import { accountProblems, type ProblemRules, seatProblems } from '../domain/problems.ts';
import { type Holding, holderEmail } from '../domain/seat.ts';
import { toInstant } from '../domain/time.ts';
import type { Connector, Target } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { HoldingRow, LookupResult, LookupSection } from '../reply.ts';
import { regretProblem, regretsOf } from './regrets.ts';
import { callerHas, requireRight } from './rights.ts';
import { syncedHoldings } from './synced-people.ts';
import { withDeadline } from './with-deadline.ts';

/** How long one integration may take before its row says that it did not answer. */
const LOOKUP_DEADLINE_MS = 10_000;

/**
 * Everything a person holds in every integration, asked at the same time. One that fails or is slow says so in its own
 * section and hides nothing else. Everyone may see their own seats; others' need the right to view.
 */
export async function lookupPerson(world: World, caller: Caller, person: PersonRef): Promise<LookupResult> {
  const own = samePerson(caller.person, person);
  if (!own) await requireRight(world, caller, 'view');
  const { email } = person;
  if (email === null) {
    throw new UsageError('usage.no-email', `The e-mail of ${person.name} is not known, and licences are found by e-mail.`, {
      hint: 'Look them up by e-mail instead.',
    });
  }
  const mayAsk = own || (await callerHas(world, caller, 'request'));
  const about = { person, mayAsk, regretted: await regretsOf(world, person) };
  const sections = await Promise.all(world.connectors.all().map((connector) => lookupIn(world, connector, email, about)));
  const now = world.clock.now();
  const personOffers = mayAsk
    ? world.connectors
        .all()
        .flatMap((connector) =>
          connector
            .offers(personTarget(connector, person, now), now)
            .map((offer) => ({ integrationId: connector.id, name: connector.name, offer })),
        )
    : [];
  return { person, askedAt: toInstant(now), own, sections, personOffers };
}

async function lookupIn(world: World, connector: Connector, email: string, about: RowAbout): Promise<LookupSection> {
  const head = { integrationId: connector.id, name: connector.name, origin: connector.origin ?? [] };
  try {
    const holdings = await withDeadline(connector.name, LOOKUP_DEADLINE_MS, (signal) => connector.lookup(email, signal));
    const rows = [...holdings.accounts, ...holdings.seats].map((holding) => holdingRow(world, connector, holding, about));
    const rejected = holdings.rejected.map((record) => record.problem);
    return { ...head, ok: true, rows, readAt: holdings.readAt, rejected, gap: holdings.gap ?? null };
  } catch (cause) {
    world.log.warn('lookup.failed', { integration: connector.id, cause });
    const known = await syncedHoldings(world, connector.id, email);
    // Nothing is offered on old facts: whatever is done is decided on fresh ones.
    const rows = (known?.holdings ?? []).map((holding) => holdingRow(world, connector, holding, { ...about, mayAsk: false }));
    const last = known === null ? {} : { last: { rows, syncedAt: known.syncedAt } };
    if (cause instanceof SeatwardenError) return { ...head, ok: false, message: cause.message, hint: cause.hint, ...last };
    return {
      ...head,
      ok: false,
      message: `${connector.name} could not be read because of a fault in Seatwarden.`,
      hint: 'The log has the details.',
      ...last,
    };
  }
}

/** Whose a holding is, and what is known of them. */
export interface RowAbout {
  readonly person: PersonRef | null;
  readonly mayAsk: boolean;
  /** What was lately taken away from them and given back. */
  readonly regretted: readonly ActionRequest[];
}

/** A holding with what is wrong with it and, for those who may ask, what can be done. */
export function holdingRow(
  world: World,
  connector: Connector,
  holding: Holding,
  { person, mayAsk, regretted }: RowAbout,
): HoldingRow {
  const now = world.clock.now();
  const settings = world.settings();
  const rules: ProblemRules = {
    now: toInstant(now),
    inactiveDays: idleDaysFor(holding, settings.reports.idle),
    protected: isProtected(person ?? emailRef(holding), settings.safety.protected),
  };
  const found = holding.kind === 'seat' ? seatProblems(holding, rules) : accountProblems(holding, rules);
  const problems = [...regretProblem(regretted, holding), ...found];
  return { holding, problems, offers: mayAsk ? connector.offers(holdingTarget(holding, person), now) : [] };
}

export function holdingTarget(holding: Holding, person: PersonRef | null): Target {
  return {
    ref: { integrationId: holding.integrationId, kind: holding.kind, id: holding.externalId },
    seat: holding.kind === 'seat' ? holding : null,
    account: holding.kind === 'account' ? holding : null,
    person,
    readAt: holding.readAt,
  };
}

export function personTarget(connector: Connector, person: PersonRef, now: Date): Target {
  return {
    ref: { integrationId: connector.id, kind: 'person', id: normaliseEmail(person.email ?? '') },
    seat: null,
    account: null,
    person,
    readAt: toInstant(now),
  };
}

function emailRef(holding: Holding): PersonRef | null {
  const email = holderEmail(holding);
  return email === null ? null : { userId: null, email, name: email };
}
