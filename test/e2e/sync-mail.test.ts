import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, it } from 'vitest';
import { startJetBrainsVendor } from '../../src/sandbox/vendors/jetbrains.ts';
import { Terminal } from '../cli/terminal.ts';
import { licencesOf } from '../support/licences.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A mail server of this machine, and the mails it was given. */
async function mailServer(): Promise<{ readonly port: number; readonly mails: string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => {
        text += chunk.toString('utf8');
      });
      stream.on('end', () => {
        mails.push(text);
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  closing.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, mails };
}

it('contacts get an e-mail over SMTP when an integration is in trouble and one when it is well again, and none between', async () => {
  const { port, mails } = await mailServer();
  const vendor = await startJetBrainsVendor({ now: () => new Date(), seats: licencesOf(3) });
  closing.push(() => vendor.close());
  const email = '{{ record.assignee.email }}';
  const terminal = await Terminal.open(
    { JETBRAINS_API_KEY: vendor.apiKey },
    {
      variables: { 'JetBrains.CompanyCode': vendor.customerCode },
      credentials: { main: { connector: 'jetbrains', apiKey: 'env:JETBRAINS_API_KEY' } },
      integrations: {
        jetbrains: {
          connector: 'jetbrains',
          credential: 'main',
          baseUrl: vendor.baseUrl,
          mapping: { email, username: email },
          role: 'Employee',
          contacts: ['dan@example.com'],
          state: 'live',
        },
      },
      access: { admins: ['ada@example.com'], operators: { root: 'ada@example.com' } },
      mail: { host: '127.0.0.1', port, from: 'seatwarden@example.com' },
    },
  );
  closing.push(() => terminal.close());
  vendor.faults.add({ kind: 'status', status: 401, times: null, body: { code: 'INVALID_TOKEN' } });
  expect((await terminal.run(['sync', 'jetbrains'])).code).toBe(4);
  expect((await terminal.run(['sync', 'jetbrains'])).code).toBe(4);
  vendor.faults.clear();
  expect((await terminal.run(['sync', 'jetbrains'])).code).toBe(0);
  await expect.poll(() => mails.length).toBe(2);
  expect(mails[0]).toMatch(/To: dan@example\.com/);
  expect(mails[0]).toMatch(/Subject: Seatwarden: JetBrains: /);
  expect(mails[0]?.replaceAll(/=\r?\n/g, '')).toContain('JetBrains does not accept this API key');
  expect(mails[1]).toMatch(/Subject: Seatwarden: JetBrains is well again/);
  for (const mail of mails) expect(mail).not.toContain(vendor.apiKey);
});
