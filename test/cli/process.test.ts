import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectorFiles } from '../../src/cli/samples/connector-files.ts';
import { createAuthority, startTlsServer } from '../support/authority.ts';
import { MAIN } from '../support/bot-process.ts';
import { Terminal } from './terminal.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seatwarden-process-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program as it is shipped. `onLine` hears the first line on standard output. */
async function run(
  argv: readonly string[],
  env: Record<string, string>,
  onLine?: (kill: (signal: NodeJS.Signals) => void) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...argv], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    if (stdout === '') onLine?.((signal) => void child.kill(signal));
    stdout += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, stdout, stderr };
}

describe('the program', () => {
  it('refuses to start with half a Slack, ends with 2 and names what is wrong', async () => {
    const { code, stdout, stderr } = await run(['start'], { SLACK_BOT_TOKEN: 'xoxb-1' });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toMatch(/\bSLACK_APP_TOKEN\b/);
  });

  it.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN'],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN'],
    [{ SLACK_SIGNING_SECRET: 'x' }, 'SLACK_BOT_TOKEN'],
    [{ PORT: 'http' }, 'PORT'],
    [{ DATABASE_URL: 'postgres://h/d' }, 'DATABASE_URL'],
    [{ JETBRAINS_API_KEY: 'k', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }, 'JETBRAINS_COMPANY_CODE'],
  ])('refuses to start with %j and names what is wrong', async (env, name) => {
    const terminal = await Terminal.open();
    terminal.env = env as Record<string, string>;
    const { code, stdout, stderr } = await terminal.run(['start']);
    await terminal.close();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')[0]).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('prints its version and leaves with 0', async () => {
    expect(await run(['--version'], {})).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d/) });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends in good order on %s', async (signal) => {
    const ended = await run(['start'], { PORT: '0', SEATWARDEN_DATA: signal }, (kill) => kill(signal));
    expect([ended.code, ended.stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^SANDBOX/)]);
  });
});

describe('a vendor behind an authority of the house', () => {
  const ANSWERS = {
    name: 'Acme',
    docs: 'https://acme.example/api',
    'base-url': 'https://api.acme.example',
    auth: 'bearer',
    list: '/users',
    records: 'response.users',
    paging: 'none',
    id: 'id',
    email: 'email',
    'full-name': 'name',
    'last-use': 'last_active_at',
  } as const;

  let vendor: Awaited<ReturnType<typeof startTlsServer>>;

  beforeAll(async () => {
    const [house, other] = await Promise.all([createAuthority(), createAuthority('Another Authority')]);
    const user = { id: 'u1', email: 'cara@example.com', name: 'Cara', last_active_at: null };
    vendor = await startTlsServer(house, (_request, response) => void response.end(JSON.stringify({ users: [user] })));
    const config = {
      presets: ['./mine'],
      credentials: { acme: { connector: 'acme', token: 'env:KEY' } },
      integrations: { acme: { connector: 'acme', credential: 'acme', baseUrl: vendor.url } },
    };
    const files: [string, string][] = [
      ...[...connectorFiles('acme', ANSWERS, '.')].map(([name, text]): [string, string] => [`mine/acme/${name}`, text]),
      ['seatwarden.config.json', JSON.stringify(config)],
      ['house.pem', house.certificate],
      ['other.pem', other.certificate],
    ];
    for (const [name, text] of files) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });

  afterAll(() => vendor?.close());

  it.each([
    ['NODE_EXTRA_CA_CERTS alone', { NODE_EXTRA_CA_CERTS: 'house.pem' }, true],
    ['NODE_EXTRA_CA_CERTS beside another file', { NODE_EXTRA_CA_CERTS: 'house.pem', SEATWARDEN_CA_FILE: 'other.pem' }, true],
    ['neither', {}, false],
  ])('is trusted through %s: %j', async (_what, trust, trusted) => {
    const looked = ['presets', 'try', 'acme', 'find-user', 'email=cara@example.com'];
    const { code, stdout, stderr } = await run(looked, { KEY: 'k3y-0f-somebody', ...trust });
    if (trusted) expect([code, stdout]).toEqual([0, expect.stringContaining('"name": "Cara"')]);
    else expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('certificate')]);
    expect(code === 0).toBe(trusted);
  });
});
