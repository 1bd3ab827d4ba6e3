import type { Caller } from '../command.ts';
import type { InputValues, Trigger } from '../domain/action-request.ts';
import { ForbiddenError, UsageError } from '../domain/errors.ts';
import { localTime } from '../domain/local-time.ts';
import { type PersonRef, refOf } from '../domain/person.ts';
import { priceOf } from '../domain/price.ts';
import { holderEmail } from '../domain/seat.ts';
import type { PolicyScope } from '../domain/settings.ts';
import { toInstant } from '../domain/time.ts';
import { approvalsNeeded, neverAlone } from '../policies/approvals-needed.ts';
import type { Connector, PresetInfo, Target } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { ActionForm, FormOpening } from '../reply.ts';
import { confidenceIn } from './evidence.ts';
import { holdingRow, personTarget } from './lookup-person.ts';
import { regretsOf } from './regrets.ts';
import { requireAsker } from './rights.ts';
import { startedInLastDay } from './started-in-last-day.ts';
import { peopleAsked } from './who-decides.ts';
import { withDeadline } from './with-deadline.ts';

/** How long a form may wait for the vendor before it says so. */
const FORM_DEADLINE_MS = 10_000;

/**
 * Reads the target afresh and fills the form for one preset.
 * @throws UsageError when the action does not fit, with the reason; ForbiddenError, VendorError, TransportError.
 */
export async function prepareForm(world: World, caller: Caller, opening: FormOpening): Promise<ActionForm> {
  const connector = connectorFor(world, opening.target.integrationId);
  const preset = presetFor(connector, opening.presetId);
  return withDeadline(connector.name, FORM_DEADLINE_MS, async (signal) => {
    const target = await readTarget(world, connector, opening.target, signal);
    await requireAsker(world, caller, target.person);
    refuseUnavailable(connector, preset, target, world.clock.now());
    const prefill: InputValues = { ...connector.prefill(preset.id, target, world.clock.now()), ...opening.given };
    const pool = preset.verb === 'assign' ? await connector.free(signal) : null;
    const plan = wantsNothing(preset, prefill) ? await connector.plan(preset.id, target, prefill, signal) : null;
    const holding = target.seat ?? target.account;
    const scope = policyScope(world, connector, preset, target, caller.person, prefill, 'person');
    const facts = { effect: preset.effect, startedToday: await startedInLastDay(world) };
    const ruling = approvalsNeeded(scope, world.settings(), facts);
    if (ruling.kind === 'denied') throw new ForbiddenError('forbidden.policy', ruling.because);
    const policy = neverAlone(ruling.policy, scope, confidenceIn(world, preset, holding, target.person));
    const about = { person: target.person, mayAsk: true, regretted: await regretsOf(world, target.person) };
    const asked = { policy, requester: caller.person, affected: target.person };
    return {
      integrationId: connector.id,
      connectorName: connector.name,
      preset,
      target: target.ref,
      affected: target.person,
      sentence: plan?.ok === true ? plan.plan.sentence : null,
      prefill,
      pool,
      holding: holding === null ? null : holdingRow(world, connector, holding, about),
      warnings: plan?.ok === true ? plan.plan.evidence.warnings : [],
      reasonRequired: preset.effect === 'destructive',
      approvalsNeeded: policy.approvals,
      policyWords: policy.because,
      peopleAsked: (await peopleAsked(world, asked)).length,
      reasonLike: ruling.reason?.example ?? null,
      until: opening.until ?? null,
      asksAt: toInstant(world.clock.now()),
    };
  });
}

/** Nothing is left for the person to fill in, so the sentence can be said already. */
function wantsNothing(preset: PresetInfo, prefill: InputValues): boolean {
  return preset.inputs.every((input) => input.hidden && (!input.required || (prefill[input.name] ?? null) !== null));
}

export function connectorFor(world: World, integrationId: string): Connector {
  const connector = world.connectors.get(integrationId);
  if (connector === null) {
    throw new UsageError('usage.unknown-integration', `There is no integration called “${integrationId}” any more.`, {
      hint: 'Look the person up again; `/licenses setup` shows what is connected.',
    });
  }
  return connector;
}

/** @throws UsageError for a preset that is unknown or changes nothing. */
export function presetFor(connector: Connector, presetId: string): PresetInfo {
  const preset = connector.presets.get(presetId);
  if (preset === undefined || preset.effect === 'read') {
    throw new UsageError('usage.unknown-preset', `${connector.name} has no action called “${presetId}”.`, {
      hint: '`/licenses presets` lists them.',
    });
  }
  return preset;
}

/** @throws UsageError when the vendor does not know the target any more. */
export async function readTarget(world: World, connector: Connector, ref: Target['ref'], signal: AbortSignal): Promise<Target> {
  if (ref.kind === 'none') return { ref, seat: null, account: null, person: null, readAt: toInstant(world.clock.now()) };
  if (ref.kind === 'person') {
    return personTarget(connector, await personByEmail(world, ref.id), world.clock.now());
  }
  const target = await connector.target(ref, signal);
  if (target === null) {
    throw new UsageError(
      'usage.gone',
      `${connector.name} does not know ${ref.kind === 'seat' ? 'the licence' : 'the user'} ${ref.id} any more.`,
      {
        hint: 'Look the person up again.',
      },
    );
  }
  const holding = target.seat ?? target.account;
  const email = holding === null ? null : holderEmail(holding);
  return { ...target, person: email === null ? null : await personByEmail(world, email) };
}

/** The vendor knows an e-mail; Slack knows the name and whom to tell. */
async function personByEmail(world: World, email: string): Promise<PersonRef> {
  const member = await world.directory.byEmail(email).catch((cause: unknown) => {
    world.log.warn('directory.failed', { cause });
    return null;
  });
  return member === null ? { userId: null, email, name: email } : { ...refOf(member), email };
}

/** @throws UsageError with the preset's own reason when it does not fit the target. */
export function refuseUnavailable(connector: Connector, preset: PresetInfo, target: Target, now: Date): void {
  const offer = connector.offers(target, now).find((candidate) => candidate.preset.id === preset.id);
  if (offer === undefined) {
    throw new UsageError('usage.does-not-fit', `“${preset.title}” does not fit what it was asked for.`, {
      hint: '`/licenses presets` says what each action works on.',
    });
  }
  if (!offer.available) throw new UsageError('usage.unavailable', offer.because);
}

/** What a policy's condition may look at. */
export function policyScope(
  world: World,
  connector: Connector,
  preset: PresetInfo,
  target: Target,
  requester: PersonRef,
  input: InputValues,
  trigger: Trigger,
): PolicyScope {
  const settings = world.settings();
  const now = toInstant(world.clock.now());
  const productCode = input['productCode'];
  const wanted = target.seat?.product ?? (typeof productCode === 'string' ? { code: productCode, name: productCode } : undefined);
  return {
    preset: {
      id: preset.id,
      connector: connector.connectorId,
      integration: connector.id,
      effect: preset.effect,
      verb: preset.verb,
    },
    seat: target.seat,
    account: target.account === null ? null : { ...target.account, isAdministrator: target.account.administrator },
    person: target.person,
    requester,
    input,
    target: { kind: target.ref.kind, id: target.ref.id },
    trigger,
    now,
    time: localTime(now, settings.approvals.timezone),
    price:
      wanted === undefined
        ? null
        : priceOf({ integrationId: connector.id, connectorId: connector.connectorId, product: wanted }, settings.prices),
  };
}
