import { existsSync } from 'node:fs';
import { exportedEvents } from '../adapters/audit-export.ts';
import { type AuditCheck, verifyAudit, verifyExport } from '../adapters/verify-audit.ts';
import { type AuditEvent, headText, parseHead } from '../domain/audit.ts';
import { toCsv } from '../domain/csv.ts';
import { readSetup } from '../setup.ts';
import { count } from '../words.ts';
import { failure, usageFailure } from './failure.ts';
import { done, EXIT, type Host, type LocalVerb, textOption, type VerbArgs, type VerbResult } from './verb.ts';

export const audit: LocalVerb = {
  kind: 'local',
  name: 'audit',
  usage:
    'audit verify [--from-export <file>] [--head <number:hash>] | audit export [--csv] [--from <day>] [--to <day>] [--person <email>]',
  summary: 'Checks that no audit event was changed, removed or moved, or writes the events out.',
  options: {
    'from-export': { type: 'string' },
    head: { type: 'string' },
    csv: { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    person: { type: 'string' },
  },
  words: [1, 1],
  async run(host, args) {
    const [verb = ''] = args.positionals;
    if (verb === 'verify') return verify(host, args);
    if (verb === 'export') return writeOut(host, args);
    return usageFailure(`audit cannot "${verb}".`, `Usage: seatwarden ${audit.usage}`);
  },
};

async function verify(host: Host, args: VerbArgs): Promise<VerbResult> {
  const posted = textOption(args, 'head');
  const head = posted === null ? null : parseHead(posted);
  if (posted !== null && head === null)
    return usageFailure(`"${posted}" is not a head.`, 'A head is a number, a colon and 64 hexadecimal digits, as it was posted.');
  const file = textOption(args, 'from-export');
  if (file !== null) {
    if (!existsSync(file)) return usageFailure(`The export ${file} does not exist.`);
    return shown(await verifyExport(file, head), file);
  }
  const { dataDir } = await readSetup(host);
  if (!existsSync(dataDir)) {
    return usageFailure(
      `The data directory ${dataDir} does not exist, so there is nothing to verify.`,
      'Correct SEATWARDEN_DATA.',
    );
  }
  const finding = await verifyAudit(dataDir, head);
  if (finding.ok && finding.events === 0) {
    return done(
      `There is no audit event in ${dataDir}, so there is nothing to verify. Is that the right SEATWARDEN_DATA?`,
      finding,
    );
  }
  return shown(finding, null);
}

function shown(finding: AuditCheck, exported: string | null): VerbResult {
  if (finding.ok) {
    const what = exported === null ? 'audit log' : 'export';
    const from = (finding.from ?? 1) > 1 ? ` It begins with event ${finding.from}; what came before is not in it.` : '';
    const away = finding.movedAway === undefined ? '' : ` ${count(finding.movedAway.length, 'sealed day')} moved away.`;
    const head = `The last is number ${finding.head.seq}, ${finding.head.hash}.`;
    return done(`The ${what} is whole: ${count(finding.events, 'event')}. ${head}${from}${away}`, finding);
  }
  const where = `${finding.file ?? exported ?? 'audit'}, line ${finding.line}`;
  return {
    ...failure(EXIT.failed, {
      code: 'audit.broken',
      message: `The audit ${exported === null ? 'log' : 'export'} is broken at ${where}: ${finding.problem}.`,
      hint: exported === null ? 'Keep this directory as it is, and compare it with a backup.' : 'Export it again and compare.',
      mistakes: [],
    }),
    data: finding,
  };
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const HEAD = ['number', 'at', 'who', 'email', 'via', 'what', 'subject', 'request', 'detail', 'hash'];

/** JSON Lines exactly as they were written, which can be verified anywhere; or CSV, for reading. */
async function writeOut(host: Host, args: VerbArgs): Promise<VerbResult> {
  const [from, to] = ['from', 'to'].map((name) => textOption(args, name)) as [string | null, string | null];
  for (const day of [from, to])
    if (day !== null && !DAY.test(day)) return usageFailure(`"${day}" is not a day.`, 'Write it as 2026-11-25.');
  const { dataDir } = await readSetup(host);
  if (!existsSync(dataDir)) return usageFailure(`The data directory ${dataDir} does not exist.`, 'Correct SEATWARDEN_DATA.');
  const person = textOption(args, 'person')?.toLowerCase() ?? null;
  if (args.options['csv'] === true) host.print(toCsv(HEAD, []));
  let written = 0;
  let last: AuditEvent | null = null;
  for await (const { text, event } of exportedEvents(dataDir)) {
    const day = event.at.slice(0, 10);
    if ((from !== null && day < from) || (to !== null && day > to)) continue;
    if (person !== null && !text.toLowerCase().includes(person)) continue;
    host.print(args.options['csv'] === true ? toCsv(csvRow(event), []) : text);
    written += 1;
    last = event;
  }
  const gaps = person === null ? '' : ' Only events that name this person: for reading, not for verifying.';
  host.note(`${count(written, 'event')}${last === null ? '' : `, up to ${headText(last)}`}.${gaps}`);
  return { exitCode: EXIT.done, text: '', data: undefined };
}

function csvRow(event: AuditEvent): readonly string[] {
  return [
    String(event.seq),
    event.at,
    event.actor.name,
    event.actor.email ?? '',
    event.actor.via,
    event.verb,
    event.subject,
    event.requestId ?? '',
    JSON.stringify(event.detail),
    event.hash,
  ];
}
