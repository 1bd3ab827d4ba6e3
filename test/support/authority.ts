import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

/** A certificate authority of one test's own. */
export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
}

const HOUR_MS = 3_600_000;
const name = (value: string) => [{ name: 'commonName', value }];

/** Two that one side knows need different names: a certificate names its authority by that. */
export async function createAuthority(called = 'Alderyard Test Authority'): Promise<Authority> {
  const made = await generate(name(called), {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

interface CertificateOptions {
  /** The name it is for; 127.0.0.1 when left out. */
  readonly host?: string;
  readonly expired?: boolean;
}

/** A TLS server on loopback with a certificate of the authority. */
export async function startTlsServer(
  authority: Authority,
  listener: RequestListener,
  { host, expired = false }: CertificateOptions = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const now = Date.now();
  const made = await generate(name(host ?? '127.0.0.1'), {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.key, cert: authority.certificate },
    notBeforeDate: new Date(now - 2 * HOUR_MS),
    notAfterDate: new Date(now + (expired ? -HOUR_MS : HOUR_MS)),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [host === undefined ? { type: 7, ip: '127.0.0.1' } : { type: 2, value: host }] },
    ],
  });
  const server: Server = createServer({ key: made.private, cert: made.cert }, listener);
  // A client that does not trust us hangs up in the middle of the handshake.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
