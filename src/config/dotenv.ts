import { parseEnv } from 'node:util';
import type { EnvironmentVariables } from './environment.ts';

/** Adds what `.env` says to the environment; what the process already has wins. `text` is null when there is no `.env`. */
export function withDotEnv(env: EnvironmentVariables, text: string | null): EnvironmentVariables {
  if (text === null) return env;
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));
  return { ...parseEnv(text.replace(/^\uFEFF/, '')), ...given };
}
