import { createTransport } from 'nodemailer';
import { TransportError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import type { Mailer } from '../ports/mailer.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; else STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly from: string;
}

const TIMEOUT_MS = 15_000;

/** Sends through one SMTP server, a connection for each mail: there are few. */
export function createSmtpMailer(server: MailServer): Mailer {
  const { host, port, secure, user, password, from } = server;
  const transport = createTransport({
    host,
    port,
    secure,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    // A password never goes over a connection that could be read.
    requireTLS: !secure && password !== null && !isLoopback(host),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(user === null || password === null ? {} : { auth: { user, pass: password.reveal() } }),
  });
  return {
    async send({ to, subject, text }) {
      try {
        await transport.sendMail({ from, to, subject, text });
      } catch (cause) {
        const code = (cause as { code?: unknown }).code;
        const why = code === 'EAUTH' ? 'refuses the user and password' : 'did not take the e-mail';
        throw new TransportError('transport.mail', false, `The mail server ${host} ${why}.`, {
          hint: 'Check `mail` in the configuration.',
          cause,
        });
      }
    },
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
