import { asWire, type Wire } from '../wire.ts';
import type { Ack, Delivery, PayloadKind, Retry } from './delivery.ts';
import { scopeOfEvent } from './events.ts';
import type { Workspace } from './workspace.ts';

/** Events are sent again at once, after a minute and after five (https://docs.slack.dev/apis/events-api). */
const EVENT_RETRY_MS = [0, 60_000, 300_000];

const RETRY_REASONS = {
  operation_timeout: 'http_timeout',
  http_service_error: 'http_error',
  dispatch_failed: 'connection_failed',
} as const;

/** Hands payloads to the app over whatever delivery is in force, and keeps the record. */
export class Dispatch {
  readonly #workspace: Workspace;
  #delivery: Delivery | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  use(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  async send(kind: PayloadKind, name: string, payload: Wire, retry?: Retry): Promise<Ack> {
    const delivery = this.#delivery;
    const started = performance.now();
    const ack: Ack = (await delivery?.send(kind, payload, retry)) ?? { ok: false, error: 'dispatch_failed' };
    const mark = this.#workspace.mark();
    if (!ack.ok && ack.error === 'operation_timeout') {
      const what = `no acknowledgement within ${Math.round((delivery?.ackMs ?? 0) / 100) / 10} s`;
      this.#workspace.breaks('ack.late', name, what);
    }
    const id = this.#workspace.log({
      kind: 'delivery',
      name,
      request: redact(payload),
      response: ack.ok ? (ack.body === '' ? '(acknowledged)' : ack.body) : { error: ack.error },
      ok: ack.ok,
      ms: Math.round(performance.now() - started),
      limitMs: delivery?.ackMs ?? null,
      retryNum: retry?.num ?? 0,
      via: delivery?.via ?? null,
    });
    this.#workspace.brokenIn(id, mark);
    return ack;
  }

  /** Sends an event if the manifest subscribes to its type and has its scope. The app's answer decides nothing but repeats. */
  async event(subscription: string, event: Wire): Promise<void> {
    const { manifest, team, appId, bot } = this.#workspace.options;
    const scope = scopeOfEvent(subscription);
    if (!manifest.events.has(subscription)) return;
    if (scope !== null && manifest.scopes !== null && !manifest.scopes.has(scope)) return;
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
    if (!ack.ok) this.#again(subscription, payload, ack, 0);
  }

  async close(): Promise<void> {
    await this.#delivery?.close();
  }

  #again(subscription: string, payload: Wire, failed: Extract<Ack, { ok: false }>, attempt: number): void {
    const wait = EVENT_RETRY_MS[attempt];
    if (wait === undefined || failed.noRetry === true) return;
    const retry = { num: attempt + 1, reason: RETRY_REASONS[failed.error] };
    this.#workspace.timetable.after(wait, () => {
      void this.send('events_api', subscription, payload, retry).then((ack) => {
        if (!ack.ok) this.#again(subscription, payload, ack, attempt + 1);
      });
    });
  }
}

function redact(payload: Wire): Wire {
  const { token: _token, bot_access_token: _stepToken, ...rest } = asWire(payload);
  const event = asWire(rest['event']);
  if (event['bot_access_token'] === undefined) return rest;
  const { bot_access_token: _own, ...shown } = event;
  return { ...rest, event: shown };
}
