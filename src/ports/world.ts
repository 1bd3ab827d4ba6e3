import type { Settings } from '../domain/settings.ts';
import type { Background } from './background.ts';
import type { Charts } from './charts.ts';
import type { Clock } from './clock.ts';
import type { Connectors } from './connector.ts';
import type { DigestNotifier } from './digest-notifier.ts';
import type { Directory } from './directory.ts';
import type { Expressions } from './expressions.ts';
import type { Inventories } from './inventory.ts';
import type { Log } from './log.ts';
import type { Mailer } from './mailer.ts';
import type { Notifier } from './notifier.ts';
import type { RenewalNotifier } from './renewal-notifier.ts';
import type { SessionNotifier } from './session-notifier.ts';
import type { Store } from './store.ts';

/** Everything the services need from outside. Tests hand in fakes; `app.ts` hands in the real ones. */
export interface World {
  readonly clock: Clock;
  readonly store: Store;
  readonly connectors: Connectors;
  readonly directory: Directory;
  readonly notifier: Notifier;
  readonly inventories: Inventories;
  readonly sessionNotifier: SessionNotifier;
  readonly digests: DigestNotifier;
  readonly renewals: RenewalNotifier;
  readonly charts: Charts;
  /** Null where no mail server is configured. */
  mailer(): Mailer | null;
  readonly expressions: Expressions;
  readonly log: Log;
  readonly background: Background;
  /** The settings in force; asked at each use, since a changed file takes effect while the bot runs. */
  settings(): Settings;
  /** A new request id: short, unguessable, fit for typing. */
  newId(): string;
}
