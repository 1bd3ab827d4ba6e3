import type { ActionRequest } from '../domain/action-request.ts';
import { holdingName } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import type { HoldingRow, LookupResult, LookupSection } from '../reply.ts';
import {
  activityWords,
  ageOf,
  approvalsMissing,
  count,
  personWords,
  plainDates,
  plainMoment,
  problemWords,
  stateWords,
  validityWords,
} from '../words.ts';

/** What vendors and people wrote must not steer the terminal: control characters become blanks. */
export function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, ' ');
}

export function lookupText(result: LookupResult): string {
  return clean(
    [personWords(result.person), ...result.sections.map((section) => sectionText(section, result.askedAt))].join('\n\n'),
  );
}

function sectionText(section: LookupSection, now: Instant): string {
  if (!section.ok)
    return [`${section.name}: ${section.message}`, ...(section.hint === null ? [] : [`  ${section.hint}`])].join('\n');
  const rows = section.rows.length === 0 ? ['  Nothing.'] : section.rows.map((row) => rowText(row, now));
  const rejected = section.rejected.map((problem) => `  A record could not be read: ${problem}`);
  return [`${section.name} (read ${ageOf(section.readAt, now)})`, ...rows, ...rejected].join('\n');
}

function rowText({ holding, problems, offers }: HoldingRow, now: Instant): string {
  const lines = [`  ${holdingName(holding)}  [${holding.externalId}]`];
  const offline = holding.kind === 'seat' && holding.offlineCode;
  const validity = validityWords(holding, now, plainDates);
  lines.push(`    ${[activityWords(holding.lastActivity, offline, now), ...(validity === null ? [] : [validity])].join('; ')}`);
  for (const problem of problems) {
    // Said in the line above already.
    if (problem.kind === 'activity-unknown') continue;
    lines.push(`    ${problem.tone === 'note' ? '-' : '!'} ${problemWords(problem, plainDates)}`);
  }
  for (const offer of offers) {
    const { connectorId, id, title } = offer.preset;
    lines.push(offer.available ? `    > ${connectorId}/${id}` : `    x ${title}: ${offer.because}`);
  }
  return lines.join('\n');
}

/** One request with everything that decides on it. */
export function requestText(request: ActionRequest): string {
  const lines = [
    `${request.id}  ${stateWords(request.state)}`,
    `  ${request.sentence}`,
    `  Asked by ${personWords(request.requester)}`,
  ];
  if (request.reason !== null) lines.push(`  Reason: ${request.reason}`);
  for (const warning of request.evidence.warnings) lines.push(`  ! ${warning}`);
  if (request.state === 'pending') {
    lines.push(
      `  Needs ${count(approvalsMissing(request), 'more approval')}, until ${plainMoment(request.expiresAt)} (${request.policy.because})`,
    );
  }
  for (const decision of request.decisions) {
    const verdict = decision.verdict === 'approve' ? 'Approved' : 'Denied';
    const reason = decision.reason === null ? '' : `: ${decision.reason}`;
    lines.push(`  ${verdict} by ${personWords(decision.by)} at ${plainMoment(decision.at)}${reason}`);
  }
  if (request.outcome !== null) lines.push(`  ${request.outcome.message}`);
  return clean(lines.join('\n'));
}

export function requestsText(waiting: readonly ActionRequest[], mine: readonly ActionRequest[]): string {
  const part = (title: string, requests: readonly ActionRequest[]): string =>
    [`${title}:`, ...(requests.length === 0 ? ['Nothing.'] : requests.map(requestText))].join('\n');
  return [part('Waiting for a decision', waiting), part('Yours', mine)].join('\n\n');
}
