import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { json, type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';
import { Terminal } from './terminal.ts';

const ANSWERS = ['--name', 'Acme', '--docs', 'https://acme.example/api', '--base-url', 'https://api.acme.example/v1/'];

let terminal: Terminal;
beforeEach(async () => {
  terminal = await Terminal.open();
});
afterEach(() => terminal.close());

describe('presets new', () => {
  it.each(
    ['bearer', 'basic', 'header', 'oauth2'].flatMap((auth, index) => {
      const paging = ['none', 'page', 'cursor', 'next'];
      return [auth, auth].map((kind, turn) => [kind, paging[(index + turn) % 4] ?? ''] as const);
    }),
  )('writes a folder with %s and paging %s that checks, and whose sample runs', async (auth, paging) => {
    const made = await terminal.run([
      'presets',
      'new',
      'acme',
      ...ANSWERS,
      '--auth',
      auth,
      '--paging',
      paging,
      '--email',
      'profile.email',
      '--json',
    ]);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.json()).toMatchObject({ files: ['connector.json', 'find-user.json', 'README.md', 'samples/users.json'] });
    expect(await terminal.run(['presets', 'check', 'presets/acme'])).toMatchObject({ code: 0, stdout: 'Acme: no mistakes.\n' });
    const tested = await terminal.run(['presets', 'test', 'presets/acme']);
    expect([tested.code, tested.stdout]).toEqual([0, expect.stringContaining('jiri.angstrom@alderyard.example')]);
  });

  it('asks what no option answers, and takes an empty answer for the usual one', async () => {
    const typed = [
      'Acme Boards',
      'https://acme.example/api',
      'https://api.acme.example/v1',
      '',
      '/people',
      'response',
      '',
      '',
      'mail',
      '',
      '',
    ];
    const made = await terminal.run(['presets', 'new', 'acme'], '', typed);
    expect([made.code, made.stderr]).toEqual([0, '']);
    const file = JSON.parse(await readFile(join(terminal.folder, 'presets/acme/connector.json'), 'utf8')) as unknown;
    expect(file).toMatchObject({
      name: 'Acme Boards',
      auth: { kind: 'bearer' },
      load: { request: { path: '/people' }, records: 'response' },
    });
    expect((await terminal.run(['presets', 'test', 'presets/acme'])).code).toBe(0);
  });

  it('writes into another folder when told so, and never over one that is there', async () => {
    const made = ['presets', 'new', 'acme', ...ANSWERS, '--into', 'mine', '--records', 'response'];
    expect((await terminal.run(made)).code).toBe(0);
    expect(await readFile(join(terminal.folder, 'mine/acme/README.md'), 'utf8')).toContain('https://acme.example/api');
    expect(await terminal.run(made)).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already') });
  });

  it.each([
    [['presets', 'new', 'Acme!'], 'small letters'],
    [['presets', 'new', 'acme'], '--name is missing'],
    [['presets', 'new', 'acme', ...ANSWERS, '--auth', 'magic'], 'It may be bearer, basic, header, oauth2'],
    [['presets', 'new', 'acme', ...ANSWERS, '--email', 'a b'], 'must be the name of a field'],
    [['presets', 'new', 'acme', ...ANSWERS, '--records', 'users'], 'must be response or response.<key>'],
    [['presets', 'list', '--auth', 'basic'], 'takes no such option'],
    [['presets', 'check', 'a', 'b'], 'one word too many'],
  ])('ends %j with 2', async (argv, words) => {
    expect(await terminal.run(argv)).toMatchObject({ code: 2, stderr: expect.stringContaining(words) });
  });
});

describe('presets check', () => {
  it('tells what is declared and never used', async () => {
    await terminal.run(['presets', 'new', 'acme', ...ANSWERS]);
    const file = join(terminal.folder, 'presets/acme/find-user.json');
    const preset = JSON.parse(await readFile(file, 'utf8')) as { filter: string; inputs: object };
    await writeFile(file, JSON.stringify({ ...preset, inputs: { ...preset.inputs, team: { title: 'Team', kind: 'text' } } }));
    const { code, stderr } = await terminal.run(['presets', 'check', 'presets/acme']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/find-user\.json.*inputs\.team is used by no expression/s)]);
  });
});

describe('presets test', () => {
  it('ends with 1 when a sample is not read as expected, and says what is different', async () => {
    await terminal.run(['presets', 'new', 'acme', ...ANSWERS]);
    const file = join(terminal.folder, 'presets/acme/samples/users.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"kind": "never"', '"kind": "unknown"'));
    const { code, stdout } = await terminal.run(['presets', 'test', 'presets/acme']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('1001: lastActivity.kind is "never", expected "unknown"')]);
  });

  it('ends with 2 when a sample has a mistake', async () => {
    await terminal.run(['presets', 'new', 'acme', ...ANSWERS]);
    await writeFile(join(terminal.folder, 'presets/acme/samples/more.json'), '{ "now": "today" }');
    expect(await terminal.run(['presets', 'test', 'presets/acme'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('more.json'),
    });
  });
});

describe('presets try', () => {
  const KEY = 'k3y-Th4t-must-never-show';
  let vendor: ScriptedVendor;
  beforeEach(async () => {
    vendor = await startScriptedVendor();
    terminal.env = { ...terminal.env, AHA_API_KEY: KEY };
    await terminal.configure({
      variables: { 'Aha.Subdomain': 'alderyard' },
      credentials: { main: { connector: 'aha', apiKey: 'env:AHA_API_KEY' } },
      integrations: { aha: { connector: 'aha', credential: 'main', baseUrl: `${vendor.url}/api/v1` } },
    });
    return () => vendor.close();
  });

  it('makes one read call with the real credential and shows it without secrets', async () => {
    vendor.answers(json({ user: { id: '7', name: 'Runa', email: `runa@b.example`, enabled: true, key: KEY } }));
    const { code, stdout } = await terminal.run(['presets', 'try', 'aha', 'get-user', 'userId=7']);
    expect(code).toBe(0);
    expect(vendor.calls).toMatchObject([{ url: '/api/v1/users/7', headers: { authorization: `Bearer ${KEY}` } }]);
    expect(stdout).toContain(`> GET ${vendor.url}/api/v1/users/7`);
    expect(stdout).toContain('> Authorization: [secret]');
    expect(stdout).toContain('runa@b.example');
    expect(stdout).not.toContain(KEY);
  });

  it('ends with 4 and shows the answer when the vendor says no', async () => {
    vendor.answers(text('', 401));
    const { code, stdout, stderr } = await terminal.run(['presets', 'try', 'aha', 'get-user', 'userId=7']);
    expect([code, stdout, stderr]).toEqual([
      4,
      expect.stringContaining('< 401'),
      expect.stringContaining('does not accept the API key'),
    ]);
    const asJson = await terminal.run(['presets', 'try', 'aha', 'get-user', 'userId=7', '--json']);
    expect(asJson.json()).toMatchObject({ exchanges: [{ answer: { status: 401 } }], error: { code: 'vendor.unauthorised' } });
    expect(asJson.stdout).not.toContain(KEY);
  });

  it.each([
    [['aha', 'deactivate-user', 'userId=7'], 'only reads can be tried'],
    [['aha', 'nothing'], 'It can read with: '],
    [['jira', 'get-user'], 'There are: aha.'],
    [['aha'], 'which preset'],
    [['aha', 'get-user', 'x'], 'not of the form key=value'],
  ])('refuses %j with 2, and asks the vendor nothing', async (words, said) => {
    expect(await terminal.run(['presets', 'try', ...words])).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
    expect(vendor.calls).toEqual([]);
  });
});
