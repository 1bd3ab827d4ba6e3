import type { ReportId } from '../domain/report-settings.ts';
import { backTest } from './back-test.ts';
import { expiredSubscriptions } from './expired-subscriptions.ts';
import { inactiveUsers } from './inactive-users.ts';
import { leavers } from './leavers.ts';
import { renewals } from './renewals.ts';
import type { ReportDefinition } from './report.ts';
import { savings } from './savings.ts';
import { seats } from './seats.ts';
import { syncHealth } from './sync-health.ts';
import { users } from './users.ts';

/** Every report there is, in the order people read them. */
export const REPORTS: ReadonlyMap<ReportId, ReportDefinition> = new Map(
  [expiredSubscriptions, inactiveUsers, leavers, renewals, seats, users, savings, syncHealth, backTest].map((one) => [
    one.id,
    one,
  ]),
);
