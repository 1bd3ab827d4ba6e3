import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectorOptions } from '../../src/connector/create-connector.ts';
import { Secret } from '../../src/domain/secret.ts';
import { compileConnector } from '../../src/preset/compile-connector.ts';
import { type Opened, openConnector, patience } from '../support/connectors.ts';
import { inlineConnector } from '../support/inline-connector.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { cut, hang, json, type Script, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

const SECRET = 's3cr3t-0f-the-cl1ent';
const USERS = json({ data: [{ id: '1', email: 'a@b.example', name: 'A', on: true }] });
const field = { title: 'A field', help: 'From the vendor.' };

let vendor: ScriptedVendor;
let opened: Opened[];
beforeEach(async () => {
  vendor = await startScriptedVendor();
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((connector) => connector.close()));
  await vendor.close();
});

const open = (
  auth: unknown,
  credential: Record<string, string>,
  options: Partial<ConnectorOptions> & { headers?: object } = {},
) => {
  const { headers, ...rest } = options;
  const connector = openConnector('acme', vendor.url, {
    connector: inlineConnector({
      auth,
      credential: Object.fromEntries(Object.keys(credential).map((name) => [name, field])),
      variables: { account: field },
      ...(headers === undefined ? {} : { headers }),
    }),
    credential: Object.fromEntries(Object.entries(credential).map(([name, value]) => [name, new Secret(value)])),
    variables: { account: 'acc-1' },
    ...rest,
  });
  opened.push(connector);
  return connector;
};

const failure = (work: Promise<unknown>): Promise<Error & { code: string; hint: string | null; neverSent?: boolean }> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  );

describe('a fixed credential', () => {
  it.each([
    {
      kind: 'header',
      auth: { kind: 'header', name: 'X-Api-Key', value: '{{ credential.key }}' },
      shown: { 'x-api-key': SECRET },
    },
    { kind: 'bearer', auth: { kind: 'bearer', token: '{{ credential.key }}' }, shown: { authorization: `Bearer ${SECRET}` } },
    {
      kind: 'basic',
      auth: { kind: 'basic', username: 'bot', password: '{{ credential.key }}' },
      shown: { authorization: `Basic ${Buffer.from(`bot:${SECRET}`).toString('base64')}` },
    },
  ])('is shown as $kind, with the static headers', async ({ auth, shown }) => {
    vendor.answers(USERS);
    await open(auth, { key: SECRET }, { headers: { 'X-Version': '2', 'X-Account': '{{ variables.account }}' } }).lookup(
      'a@b.example',
      patience(),
    );
    expect(vendor.calls[0]?.headers).toMatchObject({ ...shown, 'x-version': '2', 'x-account': 'acc-1' });
  });

  it('may hold any letters where it is encoded', async () => {
    vendor.answers(USERS);
    await open({ kind: 'basic', username: 'bøt', password: '{{ credential.key }}' }, { key: 'pass word é' }).lookup(
      'a@b.example',
      patience(),
    );
    const [, encoded = ''] = vendor.calls[0]?.headers.authorization?.split(' ') ?? [];
    expect(Buffer.from(encoded, 'base64').toString('utf8')).toBe('bøt:pass word é');
  });

  it('is never repeated, in whatever form the vendor gives it back', async () => {
    const shown = Buffer.from(`bot:${SECRET}`).toString('base64');
    vendor.answers(json({ email: `${SECRET} ${shown}` }));
    const report = await open({ kind: 'basic', username: 'bot', password: '{{ credential.key }}' }, { key: SECRET }).check(
      patience(),
    );
    expect(report.message).toBe('The key belongs to [secret] [secret].');
  });
});

