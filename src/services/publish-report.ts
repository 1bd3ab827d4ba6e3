import { createHash } from 'node:crypto';
import type { Caller } from '../command.ts';
import type { Chart } from '../domain/chart.ts';
import type { Digest, DigestRecord } from '../domain/digest.ts';
import { ConfigError, TransportError } from '../domain/errors.ts';
import type { DigestPlan, ReportId } from '../domain/report-settings.ts';
import { type Instant, toInstant } from '../domain/time.ts';
import type { DigestFile } from '../ports/digest-notifier.ts';
import type { Place } from '../ports/notifier.ts';
import type { World } from '../ports/world.ts';
import { reportCsv } from '../reports/csv.ts';
import { digestOf, digestTable, hasShape } from '../reports/digest.ts';
import type { Report, ReportRow } from '../reports/report.ts';
import { askRenewals } from './ask-renewals.ts';
import { buildReport } from './build-report.ts';
import { actorOf, SYSTEM } from './change-request.ts';
import { keepDigestTrouble } from './digest-trouble.ts';
import { lockOf } from './keyed-lock.ts';
import { requireRight } from './rights.ts';

/** From then on a digest says that it is late. */
const LATE_MS = 10 * 60_000;
/** Rows that a message shows by itself; only what has more gets a list beneath it. */
const ROWS_SHOWN = 10;

/** Who gets a digest, and whether it names anybody there. */
interface Recipient {
  readonly to: string;
  readonly names: 'shown' | 'kept-out';
}

/**
 * Posts the digest of a period, once: what was posted is written down message by message, and a message that may have gone
 * out before the bot stopped is looked for in the channel and not posted again. Harmless for a period that is done.
 */
export async function publishReport(world: World, reportId: ReportId, period: Instant): Promise<void> {
  await lockOf(world.store).run(`digest:${reportId}`, async () => {
    const plan = planOf(world, reportId);
    const record = await world.store.get('digests', reportId);
    if (plan === null || (record !== null && (record.period > period || (record.period === period && record.state === 'posted'))))
      return;
    const again = record?.period === period ? record : null;
    const report = await buildReport(world, reportId);
    const now = toInstant(world.clock.now());
    // What was never posted is new to everybody still.
    const before = record === null ? null : record.state === 'posted' ? record.now : record.before;
    const begun: DigestRecord = again ?? {
      id: reportId,
      version: (record?.version ?? 0) + 1,
      period,
      state: 'posting',
      placed: {},
      sending: null,
      before,
      now: { at: now, keys: report.rows.map(markOf) },
    };
    if (again === null) await put(world, begun, record);
    await postAll(world, { plan, report, period, record: begun, silent: plan.whenNothingNew === 'silent' });
  });
}

/**
 * Posts a report now, beside its schedule, to where its digest goes. The next digest tells what is new since this one.
 * @throws ForbiddenError, ConfigError when the configuration names no place.
 */
export async function publishNow(world: World, caller: Caller, reportId: ReportId): Promise<Published> {
  await requireRight(world, caller, 'admin');
  const plan = planOf(world, reportId);
  if (plan === null)
    throw new ConfigError(`There is no place to post “${reportId}” to.`, [], {
      hint: `Give \`reports.${reportId}\` a channel or people in the configuration, and a schedule.`,
    });
  return lockOf(world.store).run(`digest:${reportId}`, async () => {
    const record = await world.store.get('digests', reportId);
    const report = await buildReport(world, reportId);
    const now = toInstant(world.clock.now());
    const begun: DigestRecord = {
      id: reportId,
      version: (record?.version ?? 0) + 1,
      // The time of a digest that is still owed stays open.
      period: record?.period ?? now,
      state: 'posting',
      placed: {},
      sending: null,
      before: record?.now ?? null,
      now: { at: now, keys: report.rows.map(markOf) },
    };
    await put(world, begun, record);
    const published = await postAll(world, { plan, report, period: now, record: begun, silent: false, by: caller });
    // Whoever has just invited the bot need not wait for the morning.
    if (reportId === 'renewals' && plan.channel !== null) await askRenewals(world, plan.channel);
    return published;
  });
}

/** Where a digest went, and why it went nowhere else. */
export interface Published {
  readonly to: readonly string[];
  readonly refused: readonly string[];
}

interface Posting {
  readonly plan: DigestPlan;
  readonly report: Report;
  readonly period: Instant;
  readonly record: DigestRecord;
  readonly silent: boolean;
  readonly by?: Caller;
}

