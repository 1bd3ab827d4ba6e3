import type { Caller } from '../command.ts';
import { stagesOf } from '../domain/approval.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Holding } from '../domain/seat.ts';
import { approvalsNeeded, neverAlone } from '../policies/approvals-needed.ts';
import type { Connector, PresetInfo, Target } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { PolicyExplanation } from '../reply.ts';
import { confidenceIn } from './evidence.ts';
import { holdingTarget, personTarget } from './lookup-person.ts';
import { policyScope } from './prepare-form.ts';
import { requireRight } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';
import { decidersOf, everybody, peopleAsked } from './who-decides.ts';
import { withDeadline } from './with-deadline.ts';

const READ_DEADLINE_MS = 10_000;

/** Which policy would decide if `caller` asked for a preset on a person, for each thing it could be asked for. Changes nothing. */
export async function explainPolicy(
  world: World,
  caller: Caller,
  connector: Connector,
  preset: PresetInfo,
  person: PersonRef,
): Promise<readonly PolicyExplanation[]> {
  await requireRight(world, caller, 'view');
  const targets = await targetsOf(world, connector, preset, person);
  return Promise.all(targets.map((target) => explain(world, caller, connector, preset, target)));
}

async function targetsOf(world: World, connector: Connector, preset: PresetInfo, person: PersonRef): Promise<readonly Target[]> {
  if (preset.target !== 'seat' && preset.target !== 'account') return [personTarget(connector, person, world.clock.now())];
  const held = await withDeadline(connector.name, READ_DEADLINE_MS, (signal) => connector.lookup(person.email ?? '', signal));
  const holdings: readonly Holding[] = preset.target === 'seat' ? held.seats : held.accounts;
  return holdings.map((holding) => holdingTarget(holding, person));
}

async function explain(
  world: World,
  caller: Caller,
  connector: Connector,
  preset: PresetInfo,
  target: Target,
): Promise<PolicyExplanation> {
  const inputs = connector.prefill(preset.id, target, world.clock.now());
  const scope = policyScope(world, connector, preset, target, caller.person, inputs, 'person');
  const facts = { effect: preset.effect, startedToday: await startedInLastDay(world) };
  const found = approvalsNeeded(scope, world.settings(), facts);
  const confidence = confidenceIn(world, preset, target.seat ?? target.account, target.person);
  const ruling = found.kind === 'denied' ? found : { ...found, policy: neverAlone(found.policy, scope, confidence) };
  const about = target.seat?.product.name ?? target.account?.name ?? target.person?.name ?? target.ref.id;
  const named = `${about}${target.ref.kind === 'person' ? '' : ` (${target.ref.id})`}`;
  if (ruling.kind === 'denied' || stagesOf(ruling.policy).length === 0)
    return { about: named, ruling, mayApprove: [], notified: [] };
  const asked = { policy: ruling.policy, requester: caller.person, affected: target.person };
  const request = { ...asked, decisions: [], state: 'pending' } as unknown as Parameters<typeof decidersOf>[1];
  return {
    about: named,
    ruling,
    mayApprove: (await everybody(world)) === null ? null : await decidersOf(world, request),
    notified: await peopleAsked(world, asked),
  };
}
