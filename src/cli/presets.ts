import { resolve } from 'node:path';
import { loadConnector, loadConnectors, readConnectorFolder } from '../adapters/file-presets.ts';
import { ConfigError, type ConfigMistake } from '../domain/errors.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import { unusedNames } from '../preset/unused-names.ts';
import { readSetup } from '../setup.ts';
import { mistakesFailure, usageFailure } from './failure.ts';
import { NEW_OPTIONS, newConnector } from './presets-new.ts';
import { testPresets } from './presets-test.ts';
import { tryPreset } from './presets-try.ts';
import { clean } from './terminal-text.ts';
import { done, type Host, type LocalVerb, type VerbResult } from './verb.ts';

const USAGES: Readonly<Record<string, string>> = {
  list: 'presets list [folder]',
  check: 'presets check [folder]',
  test: 'presets test [folder]',
  new: 'presets new <id> [--into <folder>] [answers as options]',
  try: 'presets try <integration> <preset> [key=value ...]',
};

export const presets: LocalVerb = {
  kind: 'local',
  name: 'presets',
  usage: 'presets list|check|test [folder] | new <id> | try <integration> <preset> [key=value ...] [--json]',
  summary: 'Lists connectors, checks a connector’s folder, runs its samples, begins a new one, or makes one read call.',
  options: NEW_OPTIONS,
  words: [1, 40],
  async run(host, args) {
    const [verb = '', ...rest] = args.positionals;
    const usage = USAGES[verb];
    if (usage === undefined) return usageFailure(`presets cannot "${verb}".`, `Usage: seatwarden ${presets.usage}`);
    if (verb === 'try') return tryPreset(host, rest, usage);
    if (verb !== 'new' && Object.keys(NEW_OPTIONS).some((name) => args.options[name] !== undefined))
      return usageFailure(`presets ${verb} takes no such option.`, `Usage: seatwarden ${usage}`);
    if (rest.length > 1) return usageFailure(`"${rest[1]}" is one word too many.`, `Usage: seatwarden ${usage}`);
    return verb === 'new' ? newConnector(host, rest[0] ?? '', args) : inspect(host, verb, rest[0]);
  },
};

async function inspect(host: Host, verb: string, folder: string | undefined): Promise<VerbResult> {
  const read = folder === undefined ? await readUsual(host) : readFolder(resolve(host.cwd, folder));
  const unused = verb === 'check' ? read.connectors.flatMap((connector) => unusedIn(connector.folder)) : [];
  const mistakes = [...read.mistakes, ...unused];
  const data = read.connectors.map(describe);
  if (mistakes.length > 0)
    return {
      ...mistakesFailure(mistakes),
      data: { connectors: data, mistakes },
    };
  if (verb === 'test') return testPresets(read.connectors);
  if (verb === 'check')
    return done(`${read.connectors.map((one) => one.name).join(', ')}: no mistakes.`, { connectors: data, mistakes });
  const overridden = folder === undefined ? await overriddenIn(host) : [];
  const changed = overridden.map((one) => `${one.integration}: overridden for this integration alone by ${one.file}`);
  const text = [...data.map(listText), ...(changed.length === 0 ? [] : [changed.join('\n')])].join('\n\n');
  return done(clean(text), { connectors: data, overridden });
}

/** Integrations with a connector of their own; none where the configuration has mistakes, which `check` tells. */
async function overriddenIn(host: Host): Promise<readonly { readonly integration: string; readonly file: string }[]> {
  try {
    const { overrides } = await (await readSetup(host)).readConfig();
    return [...overrides].map(([integration, { file }]) => ({ integration, file }));
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function unusedIn(folder: string): readonly ConfigMistake[] {
  const { files } = readConnectorFolder(folder);
  return files === null ? [] : unusedNames(files);
}

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
