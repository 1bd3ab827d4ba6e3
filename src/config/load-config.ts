import { dirname, resolve } from 'node:path';
import { ConfigError, type ConfigMistake, SeatwardenError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { checkExpressions } from './check-expressions.ts';
import { checkPolicies } from './check-policies.ts';
import { checkReferences, REFERENCE } from './check-references.ts';
import type { Config, ConnectorShape, IntegrationConfig } from './config.ts';
import { configFromEnvironment } from './from-environment.ts';
import { identityTables } from './identity-tables.ts';
import { parseJson } from './parse-json.ts';
import { entriesOf, itemsOf, memberOf } from './raw.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { toSettings } from './settings.ts';
import { toMistakes } from './zod-mistakes.ts';

export const CONFIG_FILE = 'seatwarden.config.json';

export interface FoundConnectors<Loaded extends ConnectorShape> {
  readonly connectors: ReadonlyMap<string, Loaded>;
  readonly mistakes: readonly ConfigMistake[];
  /** Ids of connectors whose folder has mistakes and that are not there for that reason. */
  readonly leftOut: ReadonlySet<string>;
  readonly dirs: readonly string[];
}

export interface ConfigSources<Loaded extends ConnectorShape> {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** From SEATWARDEN_CONFIG; null: `seatwarden.config.json` in the working directory, if there is one. */
  readonly configPath: string | null;
  /** Null when there is no such file. */
  readFile(path: string): Promise<string | null>;
  /** Connectors by id, those of the usual folder and of the further ones a file names, and what is wrong in their files. */
  connectors(furtherDirs: readonly string[]): FoundConnectors<Loaded>;
  /** The connector with the patches of an override file, or what is wrong in that file. */
  override(connector: Loaded, file: string): { readonly connector: Loaded | null; readonly mistakes: readonly ConfigMistake[] };
  /** Resolves a secret's reference; relative paths in it start at `base`. @throws ConfigError. */
  secret(reference: string, base: string): Promise<Secret>;
}

/**
 * Reads the configuration file, or makes a configuration of the environment alone when there is none.
 * @throws ConfigError listing every mistake in file, connectors and secrets.
 */
export async function loadConfig<Loaded extends ConnectorShape>(sources: ConfigSources<Loaded>): Promise<Config<Loaded>> {
  const path = resolve(sources.cwd, sources.configPath ?? CONFIG_FILE);
  const text = await sources.readFile(path);
  if (text !== null) return fromText(path, text, sources);
  if (sources.configPath !== null) {
    throw new ConfigError(
      `The configuration file ${path} does not exist.`,
      [{ file: path, path: '', problem: 'does not exist' }],
      {
        hint: 'Create it, or correct SEATWARDEN_CONFIG.',
      },
    );
  }
  const found = sources.connectors([]);
  const { raw, mistakes } = configFromEnvironment(sources.env, found.connectors.values());
  if (mistakes.length > 0) throw asError('The environment', mistakes);
  return build(null, configSchema.parse(raw), found, new Map(), sources);
}

async function fromText<Loaded extends ConnectorShape>(
  path: string,
  text: string,
  sources: ConfigSources<Loaded>,
): Promise<Config<Loaded>> {
  const json = parseJson(text);
  if (!json.ok) {
    const problem = `line ${json.line}, column ${json.column}: ${json.problem}`;
    throw asError(path, [{ file: path, path: '', problem }]);
  }
  const mistakes: ConfigMistake[] = json.duplicates.map((name) => ({ file: path, path: name, problem: 'is given twice' }));
  const parsed = configSchema.safeParse(json.value, { reportInput: false });
  if (!parsed.success) mistakes.push(...toMistakes(path, configSchema, parsed.error.issues));
  mistakes.push(...checkPolicies(path, json.value));

  const further = itemsOf(memberOf(json.value, 'presets')).filter((dir) => typeof dir === 'string');
  const found = sources.connectors(further.map((dir) => resolve(dirname(path), dir)));
  const overrides = new Map<string, { readonly file: string; readonly connector: Loaded }>();
  for (const [id, integration] of entriesOf(memberOf(json.value, 'integrations'))) {
    const override = memberOf(integration, 'override');
    const connector = found.connectors.get(String(memberOf(integration, 'connector')));
    if (typeof override !== 'string' || override === '' || connector === undefined) continue;
    const file = resolve(dirname(path), override);
    const made = sources.override(connector, file);
    mistakes.push(...made.mistakes);
    if (made.connector !== null) overrides.set(id, { file, connector: made.connector });
  }
  const own = new Map([...overrides].map(([id, { connector }]) => [id, connector]));
  const integrations = memberOf(json.value, 'integrations');
  const connectorOf = (id: string): Loaded | null =>
    own.get(id) ?? found.connectors.get(String(memberOf(memberOf(integrations, id), 'connector'))) ?? null;
  mistakes.push(...checkExpressions(path, json.value, connectorOf));
  mistakes.push(...checkReferences(path, json.value, found.connectors, found.leftOut, own));
  if (!parsed.success || mistakes.length > 0) throw asError(path, [...mistakes, ...found.mistakes]);
  return build(path, parsed.data, found, overrides, sources);
}

async function build<Loaded extends ConnectorShape>(
  path: string | null,
  content: ConfigFile,
  { connectors, leftOut, mistakes: presetMistakes, dirs }: FoundConnectors<Loaded>,
  overrides: Config<Loaded>['overrides'],
  sources: ConfigSources<Loaded>,
): Promise<Config<Loaded>> {
  const mistakes: ConfigMistake[] = [];
  const base = path === null ? sources.cwd : dirname(path);
  const credentials = new Map<string, Readonly<Record<string, Secret>>>();
  const used = new Set(Object.values(content.integrations).map((integration) => integration.credential));
  for (const [id, { connector, ...fields }] of Object.entries(content.credentials)) {
    // A credential nothing uses yet may stay without its secret.
    if (!used.has(id)) continue;
    const secrets: Record<string, Secret> = {};
    for (const [name, reference] of Object.entries(fields)) {
      try {
        // What is not a reference here belongs to a field that is not secret; the check has refused all others.
        secrets[name] = REFERENCE.test(reference) ? await sources.secret(reference, base) : new Secret(reference);
      } catch (error) {
        if (!(error instanceof SeatwardenError)) throw error;
        const problem = [error.message.replace(/\.$/, ''), error.hint]
          .filter((part) => part !== null)
          .join('. ')
          .replace(/\.$/, '');
        mistakes.push({ file: path ?? 'environment', path: `credentials.${id}.${name}`, problem });
      }
    }
    credentials.set(id, secrets);
  }
  const tables = await identityTables(path ?? 'environment', content, (file) => sources.readFile(resolve(base, file)), mistakes);
  const password = await secretOf(content.mail?.password, sources, base, path ?? 'environment', mistakes);
  if (mistakes.length > 0) throw asError(path ?? 'The environment', mistakes);
  const settings = toSettings(content, connectors);
  const present = Object.entries(content.integrations).filter(([, integration]) => connectors.has(integration.connector));
  const integrations = present.map(([id, integration]): IntegrationConfig => {
    const connector = overrides.get(id)?.connector ?? connectors.get(integration.connector);
    return {
      id,
      name: integration.name ?? nameOf(id, integration.connector, connector?.name ?? integration.connector, content),
      connectorId: integration.connector,
      baseUrl: integration.baseUrl?.replace(/\/+$/, '') ?? null,
      tokenUrl: integration.tokenUrl ?? null,
      allowHttp: integration.allowHttp,
      variables: connector === undefined ? {} : variablesOf(connector, integration.variables, content.variables),
      credential: credentials.get(integration.credential ?? '') ?? {},
      identities: tables.get(id) ?? new Map(),
    };
  });
  return {
    file: path,
    content,
    integrations,
    settings,
    mail: content.mail === undefined ? null : { ...content.mail, user: content.mail.user ?? null, password },
    operators: Object.fromEntries(Object.entries(content.access.operators).map(([user, emails]) => [user, [emails].flat()])),
    connectors,
    overrides,
    presetDirs: dirs,
    presetMistakes,
    leftOut: Object.entries(content.integrations)
      .filter(([, integration]) => leftOut.has(integration.connector))
      .map(([id, integration]) => ({ id, name: integration.name ?? id, connectorId: integration.connector })),
    idle: idleParts(content),
  };
}

async function secretOf(
  reference: string | undefined,
  sources: Pick<ConfigSources<ConnectorShape>, 'secret'>,
  base: string,
  file: string,
  mistakes: ConfigMistake[],
): Promise<Secret | null> {
  if (reference === undefined) return null;
  try {
    return await sources.secret(reference, base);
  } catch (error) {
    if (!(error instanceof SeatwardenError)) throw error;
    mistakes.push({ file, path: 'mail.password', problem: error.message.replace(/\.$/, '') });
    return null;
  }
}

/** With two integrations of one connector, each says which it is. */
function nameOf(id: string, connectorId: string, name: string, content: ConfigFile): string {
  const siblings = Object.values(content.integrations).filter((other) => other.connector === connectorId);
  return siblings.length > 1 ? `${name} (${id})` : name;
}

function variablesOf(
  connector: ConnectorShape,
  own: Readonly<Record<string, string>>,
  shared: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [name, { global }] of Object.entries(connector.variables)) {
    const value = own[name] ?? (global === undefined ? undefined : (own[global] ?? shared[global]));
    if (value !== undefined) values[name] = value;
  }
  return values;
}

function idleParts({ workflows }: ConfigFile): readonly string[] {
  return Object.keys(workflows).map((id) => `workflows.${id}`);
}

function asError(where: string, mistakes: readonly ConfigMistake[]): ConfigError {
  const [first] = mistakes;
  const message =
    mistakes.length === 1 && first !== undefined
      ? `${where}: ${[first.path, first.problem].filter((part) => part !== '').join(' ')}.`
      : `${where} has ${mistakes.length} mistakes.`;
  return new ConfigError(message, mistakes, { hint: 'Correct what is listed; docs/configuration.md explains every setting.' });
}
