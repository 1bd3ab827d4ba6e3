import type { ActionRequest } from './domain/action-request.ts';
import { holdingName } from './domain/seat.ts';
import type { Instant } from './domain/time.ts';
import type { HoldingRow, LookupResult, LookupSection, Reply, SetupReport } from './reply.ts';
import {
  activityWords,
  ageOf,
  approvalsMissing,
  count,
  joinWords,
  personWords,
  plainDates,
  problemWords,
  stateWords,
  validityWords,
} from './words.ts';

type Part<Kind extends Reply['kind']> = Extract<Reply, { kind: Kind }>;

/** Escape sequences and other control characters from a vendor could take over the terminal that shows them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out.
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;

/** A command's answer for a terminal: plain lines, nothing left out. */
export function renderText(reply: Reply): string {
  return lines(reply)
    .map((line) => line.replace(CONTROLS, ' ').trimEnd())
    .join('\n');
}

function lines(reply: Reply): readonly string[] {
  switch (reply.kind) {
    case 'message':
      return reply.hint === undefined ? [reply.text] : [reply.text, reply.hint];
    case 'lookup':
      return lookupLines(reply.result);
    case 'choose':
      return chooseLines(reply);
    case 'form':
      return [
        `This needs an answer to a form: ${reply.opening.presetId} on ${reply.opening.target.integrationId} ${reply.opening.target.id}.`,
      ];
    case 'requests':
      return requestsLines(reply);
    case 'free-seats':
      return freeLines(reply);
    case 'presets':
      return presetLines(reply);
    case 'setup':
      return setupLines(reply.report);
    case 'help':
      return helpLines(reply);
  }
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
    ];
  const head = `${section.name} (read ${ageOf(section.readAt, now)})`;
  const body = section.rows.length === 0 ? ['  nothing'] : section.rows.flatMap((row) => rowLines(row, now));
  return [head, ...body, ...section.rejected.map((problem) => `  ! A record could not be read: ${problem}`)];
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
      offer.available ? `    > ${offer.preset.title}` : `    - ${offer.preset.title}: ${offer.because}`,
    ),
  ];
}

function chooseLines(reply: Part<'choose'>): readonly string[] {
  return [
    reply.text,
    ...table(
      reply.options.map((option) => [option.title, option.detail, `: ${reply.command.replace('{}', () => option.value)}`]),
    ),
  ];
}

function requestsLines(reply: Part<'requests'>): readonly string[] {
  if (reply.waiting.length === 0 && reply.mine.length === 0) return ['There are no requests.'];
  const block = (title: string, requests: readonly ActionRequest[]): readonly string[] =>
    requests.length === 0 ? [] : [title, ...requests.flatMap((request) => requestLines(request, reply.now)), ''];
  return [...block('Requests of others', reply.waiting), ...block('Your requests', reply.mine)].slice(0, -1);
}

function requestLines(request: ActionRequest, now: Instant): readonly string[] {
  const missing = request.state === 'pending' ? ` (${count(approvalsMissing(request), 'approval')} missing)` : '';
  const names = request.decisions.map(
    (decision) => `${decision.verdict === 'approve' ? 'approved' : 'denied'} by ${decision.by.name}`,
  );
  return [
    `  ${request.id}  ${stateWords(request.state)}${missing}`,
    `    ${request.sentence}`,
    `    asked by ${request.requester.name} ${ageOf(request.createdAt, now)}${names.length === 0 ? '' : `; ${joinWords(names)}`}`,
    ...(request.reason === null ? [] : [`    reason: ${request.reason.replaceAll('\n', ' ')}`]),
    ...(request.outcome === null ? [] : [`    result: ${request.outcome.message}`]),
  ];
}

function freeLines(reply: Part<'free-seats'>): readonly string[] {
  const rows = reply.groups.map((group) => [
    `${group.free} free`,
    group.product.name,
    group.product.code,
    group.team === null ? '' : `team ${group.team.name}`,
    group.connectorName,
  ]);
  return [...(rows.length === 0 ? ['No seat is free.'] : table(rows)), ...reply.problems.map((problem) => `! ${problem}`)];
}

function presetLines(reply: Part<'presets'>): readonly string[] {
  if (reply.integrations.length === 0) return ['No app is connected yet.'];
  return reply.integrations.flatMap((integration) => [
    `${integration.name} (${integration.id})`,
    ...table(integration.presets.map((preset) => [preset.id, preset.effect, preset.title])),
  ]);
}

function setupLines(report: SetupReport): readonly string[] {
  const named = [
    ...report.integrations.map((entry) => ({ ...entry, message: `${entry.name}: ${entry.message}` })),
    ...report.slack.map((entry) => ({ ...entry, message: `Slack: ${entry.message}` })),
  ];
  if (named.length === 0) return ['Nothing is connected yet.'];
  return named.flatMap((entry) => [
    `${entry.ok ? 'ok  ' : 'FAIL'}  ${entry.message}`,
    ...(entry.hint === null ? [] : [`      ${entry.hint}`]),
  ]);
}

function helpLines(reply: Part<'help'>): readonly string[] {
  return [reply.intro, '', ...table(reply.entries.map((entry) => [entry.usage, entry.summary])), ...examples(reply)];
}

function examples(reply: Part<'help'>): readonly string[] {
  const [only, second] = reply.entries;
  if (only === undefined || second !== undefined || only.examples.length === 0) return [];
  return ['', 'For example:', ...only.examples.map((example) => `  ${example}`)];
}

/** Columns of equal width, two blanks apart; the last one runs as far as it needs. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd());
}
