import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { ReportId, ReportRequest } from '../domain/report-settings.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import type { Reply } from '../reply.ts';
import { readReport } from './build-report.ts';
import { findSync } from './find-sync.ts';

const MOST_DAYS = 3_650;

/** A report as somebody asked for it in words. @throws UsageError, ForbiddenError. */
export async function reportReply(
  world: World,
  caller: Caller,
  id: ReportId,
  words: string,
): Promise<Extract<Reply, { kind: 'report' }>> {
  const request = readReportRequest(world, words);
  return { kind: 'report', report: await readReport(world, caller, id, request), request };
}

/**
 * What somebody wants of a report, in words: a number is a threshold in days, a day (`2026-06-30`) the one to look at, and
 * anything else names an app. @throws UsageError
 */
export function readReportRequest(world: World, text: string): ReportRequest {
  let request: ReportRequest = {};
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (/^\d+d?$/i.test(word)) request = { ...request, days: readDays(word) };
    else if (/^\d{4}-\d{2}-\d{2}$/.test(word)) request = { ...request, at: readDay(world, word) };
    else request = { ...request, integrationId: findSync(world, word).integrationId };
  }
  return request;
}

function readDays(word: string): number {
  const days = Number.parseInt(word, 10);
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw new UsageError('usage.days', `“${word}” is no number of days from 1 to ${MOST_DAYS}.`);
}

/** The end of that day, so that what happened on it counts. */
function readDay(world: World, word: string): string {
  const begin = new Date(`${word}T00:00:00.000Z`);
  if (Number.isNaN(begin.getTime()) || begin.toISOString().slice(0, 10) !== word)
    throw new UsageError('usage.day', `“${word}” is not a day. Write it as 2026-06-30.`);
  if (begin > world.clock.now()) throw new UsageError('usage.day', `${word} has not been yet; a back-test looks at a past day.`);
  return addMs(toInstant(begin), DAY_MS - 1);
}
