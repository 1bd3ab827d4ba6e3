import type { Instant } from './time.ts';

export const REPORT_IDS = [
  'expired-subscriptions',
  'inactive-users',
  'leavers',
  'renewals',
  'seats',
  'users',
  'savings',
  'sync-health',
  'back-test',
] as const;

export type ReportId = (typeof REPORT_IDS)[number];

/** When a seat counts as idle, and whose use says nothing. People are e-mails or Slack user ids. */
export interface IdleRules {
  readonly inactiveDays: number;
  /** In place of `inactiveDays`, by `integration/product code`, `integration/licence type`, `integration`, or the same with the connector. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Younger than so many days, a seat says nothing about use. */
  readonly newDays: number;
  /** For so many days nobody is named again who was asked and kept the seat. */
  readonly coolDownDays: number;
  readonly onLeave: readonly string[];
  readonly partTime: readonly string[];
  readonly serviceAccounts: readonly string[];
  /** Slack status emoji (`:palm_tree:`) or words of the status text that mean that somebody is away. */
  readonly awayStatus: readonly string[];
}

/** Options of the reports, from the configuration with every default filled in. */
export interface ReportSettings {
  readonly idle: IdleRules;
  /** Days before the end of a subscription at which it is told, most first. */
  readonly expiryLeadDays: readonly number[];
  readonly renewalLeadDays: readonly number[];
  /** How far ahead renewals are listed, in days. */
  readonly renewalHorizonDays: number;
  /** Fewer free seats than this, of a product that is in use, are too few. */
  readonly lowSeats: number;
  /** Integrations whose people are the company's: who is deactivated there has left. Slack's own directory always is one. */
  readonly directories: readonly string[];
  /** Given back within so many days, a seat was no saving. */
  readonly regretDays: number;
  readonly digests: readonly DigestPlan[];
}

export type WeekDay = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

/** How one report is posted by itself. At least one of `channel` and `to` is set. */
export interface DigestPlan {
  readonly reportId: ReportId;
  /** Slack channel id. */
  readonly channel: string | null;
  /** Slack user ids or e-mails who get it as a direct message. */
  readonly to: readonly string[];
  readonly schedule: { readonly cron: string; readonly timezone: string };
  /** Days of the week it may be posted on. */
  readonly workingDays: readonly WeekDay[];
  /** Local dates (`2026-12-25`) on which it is not posted. */
  readonly holidays: readonly string[];
  readonly whenNothingNew: 'line' | 'silent';
  /** `counts`: no names in the channel; `reviewers` get them as a direct message. */
  readonly privacy: 'names' | 'counts';
  /** Slack user ids or e-mails. */
  readonly reviewers: readonly string[];
}

/** What a person may ask of one report beside the configuration. */
export interface ReportRequest {
  /** Idle days in place of every threshold. */
  readonly days?: number;
  /** The day a back-test looks at. */
  readonly at?: Instant;
  /** Only one integration. */
  readonly integrationId?: string;
}
