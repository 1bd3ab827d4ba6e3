import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import type { LookupResult } from '../../src/reply.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import { assigneeEmail } from '../../src/sandbox/vendors/jetbrains-licence.ts';
import { Terminal } from './terminal.ts';

const ADA = 'ada@example.com';
const DAN = 'dan@example.com';

let company: Sandbox;
let terminal: Terminal;

/** The vendors of the invented company, and no Slack: who may do what is said by e-mail. */
function config(more: Record<string, unknown> = {}) {
  return {
    ...company.config,
    approvals: {},
    access: { admins: [ADA, DAN], approvers: [ADA, DAN], operators: { root: [ADA, DAN, 'bob@example.com'] } },
    ...more,
  };
}

function vendorKeys(): Record<string, string> {
  const { SLACK_BOT_TOKEN: _bot, SLACK_APP_TOKEN: _app, SLACK_API_URL: _api, ...keys } = company.environment;
  return keys;
}

beforeAll(async () => {
  company = await startSandbox();
});

afterAll(async () => {
  await company.close();
});

beforeEach(async () => {
  company.reset();
  terminal = await Terminal.open(vendorKeys(), config());
  return () => terminal.close();
});

/** A seat that may be revoked now, and who holds it. */
async function revocable(): Promise<{ email: string; licenseId: string }> {
  for (const licence of company.jetbrains.state.licences) {
    const email = assigneeEmail(licence);
    if (email === null || email === ADA || email === DAN) continue;
    const { json } = await terminal.run(['lookup', email, '--json']);
    const section = json<LookupResult>().sections.find((one) => one.integrationId === 'jetbrains');
    const rows = section?.ok === true ? section.rows : [];
    const row = rows.find(({ offers }) => offers.some((offer) => offer.available && offer.preset.id === 'revoke-license'));
    if (row !== undefined) return { email, licenseId: row.holding.externalId };
  }
  throw new Error('nothing can be revoked');
}

