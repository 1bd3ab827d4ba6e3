import type { Place } from './expression.ts';
import type { Listing, LoadedRequest, LoadedUse, Mapping } from './loaded.ts';
import type { FileCompiler, Path } from './mistakes.ts';
import type { Places } from './places.ts';
import type { PresetFile } from './preset-schema.ts';
import type { PaginationFile, RequestFile, UseFile } from './schema-parts.ts';

/** The inputs a preset takes, as far as others need to know to run it. */
export interface PresetSignature {
  readonly effect: PresetFile['effect'];
  readonly target: PresetFile['target'];
  readonly inputs: PresetFile['inputs'];
}

/** Names that are no inputs of the other preset, and with `all` those it needs and does not get. */
export function checkInputs(
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
  const templates = (entries: RequestFile['query'], key: string) =>
    Object.entries(entries ?? {}).map(
      ([name, source]) => [name, compiler.template(source, [...path, key, name], place)] as const,
    );
  if (!file.path.startsWith('/')) compiler.mistake(at, 'must start with "/": it stands beneath the base URL');
  if (/[?#]/.test(file.path.replace(/\{\{.*?\}\}/g, ''))) compiler.mistake(at, 'must not hold "?" or "#": use "query"');
  if (file.method === 'GET' && (file.body !== undefined || file.form !== undefined))
    compiler.mistake([...path, file.body === undefined ? 'form' : 'body'], 'a GET has no body');
  if (file.body !== undefined && file.form !== undefined) compiler.mistake([...path, 'form'], 'and "body" cannot both be given');
  return {
    method: file.method,
    segments: segmentsOf(file.path).map((segment) => compiler.text(segment, at, place)),
    pattern: file.path,
    query: templates(file.query, 'query'),
    headers: Object.entries(file.headers ?? {}).map(
      ([name, source]) => [name, compiler.text(source, [...path, 'headers', name], headerPlace)] as const,
    ),
    body: file.body === undefined ? null : compiler.template(file.body, [...path, 'body'], place),
    form: file.form === undefined ? null : templates(file.form, 'form'),
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

/** The calls of a list. `places` are those of its request and headers, in which `page` may stand. */
export function compileListing(
  file: { readonly request: RequestFile; readonly pagination?: PaginationFile | undefined; readonly records: string },
  path: Path,
  where: { readonly request: Place; readonly header: Place },
  places: Pick<Places, 'page'>,
  compiler: FileCompiler,
): Listing {
  const { pagination, request } = file;
  if (pagination !== undefined && 'param' in pagination && pagination.param === undefined && !usesPage(request))
    compiler.mistake([...path, 'pagination', 'param'], 'is missing: the request says nowhere which page it asks for', [
      'param',
      '{{ page.number }}',
      '{{ page.offset }}',
      '{{ page.cursor }}',
    ]);
  if (pagination === undefined && usesPage(request))
    compiler.mistake([...path, 'pagination'], 'is missing: the request uses "page"');
  return {
    request: compileRequest(request, [...path, 'request'], where.request, where.header, compiler),
    pagination: compilePagination(pagination, [...path, 'pagination'], places, compiler),
    records: compiler.expression(file.records, [...path, 'records'], places.page),
    shape: 'list',
  };
}

function usesPage(request: RequestFile): boolean {
  return /\{\{[^}]*\bpage\./.test(JSON.stringify(request));
}

export function compilePagination(
  file: PaginationFile | undefined,
  path: Path,
  places: Pick<Places, 'page'>,
  compiler: FileCompiler,
): Listing['pagination'] {
  if (file === undefined) return null;
  if (file.kind === 'cursor' && file.ends === 'short' && file.size === undefined)
    compiler.mistake([...path, 'size'], 'is missing: without it no page is known to be not full');
  if ('ends' in file && file.ends === 'total' && file.total === undefined)
    compiler.mistake([...path, 'total'], 'is missing: "ends" waits for it');
  const next = 'next' in file ? file.next : undefined;
  return {
    file,
    total: file.total === undefined ? null : compiler.expression(file.total, [...path, 'total'], places.page),
    last: file.last === undefined ? null : compiler.condition(file.last, [...path, 'last'], places.page),
    next: next === undefined ? null : compiler.expression(next, [...path, 'next'], places.page),
  };
}
