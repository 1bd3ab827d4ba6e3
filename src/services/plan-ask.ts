import type { Caller } from '../command.ts';
import type { Evidence, TargetRef, Trigger } from '../domain/action-request.ts';
import { ForbiddenError } from '../domain/errors.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Scalar } from '../domain/seat.ts';
import { approvalsNeeded, neverAlone, type Ruling } from '../policies/approvals-needed.ts';
import type { ActionPlan, Connector, PresetInfo, Target } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { fullEvidence } from './evidence.ts';
import { policyScope, readTarget, refuseUnavailable } from './prepare-form.ts';
import { recordRefusal } from './refusal.ts';
import { requireAsker } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';
import { withDeadline } from './with-deadline.ts';

const PLAN_DEADLINE_MS = 20_000;

/** What is wrong with an ask, by input; `reason` is an input too, null is about the whole. */
export interface AskProblem {
  readonly input: string | null;
  readonly message: string;
}

export interface PlannedAsk {
  readonly plan: ActionPlan;
  readonly target: Target;
  readonly affected: PersonRef | null;
  readonly evidence: Evidence;
  readonly ruling: Extract<Ruling, { kind: 'applied' }>;
}

/** What is asked of one thing. */
export interface AskAbout {
  readonly connector: Connector;
  readonly preset: PresetInfo;
  readonly target: TargetRef;
  readonly inputs: Readonly<Record<string, Scalar>>;
  readonly trigger: Trigger;
}

/**
 * Reads the target afresh, plans the action and finds the rule that decides on it.
 * @throws UsageError, ForbiddenError (a right is missing, or a policy forbids it), VendorError, TransportError.
 */
export async function planAsk(
  world: World,
  caller: Caller,
  { connector, preset, target, inputs, trigger }: AskAbout,
): Promise<
  { readonly ok: true; readonly planned: PlannedAsk } | { readonly ok: false; readonly problems: readonly AskProblem[] }
> {
  const read = await withDeadline(connector.name, PLAN_DEADLINE_MS, async (signal) => {
    const found = await readTarget(world, connector, target, signal);
    if (trigger === 'person') await requireAsker(world, caller, found.person);
    refuseUnavailable(connector, preset, found, world.clock.now());
    return { target: found, result: await connector.plan(preset.id, found, inputs, signal) };
  });
  if (!read.result.ok) return { ok: false, problems: read.result.problems };
  const { plan } = read.result;
  const affected = plan.affected ?? read.target.person;
  const scope = policyScope(world, connector, preset, read.target, caller.person, plan.inputs, trigger);
  const facts = { effect: preset.effect, startedToday: await startedInLastDay(world) };
  const ruling = approvalsNeeded(scope, world.settings(), facts);
  if (ruling.kind === 'denied') {
    const error = new ForbiddenError('forbidden.policy', ruling.because, { hint: 'A Seatwarden admin can say why.' });
    const subject = `${target.integrationId}/${target.kind}/${target.id}`;
    const detail = { preset: `${connector.connectorId}/${preset.id}`, policy: ruling.name };
    await recordRefusal(world, caller, 'request.refused', { subject, requestId: null, detail }, error);
    throw error;
  }
  const seen = { target: plan.target, inputs: plan.inputs, seen: plan.evidence, person: affected };
  const evidence = await fullEvidence(world, { connector, preset, ...seen });
  const guarded = { ...ruling, policy: neverAlone(ruling.policy, scope, evidence.confidence ?? null) };
  return { ok: true, planned: { plan, target: read.target, affected, evidence, ruling: guarded } };
}
