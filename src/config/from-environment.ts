import type { ConfigMistake } from '../domain/errors.ts';
import { compilePattern } from '../preset/pattern.ts';
import type { ConnectorShape } from './config.ts';

/**
 * A configuration of the environment alone: one integration for each connector whose variables are set, such as
 * JETBRAINS_API_KEY and JETBRAINS_COMPANY_CODE. One of them without the other is a mistake.
 */
export function configFromEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  connectors: Iterable<ConnectorShape>,
): { readonly raw: unknown; readonly mistakes: readonly ConfigMistake[] } {
  const mistakes: ConfigMistake[] = [];
  const credentials: Record<string, Record<string, string>> = {};
  const integrations: Record<string, unknown> = {};
  for (const connector of connectors) {
    const secrets = Object.entries(connector.credential);
    const variables = Object.entries(connector.variables);
    const names = [...secrets, ...variables].flatMap(([, { env: name }]) => (name === undefined ? [] : [name]));
    const set = names.filter((name) => isSet(env[name]));
    if (set.length === 0) continue;
    const required = [...secrets, ...variables].flatMap(([, field]) => (field.required ? [field] : []));
    for (const { env: name, title } of required) {
      if (name === undefined || isSet(env[name])) continue;
      const problem = `is missing, while ${set.join(' and ')} ${set.length > 1 ? 'are' : 'is'} set (${connector.name}: ${title})`;
      mistakes.push({ file: 'environment', path: name, problem });
    }
    for (const [, variable] of variables) {
      const value = variable.env === undefined ? undefined : env[variable.env];
      if (variable.env === undefined || !isSet(value) || variable.pattern === undefined) continue;
      if (!compilePattern(variable.pattern).fits(value.trim())) {
        const example = variable.example === undefined ? '' : `, such as ${variable.example}`;
        const problem = `does not look like a value of "${variable.title}"${example}`;
        mistakes.push({ file: 'environment', path: variable.env, problem });
      }
    }
    credentials[connector.id] = {
      connector: connector.id,
      ...Object.fromEntries(
        secrets.flatMap(([field, { env: name }]) => (name === undefined || !isSet(env[name]) ? [] : [[field, `env:${name}`]])),
      ),
    };
    const values = variables.flatMap(([field, { env: name }]) => {
      const value = name === undefined ? undefined : env[name];
      return isSet(value) ? [[field, value.trim()]] : [];
    });
    integrations[connector.id] = {
      connector: connector.id,
      credential: connector.id,
      variables: Object.fromEntries(values),
      // Nothing says what to map, and nothing is mapped silently.
      state: 'draft',
    };
  }
  return { raw: { credentials, integrations }, mistakes };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== '';
}
