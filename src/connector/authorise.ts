import type { LoadedAuth } from '../preset/compile-auth.ts';
import type { Scope } from '../preset/expression.ts';
import { basicCredentials, type TokenSource } from './token-source.ts';

/** Shows the credential to the vendor. */
export interface Authoriser {
  /** Headers for the next call; fetches a token where one is needed. @throws VendorError, TransportError. */
  headers(signal: AbortSignal): Promise<Headers> | Headers;
  /** After a 401: whether other headers than those that were refused can be had now. */
  renew(refused: Headers, signal: AbortSignal): Promise<boolean>;
  /** Every value that must not turn up in a message, an answer or a log. */
  secrets(): readonly string[];
}

type Headers = Readonly<Record<string, string>>;

const MIN_SECRET_LENGTH = 8;

/** @param tokens where the tokens of `oauth2` come from; null for every other kind. */
export function createAuthoriser(
  auth: LoadedAuth | null,
  scope: Scope & { readonly credential: Readonly<Record<string, string>> },
  tokens: TokenSource | null,
): Authoriser {
  // A very short value would be found by chance in any answer.
  const known = (values: readonly string[]) => values.filter((value) => value.length >= MIN_SECRET_LENGTH);
  const own = known(Object.values(scope.credential));
  if (tokens !== null) return tokenAuthoriser(tokens, own);
  const headers = staticHeaders(auth, scope);
  const basic = auth?.kind === 'basic' ? Object.values(headers).map((value) => value.replace(/^Basic /, '')) : [];
  const secrets = [...own, ...known(basic)];
  return { headers: () => headers, renew: async () => false, secrets: () => secrets };
}

function staticHeaders(auth: LoadedAuth | null, scope: Scope): Headers {
  switch (auth?.kind) {
    case 'header':
      return { [auth.name]: auth.value.render(scope) };
    case 'bearer':
      return { authorization: `Bearer ${auth.token.render(scope)}` };
    case 'basic':
      return { authorization: `Basic ${basicCredentials(auth.username.render(scope), auth.password.render(scope))}` };
    default:
      return {};
  }
}

function tokenAuthoriser(tokens: TokenSource, own: readonly string[]): Authoriser {
  const asHeaders = (token: string): Headers => ({ authorization: `Bearer ${token}` });
  return {
    headers: (signal) => {
      const token = tokens.current();
      return token === null ? tokens.get(signal).then(asHeaders) : asHeaders(token);
    },
    async renew(refused, signal) {
      const token = refused['authorization']?.replace(/^Bearer /, '') ?? '';
      tokens.forget(token);
      return (await tokens.get(signal)) !== token;
    },
    secrets: () => [...own, ...tokens.known()],
  };
}