describe('OAuth 2', () => {
  const client = { id: 'client-id-1', secret: SECRET };
  const auth = (more: object = {}) => ({
    kind: 'oauth2',
    tokenUrl: '/oauth/token',
    clientId: '{{ credential.id }}',
    clientSecret: '{{ credential.secret }}',
    ...more,
  });

  /** Gives tokens t0k3n-number-1, -2, … and takes only those in `valid`. */
  const givesTokens = (expiresIn: unknown = 3_600) => {
    const state = { given: 0, valid: (_token: string): boolean => true };
    const script: Script = (response, call, socket) => {
      if (call.url.startsWith('/oauth/token')) {
        state.given += 1;
        json({ access_token: `t0k3n-number-${state.given}`, token_type: 'bearer', expires_in: expiresIn })(
          response,
          call,
          socket,
        );
        return;
      }
      const token = call.headers.authorization?.replace('Bearer ', '') ?? '';
      if (token.startsWith('t0k3n') && state.valid(token)) USERS(response, call, socket);
      else text('', 401)(response, call, socket);
    };
    vendor.answers(script);
    return state;
  };
  const tokenCalls = () => vendor.calls.filter((call) => call.url.startsWith('/oauth/token'));
  const look = (connector: Opened) => connector.lookup('a@b.example', patience());

  it('asks with client credentials as RFC 6749 says, and once for many calls', async () => {
    givesTokens();
    const connector = open(auth({ scope: 'users.read users.write', params: { audience: '{{ variables.account }}' } }), client);
    await look(connector);
    await look(connector);
    expect(tokenCalls()).toHaveLength(1);
    expect(tokenCalls()[0]).toMatchObject({
      method: 'POST',
      url: '/oauth/token',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`client-id-1:${SECRET}`).toString('base64')}`,
      },
      body: 'grant_type=client_credentials&scope=users.read+users.write&audience=acc-1',
    });
    expect(vendor.calls.at(-1)?.headers.authorization).toBe('Bearer t0k3n-number-1');
  });

  it('names the client in the body where the vendor wants that', async () => {
    givesTokens();
    await look(open(auth({ client: 'body' }), client));
    expect(tokenCalls()[0]?.headers.authorization).toBeUndefined();
    expect(tokenCalls()[0]?.body).toBe(`grant_type=client_credentials&client_id=client-id-1&client_secret=${SECRET}`);
  });

  it('asks with account credentials', async () => {
    givesTokens();
    await look(open(auth({ grant: 'account_credentials', params: { account_id: '{{ variables.account }}' } }), client));
    expect(tokenCalls()[0]?.body).toBe('grant_type=account_credentials&account_id=acc-1');
  });

  it('asks once for all who need a token at the same time', async () => {
    givesTokens();
    const connector = open(auth(), client);
    await Promise.all(Array.from({ length: 8 }, (_, index) => connector.check(patience()).then(() => index)));
    expect(tokenCalls()).toHaveLength(1);
  });

  it('asks again shortly before the token ends', async () => {
    givesTokens(3_600);
    let now = Date.parse('2026-11-23T00:00:00.000Z');
    const connector = open(auth(), client, { clock: { now: () => new Date(now) } });
    await look(connector);
    now += 3_539_000;
    await look(connector);
    expect(tokenCalls()).toHaveLength(1);
    now += 2_000;
    await look(connector);
    expect(tokenCalls()).toHaveLength(2);
  });

  it('asks again once, for all, when the vendor no longer takes the token', async () => {
    const state = givesTokens();
    const connector = open(auth(), client);
    await look(connector);
    state.valid = (token) => token !== 't0k3n-number-1';
    await Promise.all([look(connector), connector.check(patience()), connector.check(patience())]);
    expect(tokenCalls()).toHaveLength(2);
  });

  it('asks once more and no more when no token is taken', async () => {
    const state = givesTokens();
    state.valid = () => false;
    expect(await failure(look(open(auth(), client)))).toMatchObject({ code: 'vendor.unauthorised' });
    expect(tokenCalls()).toHaveLength(2);
    expect(vendor.calls).toHaveLength(4);
  });

  it('sends a write again with a new token, since a 401 did nothing', async () => {
    const state = givesTokens();
    const connector = open(auth(), client);
    await look(connector);
    state.valid = (token) => token !== 't0k3n-number-1';
    const call = { presetId: 'ping', target: { integrationId: 'acme', kind: 'none', id: '' }, inputs: {} } as const;
    const evidence = { readAt: '2026-11-23T00:00:00.000Z', holdings: [], facts: [], pinned: {}, warnings: [] };
    expect(await connector.perform(call, evidence, patience())).toMatchObject({ kind: 'done' });
    expect(vendor.calls.filter((one) => one.url === '/ping')).toHaveLength(2);
  });

  it.each([
    {
      why: 'a client that is not known',
      script: json({ error: 'invalid_client', error_description: SECRET }, 401),
      words: '(invalid_client)',
    },
    { why: 'a fault', script: text('<h1>oops</h1>', 503), words: 'no token for now' },
    { why: 'a sign-in page', script: text('<h1>Welcome</h1>'), words: 'without a token' },
    { why: 'a token that is none', script: json({ access_token: 'a\nb' }), words: 'without a token' },
    { why: 'a redirect', script: text('', 302, { location: 'https://elsewhere.example/token' }), words: 'status 302' },
    { why: 'a cut connection', script: cut, words: 'No token came' },
  ])('says in words that there is no token after $why; a write was never sent then', async ({ script, words }) => {
    vendor.answers(script);
    const log = listeningLog();
    const connector = open(auth(), client, { log });
    const error = await failure(look(connector));
    expect(error.message).toContain(words);
    const call = { presetId: 'ping', target: { integrationId: 'acme', kind: 'none', id: '' }, inputs: {} } as const;
    const evidence = { readAt: '2026-11-23T00:00:00.000Z', holdings: [], facts: [], pinned: {}, warnings: [] };
    expect(await connector.perform(call, evidence, patience())).toMatchObject({ kind: 'never-sent' });
    expect(vendor.calls.every((one) => one.url === '/oauth/token')).toBe(true);
    expect(JSON.stringify([error, error.message, error.hint, log.lines])).not.toContain(SECRET);
  });

  it('stops waiting for a token when the caller does', async () => {
    vendor.answers(hang);
    const started = Date.now();
    await failure(open(auth(), client).lookup('a@b.example', AbortSignal.timeout(50)));
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('keeps secret and token out of logs, messages and answers', async () => {
    const log = listeningLog();
    vendor.answers((response, call, socket) => {
      if (call.url === '/oauth/token') json({ access_token: 't0k3n-number-1' })(response, call, socket);
      else json({ email: call.headers.authorization }, call.url === '/me' ? 200 : 500)(response, call, socket);
    });
    const connector = open(auth(), client, { log });
    const report = await connector.check(patience());
    const error = await failure(look(connector));
    expect(report.message).toBe('The key belongs to Bearer [secret].');
    expect(JSON.stringify([report, error, error.message, log.lines])).not.toMatch(new RegExp(`${SECRET}|t0k3n`));
    expect(log.lines.map((line) => line.event)).toContain('vendor.token');
  });

  it('goes to another host for tokens only over TLS', () => {
    const address = 'http://login.acme.example/token';
    expect(() => open(auth({ tokenUrl: address }), client)).toThrow(/tokenUrl must start with https/);
    expect(() => open(auth({ tokenUrl: address }), client, { allowHttp: true })).not.toThrow();
    expect(() => open(auth({ tokenUrl: 'https://login.acme.example/token' }), client)).not.toThrow();
  });
});

describe('auth in connector.json', () => {
  const mistakes = (auth: unknown, headers: Record<string, string> = {}) =>
    compileConnector({
      folder: 'acme',
      connector: {
        file: 'connector.json',
        json: {
          ...{
            id: 'acme',
            name: 'Acme',
            docs: 'https://acme.example',
            baseUrl: 'https://acme.example',
            fields: [],
            lookup: { run: 'all' },
          },
          credential: { key: field },
          auth,
          headers,
          check: { request: { path: '/me' }, sentence: 'ok' },
          load: { request: { path: '/users' }, records: 'response', as: 'account' },
        },
      },
      presets: new Map(),
    }).mistakes.filter(({ path }) => path.startsWith('auth') || path.startsWith('headers'));

  it.each([
    [{ kind: 'bearer', token: '{{ credential.kee }}' }, 'auth.token', 'credential.kee'],
    [{ kind: 'bearer', token: '{{ credential.key }' }, 'auth.token', 'not finished'],
    [{ kind: 'digest' }, 'auth.kind', 'not one of the values'],
    [{ kind: 'header', name: 'X Key', value: 'x' }, 'auth.name', 'name of a header'],
    [{ kind: 'basic', username: 'x', pasword: 'y' }, 'auth.pasword', 'not known here'],
    [
      { kind: 'oauth2', tokenUrl: 'https://a.example/{{ credential.key }}', clientId: 'a', clientSecret: 'b' },
      'auth.tokenUrl',
      '"credential" cannot be used',
    ],
    [{ kind: 'oauth2', tokenUrl: 'login', clientId: 'a', clientSecret: 'b' }, 'auth.tokenUrl', 'must be an address'],
    [
      { kind: 'oauth2', tokenUrl: '/t', clientId: 'a', clientSecret: 'b', params: { scope: 'x' } },
      'auth.params.scope',
      'is set by "auth"',
    ],
  ])('%j is a mistake at %s', (auth, path, words) => {
    const found = mistakes(auth).find((mistake) => mistake.path === path);
    expect(found?.problem).toContain(words);
  });

  it('and a header that says the same are a mistake', () => {
    expect(mistakes({ kind: 'bearer', token: '{{ credential.key }}' }, { authorization: 'x' })).toMatchObject([
      { path: 'headers.authorization', problem: 'is set by "auth" already' },
    ]);
  });
});
