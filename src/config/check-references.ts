import type { ConfigMistake } from '../domain/errors.ts';
import { PERSON_FIELDS } from '../domain/person-fields.ts';
import { didYouMean } from '../domain/suggest.ts';
import { compilePattern } from '../preset/pattern.ts';
import type { ConnectorShape } from './config.ts';
import { entriesOf, itemsOf, memberOf } from './raw.ts';
import { formatPath } from './zod-mistakes.ts';

type Refuse = (path: readonly PropertyKey[], problem: string, allowed?: Iterable<string>) => void;

export const REFERENCE = /^(env|file|secret):\S/;

/**
 * Checks what names in the file refer to: connectors, credentials and their fields, variables, fields of a mapping.
 * `raw` may be wrong in other ways too. Values of credentials are never repeated. `leftOut` names connectors that could not be
 * read; what refers to them is not checked. `overridden` holds the connectors of integrations that have their own.
 */
export function checkReferences(
  file: string,
  raw: unknown,
  connectors: ReadonlyMap<string, ConnectorShape>,
  leftOut: ReadonlySet<string> = new Set(),
  overridden: ReadonlyMap<string, ConnectorShape> = new Map(),
): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  // What belongs to a connector that was left out is nobody's slip here; its folder has the mistake.
  const excused = (path: readonly PropertyKey[]): boolean => {
    if (leftOut.size === 0) return false;
    if (path[0] === 'variables') return true;
    const [part, id] = path;
    if (part !== 'credentials' && part !== 'integrations') return false;
    const connector = memberOf(memberOf(memberOf(raw, part), String(id)), 'connector');
    return typeof connector === 'string' && leftOut.has(connector);
  };
  const refuse: Refuse = (path, problem, allowed) => {
    if (excused(path)) return;
    const list = allowed === undefined ? {} : { allowed: [...allowed] };
    mistakes.push({ file, path: formatPath(path), problem, ...list });
  };
  checkGlobals(raw, [...connectors.values(), ...overridden.values()], refuse);
  checkCredentials(raw, connectors, refuse);
  for (const [id, integration] of entriesOf(memberOf(raw, 'integrations'))) {
    checkIntegration(id, integration, raw, connectors, overridden, refuse);
  }
  const ids = entriesOf(memberOf(raw, 'integrations')).map(([id]) => id);
  const ranked = memberOf(raw, 'people');
  const lists = [
    [['people', 'precedence'], memberOf(ranked, 'precedence')] as const,
    ...entriesOf(memberOf(ranked, 'fields')).map(([name, list]) => [['people', 'fields', name], list] as const),
  ];
  for (const [path, list] of lists)
    itemsOf(list).forEach((id, index) => {
      if (typeof id === 'string' && !ids.includes(id))
        refuse([...path, index], `names no integration${didYouMean(id, ids)}`, ids);
    });
  checkReports(raw, ids, connectors, refuse);
  const password = memberOf(memberOf(raw, 'mail'), 'password');
  if (typeof password === 'string' && !REFERENCE.test(password))
    refuse(['mail', 'password'], 'holds the value itself; secrets do not belong in this file', FORMS);
  const priced = new Set([...entriesOf(memberOf(raw, 'integrations')).map(([id]) => id), ...connectors.keys()]);
  for (const [key] of entriesOf(memberOf(raw, 'prices'))) {
    const [integration = ''] = key.split('/');
    if (key.includes('/') && !priced.has(integration))
      refuse(['prices', key], `names no integration${didYouMean(integration, priced)}`, priced);
  }
  return mistakes;
}

/** Directories and thresholds of reports name integrations; thresholds may name connectors, too. */
function checkReports(
  raw: unknown,
  ids: readonly string[],
  connectors: ReadonlyMap<string, ConnectorShape>,
  refuse: Refuse,
): void {
  const reports = memberOf(raw, 'reports');
  itemsOf(memberOf(memberOf(reports, 'leavers'), 'directories')).forEach((id, index) => {
    if (typeof id === 'string' && !ids.includes(id))
      refuse(['reports', 'leavers', 'directories', index], `names no integration${didYouMean(id, ids)}`, ids);
  });
  const apps = new Set([...ids, ...connectors.keys()]);
  for (const [key] of entriesOf(memberOf(memberOf(reports, 'inactive-users'), 'thresholds'))) {
    const [app = ''] = key.split('/');
    if (!apps.has(app))
      refuse(['reports', 'inactive-users', 'thresholds', key], `names no integration${didYouMean(app, apps)}`, apps);
  }
}

function checkGlobals(raw: unknown, connectors: Iterable<ConnectorShape>, refuse: Refuse): void {
  const known = globalNames(connectors);
  for (const [name] of entriesOf(memberOf(raw, 'variables'))) {
    if (!known.has(name)) refuse(['variables', name], `is used by no connector${didYouMean(name, known)}`, known);
  }
}

function globalNames(connectors: Iterable<ConnectorShape>): Set<string> {
  const variables = [...connectors].flatMap((connector) => Object.values(connector.variables));
  return new Set(variables.flatMap((variable) => (variable.global === undefined ? [] : [variable.global])));
}

