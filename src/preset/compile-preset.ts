import type { InputInfo, PresetInfo } from '../ports/connector.ts';
import { compileBecoming } from './compile-mapping.ts';
import {
  checkInputs,
  compileListing,
  compileMapping,
  compilePagination,
  compileRequest,
  compileUse,
  type PresetSignature,
} from './compile-request.ts';
import type { Place } from './expression.ts';
import { factSource } from './fact-source.ts';
import type { LoadedInput, LoadedPreset, LoadedRead, LoadedVerify, LoadedWrite, Rule } from './loaded.ts';
import type { Members } from './members.ts';
import type { FileCompiler, Path } from './mistakes.ts';
import { type Places, placesFor } from './places.ts';
import type { InputFile, PresetFile, ReadPresetFile, WritePresetFile } from './preset-schema.ts';
import type { ConnectorFile } from './schema.ts';

/** Compiles one preset. Mistakes go to the compiler; what is returned then is not fit for use. */
export function compilePreset(
  id: string,
  file: PresetFile,
  connector: ConnectorFile,
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
): LoadedPreset {
  const places = placesFor({
    inputs: Object.fromEntries(Object.entries(file.inputs).map(([name, input]) => [name, valuesOf(input)])),
    variables: Object.keys(connector.variables),
    credential: Object.keys(connector.credential),
    consult: file.effect === 'read' ? [] : Object.keys(file.consult),
    joined: Object.keys(connector.joined),
  });
  const inputs = Object.entries(file.inputs).map(([name, input]) => compileInput(name, input, compiler, places));
  return file.effect === 'read'
    ? compileRead(id, file, connector, inputs, compiler, places)
    : compileWrite(id, file, connector, inputs, others, compiler, places);
}

/** What the values of an input can be. */
function valuesOf({ kind, choices }: InputFile): Members {
  if (kind === 'choice') return (choices ?? []).map((choice) => choice.value);
  return kind === 'boolean' ? 'flag' : kind === 'number' ? 'number' : 'text';
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
  const optional = (source: string | undefined, key: string, place: Place) =>
    source === undefined ? null : compiler.condition(source, [key], place);
  return {
    kind: 'read',
    info: presetInfo(id, file, connector, inputs),
    inputs,
    source: readSource(file, connector, compiler, places),
    as: file.as === undefined ? null : typeof file.as === 'string' ? [file.as] : file.as,
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

function readSource(
  file: ReadPresetFile,
  connector: ConnectorFile,
  compiler: FileCompiler,
  places: Places,
): LoadedRead['source'] {
  if (file.request === undefined) return 'load';
  if (connector.baseUrl === undefined) compiler.mistake(['request'], 'goes nowhere: connector.json has no "baseUrl"');
  if (file.records === undefined && file.record === undefined)
    return { request: compileRequest(file.request, ['request'], places.request, places.header, compiler) };
  const becoming = compileBecoming({ ...file, as: file.as ?? [] }, [], connector, places, compiler);
  if (file.records === undefined)
    return {
      ...becoming,
      request: compileRequest(file.request, ['request'], places.request, places.header, compiler),
      pagination: compilePagination(file.pagination, ['pagination'], places, compiler),
      records: compiler.expression(file.record ?? '', ['record'], places.page),
      shape: 'record',
    };
  const { request, pagination, records } = file;
  const where = { request: places.inputListRequest, header: places.inputListHeader };
  return { ...becoming, ...compileListing({ request, pagination, records }, [], where, places, compiler) };
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
      source: factSource(fact.value, { seat: connector.seat, account: connector.account }),
    })),
    sentence: compiler.text(file.sentence, ['sentence'], places.plan),
    request:
      file.request === undefined ? null : compileRequest(file.request, ['request'], places.request, places.header, compiler),
    byHand:
      file.byHand === undefined
        ? null
        : {
            steps: file.byHand.steps.map((step, index) => compiler.text(step, ['byHand', 'steps', index], places.byHand)),
            link: file.byHand.link === undefined ? null : compiler.text(file.byHand.link, ['byHand', 'link'], places.byHand),
          },
    success: file.success === undefined ? null : compiler.condition(file.success, ['success'], places.writeResponse),
    response: {
      success: compileMapping(file.response.success, ['response', 'success'], places.writeResponse, compiler),
      failure: compileMapping(file.response.failure, ['response', 'failure'], places.writeResponse, compiler),
    },
    verify: file.verify === undefined ? null : compileVerify(file.verify, others, compiler, places),
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

function compileVerify(
  file: NonNullable<WritePresetFile['verify']>,
  others: ReadonlyMap<string, PresetSignature>,
  compiler: FileCompiler,
  places: Places,
): LoadedVerify {
  const text = (source: string | undefined, ...path: Path) =>
    source === undefined ? null : compiler.text(source, ['verify', ...path], places.verify);
  const { scheduled } = file;
  return {
    ...compileUse(file, ['verify'], places.request, others, compiler),
    holds: compiler.condition(file.holds, ['verify', 'holds'], places.verify),
    message: compiler.text(file.message, ['verify', 'message'], places.verify),
    shown: text(file.shown, 'shown'),
    attempts: file.attempts,
    delayMs: file.delayMs,
    response: compileMapping(file.response, ['verify', 'response'], places.verify, compiler),
    scheduled:
      scheduled === undefined
        ? null
        : {
            when: compiler.condition(scheduled.when, ['verify', 'scheduled', 'when'], places.verify),
            message: compiler.text(scheduled.message, ['verify', 'scheduled', 'message'], places.verify),
            until:
              scheduled.until === undefined
                ? null
                : compiler.template(scheduled.until, ['verify', 'scheduled', 'until'], places.verify),
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
