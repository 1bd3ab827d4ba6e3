import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createSmtpMailer } from '../../src/adapters/smtp-mailer.ts';
import { Secret } from '../../src/domain/secret.ts';

const servers: SMTPServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function mailServer(password: string): Promise<{ readonly port: number; readonly mails: string[] }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: (auth, _session, done) =>
      auth.password === password ? done(null, { user: auth.username }) : done(new Error('Invalid user or password')),
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
  servers.push(server);
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return { port: (server.server.address() as AddressInfo).port, mails };
}

const settings = { host: '127.0.0.1', secure: false, user: 'bot', from: 'seatwarden@example.com' };

describe('mail', () => {
  it('reaches the server as plain text', async () => {
    const { port, mails } = await mailServer('pass');
    const mailer = createSmtpMailer({ ...settings, port, password: new Secret('pass') });
    await mailer.send({ to: 'dan@example.com', subject: 'JetBrains: the sync failed', text: 'It is tried again.' });
    expect(mails[0]).toMatch(/From: seatwarden@example\.com/);
    expect(mails[0]).toMatch(/To: dan@example\.com/);
    expect(mails[0]).toMatch(/Subject: JetBrains: the sync failed/);
    expect(mails[0]).toContain('It is tried again.');
  });

  it('that is refused says why, and never the password', async () => {
    const { port } = await mailServer('right');
    const mailer = createSmtpMailer({ ...settings, port, password: new Secret('wrong-and-secret') });
    const failure = await mailer.send({ to: 'dan@example.com', subject: 's', text: 't' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'transport.mail',
      message: 'The mail server 127.0.0.1 refuses the user and password.',
    });
    expect(String(failure)).not.toContain('wrong-and-secret');
  });

  it('to a server that is not there fails in words', async () => {
    const mailer = createSmtpMailer({ ...settings, port: 1, password: null, user: null });
    await expect(mailer.send({ to: 'dan@example.com', subject: 's', text: 't' })).rejects.toMatchObject({
      code: 'transport.mail',
    });
  });
});
