import type { ActionRequest } from '../domain/action-request.ts';
import { holdingName } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import type { HoldingRow, LookupResult, LookupSection } from '../reply.ts';
import {
  activityWords,
  ageOf,
  approvalsLeft,
  count,
  originWords,
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
  return clean(lookupLines(result).join('\n'));
}

function lookupLines(result: LookupResult): readonly string[] {
  const title = result.own ? 'Your licences' : `Licences of ${personWords(result.person)}`;
  return [
    title,
    '='.repeat(title.length),
    ...result.sections.flatMap((section) => ['', ...sectionLines(section, result.askedAt)]),
  ];
}

function sectionLines(section: LookupSection, now: Instant): readonly string[] {
  if (!section.ok)
    return [
      `${section.name}: could not be read`,
      `  ! ${section.message}`,
      ...(section.hint === null ? [] : [`    ${section.hint}`]),
      ...(section.last === undefined
        ? []
        : [
            `  As last synced ${ageOf(section.last.syncedAt, now)}${fromWords(section)}:`,
            ...(section.last.rows.length === 0 ? ['    nothing'] : section.last.rows.flatMap((row) => rowLines(row, now))),
          ]),
    ];
  const head = `${section.name} (read ${ageOf(section.readAt, now)}${fromWords(section)})`;
  const body = section.rows.length === 0 ? ['  nothing'] : section.rows.flatMap((row) => rowLines(row, now));
  return [
    head,
    ...body,
    ...(typeof section.gap === 'string' ? [`  ! Something may be missing here: ${section.gap}`] : []),
    ...section.rejected.map((problem) => `  ! A record could not be read: ${problem}`),
  ];
}

function fromWords({ origin }: LookupSection): string {
  const words = originWords(origin);
  return words === '' ? '' : `; ${words}`;
}

const MARKS = { wrong: 'x', warn: '!', note: 'i' } as const;

function rowLines(row: HoldingRow, now: Instant): readonly string[] {
  const { holding } = row;
  const offline = holding.kind === 'seat' && holding.offlineCode;
  const team = holding.kind === 'seat' && holding.team !== null ? `  team ${holding.team.name}` : '';
  const valid = validityWords(holding, now, plainDates);
  const roles =
    holding.kind === 'account'
      ? holding.roles.map((role) => `    role ${role.name}${role.scopes.length === 0 ? '' : `: ${role.scopes.join(', ')}`}`)
      : [];
  return [
    `  ${holdingName(holding)}  ${holding.externalId}${team}`,
    `    ${activityWords(holding.lastActivity, offline, now)}${valid === null ? '' : `; ${valid}`}`,
    ...roles,
    ...row.problems.map((problem) => `    ${MARKS[problem.tone]} ${problemWords(problem, plainDates)}`),
    ...row.offers.map((offer) =>
      offer.available
        ? `    > ${offer.preset.title} (${offer.preset.connectorId}/${offer.preset.id})`
        : `    - ${offer.preset.title}: ${offer.because}`,
    ),
  ];
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
      `  Needs ${count(approvalsLeft(request), 'more approval')}, until ${plainMoment(request.expiresAt)} (${request.policy.because})`,
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
