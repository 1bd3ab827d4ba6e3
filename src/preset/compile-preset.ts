import type { InputInfo, PresetInfo } from '../ports/connector.ts';
import type { Place } from './expression.ts';
import type {
  Listing,
  LoadedInput,
  LoadedPreset,
  LoadedRead,
  LoadedRequest,
  LoadedUse,
  LoadedWrite,
  Mapping,
  Rule,
} from './loaded.ts';
import type { FileCompiler, Path } from './mistakes.ts';
import { type Places, placesFor } from './places.ts';
import type {
  ConnectorFile,
  InputFile,
  PaginationFile,
  PresetFile,
  ReadPresetFile,
  RequestFile,
  UseFile,
  WritePresetFile,
} from './schema.ts';

/** The inputs a preset takes, as far as others need to know to run it. */
export interface PresetSignature {
  readonly effect: PresetFile['effect'];
  readonly target: PresetFile['target'];
  readonly inputs: PresetFile['inputs'];
}

/** Compiles one preset. Mistakes go to the compiler; what is returned then is not fit for use. */
export function compilePreset(
  id: string,
  file: PresetFile,
  connector: ConnectorFile,
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
): LoadedPreset {
  const places = placesFor({
    inputs: Object.keys(file.inputs),
    variables: Object.keys(connector.variables),
    credential: Object.keys(connector.credential),
    consult: file.effect === 'read' ? [] : Object.keys(file.consult),
  });
  const inputs = Object.entries(file.inputs).map(([name, input]) => compileInput(name, input, compiler, places));
  return file.effect === 'read'
    ? compileRead(id, file, connector, inputs, compiler, places)
    : compileWrite(id, file, connector, inputs, others, compiler, places);
}

function presetInfo(id: string, file: PresetFile, connector: ConnectorFile, inputs: readonly LoadedInput[]): PresetInfo {
  return {
    id,
    connectorId: connector.id,
    title: file.title,
    description: file.description,
    effect: file.effect,
    verb: file.effect === 'read' ? 'read' : file.verb,
    target: file.target,
    inputs: inputs.map((input) => input.info),
  };
}

function compileInput(name: string, file: InputFile, compiler: FileCompiler, places: Places): LoadedInput {
  const path = ['inputs', name];
  if ((file.kind === 'choice') !== (file.choices !== undefined))
    compiler.mistake([...path, 'choices'], 'belong to kind "choice", which cannot do without them');
  if (file.changedOnly && file.prefill === undefined)
    compiler.mistake([...path, 'prefill'], 'is missing: "changedOnly" compares with it');
  if (file.hidden && file.prefill === undefined && file.required)
    compiler.mistake([...path, 'prefill'], 'is missing: nobody can fill in a hidden input');
  const info: InputInfo = {
    name,
    title: file.title,
    kind: file.kind,
    required: file.required,
    help: file.help ?? null,
    choices: file.choices ?? [],
    changedOnly: file.changedOnly,
    hidden: file.hidden,
  };
  return {
    info,
    pattern: compiler.pattern(file.pattern, [...path, 'pattern']),
    prefill: file.prefill === undefined ? null : compiler.template(file.prefill, [...path, 'prefill'], places.offer),
    clean: file.clean === undefined ? null : compiler.expression(file.clean, [...path, 'clean'], places.clean),
  };
}

function compileRead(
  id: string,
  file: ReadPresetFile,
  connector: ConnectorFile,
  inputs: readonly LoadedInput[],
  compiler: FileCompiler,
  places: Places,
): LoadedRead {
  const as = file.as ?? (file.from === 'load' ? connector.load.as : null);
  if (as !== null && connector[as] === undefined)
    compiler.mistake(['as'], `connector.json does not say how a record becomes ${as === 'seat' ? 'a seat' : 'an account'}`);
  const optional = (source: string | undefined, key: string, place: Place) =>
    source === undefined ? null : compiler.condition(source, [key], place);
  return {
    kind: 'read',
    info: presetInfo(id, file, connector, inputs),
    inputs,
    source: readSource(file, compiler, places),
    filter: optional(file.filter, 'filter', places.filter),
    keep: optional(file.keep, 'keep', places.keep),
    whenEmpty: file.whenEmpty ?? null,
    missing: optional(file.missing, 'missing', places.answer),
    response: compileMapping(
      file.response,
      ['response'],
      file.from === undefined && file.records === undefined && file.record === undefined
        ? places.readResponse
        : places.listResponse,
      compiler,
    ),
  };
}

