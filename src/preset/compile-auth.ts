import type { AuthFile } from './auth-schema.ts';
import type { FileCompiler, Text } from './mistakes.ts';
import type { Places } from './places.ts';

/** How a credential is shown to the vendor, compiled. */
export type LoadedAuth =
  | { readonly kind: 'header'; readonly name: string; readonly value: Text }
  | { readonly kind: 'bearer'; readonly token: Text }
  | { readonly kind: 'basic'; readonly username: Text; readonly password: Text }
  | LoadedOAuth;

export interface LoadedOAuth {
  readonly kind: 'oauth2';
  readonly grant: string;
  /** Absolute, or a path beneath the base URL's host. */
  readonly tokenUrl: Text;
  readonly clientId: Text;
  readonly clientSecret: Text;
  readonly client: 'basic' | 'body';
  readonly scope: Text | null;
  readonly params: readonly (readonly [string, Text])[];
}

/** Compiles `auth`; null when the connector has none. Mistakes go to the compiler. */
export function compileAuth(
  file: AuthFile | undefined,
  headers: Readonly<Record<string, string>>,
  places: Pick<Places, 'commonHeader' | 'baseUrl'>,
  compiler: FileCompiler,
): LoadedAuth | null {
  if (file === undefined) return null;
  const header = file.kind === 'header' ? file.name : 'Authorization';
  for (const name of Object.keys(headers).filter((other) => other.toLowerCase() === header.toLowerCase()))
    compiler.mistake(['headers', name], 'is set by "auth" already');
  const text = (source: string, ...path: readonly string[]): Text =>
    compiler.text(source, ['auth', ...path], places.commonHeader);
  switch (file.kind) {
    case 'header':
      return { kind: file.kind, name: file.name, value: text(file.value, 'value') };
    case 'bearer':
      return { kind: file.kind, token: text(file.token, 'token') };
    case 'basic':
      return { kind: file.kind, username: text(file.username, 'username'), password: text(file.password, 'password') };
    case 'oauth2':
      if (!/^(https?:\/\/|\/|\{\{)/.test(file.tokenUrl))
        compiler.mistake(['auth', 'tokenUrl'], 'must be an address, or a path that starts with "/"');
      for (const name of Object.keys(file.params).filter((param) => RESERVED.has(param)))
        compiler.mistake(['auth', 'params', name], 'is set by "auth" itself');
      return {
        kind: file.kind,
        grant: file.grant,
        tokenUrl: compiler.text(file.tokenUrl, ['auth', 'tokenUrl'], places.baseUrl),
        clientId: text(file.clientId, 'clientId'),
        clientSecret: text(file.clientSecret, 'clientSecret'),
        client: file.client,
        scope: file.scope === undefined ? null : text(file.scope, 'scope'),
        params: Object.entries(file.params).map(([name, source]) => [name, text(source, 'params', name)] as const),
      };
  }
}

const RESERVED = new Set(['grant_type', 'client_id', 'client_secret', 'scope']);
