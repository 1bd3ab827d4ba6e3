import type { Holding, Scalar } from '../domain/seat.ts';
import { type Condition, compileCondition, EvaluationFault, type Scope } from './expression.ts';
import { FILTER_PLACE, type MappedConnector, recordPlace } from './places.ts';
import { compileTemplate, type Template } from './template.ts';

/** What an integration says about its loads. Its expressions have been checked with the configuration. */
export interface LoadSettingsSource {
  readonly filter?: string | undefined;
  readonly mapping?: Readonly<Record<string, string>>;
  readonly customFields?: Readonly<Record<string, { readonly label: string; readonly value: string }>>;
}

export interface LoadSettings {
  /** Which records are loaded; null: all. */
  readonly filter: Condition | null;
  /** Fields of the person a record concerns; null: e-mail and name of who holds it. */
  readonly mapping: readonly (readonly [string, Template])[] | null;
  readonly custom: readonly { readonly name: string; readonly label: string; readonly value: Template }[];
}

export const LOAD_ALL: LoadSettings = { filter: null, mapping: null, custom: [] };

/** `connector` tells which variables and standard fields there are; null: any. @throws ExpressionMistake, TemplateMistakes. */
export function compileLoadSettings(
  { filter, mapping = {}, customFields = {} }: LoadSettingsSource,
  connector: MappedConnector | null = null,
): LoadSettings {
  const place = recordPlace(connector);
  const fields = Object.entries(mapping);
  return {
    filter: filter === undefined ? null : compileCondition(filter, FILTER_PLACE),
    mapping: fields.length === 0 ? null : fields.map(([name, source]) => [name, compileTemplate(source, place)] as const),
    custom: Object.entries(customFields).map(([name, { label, value }]) => ({
      name,
      label,
      value: compileTemplate(value, place),
    })),
  };
}

/** A field that is not a single value. */
export class FieldProblem extends Error {
  readonly field: string;
  readonly sample: string | null;

  constructor(field: string, reason: string, sample: string | null) {
    super(reason);
    this.field = field;
    this.sample = sample;
  }
}

/** The integration's fields of the person a record concerns; null when it concerns nobody. @throws FieldProblem. */
export function personOf(
  settings: LoadSettings,
  scope: Scope,
  holdings: readonly Holding[],
): Readonly<Record<string, Scalar>> | null {
  if (settings.mapping === null) return defaultPerson(holdings);
  const person: Record<string, Scalar> = {};
  for (const [name, template] of settings.mapping) person[name] = scalar(`mapping.${name}`, template, scope);
  return Object.values(person).every((value) => value === null) ? null : person;
}

/** The integration's own fields by name. @throws FieldProblem. */
export function customOf(settings: LoadSettings, scope: Scope): Readonly<Record<string, Scalar>> {
  const custom: Record<string, Scalar> = {};
  for (const { name, value } of settings.custom) custom[name] = scalar(`customFields.${name}`, value, scope);
  return custom;
}

function defaultPerson(holdings: readonly Holding[]): Readonly<Record<string, Scalar>> | null {
  for (const holding of holdings) {
    if (holding.kind === 'account') {
      if (holding.email !== null) return { email: holding.email, username: holding.email, name: holding.name };
    } else if (holding.holder?.kind === 'person') {
      const { email, name } = holding.holder;
      return { email, username: email, name };
    }
  }
  return null;
}

function scalar(field: string, template: Template, scope: Scope): Scalar {
  let value: unknown;
  try {
    value = template.render(scope);
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    throw new FieldProblem(field, error.message, sampleOf(scope['record']));
  }
  if (value === null || value === '') return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new FieldProblem(field, `"${field}" should be a single value`, sampleOf(value));
}

function sampleOf(value: unknown): string | null {
  const json = JSON.stringify(value) ?? null;
  return json !== null && json.length > 40 ? `${json.slice(0, 40)}…` : json;
}
