import { asWire, type Wire } from '../wire.ts';
import type { Ack, Delivery, PayloadKind } from './delivery.ts';
import type { Workspace } from './workspace.ts';

/** Events are sent again at once, after a minute and after five (https://docs.slack.dev/apis/events-api). */
const EVENT_RETRY_MS = [0, 60_000, 300_000];

/** Hands payloads to the app over whatever delivery is in force, and keeps the record. */
export class Dispatch {
  readonly #workspace: Workspace;
  readonly #retries = new Set<NodeJS.Timeout>();
  #delivery: Delivery | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  use(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  async send(kind: PayloadKind, name: string, payload: Wire): Promise<Ack> {
    const started = performance.now();
    const ack: Ack = (await this.#delivery?.send(kind, payload)) ?? { ok: false, error: 'dispatch_failed' };
    const ms = Math.round(performance.now() - started);
    const response = ack.ok ? (ack.body === '' ? '(acknowledged)' : ack.body) : { error: ack.error };
    this.#workspace.log({ kind: 'delivery', name, request: redact(payload), response, ok: ack.ok, ms });
    return ack;
  }

  /** Sends an event if the manifest subscribes to its type. The app's answer decides nothing but repeats. */
  async event(subscription: string, event: Wire): Promise<void> {
    const { manifest, team, appId, bot } = this.#workspace.options;
    if (!manifest.events.has(subscription)) return;
    const payload = {
      token: 'sandbox',
      team_id: team.id,
      api_app_id: appId,
      type: 'event_callback',
      event_id: this.#workspace.nextId('Ev'),
      event_time: Math.floor(this.#workspace.now().getTime() / 1_000),
      authorizations: [{ enterprise_id: null, team_id: team.id, user_id: bot.id, is_bot: true, is_enterprise_install: false }],
      is_ext_shared_channel: false,
      event,
    };
    const ack = await this.send('events_api', subscription, payload);
    if (!ack.ok) this.#retry(payload, ack.error, 0);
  }

  async close(): Promise<void> {
    for (const timer of this.#retries) clearTimeout(timer);
    await this.#delivery?.close();
  }

  #retry(payload: Wire, error: string, attempt: number): void {
    const wait = EVENT_RETRY_MS[attempt];
    if (wait === undefined) return;
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      const reason = error === 'operation_timeout' ? 'http_timeout' : 'http_error';
      const sent = this.#delivery?.send('events_api', payload, { num: attempt + 1, reason });
      sent?.then(
        (ack) => {
          if (!ack.ok) this.#retry(payload, ack.error, attempt + 1);
        },
        () => this.#retry(payload, error, attempt + 1),
      );
    }, wait);
    timer.unref();
    this.#retries.add(timer);
  }
}

function redact(payload: Wire): Wire {
  const { token: _token, ...rest } = asWire(payload);
  return rest;
}