function readSource(file: ReadPresetFile, compiler: FileCompiler, places: Places): LoadedRead['source'] {
  if (file.request === undefined) return 'load';
  const request = compileRequest(file.request, ['request'], places.request, places.header, compiler);
  const records = file.records ?? file.record;
  if (records === undefined) return { request };
  return {
    request,
    pagination: compilePagination(file.pagination, ['pagination'], places, compiler),
    records: compiler.expression(records, [file.records === undefined ? 'record' : 'records'], places.page),
    as: file.as ?? null,
    shape: file.records === undefined ? 'record' : 'list',
  } satisfies Listing;
}

function compileWrite(
  id: string,
  file: WritePresetFile,
  connector: ConnectorFile,
  inputs: readonly LoadedInput[],
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
  places: Places,
): LoadedWrite {
  const rules = (list: readonly { when: string; because: string; input?: string | undefined }[], key: string, place: Place) =>
    list.map((rule, index): Rule => {
      if (rule.input !== undefined && file.inputs[rule.input] === undefined)
        compiler.mistake([key, index, 'input'], `"${rule.input}" is not an input of this preset`, Object.keys(file.inputs));
      return {
        when: compiler.condition(rule.when, [key, index, 'when'], place),
        because: compiler.text(rule.because, [key, index, 'because'], place),
        input: rule.input ?? null,
      };
    });
  const when = (source: string | undefined, path: Path) =>
    source === undefined ? null : compiler.condition(source, path, places.plan);
  const undoOf = file.undo === undefined ? undefined : others.get(file.undo.run);
  if (file.undo !== undefined) checkUndo(file.undo, others, compiler);
  return {
    kind: 'write',
    info: { ...presetInfo(id, file, connector, inputs), effect: file.effect },
    inputs,
    available: rules(file.available, 'available', places.offer),
    before: file.before.map((use, index) => ({
      ...compileUse(use, ['before', index], places.plan, others, compiler),
      when: when(use.when, ['before', index, 'when']),
    })),
    consult: Object.entries(file.consult).map(([name, use]) => ({
      ...compileUse(use, ['consult', name], places.plan, others, compiler),
      name,
      when: when(use.when, ['consult', name, 'when']),
      optional: use.optional,
    })),
    refused: rules(file.refused, 'refused', places.plan),
    pinned: Object.entries(file.pinned).map(([name, pin]) => ({
      name,
      value: compiler.template(pin.value, ['pinned', name, 'value'], places.plan),
      changed: compiler.text(pin.changed, ['pinned', name, 'changed'], places.pinned),
    })),
    already:
      file.already === undefined
        ? null
        : {
            when: compiler.condition(file.already.when, ['already', 'when'], places.plan),
            message: compiler.text(file.already.message, ['already', 'message'], places.plan),
          },
    warnings: rules(file.warnings, 'warnings', places.plan),
    facts: file.facts.map((fact, index) => ({
      label: fact.label,
      value: compiler.text(fact.value, ['facts', index, 'value'], places.plan),
    })),
    sentence: compiler.text(file.sentence, ['sentence'], places.plan),
    request: compileRequest(file.request, ['request'], places.request, places.header, compiler),
    success: file.success === undefined ? null : compiler.condition(file.success, ['success'], places.writeResponse),
    response: {
      success: compileMapping(file.response.success, ['response', 'success'], places.writeResponse, compiler),
      failure: compileMapping(file.response.failure, ['response', 'failure'], places.writeResponse, compiler),
    },
    verify: {
      ...compileUse(file.verify, ['verify'], places.request, others, compiler),
      holds: compiler.condition(file.verify.holds, ['verify', 'holds'], places.verify),
      message: compiler.text(file.verify.message, ['verify', 'message'], places.verify),
      shown: file.verify.shown === undefined ? null : compiler.text(file.verify.shown, ['verify', 'shown'], places.verify),
      attempts: file.verify.attempts,
      delayMs: file.verify.delayMs,
      response: compileMapping(file.verify.response, ['verify', 'response'], places.verify, compiler),
    },
    undo:
      file.undo === undefined
        ? null
        : {
            run: file.undo.run,
            target: file.undo.target === undefined ? null : compiler.template(file.undo.target, ['undo', 'target'], places.undo),
            targetKind: undoOf?.target ?? 'none',
            inputs: compileMapping(file.undo.inputs, ['undo', 'inputs'], places.undo, compiler),
            when: file.undo.when === undefined ? null : compiler.condition(file.undo.when, ['undo', 'when'], places.undo),
            sentence: compiler.text(file.undo.sentence, ['undo', 'sentence'], places.undo),
          },
  };
}

