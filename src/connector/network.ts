import { rootCertificates } from 'node:tls';
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

/** The way out of the house: proxies and whom to trust, as the operator says. */
export interface Network {
  /** Proxy for https addresses; null: none. */
  readonly httpsProxy: string | null;
  /** Proxy for http addresses; null: none. */
  readonly httpProxy: string | null;
  /** Hosts that are reached straight, in the form of NO_PROXY. */
  readonly noProxy: string;
  /** Certificates (PEM) of authorities to trust besides the usual ones. */
  readonly authorities: readonly string[];
}

interface DispatcherOptions {
  readonly connections: number;
  readonly connectMs: number;
  readonly network: Network | undefined;
}

/** A proxy would look for our loopback on its own machine. */
const NEVER_BY_PROXY = 'localhost,127.0.0.1,[::1]';

/** Connections to one vendor, through the proxy if there is one for it. */
export function createDispatcher(origin: string, { connections, connectMs, network }: DispatcherOptions): Dispatcher {
  const trust = network === undefined || network.authorities.length === 0 ? {} : { ca: authorities(network) };
  const connect = { timeout: connectMs, ...trust };
  const options = { connections, connect, maxHeaderSize: 65_536 };
  if (network === undefined || (network.httpProxy === null && network.httpsProxy === null)) return new Pool(origin, options);
  return new EnvHttpProxyAgent({
    ...options,
    // An empty text keeps undici from looking at the environment by itself.
    httpProxy: network.httpProxy ?? '',
    httpsProxy: network.httpsProxy ?? '',
    noProxy: [network.noProxy, NEVER_BY_PROXY].filter((part) => part !== '').join(','),
    requestTls: connect,
    proxyTls: connect,
  });
}

/** Naming any authority takes the place of the usual ones, so those come along. */
function authorities(network: Network): string[] {
  return [...rootCertificates, ...network.authorities];
}
