import { TransportError } from '../domain/errors.ts';

/** Codes of Node and undici that are raised before a request can be written to a connection. */
const NEVER_SENT: Readonly<Record<string, readonly [code: string, words: string]>> = {
  ECONNREFUSED: ['transport.refused', 'refused the connection'],
  ENOTFOUND: ['transport.unknown-host', 'has no address under that name'],
  EAI_AGAIN: ['transport.unknown-host', 'could not be found: the name service did not answer'],
  EHOSTUNREACH: ['transport.unreachable', 'cannot be reached over this network'],
  ENETUNREACH: ['transport.unreachable', 'cannot be reached over this network'],
  UND_ERR_CONNECT_TIMEOUT: ['transport.connect-timeout', 'did not take the connection in time'],
  CERT_HAS_EXPIRED: ['transport.certificate', 'showed a certificate that has expired'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['transport.certificate', 'showed a certificate nobody vouches for'],
  SELF_SIGNED_CERT_IN_CHAIN: ['transport.certificate', 'showed a certificate nobody vouches for'],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['transport.certificate', 'showed a certificate that cannot be verified'],
  UNABLE_TO_GET_ISSUER_CERT: ['transport.certificate', 'showed a certificate that cannot be verified'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['transport.certificate', 'showed a certificate that cannot be verified'],
  CERT_UNTRUSTED: ['transport.certificate', 'showed a certificate nobody vouches for'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['transport.certificate', 'showed a certificate for another name'],
};

/** ProxyAgent gives this one no code of its own; its sentence begins so. */
const PROXY_REFUSED = /^Proxy (?:response \((\d+)\)|Authentication Required)/;

const HINTS: Readonly<Record<string, string>> = {
  'transport.certificate':
    'Nothing was sent. If a proxy or a server of your own shows it, name its authority in SEATWARDEN_CA_FILE.',
};

const MAYBE_SENT: Readonly<Record<string, readonly [code: string, words: string]>> = {
  UND_ERR_HEADERS_TIMEOUT: ['transport.timeout', 'did not answer in time'],
  UND_ERR_BODY_TIMEOUT: ['transport.timeout', 'stopped in the middle of its answer'],
  ETIMEDOUT: ['transport.timeout', 'did not answer in time'],
};

/**
 * Puts a failed call into words. `neverSent` is claimed only for failures that come before the first byte; a connection
 * that breaks, kept alive or not, may have delivered the request.
 */
export function toTransportError(error: unknown, vendor: string): TransportError {
  const code = codeOf(error);
  const proxy = proxyRefusal(error);
  if (proxy !== null)
    return new TransportError('transport.proxy', true, `The proxy does not let calls through to ${vendor} (${proxy}).`, {
      hint: 'Nothing was sent. Check HTTPS_PROXY, the name and password in it, and what the proxy allows.',
      cause: error,
    });
  const never = NEVER_SENT[code];
  if (never !== undefined)
    return new TransportError(never[0], true, `${vendor} ${never[1]}.`, {
      hint: HINTS[never[0]] ?? 'Nothing was sent. Check the base URL, the network and the proxy, then try again.',
      cause: error,
    });
  const [kind, words] = MAYBE_SENT[code] ?? ['transport.broken', 'broke off the connection before it answered'];
  return new TransportError(kind, false, `${vendor} ${words}.`, { hint: 'Try again in a minute.', cause: error });
}

/** Our own time-out, or the caller's wish to stop. */
export function aborted(vendor: string, neverSent: boolean, reason: unknown): TransportError {
  const late = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return late
    ? new TransportError('transport.timeout', neverSent, `${vendor} did not answer in time.`, {
        hint: 'Try again in a minute.',
        cause: reason,
      })
    : new TransportError('transport.aborted', neverSent, `The call to ${vendor} was stopped before it was finished.`, {
        cause: reason,
      });
}

function proxyRefusal(error: unknown): string | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const found = PROXY_REFUSED.exec(at.message);
    if (found !== null) return found[1] === undefined ? 'status 407' : `status ${found[1]}`;
  }
  return null;
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { code, syscall } = at as { code?: unknown; syscall?: unknown };
    // A time-out while connecting is not one while waiting for the answer.
    if (code === 'ETIMEDOUT' && syscall === 'connect') return 'UND_ERR_CONNECT_TIMEOUT';
    if (typeof code === 'string') return code;
  }
  return '';
}