function checkUndo(
  undo: { readonly run: string; readonly inputs: Readonly<Record<string, string>> },
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
): void {
  const other = others.get(undo.run);
  const writes = [...others].filter(([, signature]) => signature.effect !== 'read').map(([id]) => id);
  if (other === undefined || other.effect === 'read')
    compiler.mistake(['undo', 'run'], `"${undo.run}" is not a write preset of this connector`, writes);
  else checkInputs(undo.inputs, other, ['undo', 'inputs'], compiler, false);
}

function checkInputs(
  given: Readonly<Record<string, unknown>>,
  other: PresetSignature,
  path: Path,
  compiler: FileCompiler,
  all: boolean,
): void {
  for (const name of Object.keys(given)) {
    if (other.inputs[name] === undefined)
      compiler.mistake([...path, name], 'is not an input of that preset', Object.keys(other.inputs));
  }
  if (!all) return;
  for (const [name, input] of Object.entries(other.inputs)) {
    if (input.required && !(name in given)) compiler.mistake([...path, name], 'is missing: that preset needs it');
  }
}

export function compileUse(
  use: UseFile,
  path: Path,
  place: Place,
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
): LoadedUse {
  const other = others.get(use.run);
  if (other === undefined || other.effect !== 'read') {
    const reads = [...others].filter(([, signature]) => signature.effect === 'read').map(([id]) => id);
    compiler.mistake([...path, 'run'], `"${use.run}" is not a read preset of this connector`, reads);
  } else checkInputs(use.inputs, other, [...path, 'inputs'], compiler, true);
  return { run: use.run, inputs: compileMapping(use.inputs, [...path, 'inputs'], place, compiler) };
}

export function compileMapping(
  file: Readonly<Record<string, string>>,
  path: Path,
  place: Place,
  compiler: FileCompiler,
): Mapping {
  return Object.entries(file).map(([name, source]) => [name, compiler.template(source, [...path, name], place)] as const);
}

export function compileRequest(
  file: RequestFile,
  path: Path,
  place: Place,
  headerPlace: Place,
  compiler: FileCompiler,
): LoadedRequest {
  const at = [...path, 'path'];
  if (!file.path.startsWith('/')) compiler.mistake(at, 'must start with "/": it stands beneath the base URL');
  if (/[?#]/.test(file.path.replace(/\{\{.*?\}\}/g, ''))) compiler.mistake(at, 'must not hold "?" or "#": use "query"');
  if (file.method === 'GET' && file.body !== undefined) compiler.mistake([...path, 'body'], 'a GET has no body');
  return {
    method: file.method,
    segments: segmentsOf(file.path).map((segment) => compiler.text(segment, at, place)),
    pattern: file.path,
    query: Object.entries(file.query ?? {}).map(
      ([name, source]) => [name, compiler.template(source, [...path, 'query', name], place)] as const,
    ),
    headers: Object.entries(file.headers ?? {}).map(
      ([name, source]) => [name, compiler.text(source, [...path, 'headers', name], headerPlace)] as const,
    ),
    body: file.body === undefined ? null : compiler.template(file.body, [...path, 'body'], place),
  };
}

/** Splits at the slashes that stand outside of expressions. */
function segmentsOf(path: string): readonly string[] {
  const segments = [''];
  for (const piece of path.slice(1).split(/(\{\{.*?\}\}|\/)/)) {
    if (piece === '/') segments.push('');
    else segments[segments.length - 1] += piece;
  }
  return segments;
}

export function compilePagination(
  file: PaginationFile | undefined,
  path: Path,
  places: Pick<Places, 'page'>,
  compiler: FileCompiler,
): Listing['pagination'] {
  if (file === undefined) return null;
  const next = 'next' in file ? file.next : undefined;
  return {
    file,
    total: file.total === undefined ? null : compiler.expression(file.total, [...path, 'total'], places.page),
    last: file.kind === 'page' && file.last !== undefined ? compiler.condition(file.last, [...path, 'last'], places.page) : null,
    next: next === undefined ? null : compiler.expression(next, [...path, 'next'], places.page),
  };
}
