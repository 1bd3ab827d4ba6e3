import type { SyncSession } from '../domain/sync-session.ts';
import type { Instant } from '../domain/time.ts';
import type { SyncHealth } from '../reply.ts';
import {
  changesBesideDepartures,
  changesTotal,
  changeWords,
  countsWords,
  departureWords,
  effortWords,
  healthWords,
  outcomeWords,
  sessionFigures,
} from '../sync-words.ts';
import { count, originWords, plainMoment, syncTroubleWords } from '../words.ts';

const SHOWN = 30;

export function sessionText(session: SyncSession): string {
  const title = `${session.test ? 'Test run of' : 'Sync of'} ${session.name}: ${outcomeWords(session)}`;
  const reasons = session.reasons.flatMap(({ message, hint }) => [`  ! ${message}`, ...(hint === null ? [] : [`    ${hint}`])]);
  return [
    title,
    '='.repeat(title.length),
    ...reasons,
    ...decisions(session),
    ...sessionFigures(session).map((line) => `  ${line}`),
    `  ${effortWords(session)}`,
    ...list(
      session.state === 'held' ? 'Would be deactivated' : 'Missing or inactive',
      session.departures.map(departureWords),
      session.departuresTotal,
    ),
    ...list(
      session.test || session.state === 'held' ? 'Would change' : 'Changed',
      changesBesideDepartures(session).map(changeWords),
      changesTotal(session),
    ),
    ...list(
      'Errors',
      session.faults.map(
        ({ id, field, reason, sample }) =>
          `${[id, field].filter((part) => part !== null).join(', ')}: ${reason}${sample === null ? '' : ` (found ${sample})`}`,
      ),
      Math.max(session.failed, session.faults.length),
    ),
    '',
    [`Session ${session.id}`, session.trigger, plainMoment(session.startedAt), originWords(session.origin)]
      .filter((part) => part !== '')
      .join(', '),
  ].join('\n');
}

/** Who decided what about a sync that was held, and how to. */
function decisions({ id, state, decisions: all }: SyncSession): readonly string[] {
  const said = all.map(
    ({ verdict, by, at }) => `  ${verdict === 'accept' ? 'Accepted' : 'Rejected'} by ${by.name}, ${plainMoment(at)}`,
  );
  if (state !== 'held') return said;
  const missing = all.length === 0 ? 'Two people put it in force' : 'One more person puts it in force';
  return [...said, `  ${missing} with "accept ${id}"; one ends it with "reject ${id}".`];
}

function list(title: string, lines: readonly string[], total: number): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, SHOWN).map((line) => `  - ${line}`);
  const left = total - shown.length;
  return ['', title, ...shown, ...(left > 0 ? [`  - and ${count(left, 'other')} (--csv gives all of them)`] : [])];
}

export function sessionsText(health: readonly SyncHealth[], sessions: readonly SyncSession[], now: Instant): string {
  return [
    ...health.flatMap((one) => [
      `${one.integrationId}: ${healthWords(one, now)}`,
      ...(one.trouble === null ? [] : [`  ! ${syncTroubleWords(one.trouble.kind)}: ${one.trouble.message}`]),
      ...one.gaps.map((gap) => `  - ${gap.message}`),
    ]),
    '',
    ...(sessions.length === 0
      ? ['Nothing was synced yet.']
      : sessions
          .slice(0, SHOWN)
          .map(
            (one) =>
              `${plainMoment(one.startedAt)}  ${one.id}  ${one.integrationId}  ${outcomeWords(one)}  people: ${countsWords(one.people)}`,
          )),
  ].join('\n');
}
