import { resolve } from 'node:path';
import { loadConnector, loadConnectors } from '../adapters/file-presets.ts';
import { ConfigError } from '../domain/errors.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import { readSetup } from '../setup.ts';
import { count } from '../words.ts';
import { toFailure, usageFailure } from './failure.ts';
import { testPresets } from './presets-test.ts';
import { done, type Host, type LocalVerb } from './verb.ts';

export const presets: LocalVerb = {
  kind: 'local',
  name: 'presets',
  usage: 'presets list|check|test [folder] [--json]',
  summary: 'Lists connectors and their presets, checks a connector’s folder, or runs its samples.',
  options: {},
  words: [1, 2],
  async run(host, { positionals: [verb = '', folder] }) {
    if (verb !== 'list' && verb !== 'check' && verb !== 'test')
      return usageFailure(`presets cannot "${verb}".`, `Usage: seatwarden ${presets.usage}`);
    const { connectors, mistakes } = folder === undefined ? await readUsual(host) : readFolder(resolve(host.cwd, folder));
    const data = connectors.map(describe);
    if (mistakes.length > 0) {
      return {
        ...toFailure(new ConfigError(`Found ${count(mistakes.length, 'mistake')}.`, mistakes)),
        data: { connectors: data, mistakes },
      };
    }
    if (verb === 'test') return testPresets(connectors);
    if (verb === 'check')
      return done(`${connectors.map((one) => one.name).join(', ')}: no mistakes.`, { connectors: data, mistakes });
    return done(data.map(listText).join('\n\n'), { connectors: data });
  },
};

async function readUsual(host: Host) {
  const { presetsDir } = await readSetup(host);
  const { connectors, mistakes } = loadConnectors([presetsDir]);
  return { connectors: [...connectors.values()], mistakes };
}

/** One connector's folder, or a folder of them. */
function readFolder(folder: string) {
  const one = loadConnector(folder);
  if (one.connector !== null || one.mistakes.length > 0 === false) {
    return { connectors: one.connector === null ? [] : [one.connector], mistakes: one.mistakes };
  }
  const several = loadConnectors([folder]);
  return several.connectors.size > 0
    ? { connectors: [...several.connectors.values()], mistakes: several.mistakes }
    : { connectors: [], mistakes: one.mistakes };
}

function describe(connector: LoadedConnector) {
  const { id, name, folder } = connector;
  return { id, name, folder, presets: [...connector.presets.values()].map((preset) => preset.info) };
}

function listText({ id, name, presets: list }: ReturnType<typeof describe>): string {
  const width = Math.max(0, ...list.map((preset) => `${id}/${preset.id}`.length));
  return [
    name,
    ...list.map((preset) => `  ${`${id}/${preset.id}`.padEnd(width)}  ${preset.effect.padEnd(11)}  ${preset.title}`),
  ].join('\n');
}
