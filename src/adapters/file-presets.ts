import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ConfigMistake } from '../domain/errors.ts';
import { type ConnectorFolder, compileConnector } from '../preset/compile-connector.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import { compileOverride } from '../preset/override.ts';

const CONNECTOR_FILE = 'connector.json';
const MAX_FILE_BYTES = 256 * 1024;

/**
 * Reads every connector folder in the given directories: a folder with a `connector.json`, and one preset in each further
 * JSON file. Never throws for what is in the files: all mistakes of all files come back together, each with file and JSON
 * path, and a connector with a mistake is left out. A connector in a later directory replaces one of the same id.
 */
export function loadConnectors(dirs: readonly string[]): {
  readonly connectors: Map<string, LoadedConnector>;
  readonly mistakes: ConfigMistake[];
  /** The ids of the folders that were left out, which are their names. */
  readonly leftOut: ReadonlySet<string>;
} {
  const connectors = new Map<string, LoadedConnector>();
  const leftOut = new Set<string>();
  const mistakes: ConfigMistake[] = [];
  for (const dir of dirs) {
    for (const folder of foldersOf(dir, mistakes)) {
      const loaded = loadConnector(folder);
      mistakes.push(...loaded.mistakes);
      if (loaded.connector === null) leftOut.add(basename(folder));
      else {
        connectors.set(loaded.connector.id, loaded.connector);
        leftOut.delete(loaded.connector.id);
      }
    }
  }
  return { connectors, mistakes, leftOut };
}

/** Reads one connector folder. */
export function loadConnector(folder: string): {
  readonly connector: LoadedConnector | null;
  readonly mistakes: readonly ConfigMistake[];
} {
  const { files, mistakes } = readConnectorFolder(folder);
  if (files === null) return { connector: null, mistakes };
  const compiled = compileConnector(files);
  const all = [...mistakes, ...compiled.mistakes];
  if (compiled.connector !== null && compiled.connector.id !== basename(folder))
    all.push({
      file: files.connector.file,
      path: 'id',
      problem: `must be the name of the folder`,
      allowed: [basename(folder)],
    });
  return { connector: all.length === 0 ? compiled.connector : null, mistakes: all };
}

/** Reads one connector folder with the patches of an override file over it. */
export function loadOverride(
  folder: string,
  file: string,
): { readonly connector: LoadedConnector | null; readonly mistakes: readonly ConfigMistake[] } {
  const { files, mistakes } = readConnectorFolder(folder);
  const told = [...mistakes];
  const json = readJson(file, told);
  return files === null || json === undefined ? { connector: null, mistakes: told } : compileOverride(files, { file, json });
}

/** The files of a connector's folder as JSON, not compiled; null when there is no `connector.json` that can be read. */
export function readConnectorFolder(folder: string): {
  readonly files: ConnectorFolder | null;
  readonly mistakes: readonly ConfigMistake[];
} {
  const mistakes: ConfigMistake[] = [];
  const file = join(folder, CONNECTOR_FILE);
  const json = readJson(file, mistakes);
  const presets = new Map<string, { file: string; json: unknown }>();
  for (const entry of entriesOf(folder, mistakes)) {
    if (!entry.isFile() || !entry.name.endsWith('.json') || entry.name === CONNECTOR_FILE) continue;
    const path = join(folder, entry.name);
    const preset = readJson(path, mistakes);
    if (preset !== undefined) presets.set(basename(entry.name, '.json'), { file: path, json: preset });
  }
  return { files: json === undefined ? null : { folder, connector: { file, json }, presets }, mistakes };
}

function foldersOf(dir: string, mistakes: ConfigMistake[]): readonly string[] {
  return entriesOf(dir, mistakes)
    .filter((entry) => entry.isDirectory() && existsSync(join(dir, entry.name, CONNECTOR_FILE)))
    .map((entry) => join(dir, entry.name));
}

function entriesOf(dir: string, mistakes: ConfigMistake[]): readonly Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    mistakes.push({ file: dir, path: '', problem: 'this folder cannot be read' });
    return [];
  }
}

function readJson(file: string, mistakes: ConfigMistake[]): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_FILE_BYTES) {
      mistakes.push({ file, path: '', problem: 'is larger than 256 kB' });
      return undefined;
    }
    return JSON.parse(text) as unknown;
  } catch (error) {
    const problem = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
    mistakes.push({ file, path: '', problem });
    return undefined;
  }
}