function checkCredentials(raw: unknown, connectors: ReadonlyMap<string, ConnectorShape>, refuse: Refuse): void {
  for (const [id, credential] of entriesOf(memberOf(raw, 'credentials'))) {
    const path = ['credentials', id];
    const connector = findConnector([...path, 'connector'], memberOf(credential, 'connector'), connectors, refuse);
    const fields = connector === null ? null : new Map(Object.entries(connector.credential));
    for (const [name, value] of entriesOf(credential)) {
      if (name === 'connector') continue;
      const field = fields?.get(name);
      if (fields !== null && field === undefined)
        refuse(
          [...path, name],
          `is not a credential field of ${connector?.name}${didYouMean(name, fields.keys())}`,
          fields.keys(),
        );
      else if (typeof value === 'string' && field?.secret !== false && !REFERENCE.test(value))
        refuse([...path, name], 'holds the value itself; secrets do not belong in this file', FORMS);
    }
    for (const [name, field] of fields ?? []) {
      if (field.required && memberOf(credential, name) === undefined)
        refuse([...path, name], `is missing: ${lowerFirst(field.title)}`, FORMS);
    }
  }
}

const FORMS = ['env:NAME', 'file:PATH', 'secret:NAME'];

function checkIntegration(
  id: string,
  integration: unknown,
  raw: unknown,
  connectors: ReadonlyMap<string, ConnectorShape>,
  overridden: ReadonlyMap<string, ConnectorShape>,
  refuse: Refuse,
): void {
  const path = ['integrations', id];
  const base = findConnector([...path, 'connector'], memberOf(integration, 'connector'), connectors, refuse);
  const connector = overridden.get(id) ?? base;
  const credentials = new Map(entriesOf(memberOf(raw, 'credentials')));
  const credentialId = memberOf(integration, 'credential');
  if (typeof credentialId === 'string') {
    const credential = credentials.get(credentialId);
    const of = memberOf(credential, 'connector');
    if (credential === undefined)
      refuse([...path, 'credential'], `names no credential${didYouMean(credentialId, credentials.keys())}`, credentials.keys());
    else if (connector !== null && typeof of === 'string' && of !== connector.id)
      refuse([...path, 'credential'], `names a credential of another connector (${of})`);
  } else if (
    credentialId === undefined &&
    connector !== null &&
    Object.values(connector.credential).some(({ required }) => required)
  )
    refuse([...path, 'credential'], `is missing: the credential of ${connector.name}`, credentials.keys());
  if (connector !== null) checkVariables(path, integration, raw, connector, refuse);
  const identities = memberOf(integration, 'identities');
  const other = memberOf(identities, 'integration');
  const others = entriesOf(memberOf(raw, 'integrations')).map(([name]) => name);
  if (typeof other === 'string' && (!others.includes(other) || other === id))
    refuse(
      [...path, 'identities', 'integration'],
      'names no other integration',
      others.filter((name) => name !== id),
    );
  if ((other === undefined) !== (memberOf(identities, 'login') === undefined))
    refuse([...path, 'identities', 'login'], '"integration" and "login" belong together');
  for (const [name] of entriesOf(memberOf(integration, 'mapping'))) {
    if (!PERSON_FIELDS.some((field) => field === name))
      refuse(
        [...path, 'mapping', name],
        `is no field of a person${didYouMean(name, PERSON_FIELDS)}; fields of your own belong into customFields`,
        PERSON_FIELDS,
      );
  }
  for (const [name] of entriesOf(memberOf(integration, 'customFields'))) {
    if (PERSON_FIELDS.some((field) => field === name))
      refuse([...path, 'customFields', name], 'is a field of a person already; fill it in mapping');
  }
  const mapped = [...entriesOf(memberOf(integration, 'mapping')), ...entriesOf(memberOf(integration, 'customFields'))];
  const keys = new Set(['email', 'username', ...mapped.map(([name]) => name)]);
  const syncKey = memberOf(integration, 'syncKey');
  if (typeof syncKey === 'string' && !keys.has(syncKey))
    refuse([...path, 'syncKey'], `names no mapped field${didYouMean(syncKey, keys)}`, keys);
}

function checkVariables(
  path: readonly string[],
  integration: unknown,
  raw: unknown,
  connector: ConnectorShape,
  refuse: Refuse,
): void {
  const given = memberOf(integration, 'variables');
  const known = new Set([...Object.keys(connector.variables), ...globalNames([connector])]);
  for (const [name] of entriesOf(given)) {
    if (!known.has(name))
      refuse([...path, 'variables', name], `is not a variable of ${connector.name}${didYouMean(name, known)}`, known);
  }
  for (const [name, variable] of Object.entries(connector.variables)) {
    const own = memberOf(given, name) !== undefined ? name : (variable.global ?? name);
    const local = memberOf(given, own);
    const value = local ?? (variable.global === undefined ? undefined : memberOf(memberOf(raw, 'variables'), variable.global));
    const at =
      local !== undefined || variable.global === undefined ? [...path, 'variables', own] : ['variables', variable.global];
    if (value === undefined) {
      if (variable.required) refuse(at, `is missing: ${lowerFirst(variable.title)} (for integration "${path.at(-1)}")`);
    } else if (typeof value === 'string' && variable.pattern !== undefined && !compilePattern(variable.pattern).fits(value)) {
      const example = variable.example === undefined ? '' : `, such as ${variable.example}`;
      refuse(at, `does not look like a value of "${variable.title}"${example}`);
    }
  }
}

function findConnector(
  path: readonly PropertyKey[],
  id: unknown,
  connectors: ReadonlyMap<string, ConnectorShape>,
  refuse: Refuse,
): ConnectorShape | null {
  if (typeof id !== 'string') return null;
  const connector = connectors.get(id);
  if (connector === undefined) refuse(path, `names no connector${didYouMean(id, connectors.keys())}`, connectors.keys());
  return connector ?? null;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
