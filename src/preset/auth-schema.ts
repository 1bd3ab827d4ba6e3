import { z } from 'zod';

/*
 * The part `auth` of connector.json: how a credential is shown to the vendor. Texts are templates over `variables` and
 * `credential`, compiled in compile-auth.ts; that of `tokenUrl` over `variables` alone, since no secret belongs in a URL.
 */

const text = z.string().min(1);

const headerAuth = z
  .strictObject({
    kind: z.literal('header').describe('A key in a header of the vendor’s own.'),
    name: text
      .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be the name of a header')
      .describe('The header, such as "X-Api-Key".'),
    value: text.describe('What it holds, such as "{{ credential.apiKey }}".'),
  })
  .describe('A key in a header.');

const bearerAuth = z
  .strictObject({
    kind: z.literal('bearer').describe('"Authorization: Bearer" with a token that does not expire by itself.'),
    token: text.describe('The token, such as "{{ credential.token }}".'),
  })
  .describe('A fixed token.');

const basicAuth = z
  .strictObject({
    kind: z.literal('basic').describe('"Authorization: Basic" with a name and a password.'),
    username: text.describe('The name, such as "{{ credential.user }}".'),
    password: text.describe('The password or API token, such as "{{ credential.apiToken }}".'),
  })
  .describe('Name and password.');

const oauthAuth = z
  .strictObject({
    kind: z
      .literal('oauth2')
      .describe('A token that is fetched, kept until shortly before it ends, and fetched again after a 401.'),
    grant: z
      .enum(['client_credentials', 'account_credentials'])
      .default('client_credentials')
      .describe('"client_credentials" (RFC 6749, section 4.4), or "account_credentials" as Zoom names it.'),
    tokenUrl: text.describe(
      'Where tokens are given: an address, or a path beneath the host of the base URL. Only `variables` may stand in it.',
    ),
    clientId: text.describe('The client id, such as "{{ credential.clientId }}".'),
    clientSecret: text.describe('The client secret, such as "{{ credential.clientSecret }}".'),
    client: z
      .enum(['basic', 'body'])
      .default('basic')
      .describe('How the client names itself: in the Authorization header, or as client_id and client_secret in the body.'),
    scope: text.optional().describe('The rights to ask for, separated by blanks.'),
    params: z
      .record(z.string().regex(/^[A-Za-z0-9_.-]+$/, 'must be the name of a parameter'), text)
      .default({})
      .describe('Further parameters of the token request, such as "account_id" or "audience".'),
  })
  .describe('OAuth 2 without a person: client credentials or account credentials.');

export const authSchema = z
  .discriminatedUnion('kind', [headerAuth, bearerAuth, basicAuth, oauthAuth])
  .describe('How the credential is shown to the vendor. Static headers besides stand in "headers".');

export type AuthFile = z.output<typeof authSchema>;
