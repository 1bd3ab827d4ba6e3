import type { ConfigMistake } from '../domain/errors.ts';
import { compileAuth } from './compile-auth.ts';
import { compilePagination, compilePreset, compileRequest, compileUse, type PresetSignature } from './compile-preset.ts';
import type { Place } from './expression.ts';
import type { AccountMapping, LoadedConnector, LoadedPreset, SeatMapping } from './loaded.ts';
import { FileCompiler, type Path, schemaMistakes } from './mistakes.ts';
import { type Places, placesFor } from './places.ts';
import {
  type AccountMappingFile,
  type ConnectorFile,
  connectorSchema,
  ID,
  type PresetFile,
  presetSchema,
  type SeatMappingFile,
} from './schema.ts';

/** One connector folder as parsed JSON: its `connector.json` and its presets by id. File names are for messages. */
export interface ConnectorFolder {
  readonly folder: string;
  readonly connector: { readonly file: string; readonly json: unknown };
  readonly presets: ReadonlyMap<string, { readonly file: string; readonly json: unknown }>;
}

const STATUSES = ['active', 'free', 'suspended', 'expired', 'unavailable'];

/**
 * Checks and compiles a connector folder. All mistakes of all its files are found in one go; `connector` is null when
 * there is any.
 */
export function compileConnector(folder: ConnectorFolder): {
  readonly connector: LoadedConnector | null;
  readonly mistakes: readonly ConfigMistake[];
} {
  const mistakes: ConfigMistake[] = [];
  const parsed = connectorSchema.safeParse(folder.connector.json);
  if (!parsed.success)
    mistakes.push(...schemaMistakes(folder.connector.file, connectorSchema, folder.connector.json, parsed.error));
  const files = new Map<string, PresetFile>();
  for (const [id, { file, json }] of folder.presets) {
    if (!ID.test(id)) mistakes.push({ file, path: '', problem: 'the file name must be small letters, digits and hyphens' });
    const preset = presetSchema.safeParse(json);
    if (preset.success) files.set(id, preset.data);
    else mistakes.push(...schemaMistakes(file, presetSchema, json, preset.error));
  }
  if (!parsed.success) return { connector: null, mistakes };

  // A preset that does not parse still counts as being there, so that its absence is not told as a second mistake.
  const signatures = new Map<string, PresetSignature>(files);
  const broken = [...folder.presets.keys()].filter((id) => !files.has(id));
  const compiler = new FileCompiler(folder.connector.file);
  const presets = new Map<string, LoadedPreset>();
  for (const [id, file] of files) {
    const presetCompiler = new FileCompiler(folder.presets.get(id)?.file ?? id);
    presets.set(id, compilePreset(id, file, parsed.data, signatures, presetCompiler));
    mistakes.push(...presetCompiler.mistakes.filter((mistake) => !mentions(mistake, broken)));
  }
  const connector = compileConnectorFile(parsed.data, folder.folder, signatures, presets, compiler);
  mistakes.push(...compiler.mistakes.filter((mistake) => !mentions(mistake, broken)));
  return { connector: mistakes.length === 0 ? connector : null, mistakes };
}

function mentions(mistake: ConfigMistake, broken: readonly string[]): boolean {
  return broken.some((id) => mistake.path.endsWith('run') && mistake.problem.startsWith(`"${id}" `));
}

