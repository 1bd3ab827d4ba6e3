import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fixedIdentities } from '../../src/connector/identities.ts';
import { Secret } from '../../src/domain/secret.ts';
import { API_KEY, NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { OpenApi } from '../support/openapi.ts';
import { cut, json, type Script, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

interface Seat {
  readonly assignee: { readonly login: string } | null;
  pending_cancellation_date: string | null;
  last_activity_at: string | null;
  assigning_team?: object;
}

const github = new OpenApi('test/presets/github-copilot.openapi.json');
const SAMPLES = 'presets/github-copilot/samples';
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const samples = readdirSync(SAMPLES).map((name) => [name, read(`${SAMPLES}/${name}`)] as const);
const records: readonly Seat[] = read(`${SAMPLES}/seats.json`).records;
const billing: object = read(`${SAMPLES}/check.json`).exchanges[0].response.body;
const identities = fixedIdentities([
  ['Runa-Sol', 'runa.solberg@alderyard.example'],
  ['inesm', 'ines.marlow@alderyard.example'],
]);
const ORG = '/orgs/alderyard';

let vendor: ScriptedVendor;
let copilot: Opened;
let seats: Seat[];
/** What the next call is answered with instead, once. */
let fault: Script | null;
const wrong: string[] = [];
const made = new Set<string>();

beforeEach(async () => {
  seats = structuredClone([...records]);
  fault = null;
  vendor = await startScriptedVendor();
  vendor.answers((response, call, socket) => {
    wrong.push(...github.callProblems(call));
    made.add(String(github.operation(call.method, call.url)));
    if (call.headers.authorization !== `Bearer ${API_KEY}`) wrong.push('the token is missing');
    const script = fault;
    fault = null;
    if (script !== null) return script(response, call, socket);
    const { status, body, headers } = answer(call.method, new URL(call.url, vendor.url), call.body);
    wrong.push(...github.answerProblems(call.method, call.url, status, body));
    return json(body, status, headers)(response, call, socket);
  });
  copilot = openConnector('github-copilot', vendor.url, {
    credential: { token: new Secret(API_KEY) },
    variables: { organization: 'alderyard' },
    identities,
  });
});
afterEach(async () => {
  await copilot.close();
  await vendor.close();
  expect(wrong.splice(0)).toEqual([]);
});

/** GitHub's Copilot seats as its description and its documentation say: a cancelled seat stays until the cycle ends. */
function answer(
  method: string,
  { pathname, searchParams, origin }: URL,
  sent: string,
): { status: number; body: unknown; headers?: Record<string, string> } {
  const path = pathname.slice(ORG.length);
  const [, login] = /^\/members\/([^/]+)\/copilot$/.exec(path) ?? [];
  const held = (name: string) => seats.find((seat) => seat.assignee?.login.toLowerCase() === name.toLowerCase());
  if (login !== undefined) {
    const seat = held(login);
    return seat === undefined ? { status: 404, body: { message: 'Not Found' } } : { status: 200, body: seat };
  }
  if (path === '/copilot/billing') return { status: 200, body: billing };
  if (path === '/copilot/billing/seats') {
    const [page, size] = [Number(searchParams.get('page') ?? 1), Number(searchParams.get('per_page') ?? 50)];
    const more = page * size < seats.length;
    const next = `<${origin}${pathname}?page=${page + 1}&per_page=${size}>; rel="next"`;
    const body = { total_seats: seats.length, seats: seats.slice((page - 1) * size, page * size) };
    return { status: 200, body, ...(more ? { headers: { link: next } } : {}) };
  }
  const names = (JSON.parse(sent) as { selected_usernames: string[] }).selected_usernames;
  if (method === 'POST') {
    for (const name of names) {
      const seat = held(name);
      if (seat !== undefined) seat.pending_cancellation_date = null;
      else seats.push({ ...structuredClone(records[5] as Seat), assignee: { ...records[5]?.assignee, login: name } });
    }
    return { status: 201, body: { seats_created: names.length } };
  }
  const found = names.map(held);
  if (found.some((seat) => seat?.assigning_team !== undefined)) return { status: 422, body: { message: 'Validation Failed' } };
  for (const seat of found) if (seat !== undefined) seat.pending_cancellation_date = '2026-12-01';
  return { status: 200, body: { seats_cancelled: found.filter((seat) => seat !== undefined).length } };
}

const change = (login: string, to: Partial<Seat>): void =>
  void Object.assign(seats.find((seat) => seat.assignee?.login === login) ?? {}, to);
const seat = (id: string) => readTarget(copilot, { kind: 'seat', id });
const listed = () => vendor.calls.filter((call) => call.url.includes('/seats')).length;

describe("GitHub's own description of its API", () => {
  it.each(samples)('holds the calls and answers of %s', (_name, sample) => {
    const exchanges = (sample.exchanges ?? []) as {
      request: { method: string; path: string; query?: Record<string, string>; body?: unknown };
      response: { status: number; body: unknown };
    }[];
    const problems = exchanges.flatMap(({ request, response }) => {
      const url = `${request.path}?${new URLSearchParams(request.query)}`;
      const body = request.body === undefined ? '' : JSON.stringify(request.body);
      return [
        ...github.callProblems({ method: request.method, url, body }),
        ...github.answerProblems(request.method, url, response.status, response.body),
      ];
    });
    const list = { total_seats: sample.records?.length, seats: sample.records };
    if (sample.records !== undefined) problems.push(...github.answerProblems('GET', `${ORG}/copilot/billing/seats`, 200, list));
    expect(problems).toEqual([]);
  });

  it('is not satisfied with anything else', () => {
    const url = `${ORG}/copilot/billing/selected_users`;
    expect(github.callProblems({ method: 'DELETE', url, body: '{"usernames":["x"]}' })).not.toEqual([]);
    expect(github.callProblems({ method: 'DELETE', url: `${url}?now=1`, body: '{"selected_usernames":["x"]}' })).not.toEqual([]);
    expect(github.callProblems({ method: 'PUT', url, body: '' })).not.toEqual([]);
    const bad = { total_seats: 1, seats: [{ created_at: 'yesterday' }] };
    expect(github.answerProblems('GET', `${ORG}/copilot/billing/seats`, 200, bad)).not.toEqual([]);
    expect(github.answerProblems('GET', `${ORG}/copilot/billing/seats`, 418, {})).not.toEqual([]);
  });
});

describe('finding a seat', () => {
  it('joins logins with e-mails through the identities, and guesses nobody', async () => {
    const found = await copilot.lookup('Runa.Solberg@alderyard.example', patience());
    expect(found.seats).toMatchObject([
      { externalId: 'runa-sol', holder: { kind: 'person', email: 'runa.solberg@alderyard.example' } },
    ]);
    expect((await copilot.lookup('jiri.angstrom@alderyard.example', patience())).seats).toEqual([]);
    expect((await seat('JAngstrom')).seat?.holder).toEqual({ kind: 'login', label: 'JAngstrom' });
    expect(listed()).toBe(1);
  });

  it('walks all pages', async () => {
    const like = records[0] as Seat;
    seats = Array.from({ length: 250 }, (_, index) => ({ ...like, assignee: { ...like.assignee, login: `member-${index}` } }));
    let count = 0;
    const onPage = ({ records: of }: { records: readonly unknown[] }): void => {
      count += of.length;
    };
    const report = await copilot.load({}, onPage, patience());
    expect(report).toMatchObject({ outcome: 'complete' });
    expect(count).toBe(250);
    expect(listed()).toBe(3);
  });

  it('is incomplete when a seat moved to another page meanwhile', async () => {
    seats.push(seats[0] as Seat);
    expect((await copilot.load({}, () => {}, patience())).outcome).toBe('incomplete');
  });

  it('gives the seat as a role, by e-mail', async () => {
    const { response } = await copilot.run('seat-role', { email: 'ines.marlow@alderyard.example' }, patience());
    expect(response['roles']).toEqual([
      { role: 'GitHub Copilot Business', login: 'inesm', team: null, lastUsed: '2026-05-02T10:00:00.000Z' },
    ]);
  });

  it('knows when there is no seat', async () => {
    expect(await copilot.target({ integrationId: 'github-copilot', kind: 'seat', id: 'nobody' }, patience())).toBeNull();
  });

  it('says what the token sees', async () => {
    expect(await copilot.check(patience())).toMatchObject({
      ok: true,
      message: 'The token sees the Copilot seats of alderyard: 7 in all.',
    });
    fault = json({ message: 'Bad credentials' }, 401);
    expect(await copilot.check(patience())).toMatchObject({ ok: false, message: 'GitHub does not accept the token.' });
  });
});

describe('cancelling', () => {
  it('is scheduled until the billing cycle ends, and done when the seat is gone', async () => {
    const { plan, call, seen } = await planned(copilot, 'cancel-seat', await seat('inesm'));
    expect(plan.sentence).toBe(
      'Cancel the GitHub Copilot Business seat of inesm <ines.marlow@alderyard.example>. They keep it until the billing cycle ends.',
    );
    expect(plan.affected?.email).toBe('ines.marlow@alderyard.example');
    expect(seen.warnings.join()).toContain('telemetry may be off');
    expect((await copilot.recheck(call, seen, patience())).kind).toBe('same');
    expect(await copilot.perform(call, seen, patience())).toMatchObject({ kind: 'done', response: { seatsCancelled: 1 } });
    expect(vendor.calls.at(-1)).toMatchObject({ method: 'DELETE', body: '{"selected_usernames":["inesm"]}' });
    expect(await copilot.verify(call, seen, patience())).toEqual({
      kind: 'scheduled',
      message: 'GitHub ends the seat with the billing cycle.',
      until: '2026-12-01T00:00:00.000Z',
    });
    seats = seats.filter((one) => one.assignee?.login !== 'inesm');
    const verified = await copilot.verify(call, seen, patience());
    if (verified.kind !== 'holds') throw new Error('it did not end');
    expect(copilot.inverse(call, seen, verified.after, verified.response)).toMatchObject({
      presetId: 'assign-seat',
      target: { kind: 'person', id: 'ines.marlow@alderyard.example' },
      inputs: { login: 'inesm' },
    });
  });

  it('is not offered for seats of a team, seats that end already, and seats of nobody', async () => {
    const why = async (id: string) =>
      copilot.offers(await seat(id), NOW).find(({ preset }) => preset.id === 'cancel-seat') as { because?: string };
    expect((await why('JAngstrom')).because).toBe(
      'The seat comes from the team Embedded · Øst: it ends when the person leaves the team.',
    );
    expect((await why('gilves')).because).toBe('The seat is cancelled already and ends on 1 Dec.');
    expect((await why('inesm')).because).toBeUndefined();
  });

  it('tells in words that a team gave the seat in between', async () => {
    const { call, seen } = await planned(copilot, 'cancel-seat', await seat('inesm'));
    const [, { assigning_team: team } = {}] = records;
    change('inesm', { assigning_team: team as object });
    expect(await copilot.recheck(call, seen, patience())).toMatchObject({
      kind: 'changed',
      changes: ['The team it comes from was nothing and is now Embedded · Øst.'],
    });
    expect(await copilot.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      code: '422',
      message: expect.stringContaining('A seat that comes from a team ends by leaving the team'),
    });
  });

  it('stops when the person came back to work', async () => {
    const { call, seen } = await planned(copilot, 'cancel-seat', await seat('inesm'));
    change('inesm', { last_activity_at: '2026-11-22T08:00:00Z' });
    expect(await copilot.recheck(call, seen, patience())).toEqual({
      kind: 'changed',
      changes: ['The last use was 2 May 2026 and is now 22 Nov 2026.'],
    });
  });

  it('needs an owner with the right scope', async () => {
    const { call, seen } = await planned(copilot, 'cancel-seat', await seat('inesm'));
    fault = json({ message: 'Resource not accessible by personal access token' }, 403);
    expect(await copilot.perform(call, seen, patience())).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('manage_billing:copilot'),
    });
  });

  it.each([
    ['a lost answer', cut],
    ['a page of HTML', text('<h1>Unicorn!</h1>', 502)],
    ['a yes that counts nobody', json({ seats_cancelled: 0 })],
  ])('is unknown after %s, and then looked at', async (_name, script) => {
    const { call, seen } = await planned(copilot, 'cancel-seat', await seat('inesm'));
    fault = script;
    expect((await copilot.perform(call, seen, patience())).kind).toBe('unknown');
    expect((await copilot.verify(call, seen, patience())).kind).toBe('does-not-hold');
  });
});

