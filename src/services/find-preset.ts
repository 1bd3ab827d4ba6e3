import { UsageError } from '../domain/errors.ts';
import { didYouMean } from '../domain/suggest.ts';
import type { Connector, PresetInfo } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';

/** `jetbrains/revoke-license`: an integration, or a connector that has only one. @throws UsageError listing what there is. */
export function findPreset(world: World, text: string): { connector: Connector; preset: PresetInfo } {
  const slash = text.indexOf('/');
  const [place, presetId] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
  const all = world.connectors.all();
  const ofConnector = all.filter((one) => one.connectorId === place);
  const connector = world.connectors.get(place) ?? (ofConnector.length === 1 ? ofConnector[0] : undefined);
  if (connector === undefined) {
    const ids = (ofConnector.length > 1 ? ofConnector : all).map((one) => one.id);
    const problem =
      ofConnector.length > 1
        ? `"${place}" has several integrations.`
        : `There is no integration "${place}"${didYouMean(place, ids)}`;
    throw new UsageError('usage.unknown-integration', problem, { hint: `Integrations: ${ids.join(', ') || 'none are set up'}.` });
  }
  const writes = [...connector.presets.values()].filter((one) => one.effect !== 'read');
  const preset = writes.find((one) => one.id === presetId);
  if (preset !== undefined) return { connector, preset };
  const names = writes.map((one) => one.id);
  throw new UsageError('usage.unknown-preset', `${connector.name} has no action "${presetId}"${didYouMean(presetId, names)}`, {
    hint: `Actions: ${names.map((name) => `${connector.id}/${name}`).join(', ')}.`,
  });
}