function compileConnectorFile(
  file: ConnectorFile,
  folder: string,
  signatures: ReadonlyMap<string, PresetSignature>,
  presets: ReadonlyMap<string, LoadedPreset>,
  compiler: FileCompiler,
): LoadedConnector {
  const places = placesFor({
    inputs: [],
    variables: Object.keys(file.variables),
    credential: Object.keys(file.credential),
    consult: [],
  });
  const use = (source: ConnectorFile['lookup'] | undefined, path: Path, place: Place) =>
    source === undefined ? null : compileUse(source, path, place, signatures, compiler);
  for (const clash of Object.keys(file.variables).filter((name) => name in file.credential))
    compiler.mistake(['credential', clash], 'is also the name of a variable');
  if (file[file.load.as] === undefined)
    compiler.mistake(['load', 'as'], `"${file.load.as}" is missing: how a record becomes one`);
  return {
    id: file.id,
    name: file.name,
    docs: file.docs,
    folder,
    variables: file.variables,
    credential: file.credential,
    patterns: Object.fromEntries(
      [...Object.entries(file.variables), ...Object.entries(file.credential)].map(([name, field]) => [
        name,
        compiler.pattern(field.pattern, [name in file.variables ? 'variables' : 'credential', name, 'pattern']),
      ]),
    ),
    baseUrl: compiler.text(file.baseUrl, ['baseUrl'], places.baseUrl),
    auth: compileAuth(file.auth, file.headers, places, compiler),
    headers: Object.entries(file.headers).map(
      ([name, source]) => [name, compiler.text(source, ['headers', name], places.commonHeader)] as const,
    ),
    limits: file.limits,
    timeoutMs: file.timeoutMs,
    connectTimeoutMs: file.connectTimeoutMs,
    readTimeoutMs: file.readTimeoutMs ?? file.timeoutMs,
    redact: file.redact.map((path) => path.split('.')),
    check: {
      request: compileRequest(file.check.request, ['check', 'request'], places.baseUrl, places.commonHeader, compiler),
      sentence: compiler.text(file.check.sentence, ['check', 'sentence'], places.check),
      facts: file.check.facts.map((fact, index) => ({
        label: fact.label,
        value: compiler.text(fact.value, ['check', 'facts', index, 'value'], places.check),
      })),
      warnings: file.check.warnings.map((rule, index) => ({
        when: compiler.condition(rule.when, ['check', 'warnings', index, 'when'], places.check),
        because: compiler.text(rule.because, ['check', 'warnings', index, 'because'], places.check),
        input: null,
        hint: rule.hint ?? null,
      })),
    },
    load: {
      request: compileRequest(file.load.request, ['load', 'request'], places.baseUrl, places.commonHeader, compiler),
      pagination: compilePagination(file.load.pagination, ['load', 'pagination'], places, compiler),
      records: compiler.expression(file.load.records, ['load', 'records'], places.page),
      as: file.load.as,
      shape: 'list',
      cacheMs: file.load.cacheSeconds * 1_000,
    },
    fields: file.fields.map((field, index) => ({
      label: field.label,
      type: field.type,
      value: compiler.template(field.value, ['fields', index, 'value'], places.record),
    })),
    seat: file.seat === undefined ? null : compileSeat(file.seat, places, compiler),
    account: file.account === undefined ? null : compileAccount(file.account, places, compiler),
    lookup: compileUse(file.lookup, ['lookup'], places.lookup, signatures, compiler),
    targets: {
      seat: use(file.targets.seat, ['targets', 'seat'], places.target),
      account: use(file.targets.account, ['targets', 'account'], places.target),
    },
    pool: use(file.pool, ['pool'], places.pool),
    errors: {
      code: file.errors.code === undefined ? null : compiler.template(file.errors.code, ['errors', 'code'], places.answer),
      detail:
        file.errors.detail === undefined ? null : compiler.template(file.errors.detail, ['errors', 'detail'], places.answer),
      table: file.errors.table.map((row, index) => ({
        status: row.status ?? null,
        code: row.code ?? null,
        detail: row.detail ?? null,
        message: compiler.text(row.message, ['errors', 'table', index, 'message'], places.answer),
        hint: row.hint ?? null,
        retry: row.retry ?? null,
      })),
    },
    presets,
  };
}

function compileSeat(file: SeatMappingFile, places: Places, compiler: FileCompiler): SeatMapping {
  const at = (source: string, ...path: Path) => compiler.template(source, ['seat', ...path], places.record);
  const maybe = (source: string | undefined, ...path: Path) => (source === undefined ? null : at(source, ...path));
  const when = (source: string, ...path: Path) => compiler.condition(source, ['seat', ...path], places.record);
  file.status.forEach((row, index) => {
    if (!STATUSES.includes(row.is)) compiler.mistake(['seat', 'status', index, 'is'], 'is not a status of a seat', STATUSES);
  });
  return {
    id: at(file.id, 'id'),
    product: { code: at(file.product.code, 'product', 'code'), name: at(file.product.name, 'product', 'name') },
    team: file.team === undefined ? null : { id: at(file.team.id, 'team', 'id'), name: at(file.team.name, 'team', 'name') },
    status: file.status.map((row, index) => ({
      when: row.when === undefined ? null : when(row.when, 'status', index, 'when'),
      is: row.is,
    })),
    holder: file.holder.map((row, index) =>
      row.kind === 'person'
        ? {
            when: when(row.when, 'holder', index, 'when'),
            kind: row.kind,
            email: at(row.email, 'holder', index, 'email'),
            name: at(row.name, 'holder', index, 'name'),
          }
        : {
            when: when(row.when, 'holder', index, 'when'),
            kind: row.kind,
            label: at(row.label, 'holder', index, 'label'),
          },
    ),
    role: maybe(file.role, 'role'),
    lastActivity: {
      at: at(file.lastActivity.at, 'lastActivity', 'at'),
      never: when(file.lastActivity.never, 'lastActivity', 'never'),
    },
    assignedAt: maybe(file.assignedAt, 'assignedAt'),
    validUntil: maybe(file.validUntil, 'validUntil'),
    trial: file.trial === undefined ? null : when(file.trial, 'trial'),
    autoRenews: maybe(file.autoRenews, 'autoRenews'),
    offlineCode: file.offlineCode === undefined ? null : when(file.offlineCode, 'offlineCode'),
  };
}

function compileAccount(file: AccountMappingFile, places: Places, compiler: FileCompiler): AccountMapping {
  const at = (source: string, ...path: Path) => compiler.template(source, ['account', ...path], places.record);
  const maybe = (source: string | undefined, ...path: Path) => (source === undefined ? null : at(source, ...path));
  const when = (source: string, ...path: Path) => compiler.condition(source, ['account', ...path], places.record);
  return {
    id: at(file.id, 'id'),
    email: at(file.email, 'email'),
    name: at(file.name, 'name'),
    enabled: at(file.enabled, 'enabled'),
    administrator: when(file.administrator, 'administrator'),
    paidSeat: maybe(file.paidSeat, 'paidSeat'),
    roles: maybe(file.roles, 'roles'),
    lastActivity: {
      at: at(file.lastActivity.at, 'lastActivity', 'at'),
      never: when(file.lastActivity.never, 'lastActivity', 'never'),
    },
    createdAt: maybe(file.createdAt, 'createdAt'),
  };
}
