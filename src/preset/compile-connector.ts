import type { ConfigMistake } from '../domain/errors.ts';
import { compileAuth } from './compile-auth.ts';
import { compileAccount, compileBecoming, compileSeat } from './compile-mapping.ts';
import { compilePreset } from './compile-preset.ts';
import { compileListing, compileRequest, compileUse, type PresetSignature } from './compile-request.ts';
import type { Place } from './expression.ts';
import type { LoadedConnector, LoadedJoin, LoadedPreset, LoadListing } from './loaded.ts';
import { FileCompiler, type Path, schemaMistakes } from './mistakes.ts';
import { type Places, placesFor } from './places.ts';
import { type PresetFile, presetSchema } from './preset-schema.ts';
import { type ConnectorFile, connectorSchema, type JoinedFile, type ListingFile } from './schema.ts';
import { ID } from './schema-parts.ts';

/** One connector folder as parsed JSON: its `connector.json` and its presets by id. File names are for messages. */
export interface ConnectorFolder {
  readonly folder: string;
  readonly connector: { readonly file: string; readonly json: unknown };
  readonly presets: ReadonlyMap<string, { readonly file: string; readonly json: unknown }>;
}

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
    inputs: {},
    variables: Object.keys(file.variables),
    credential: Object.keys(file.credential),
    consult: [],
    joined: Object.keys(file.joined),
  });
  const use = (source: ConnectorFile['lookup'] | undefined, path: Path, place: Place) =>
    source === undefined ? null : compileUse(source, path, place, signatures, compiler);
  for (const clash of Object.keys(file.variables).filter((name) => name in file.credential))
    compiler.mistake(['credential', clash], 'is also the name of a variable');
  const { load } = file;
  const calls = load.request !== undefined || load.further.some((list) => list.request !== undefined);
  if (calls && file.baseUrl === undefined) compiler.mistake(['baseUrl'], 'is missing: where the calls go');
  if (calls && file.check === undefined)
    compiler.mistake(['check'], 'is missing: the call that shows whether the credential works');
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
    baseUrl: file.baseUrl === undefined ? null : compiler.text(file.baseUrl, ['baseUrl'], places.baseUrl),
    auth: compileAuth(file.auth, file.headers, places, compiler),
    headers: Object.entries(file.headers).map(
      ([name, source]) => [name, compiler.text(source, ['headers', name], places.commonHeader)] as const,
    ),
    limits: file.limits,
    timeoutMs: file.timeoutMs,
    connectTimeoutMs: file.connectTimeoutMs,
    readTimeoutMs: file.readTimeoutMs ?? file.timeoutMs,
    redact: file.redact.map((path) => path.split('.')),
    check: file.check === undefined ? null : compileCheck(file.check, places, compiler),
    load: {
      listings: [
        compileLoadListing('load', load, ['load'], file, places, compiler),
        ...load.further.map((list, index) =>
          compileLoadListing(list.name, list, ['load', 'further', index], file, places, compiler),
        ),
      ],
      cacheMs: load.cacheSeconds * 1_000,
    },
    joined: Object.entries(file.joined).map(([name, join]) => compileJoin(name, join, places, compiler)),
    fields: file.fields.map((field, index) => ({
      label: field.label,
      type: field.type,
      value: compiler.template(field.value, ['fields', index, 'value'], places.record),
    })),
    seat: file.seat === undefined ? null : compileSeat(file.seat, ['seat'], places, compiler),
    account: file.account === undefined ? null : compileAccount(file.account, ['account'], places, compiler),
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

function compileCheck(
  file: NonNullable<ConnectorFile['check']>,
  places: Places,
  compiler: FileCompiler,
): NonNullable<LoadedConnector['check']> {
  return {
    request: compileRequest(file.request, ['check', 'request'], places.baseUrl, places.commonHeader, compiler),
    sentence: compiler.text(file.sentence, ['check', 'sentence'], places.check),
    facts: file.facts.map((fact, index) => ({
      label: fact.label,
      value: compiler.text(fact.value, ['check', 'facts', index, 'value'], places.check),
      source: null,
    })),
    warnings: file.warnings.map((rule, index) => ({
      when: compiler.condition(rule.when, ['check', 'warnings', index, 'when'], places.check),
      because: compiler.text(rule.because, ['check', 'warnings', index, 'because'], places.check),
      input: null,
      hint: rule.hint ?? null,
    })),
  };
}

function compileLoadListing(
  name: string,
  file: ListingFile,
  path: Path,
  connector: ConnectorFile,
  places: Places,
  compiler: FileCompiler,
): LoadListing {
  const given = (['request', 'csv', 'directory'] as const).filter((key) => file[key] !== undefined);
  if (given.length !== 1)
    compiler.mistake(path, `has ${given.length === 0 ? 'no source' : 'several sources'} of records`, [
      'request',
      'csv',
      'directory',
    ]);
  if (file.request === undefined) {
    for (const key of ['pagination', 'records'] as const) {
      if (file[key] !== undefined) compiler.mistake([...path, key], 'belongs to "request"');
    }
  } else if (file.records === undefined) compiler.mistake([...path, 'records'], 'is missing: where the list of records is');
  return {
    name,
    ...compileBecoming(file, path, connector, places, compiler),
    source: compileSource(file, path, places, compiler),
  };
}

function compileSource(file: ListingFile, path: Path, places: Places, compiler: FileCompiler): LoadListing['source'] {
  if (file.csv !== undefined) {
    const address = compiler.text(file.csv.address, [...path, 'csv', 'address'], places.address);
    const { delimiter = null, columns = {}, required = [] } = file.csv;
    return { kind: 'csv', address, delimiter, columns: new Map(Object.entries(columns)), required };
  }
  if (file.request === undefined) return { kind: 'directory' };
  const { request, pagination, records = '[]' } = file;
  const where = { request: places.listRequest, header: places.listHeader };
  return { kind: 'calls', ...compileListing({ request, pagination, records }, path, where, places, compiler) };
}

function compileJoin(name: string, file: JoinedFile, places: Places, compiler: FileCompiler): LoadedJoin {
  const path = ['joined', name];
  if (file.kind === 'list')
    return {
      kind: 'list',
      name,
      key: compiler.expression(file.key, [...path, 'key'], places.joinKey),
      on: compiler.expression(file.on, [...path, 'on'], places.joinKey),
      many: file.many,
      ...compileListing(file, path, { request: places.listRequest, header: places.listHeader }, places, compiler),
    };
  return {
    kind: 'detail',
    name,
    request: compileRequest(file.request, [...path, 'request'], places.detailRequest, places.detailHeader, compiler),
    record: compiler.expression(file.record, [...path, 'record'], places.page),
    when: file.when === undefined ? null : compiler.condition(file.when, [...path, 'when'], places.joinKey),
    missing: file.missing === undefined ? null : compiler.condition(file.missing, [...path, 'missing'], places.answer),
    concurrency: file.concurrency,
  };
}
