import type { Caller } from '../command.ts';
import type { Snooze } from '../domain/digest.ts';
import { UsageError } from '../domain/errors.ts';
import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { ReportId } from '../domain/report-settings.ts';
import { addMs, DAY_MS, toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { readReport } from './build-report.ts';
import { actorOf } from './change-request.ts';
import { requireRight } from './rights.ts';

const LONGEST_DAYS = 366;
/** A menu of Slack's holds a hundred. */
const CHOICES_MAX = 100;

/**
 * Leaves somebody out of what reports suggest, until a day and for a reason everybody can read. A later one takes the place of
 * the one before. @throws UsageError, ForbiddenError.
 */
export async function snoozePerson(
  world: World,
  caller: Caller,
  ask: { readonly email: string; readonly days: number; readonly reason: string },
): Promise<Snooze> {
  await requireRight(world, caller, 'request');
  const email = normaliseEmail(ask.email);
  const reason = ask.reason.trim();
  if (!isEmail(email)) throw new UsageError('usage.snooze', 'Nobody was chosen.', { hint: 'Choose a person.' });
  if (reason === '') throw new UsageError('usage.snooze', 'A reason is needed.', { hint: 'Say why, such as “parental leave”.' });
  if (!Number.isInteger(ask.days) || ask.days < 1 || ask.days > LONGEST_DAYS)
    throw new UsageError('usage.snooze', `Somebody can be left out for 1 to ${LONGEST_DAYS} days.`);
  const now = toInstant(world.clock.now());
  const before = await world.store.get('snoozes', email);
  const doc: Snooze = {
    id: email,
    version: (before?.version ?? 0) + 1,
    until: addMs(now, ask.days * DAY_MS),
    reason,
    by: caller.person,
    at: now,
  };
  await world.store.commit({
    put: [{ collection: 'snoozes', doc, expected: before?.version ?? null }],
    audit: [
      {
        at: now,
        actor: actorOf(caller.person, caller.via),
        verb: 'person.snoozed',
        subject: `person/${email}`,
        requestId: null,
        detail: { until: doc.until, reason },
      },
    ],
  });
  return doc;
}

/** Whom a report names, for somebody who wants one of them left out. @throws ForbiddenError. */
export async function snoozeChoices(
  world: World,
  caller: Caller,
  reportId: ReportId,
): Promise<{ readonly reportId: ReportId; readonly people: readonly string[] }> {
  await requireRight(world, caller, 'request');
  const report = await readReport(world, caller, reportId);
  const emails = report.rows.flatMap(({ target }) => target?.email ?? []);
  return { reportId, people: [...new Set(emails)].slice(0, CHOICES_MAX) };
}
