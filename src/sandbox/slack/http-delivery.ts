import { createHmac } from 'node:crypto';
import { parseJson, type Wire } from '../wire.ts';
import type { Ack, Delivery, PayloadKind, Retry } from './delivery.ts';

/** Signed requests to the app's own address (https://docs.slack.dev/authentication/verifying-requests-from-slack). */
export class HttpDelivery implements Delivery {
  readonly #url: string;
  readonly #secret: string;
  readonly via = 'http';
  readonly ackMs: number;

  constructor(options: { readonly url: string; readonly signingSecret: string; readonly ackMs: number }) {
    this.#url = options.url;
    this.#secret = options.signingSecret;
    this.ackMs = options.ackMs;
  }

  async send(kind: PayloadKind, payload: Wire, retry?: Retry): Promise<Ack> {
    const body = encode(kind, payload);
    // Real time: the receiver compares it with its own clock.
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', this.#secret).update(`v0:${timestamp}:${body}`).digest('hex');
    try {
      const response = await fetch(this.#url, {
        method: 'POST',
        body,
        headers: {
          'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
          ...(retry === undefined ? {} : { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason }),
        },
        signal: AbortSignal.timeout(this.ackMs),
      });
      const text = await response.text();
      if (!response.ok)
        return { ok: false, error: 'http_service_error', noRetry: response.headers.get('x-slack-no-retry') === '1' };
      return { ok: true, body: parseJson(text) ?? text };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === 'TimeoutError';
      return { ok: false, error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
    }
  }

  async close(): Promise<void> {}
}

function encode(kind: PayloadKind, payload: Wire): string {
  if (kind === 'events_api') return JSON.stringify(payload);
  if (kind === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.entries(payload).map(([name, value]): [string, string] => [name, String(value)])).toString();
}
