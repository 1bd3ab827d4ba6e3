/**
 * What is wrong with a base URL, or null. Keys are sent to it, so it must be https, unless it is this very machine or the
 * operator allows plain http for this integration.
 */
export function baseUrlProblem(address: string, allowHttp = false): string | null {
  if (!URL.canParse(address)) return `"${address}" is not an address`;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'must not hold a name or password';
  if (url.search !== '' || url.hash !== '') return 'must not hold "?" or "#"';
  return schemeProblem(url, allowHttp);
}

/** What is wrong with an address secrets are sent to, or null. */
export function schemeProblem(url: URL, allowHttp: boolean): string | null {
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return 'must start with https://';
  if (allowHttp || isLoopback(url.hostname)) return null;
  return 'must start with https://; plain http is for this machine alone, unless the integration says "allowHttp": true';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
