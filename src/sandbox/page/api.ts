import type { Wire } from '../wire.ts';

export type PagePlace =
  | { readonly kind: 'message'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'view'; readonly viewId: string };

export type PageEntry = string | readonly string[] | null;

const GONE = 'The sandbox does not answer. Is it still running?';

/** Posts to the control API. Rejects with a sentence for the person. */
export async function post(verb: string, body: Wire = {}): Promise<Wire> {
  const response = await fetch(`/sandbox/api/${verb}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) throw new Error(GONE);
  const answer = (await response.json()) as Wire;
  if (!response.ok) throw new Error(String(answer['error'] ?? 'That did not work.'));
  return answer;
}

/** Reads from the control API; null where it has no such thing or does not answer. */
export async function read<T>(verb: string): Promise<T | null> {
  const response = await fetch(`/sandbox/api/${verb}`).catch(() => null);
  return response?.ok === true ? ((await response.json()) as T) : null;
}
