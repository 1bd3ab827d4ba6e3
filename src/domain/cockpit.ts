import type { ActionRequest } from './action-request.ts';
import type { ReportId } from './report-settings.ts';
import type { SyncSession } from './sync-session.ts';
import type { Instant } from './time.ts';

/** One number of the cockpit, and the report it is from. Plain text. */
export interface Tile {
  readonly key: 'seats' | 'idle' | 'expiring' | 'requests' | 'health' | 'saved';
  readonly title: string;
  readonly value: string;
  readonly detail: string;
  /** `wrong` and `warn` want somebody to look. */
  readonly tone: 'wrong' | 'warn' | 'good' | 'plain';
  /** Null where it leads to the requests. */
  readonly reportId: ReportId | null;
}

/** What those who run it see first. */
export interface Cockpit {
  readonly tiles: readonly Tile[];
  /** When the figures were counted; null while they are for the first time. */
  readonly asOf: Instant | null;
  readonly filter: { readonly chosen: string | null; readonly apps: readonly { readonly id: string; readonly name: string }[] };
  readonly activity: readonly Activity[];
}

export type Activity =
  | { readonly at: Instant; readonly request: ActionRequest }
  | { readonly at: Instant; readonly session: SyncSession };

/** What somebody chose on their Home, kept so that it is still chosen the next time. */
export interface HomeChoice {
  /** Slack user id. */
  readonly id: string;
  readonly version: number;
  /** Only this app; null for all. */
  readonly integrationId: string | null;
}
