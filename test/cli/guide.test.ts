import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Script, type ScriptedVendor, startScriptedVendor } from '../support/scripted-vendor.ts';
import { Terminal } from './terminal.ts';

let terminal: Terminal;
let vendor: ScriptedVendor;
beforeEach(async () => {
  vendor = await startScriptedVendor();
  terminal = await Terminal.open(
    { ACME_API_KEY: 'k3y-of-acme-1' },
    { access: { operators: { root: 'greta@alderyard.example' } } },
  );
});
afterEach(async () => {
  await terminal.close();
  await vendor.close();
});

interface Sample {
  readonly exchanges: readonly { request: { query: { cursor: string | null } }; response: { body: unknown } }[];
}

it('the guide leads from a page about an API to a working look-up, command by command', async () => {
  const guide = (await readFile('docs/write-a-preset.md', 'utf8')).split('## In fifteen minutes')[1] ?? '';
  const blocks = (kind: string): string[] =>
    [...guide.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');
  const commands = blocks('sh').flatMap((block) => block.trim().split('\n'));
  const [sample = '', account = ''] = blocks('jsonc');
  const run = (command = '') => terminal.run(command.replace(/^seatwarden /, '').split(' '));
  expect(commands).toHaveLength(5);
  const [begin, check, test, attempt, lookup] = commands;

  expect(await run(begin)).toMatchObject({ code: 0 });
  const folder = join(terminal.folder, 'presets/acme');
  await writeFile(join(folder, 'samples/users.json'), sample);
  const early = await run(test);
  expect([early.code, early.stdout]).toEqual([1, expect.stringContaining('18: enabled is true, expected false')]);

  const file = join(folder, 'connector.json');
  const connector = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...connector, account: JSON.parse(account) as unknown }));
  expect(await run(check)).toMatchObject({ code: 0, stderr: '' });
  expect(await run(test)).toMatchObject({ code: 0, stderr: '' });

  const { exchanges } = JSON.parse(sample) as Sample;
  const answer: Script = (response, call) => {
    const cursor = new URL(call.url, 'http://acme').searchParams.get('cursor');
    const fit = call.headers['x-api-key'] === 'k3y-of-acme-1' && exchanges.find(({ request }) => request.query.cursor === cursor);
    response.writeHead(fit ? 200 : 401).end(fit ? JSON.stringify(fit.response.body) : '');
  };
  vendor.answers(answer);
  await mkdir(folder, { recursive: true });
  await terminal.configure({
    credentials: { acme: { connector: 'acme', apiKey: 'env:ACME_API_KEY' } },
    integrations: { acme: { connector: 'acme', credential: 'acme', baseUrl: vendor.url } },
    access: { operators: { root: 'greta@alderyard.example' } },
  });
  const tried = await run(attempt);
  expect([tried.code, tried.stdout]).toEqual([0, expect.stringContaining('Greta Ilves')]);
  expect(tried.stdout).not.toContain('k3y-of-acme-1');
  const found = await run(lookup);
  expect([found.code, found.stdout]).toEqual([0, expect.stringContaining('Acme')]);
});
