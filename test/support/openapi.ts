import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

type Json = Readonly<Record<string, unknown>>;

interface Operation {
  readonly parameters?: readonly (Json | Reference)[];
  readonly requestBody?: Body;
  readonly responses: Readonly<Record<string, Body | Reference>>;
}

interface Reference {
  readonly $ref: string;
}

interface Body {
  readonly required?: boolean;
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Json;
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface MadeCall {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  /** The body as it was sent. */
  readonly body: string;
}

/** A vendor's own description of its API (OpenAPI 3.0), to hold calls and answers against. */
export class OpenApi {
  readonly #description: Description;
  readonly #ajv: Ajv;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(file: string) {
    // JSON Schema says with "null" in a union what OpenAPI 3.0 says with "nullable".
    this.#description = withoutNullable(JSON.parse(readFileSync(file, 'utf8'))) as Description;
    this.#ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    addFormats.default(this.#ajv);
    this.#ajv.addSchema(this.#description as never, 'api');
  }

  /** The operation a call is for, as `DELETE /orgs/{org}/things`; null when the API has none like it. */
  operation(method: string, url: string): string | null {
    const path = url.split('?')[0] ?? '';
    const fits = Object.keys(this.#description.paths).filter((pattern) => toRegExp(pattern).test(path));
    // The one with the fewest places to fill in is meant.
    const [pattern] = fits.toSorted((a, b) => a.split('{').length - b.split('{').length);
    if (pattern === undefined || this.#description.paths[pattern]?.[method.toLowerCase()] === undefined) return null;
    return `${method} ${pattern}`;
  }

  /** What is wrong with a call: an unknown operation, parameter or key, or a value of another form. */
  callProblems({ method, url, body }: MadeCall): readonly string[] {
    const name = this.operation(method, url);
    if (name === null) return [`${method} ${url} does not exist`];
    const { operation, pointer } = this.#find(name);
    const parameters = (operation.parameters ?? []).map((parameter) => this.#resolve<Parameter>(parameter));
    const declared = new Map(parameters.filter((one) => one.in === 'query').map((one) => [one.name, one]));
    const query = new URL(url, 'http://vendor').searchParams;
    const problems: string[] = [];
    for (const [key, value] of query) {
      const parameter = declared.get(key);
      if (parameter === undefined) problems.push(`${name} has no parameter "${key}"`);
      else {
        const typed = parameter.schema['type'] === 'integer' ? Number(value) : value;
        problems.push(...this.#against(parameter.schema, typed, `${name} ${key}`));
      }
    }
    for (const { name: key, required } of declared.values())
      if (required === true && !query.has(key)) problems.push(`${name} needs the parameter "${key}"`);
    const schema = operation.requestBody?.content?.['application/json']?.schema;
    if (schema === undefined) return body === '' ? problems : [...problems, `${name} takes no body`];
    if (body === '') return operation.requestBody?.required === true ? [...problems, `${name} needs a body`] : problems;
    const given = JSON.parse(body) as Json;
    const known = Object.keys((schema['properties'] ?? {}) as Json);
    for (const key of Object.keys(given)) if (!known.includes(key)) problems.push(`${name} knows no "${key}" in its body`);
    return [...problems, ...this.#at(`${pointer}/requestBody/content/application~1json/schema`, given, `${name} body`)];
  }

  /** What is wrong with an answer to such a call: a status that is not described, or a body of another form. */
  answerProblems(method: string, url: string, status: number, body: unknown): readonly string[] {
    const name = this.operation(method, url);
    if (name === null) return [`${method} ${url} does not exist`];
    const { operation, pointer } = this.#find(name);
    const response = operation.responses[String(status)];
    if (response === undefined) return [`${name} never answers ${status}`];
    const where = '$ref' in response ? response.$ref : `#${pointer}/responses/${status}`;
    const { content } = this.#resolve<Body>(response);
    return content?.['application/json'] === undefined
      ? []
      : this.#at(`${where.slice(1)}/content/application~1json/schema`, body, `${name} ${status}`);
  }

  #find(name: string): { readonly operation: Operation; readonly pointer: string } {
    const [method = '', path = ''] = name.split(' ');
    const pointer = `/paths/${path.replaceAll('~', '~0').replaceAll('/', '~1')}/${method.toLowerCase()}`;
    return { operation: this.#description.paths[path]?.[method.toLowerCase()] as Operation, pointer };
  }

  #resolve<Found>(value: unknown): Found {
    const { $ref } = value as Partial<Reference>;
    if ($ref === undefined) return value as Found;
    let found: unknown = this.#description;
    for (const part of $ref.slice(2).split('/')) found = (found as Json)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    return found as Found;
  }

  #at(pointer: string, value: unknown, what: string): readonly string[] {
    let validate = this.#validators.get(pointer);
    if (validate === undefined) {
      validate = this.#ajv.compile({ $ref: `api#${encodeURI(pointer)}` });
      this.#validators.set(pointer, validate);
    }
    return problemsOf(validate, value, what);
  }

  #against(schema: Json, value: unknown, what: string): readonly string[] {
    return problemsOf(this.#ajv.compile(schema), value, what);
  }
}

function problemsOf(validate: ValidateFunction, value: unknown, what: string): readonly string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message}`);
}

function toRegExp(pattern: string): RegExp {
  const parts = pattern.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...rest } = value as Json;
  const inner = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, withoutNullable(item)]));
  if (nullable !== true) return nullable === undefined ? inner : { ...inner, nullable };
  return { anyOf: [inner, { type: 'null' }] };
}
