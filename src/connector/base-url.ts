/** What is wrong with a base URL, or null. Keys are sent to it, so it must be https unless it is this very machine. */
export function baseUrlProblem(address: string): string | null {
  if (!URL.canParse(address)) return `"${address}" is not an address`;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return 'must not hold a name or password';
  if (url.search !== '' || url.hash !== '') return 'must not hold "?" or "#"';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return 'must start with https://';
  return isLoopback(url.hostname) ? null : 'must start with https://; plain http is for this machine alone';
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
