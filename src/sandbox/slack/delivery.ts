import type { Wire } from '../wire.ts';

export type PayloadKind = 'slash_commands' | 'interactive' | 'events_api';

/** How the app acknowledged. The error names are those Slack shows to the person. */
export type Ack =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      readonly error: 'operation_timeout' | 'dispatch_failed' | 'http_service_error';
      /** The app asked not to be sent this again (`x-slack-no-retry: 1`). */
      readonly noRetry?: boolean;
    };

/** Which repeat of an event it is, and why. */
export interface Retry {
  readonly num: number;
  readonly reason: string;
}

/** A way to hand payloads to the app. */
export interface Delivery {
  readonly via: 'http' | 'socket';
  /** How long the app has to acknowledge. */
  readonly ackMs: number;
  send(kind: PayloadKind, payload: Wire, retry?: Retry): Promise<Ack>;
  close(): Promise<void>;
}