describe('the command line without a running bot', () => {
  it('looks a person up, for people and as JSON', async () => {
    const { email, licenseId } = await revocable();
    const { code, stdout } = await terminal.run(['lookup', email.toUpperCase()]);
    expect(code).toBe(0);
    expect(stdout).toContain(licenseId);
    expect(stdout).toContain('> Revoke license (jetbrains/revoke-license)');
  });

  it('lets nobody speak for those the configuration does not say, and writes down that they tried', async () => {
    const refused = await terminal.run(['lookup', ADA, '--as', 'eve@example.com']);
    expect([refused.code, refused.stderr]).toEqual([
      3,
      expect.stringMatching(/user "root" .* does not speak for eve@example.com/),
    ]);
    expect((await terminal.run(['lookup', ADA, '--as', 'DAN@example.com'])).code).toBe(0);
    const log = await terminal.run(['audit', 'export']);
    expect(log.stdout).toMatch(/"verb":"cli.refused"/);
  });

  it('does not call an audit log whole that is not there', async () => {
    const missing = await terminal.run(['audit', 'verify']);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/does not exist.*SEATWARDEN_DATA/s)]);
    await mkdir(join(terminal.folder, 'data'));
    const empty = await terminal.run(['audit', 'verify']);
    expect([empty.code, empty.stdout]).toEqual([0, expect.stringMatching(/^There is no audit event in .*nothing to verify/)]);
  });

  it('asks, lets another person approve, revokes at the vendor and leaves a whole audit log that names the terminal’s user', async () => {
    const { licenseId } = await revocable();
    const asked = await terminal.run([
      'request',
      'jetbrains/revoke-license',
      `licenseId=${licenseId}`,
      '--reason',
      'left the team',
      '--json',
    ]);
    expect([asked.code, asked.stderr]).toEqual([0, '']);
    const { request } = asked.json<{ request: ActionRequest }>();
    expect(request).toMatchObject({ state: 'pending', requestedVia: 'cli', reason: 'left the team', requester: { email: ADA } });

    const own = await terminal.run(['approve', request.id]);
    expect(own.code).toBe(3);

    const waiting = await terminal.run(['requests', '--as', DAN]);
    expect(waiting.stdout).toContain(request.id);

    const approved = await terminal.run(['approve', request.id, '--as', DAN, '--json']);
    expect([approved.code, approved.json<{ request: ActionRequest }>().request.state]).toEqual([0, 'succeeded']);
    expect(company.jetbrains.state.find(licenseId)?.assignee ?? null).toBeNull();

    const late = await terminal.run(['deny', request.id, '--reason', 'no', '--as', DAN]);
    expect(late.code).toBe(1);
    expect(late.stderr).toContain('already done');

    expect((await terminal.run(['audit', 'verify'])).stdout).toMatch(/^The audit log is whole: \d+ events\./);
    const folder = join(terminal.folder, 'data', 'audit');
    const [file = ''] = await readdir(folder);
    expect(await readFile(join(folder, file), 'utf8')).toContain('"detail":{"verb":"approve","operator":"root"}');
  });

  it('finds what an action is for by the person who holds it', async () => {
    const { email, licenseId } = await revocable();
    const held = await terminal.run(['request', 'jetbrains/revoke-license', '--person', email, '--reason', 'left', '--json']);
    if (held.code === 0) expect(held.json<{ request: ActionRequest }>().request.target.id).toBe(licenseId);
    else expect(held.stderr).toContain(`licenseId=${licenseId}`);
  });

  it('lets the one who asked withdraw', async () => {
    const { licenseId } = await revocable();
    const asked = await terminal.run(['request', 'jetbrains/revoke-license', `target=${licenseId}`, '-r', 'oops', '--json']);
    const { id } = asked.json<{ request: ActionRequest }>().request;
    expect((await terminal.run(['withdraw', id, '--as', DAN])).code).toBe(3);
    expect((await terminal.run(['withdraw', id])).code).toBe(0);
  });

  it('ends with 4 when a vendor fails', async () => {
    company.jetbrains.faults.add({ kind: 'status', status: 401, times: 10 } as never);
    terminal.env['JETBRAINS_API_KEY'] = 'wrong';
    const { code, stdout } = await terminal.run(['lookup', 'bob@example.com']);
    expect(code).toBe(4);
    expect(stdout).toContain('JetBrains:');
  });

  it('ends with 3 when a right is missing', async () => {
    await terminal.configure(config({ access: { admins: [ADA], viewers: [ADA] } }));
    expect((await terminal.run(['lookup', ADA, '--as', 'bob@example.com'])).code).toBe(3);
  });

  it.each([
    [[], /Usage: seatwarden <command>/],
    [['lokup'], /did you mean "lookup"\?/],
    [['lookup'], /something is missing/],
    [['lookup', 'a', 'b'], /one word too many/],
    [['lookup', 'bob'], /"bob" is not an e-mail/],
    [['lookup', 'bob@example.com', '--colour'], /Unknown option '--colour'/],
    [['lookup', 'bob@example.com', '--as', 'bob'], /"bob" is not an e-mail/],
    [['approve', 'R0000000000'], /no such request/],
    [['request', 'jira/x'], /no integration "jira"/],
    [['request', 'jetbrains/revoke'], /no action "revoke"/],
    [['request', 'jetbrains/revoke-license', 'licenceId=X'], /did you mean "licenseId"\?/],
    [['request', 'jetbrains/revoke-license', 'X'], /not of the form key=value/],
    [['request', 'jetbrains/revoke-license'], /not said what/],
    [['request', 'aha/update-user', 'target=1', 'enabled=perhaps'], /enabled must be true or false/],
    [['presets', 'eat'], /presets cannot "eat"/],
    [['audit', 'burn'], /audit cannot "burn"/],
    [['secrets', 'set'], /name is missing/],
  ])('ends %j with 2 and says why', async (argv, words) => {
    const { code, stdout, stderr } = await terminal.run(argv);
    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(words);
  });

  it('says who one could be when nothing tells it', async () => {
    terminal.operator = 'nobody';
    const { code, stderr } = await terminal.run(['requests']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/which e-mail the user "nobody" has[\s\S]*--as/);
  });

  it('lists all mistakes of a configuration file and ends with 2', async () => {
    await terminal.configure({ safety: { maxPerRun: 0 }, acces: {} });
    const { code, stderr } = await terminal.run(['check']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/has 2 mistakes[\s\S]*safety.maxPerRun must be at least 1[\s\S]*did you mean "access"/);
  });

  it('checks credentials against their vendors and Slack’s absence is no fault', async () => {
    const good = await terminal.run(['check', '--json']);
    expect(good.code).toBe(0);
    const { findings } = good.json<{ findings: { subject: string; ok: boolean }[] }>();
    expect(findings.map(({ subject }) => subject)).toEqual([
      'configuration',
      ...Object.keys(company.config['integrations'] as object),
      'slack',
    ]);
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    terminal.env['AHA_API_KEY'] = 'wrong';
    const bad = await terminal.run(['check']);
    expect(bad.code).toBe(4);
    expect(bad.stdout).toContain('FAIL aha:');
  });

  it('lists presets and checks a folder of them', async () => {
    const list = await terminal.run(['presets', 'list']);
    expect(list.stdout).toMatch(/jetbrains\/revoke-license\s+destructive/);
    const folder = await terminal.makeFolder('jira');
    expect((await terminal.run(['presets', 'check', folder])).code).toBe(2);
    expect((await terminal.run(['presets', 'check'])).stdout).toContain('no mistakes');
  });

  it('keeps a secret from standard input, lists its name alone, and removes it', async () => {
    terminal.env['SEATWARDEN_SECRET_KEY'] = 'a long enough key for tests';
    expect((await terminal.run(['secrets', 'set', 'aha'], 'v4lue\n')).code).toBe(0);
    const list = await terminal.run(['secrets', 'list']);
    expect(list.stdout).toBe('aha\n');
    await terminal.configure({
      ...config(),
      credentials: { ...(company.config['credentials'] as object), 'aha-main': { connector: 'aha', apiKey: 'secret:aha' } },
    });
    const checked = await terminal.run(['check']);
    expect(checked.stdout).toContain('FAIL aha:');
    expect(checked.stdout).not.toContain('v4lue');
    expect((await terminal.run(['secrets', 'remove', 'aha'])).code).toBe(0);
    expect((await terminal.run(['check'])).stderr).toContain('secrets set aha');
  });

  it('shows help and version', async () => {
    expect((await terminal.run(['help'])).stdout).toContain('Exit codes:');
    expect((await terminal.run(['help', 'request'])).stdout).toContain('seatwarden request <integration>/<preset>');
    expect((await terminal.run(['lookup', '--help'])).code).toBe(0);
    expect((await terminal.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
