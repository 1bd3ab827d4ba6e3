import { UsageError } from '../domain/errors.ts';
import type { Scope } from '../preset/expression.ts';
import type { LoadedRequest } from '../preset/loaded.ts';

/** A request ready to be sent: path with query, beneath the origin. */
export interface BuiltRequest {
  readonly method: LoadedRequest['method'];
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface CommonParts {
  /** Path of the base URL, without a slash at its end. */
  readonly basePath: string;
  readonly headers: LoadedRequest['headers'];
}

/**
 * Fills a request in. Every path segment is encoded by itself, so a value can name a thing but never another place.
 * @throws UsageError when a segment is empty or would climb in the path.
 */
export function buildRequest(
  request: LoadedRequest,
  common: CommonParts,
  scope: Scope,
  extraQuery: readonly (readonly [string, string])[] = [],
): BuiltRequest {
  const segments = request.segments.map((segment) => {
    const text = segment.render(scope);
    if (text === '' || text === '.' || text === '..')
      throw new UsageError('usage.empty-id', `The id for "${request.pattern}" is missing.`, { hint: 'Say which one is meant.' });
    return encodeURIComponent(text);
  });
  const query = new URLSearchParams();
  appendAll(query, request.query, scope);
  for (const [name, value] of extraQuery) query.set(name, value);
  const { body, type } = bodyOf(request, scope);
  const headers = Object.fromEntries(
    [...common.headers, ...request.headers]
      .map(([name, text]) => [name, text.render(scope)] as const)
      .filter(([, text]) => text !== ''),
  );
  const search = query.toString();
  return {
    method: request.method,
    path: `${common.basePath}/${segments.join('/')}${search === '' ? '' : `?${search}`}`,
    headers: type === null ? headers : { 'content-type': type, ...headers },
    body,
  };
}

/** A list repeats the parameter, an empty text is sent, an absent value is left out. */
function appendAll(to: URLSearchParams, entries: LoadedRequest['query'], scope: Scope): void {
  for (const [name, template] of entries) {
    const value = template.render(scope);
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== null) to.append(name, typeof item === 'object' ? JSON.stringify(item) : String(item));
    }
  }
}

function bodyOf({ body, form }: LoadedRequest, scope: Scope): { readonly body: string | null; readonly type: string | null } {
  if (body !== null) return { body: JSON.stringify(body.render(scope) ?? {}), type: 'application/json' };
  if (form === null) return { body: null, type: null };
  const fields = new URLSearchParams();
  appendAll(fields, form, scope);
  return { body: fields.toString(), type: 'application/x-www-form-urlencoded' };
}
