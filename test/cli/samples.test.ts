import { describe, expect, it } from 'vitest';
import { runSample } from '../../src/cli/samples/run-sample.ts';
import { type Sample, sampleSchema } from '../../src/cli/samples/sample-schema.ts';
import { inlineConnector } from '../support/inline-connector.ts';

const NOW = '2026-11-23T00:00:00.000Z';
const user = (id: string, more: object = {}) => ({
  id,
  email: `p${id}@b.example`,
  name: `P ${id}`,
  on: true,
  seen: null,
  ...more,
});
const byCursor = { kind: 'cursor', param: 'after', next: 'response.next' };
const paged = inlineConnector({
  load: { request: { path: '/users' }, pagination: byCursor, records: 'response.data', as: 'account' },
});
const oauth = inlineConnector({
  credential: { id: { title: 'Id', help: 'x' }, secret: { title: 'Secret', help: 'x' } },
  auth: {
    kind: 'oauth2',
    tokenUrl: 'https://login.acme.example/token',
    clientId: '{{ credential.id }}',
    clientSecret: '{{ credential.secret }}',
  },
});

const sampleOf = (json: object): Sample => sampleSchema.parse({ now: NOW, ...json });
const page = (data: object[], next: string | null, query: Record<string, string | null> = {}) => ({
  request: { path: '/users', query },
  response: { body: { data, next } },
});
const problemsOf = async (json: object, connector = paged) => (await runSample(connector, sampleOf(json))).problems;

describe('a sample of a load', () => {
  const pages = [page([user('1'), user('2')], 'c2', { after: null }), page([user('3')], null, { after: 'c2' })];
  const expected = { 1: { email: 'p1@b.example' }, 2: { enabled: true }, 3: { lastActivity: { kind: 'never' } } };

  it('is paged to its end by the real engine', async () => {
    const result = await runSample(paged, sampleOf({ exchanges: pages, expect: expected }));
    expect(result).toMatchObject({ kind: 'load', problems: [], duplicates: 0 });
    expect(result.holdings.map((holding) => holding.externalId)).toEqual(['1', '2', '3']);
    expect(result.probe?.needed).toEqual(['id', 'on']);
  });

  it('in which something comes twice cannot be complete, and counts it once', async () => {
    const twice = [page([user('1'), user('2')], 'c2', { after: null }), page([user('2'), user('3')], null, { after: 'c2' })];
    const result = await runSample(
      paged,
      sampleOf({ exchanges: twice, expect: expected, outcome: 'incomplete', because: 'twice' }),
    );
    expect(result).toMatchObject({ problems: [], duplicates: 1 });
  });

  it('fails with words for each thing that is not as expected', async () => {
    const wrong = { 1: { email: 'x@b.example' }, 2: {}, 4: {} };
    expect(await problemsOf({ exchanges: pages, expect: wrong })).toEqual([
      '1: email is "p1@b.example", expected "x@b.example"',
      '4 did not come',
      'account:3 came and is not expected',
    ]);
  });

  it('fails when paging goes on to a page the sample does not have, or does not come to one it has', async () => {
    const endless = [page([user('1')], 'c2', { after: null })];
    expect((await problemsOf({ exchanges: endless, expect: {} })).join('\n')).toContain(
      'asked for GET /users?after=c2, which the sample has no answer to',
    );
    const unreached = [page([user('1')], null), page([user('2')], null, { after: 'c9' })];
    expect((await problemsOf({ exchanges: unreached, expect: { 1: {} } })).join('\n')).toContain(
      'never asked for GET /users?after=c9',
    );
  });

  it('says how a load that cannot be complete ends, and why', async () => {
    const broken = [page([user('1')], 'c2'), { request: { path: '/users', query: { after: 'c2' } }, response: { status: 500 } }];
    expect(
      await problemsOf({ exchanges: broken, outcome: 'incomplete', because: 'fault of its own', expect: { 1: {} } }),
    ).toEqual([]);
    expect((await problemsOf({ exchanges: broken, expect: { 1: {} } })).join()).toContain(
      'it ended incomplete, expected complete',
    );
  });

  it('names each record that is rejected', async () => {
    const bad = [page([user('1', { on: 'perhaps' })], null)];
    expect(await problemsOf({ exchanges: bad, expect: {}, rejected: ['1: '] })).toEqual([]);
    expect((await problemsOf({ exchanges: bad, expect: {} })).join()).toMatch(/a record was rejected: 1: .*enabled.*perhaps/);
    expect((await problemsOf({ exchanges: bad, expect: {}, rejected: ['1: ', '7: '] })).join()).toContain(
      'no record was rejected with "7: "',
    );
  });

  it('gets its tokens from the test, and fills the base URL in', async () => {
    const exchanges = [{ request: { path: '/users' }, response: { body: { data: [user('1', { name: '{{base}}/x' })] } } }];
    const result = await runSample(oauth, sampleOf({ exchanges, expect: { 1: {} } }));
    expect(result.problems).toEqual([]);
    expect(result.holdings[0]).toMatchObject({ name: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/x$/) });
  });
});

describe('other samples', () => {
  it('of records are read without a call', async () => {
    expect(await problemsOf({ records: [user('1')], expect: { 1: { name: 'P 1' } } })).toEqual([]);
    expect(await problemsOf({ records: [user('1')], listing: 'seats', expect: {} })).toEqual([
      '"seats" is not a list of the connector (there are load)',
    ]);
  });

  it('of the check compare its sentence', async () => {
    const exchanges = [{ request: { path: '/me' }, response: { body: { email: 'k@acme.example' } } }];
    expect(await problemsOf({ exchanges, check: { ok: true, message: 'k@acme.example' } })).toEqual([]);
    expect(await problemsOf({ exchanges, check: { ok: false } })).toEqual(['ok is true, expected false']);
  });

  it('of an action plan, perform and verify it, with the state after it', async () => {
    const exchanges = [
      { request: { method: 'POST', path: '/ping' }, response: { status: 204 } },
      { ...page([user('1')], null), after: true },
    ];
    const action = (expect: object) => ({ exchanges, preset: 'ping', action: { target: { kind: 'none' }, expect } });
    expect(await problemsOf(action({ sentence: 'Ping Acme', performed: 'done', verified: 'holds' }))).toEqual([]);
    expect((await problemsOf(action({ performed: 'refused' }))).join()).toContain('it ended "done", expected "refused"');
  });

  it('that are not well formed are refused', () => {
    expect(() => sampleOf({})).toThrow('either \\"records\\" or \\"exchanges\\"');
    expect(() => sampleOf({ records: [] })).toThrow('what becomes of the records');
  });
});