async function postAll(world: World, posting: Posting): Promise<Published> {
  const { plan, report, period } = posting;
  let { record } = posting;
  const refused: string[] = [];
  const now = world.clock.now();
  const before = record.before === null ? null : { at: record.before.at, keys: new Set(record.before.keys) };
  const late = posting.by === undefined && now.getTime() - Date.parse(period) >= LATE_MS;
  const as = (names: Recipient['names']): Digest => digestOf(report, { period, late, before, names, mark: markOf });
  const { change } = as('kept-out');
  const nothing = before === null ? change.total === 0 : change.added + change.again + change.gone === 0;
  const quiet = posting.by === undefined && nothing;
  const keep = async (next: Partial<DigestRecord>): Promise<void> => {
    const doc: DigestRecord = { ...record, ...next, version: record.version + 1 };
    await put(world, doc, record);
    record = doc;
  };
  if (!(quiet && posting.silent)) {
    for (const { to, names } of recipients(plan)) {
      if (to in record.placed) continue;
      const digest = as(names);
      const found = record.sending === to ? await world.digests.find(to, digest, record.now.at) : null;
      if (found === 'unknown') {
        // Twice is worse than a message that perhaps is missing: the next one tells what is new since.
        world.log.warn('digest.in-doubt', { report: report.id, to, period });
        await keep({ placed: { ...record.placed, [to]: null }, sending: null });
        continue;
      }
      let place = found;
      if (place === null) {
        if (record.sending !== to) await keep({ sending: to });
        try {
          const sent = await (quiet ? world.digests.postLine(to, digest) : world.digests.post(to, digest));
          if ('refused' in sent) refused.push(sent.refused);
          else place = sent;
        } catch (cause) {
          if (cause instanceof TransportError && cause.neverSent) await keep({ sending: null });
          throw cause;
        }
      }
      // A start in between finds the message and brings what belongs beneath it.
      if (place !== null && !quiet) await attach(world, place, report, names);
      await keep({ placed: { ...record.placed, [to]: place }, sending: null });
    }
  }
  await finish(world, posting, record, change.added);
  await keepDigestTrouble(world, report.id, refused.length === 0 ? null : troubleWords(report, refused));
  return { to: Object.entries(record.placed).flatMap(([to, place]) => (place === null ? [] : [to])), refused };
}

function troubleWords({ id, title }: Report, refused: readonly string[]): string {
  const why = refused.length === 1 ? refused[0] : refused.join(' And ');
  return `The digest “${title}” could not be posted: ${why} \`seatwarden report ${id} --post\` then posts it.`;
}

async function finish(world: World, { report, period, by }: Posting, record: DigestRecord, added: number): Promise<void> {
  const doc: DigestRecord = { ...record, state: 'posted', version: record.version + 1 };
  const to = Object.entries(record.placed).flatMap(([place, message]) => (message === null ? [] : [place]));
  await world.store.commit({
    put: [{ collection: 'digests', doc, expected: record.version }],
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: by === undefined ? SYSTEM : actorOf(by.person, by.via),
        verb: 'digest.posted',
        subject: `report/${report.id}`,
        requestId: null,
        detail: { period, to, rows: report.rows.length, new: added },
      },
    ],
  });
  world.log.info('digest.posted', { report: report.id, period, to, rows: report.rows.length });
}

/** Lists and pictures are no part of what was promised: what fails here is logged. */
async function attach(world: World, place: Place, report: Report, names: Recipient['names']): Promise<void> {
  try {
    const files: DigestFile[] = await Promise.all(report.charts.filter(hasShape).map((chart) => chartFile(world, chart)));
    const long = names === 'shown' && report.rows.length > ROWS_SHOWN;
    if (long)
      files.unshift({
        name: `${report.id}-${report.asOf.slice(0, 10)}.csv`,
        title: `${report.title}: all ${report.rows.length} rows`,
        content: reportCsv(report, { bom: true }),
      });
    await world.digests.attach(place, long ? digestTable(report) : null, files);
  } catch (cause) {
    world.log.warn('digest.not-attached', { report: report.id, cause });
  }
}

async function chartFile(world: World, chart: Chart): Promise<DigestFile> {
  return { name: `${chart.key}.png`, title: chart.title, content: await world.charts.png(chart) };
}

function recipients(plan: DigestPlan): readonly Recipient[] {
  const names = plan.privacy === 'counts' ? 'kept-out' : 'shown';
  const everybody = [...(plan.channel === null ? [] : [plan.channel]), ...plan.to];
  const all: Recipient[] = everybody.map((to) => ({ to, names }));
  // Whoever is both gets one message, with the names.
  if (plan.privacy === 'counts') all.push(...plan.reviewers.map((to) => ({ to, names: 'shown' }) as const));
  return [...new Map(all.map((one) => [one.to, one])).values()];
}

function planOf(world: World, reportId: ReportId): DigestPlan | null {
  return world.settings().reports.digests.find((plan) => plan.reportId === reportId) ?? null;
}

function put(world: World, doc: DigestRecord, before: DigestRecord | null): Promise<void> {
  return world.store.commit({ put: [{ collection: 'digests', doc, expected: before?.version ?? null }] });
}

/** A row's key, shortened, for a hundred thousand of them are kept with each digest; and its stage, after a dot. */
export function markOf({ key, stage }: Pick<ReportRow, 'key' | 'stage'>): string {
  const short = createHash('sha256').update(key).digest('base64url').slice(0, 8);
  return stage === undefined ? short : `${short}.${stage}`;
}