describe('giving', () => {
  it('takes a cancellation back while the cycle runs', async () => {
    const { plan, call, seen } = await planned(copilot, 'keep-seat', await seat('gilves'));
    expect(plan.sentence).toContain('which was to end on 1 Dec 2026');
    expect((await copilot.perform(call, seen, patience())).kind).toBe('done');
    expect((await copilot.verify(call, seen, patience())).kind).toBe('holds');
  });

  it('gives a seat to a member, once', async () => {
    const target = await readTarget(copilot, { kind: 'person', id: 'nils.moen@alderyard.example' });
    const { call, seen } = await planned(copilot, 'assign-seat', target, { login: 'nilsmoen' });
    expect(seen.warnings).toContain('GitHub tells no e-mails: check that nilsmoen is the login of nils.moen@alderyard.example.');
    expect((await copilot.perform(call, seen, patience())).kind).toBe('done');
    expect((await copilot.verify(call, seen, patience())).kind).toBe('holds');
    expect((await copilot.recheck(call, seen, patience())).kind).toBe('already');
  });

  it('refuses the login of somebody else', async () => {
    change('runa-sol', { pending_cancellation_date: '2026-12-01' });
    const target = await readTarget(copilot, { kind: 'person', id: 'nils.moen@alderyard.example' });
    expect(await copilot.plan('assign-seat', target, { login: 'runa-sol' }, patience())).toMatchObject({
      ok: false,
      problems: [{ input: 'login', message: 'runa-sol is runa.solberg@alderyard.example, not nils.moen@alderyard.example.' }],
    });
  });
});

it('has called everything the presets call, so all of it was held against the description', () => {
  const files = readdirSync('presets/github-copilot').filter((name) => name.endsWith('.json'));
  const asked = files.flatMap((name) => {
    const file = read(`presets/github-copilot/${name}`);
    return [file.request, file.check?.request, file.load?.request].filter((request) => request !== undefined);
  });
  const wanted = asked.map(({ method = 'GET', path }) => github.operation(method, path.replace(/\{\{[^}]*\}\}/g, 'x')));
  expect([...made].toSorted()).toEqual([...new Set(wanted.map(String))].toSorted());
});
