import type { InputValues, TargetRef } from '../domain/action-request.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Seat } from '../domain/seat.ts';
import type { Connector, PresetInfo } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import { personTarget } from './lookup-person.ts';

export interface Gift {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly inputs: InputValues;
}

/** The preset that gives something in an app, or null. */
export function giftPreset(connector: Connector): PresetInfo | null {
  return [...connector.presets.values()].find((preset) => preset.verb === 'assign') ?? null;
}

/** How one exact free seat is given to a person; null when the app cannot give any. */
export function giftOf(world: World, connector: Connector, seat: Seat, person: PersonRef): Gift | null {
  const preset = giftPreset(connector);
  if (preset === null || person.email === null) return null;
  const names = new Set(preset.inputs.map((input) => input.name));
  const named: InputValues = { email: person.email, licenseId: seat.externalId };
  const inputs = Object.fromEntries(Object.entries(named).filter(([name]) => names.has(name)));
  if (preset.target !== 'person') {
    const ref: TargetRef = { integrationId: connector.id, kind: 'seat', id: seat.externalId };
    return { presetId: preset.id, target: ref, inputs };
  }
  const now = world.clock.now();
  const target = personTarget(connector, person, now);
  return { presetId: preset.id, target: target.ref, inputs: { ...connector.prefill(preset.id, target, now), ...inputs } };
}

/** Whether a seat is of the product that somebody named by code or name. */
export function isOfProduct(seat: Pick<Seat, 'product'>, wanted: { readonly code: string; readonly name: string }): boolean {
  const names = [wanted.code, wanted.name].map((name) => name.toLowerCase());
  const { code, name } = seat.product;
  return (
    names.includes(code.toLowerCase()) ||
    names.includes(name.toLowerCase()) ||
    names.some((one) => name.toLowerCase().includes(one))
  );
}
