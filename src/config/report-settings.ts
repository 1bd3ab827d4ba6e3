import { type DigestPlan, REPORT_IDS, type ReportSettings } from '../domain/report-settings.ts';
import { type ReportsFile, reports } from './report-schema.ts';

const DEFAULT_INACTIVE_DAYS = 90;

/** What reports look at, from a checked file. Sections that are left out are as if they were empty. */
export function toReportSettings(file: ReportsFile): ReportSettings {
  const section = <Id extends keyof ReportsFile>(id: Id) =>
    (file[id] ?? reports.shape[id].unwrap().parse({})) as NonNullable<ReportsFile[Id]>;
  const idle = section('inactive-users');
  const { leadDays, horizonDays } = section('renewals');
  return {
    idle: {
      inactiveDays: idle.inactiveDays ?? DEFAULT_INACTIVE_DAYS,
      thresholds: idle.thresholds,
      newDays: idle.newDays,
      coolDownDays: idle.coolDownDays,
      onLeave: idle.onLeave,
      partTime: idle.partTime,
      serviceAccounts: idle.serviceAccounts,
      awayStatus: idle.awayStatus,
    },
    expiryLeadDays: descending(section('expired-subscriptions').leadDays),
    renewalLeadDays: descending(leadDays),
    renewalHorizonDays: horizonDays,
    lowSeats: section('seats').lowSeats,
    directories: section('leavers').directories,
    regretDays: section('savings').regretDays,
    digests: REPORT_IDS.flatMap((id) => toDigest(id, file[id])),
  };
}

function toDigest(reportId: DigestPlan['reportId'], file: ReportsFile[DigestPlan['reportId']]): readonly DigestPlan[] {
  if (file?.schedule === undefined) return [];
  const { channel, to, schedule, timezone, workingDays, holidays, whenNothingNew, privacy, reviewers } = file;
  return [
    {
      reportId,
      channel: channel ?? null,
      to,
      schedule: { cron: schedule, timezone: timezone ?? 'UTC' },
      workingDays,
      holidays,
      whenNothingNew,
      privacy,
      reviewers,
    },
  ];
}

function descending(days: readonly number[]): readonly number[] {
  return [...new Set(days)].toSorted((a, b) => b - a);
}
