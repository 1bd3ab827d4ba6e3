import type { ActionRequest } from '../domain/action-request.ts';
import type { Chart } from '../domain/chart.ts';
import { normaliseEmail } from '../domain/person.ts';
import { type Holding, holderEmail } from '../domain/seat.ts';
import { addMs, DAY_MS, type Instant } from '../domain/time.ts';
import { regretOf, takenAt } from '../policies/regret.ts';
import { count, plainDay } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { isJudged, isPaid, isReclaimable, Judge } from './judge.ts';
import { byName, column, MoneySum, narrowed, productOf, SLICE, sourceNotes, sourcesOf, totalWords } from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';
import { Spend } from './spend.ts';

const COLUMNS = [
  column('app', 'App', 'text'),
  column('product', 'Product', 'text', 'title'),
  column('free', 'Free now', 'number'),
  column('idle', 'Could be freed', 'number'),
  column('unsure', 'Ask first', 'number'),
  column('worth', 'Worth a year', 'money'),
  column('on', 'Saves cash on', 'date'),
  column('when', 'When', 'text', 'statement'),
];

interface Potential {
  readonly integration: IntegrationFacts;
  readonly product: string;
  /** When the vendor stops charging for what is not renewed; null when nobody says. */
  readonly on: Instant | null;
  free: number;
  idle: number;
  unsure: number;
  readonly worth: MoneySum;
}

interface Potentials {
  readonly groups: readonly (readonly [key: string, group: Potential])[];
  readonly free: readonly Holding[];
  readonly idle: readonly Holding[];
  readonly spend: Spend;
}

/** When a destructive request frees something that is paid for, by the day it happened. */
interface Realised {
  readonly request: ActionRequest;
  readonly holding: Holding;
}

export const savings: ReportDefinition = {
  id: 'savings',
  title: 'Savings',
  summary: 'What is free now, what would save cash and on which day, and what taking seats back has saved so far.',
  needs: ['requests'],
  *build(all, settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const potential = yield* potentialOf(facts, new Judge(facts, settings.idle, now, request.days ?? null));
    const [freeNow, couldFree, onRenewal, unsaid] = [new MoneySum(), new MoneySum(), new MoneySum(), new MoneySum()];
    const rows: ReportRow[] = [];
    for (const [key, group] of potential.groups) {
      (group.on === null ? unsaid : onRenewal).take(group.worth);
      rows.push(toRow(key, group));
    }
    for (const holding of potential.free) freeNow.add(holding, facts);
    for (const holding of potential.idle) couldFree.add(holding, facts);
    rows.sort((a, b) => byName(dateKey(a), dateKey(b)) || byName(a.key, b.key));

    const regret = regretOf(facts.requests, new Date(0).toISOString(), settings.regretDays);
    const lost = new Set(regret.regretted.map((one) => one.id));
    const ids = new Set(facts.integrations.map((one) => one.id));
    const done = facts.requests.flatMap((one): Realised[] => (ids.has(one.integrationId) ? realisedBy(one) : []));
    for (const id of yield* backAtTheVendor(done, facts, settings.regretDays)) lost.add(id);
    const [realised, regretted] = [new MoneySum(), new MoneySum()];
    for (const { request: one, holding } of done) (lost.has(one.id) ? regretted : realised).add(holding, facts);
    const kept = done.filter(({ request: one }) => !lost.has(one.id));

    const totals = {
      spend: potential.spend.total(),
      free: freeNow.total('free-now', 'Free now, to be given out again'),
      could: couldFree.total('could-free', 'Could be freed'),
      renewal: onRenewal.total('on-renewal', 'Saves cash at a renewal'),
      unsaid: unsaid.total('undated', 'Saves cash on a day the vendor does not tell'),
      realised: realised.total('realised', 'Taken back and not missed'),
      regret: regretted.total('regret', 'Taken back and given back'),
    };
    const next = rows.find((row) => typeof row.cells['on'] === 'string')?.cells['on'];
    const sources = sourcesOf(facts, now);
    const { unpriced } = totals.spend;
    const most = potential.spend.mostWords();
    return {
      id: 'savings',
      title: 'Savings',
      asOf: now,
      headline: [
        `Free now: ${count(potential.free.length, 'seat')}, worth ${totalWords(totals.free)}, for whoever needs one next.`,
        `Could be freed: ${count(potential.idle.length, 'seat')} that nobody uses, worth ${totalWords(totals.could)}.`,
        typeof next === 'string'
          ? `Cash is saved only when seats are not renewed: ${totalWords(totals.renewal)}, the first of it on ${plainDay(next)}.`
          : 'No vendor tells a renewal date, so nobody can say when that becomes cash.',
        done.length === 0
          ? 'Nothing was taken back through Seatwarden yet.'
          : `Taken back so far and not missed: ${count(kept.length, 'seat')}, worth ${totalWords(totals.realised)}; ${count(done.length - kept.length, 'seat')} came back.`,
        ...(most === null ? [] : [`All seats cost ${totalWords(totals.spend)}, ${most}.`]),
      ],
      counts: [
        { key: 'free', label: 'Free now', value: potential.free.length },
        { key: 'idle', label: 'Could be freed', value: potential.idle.length },
        { key: 'realised', label: 'Taken back', value: kept.length },
        { key: 'regret', label: 'Given back', value: done.length - kept.length },
      ],
      money: Object.values(totals),
      columns: COLUMNS,
      rows,
      charts: [...potential.spend.charts(), ...realisedChart(kept)],
      sources,
      notes: [
        ...(unpriced === 0
          ? []
          : [
              `${count(unpriced, 'seat has', 'seats have')} no price in the configuration (\`prices\`), so the sums are lower than the truth.`,
            ]),
        `What was given back within ${count(settings.regretDays, 'day')} is not counted as saved. Prices are those of today.`,
        ...sourceNotes(sources),
      ],
    };
  },
};

function* potentialOf(facts: ReportFacts, judge: Judge): Generator<void, Potentials> {
  const groups = new Map<string, Potential>();
  const free: Holding[] = [];
  const idle: Holding[] = [];
  const spend = new Spend();
  for (const integration of facts.integrations) {
    for (const [at, { holding, active }] of integration.holdings.entries()) {
      if (at % SLICE === 0) yield;
      if (!active || !isPaid(holding)) continue;
      const isFree = holding.kind === 'seat' && holding.status === 'free';
      const judgement = !isFree && isJudged(holding) ? judge.judge(holding) : null;
      spend.add(holding, integration, facts, isFree ? 'free' : judgement !== null && isReclaimable(judgement) ? 'idle' : 'used');
      // What the vendor says nothing about is no potential, not even one to ask about.
      if (!isFree && judgement?.use !== 'idle') continue;
      const on = holding.kind === 'seat' ? holding.validUntil : null;
      const { code, name: product } = productOf(holding, integration);
      const key = `${integration.id}/${code}/${on?.slice(0, 10) ?? 'undated'}`;
      let group = groups.get(key);
      if (group === undefined) {
        group = { integration, product, on, free: 0, idle: 0, unsure: 0, worth: new MoneySum() };
        groups.set(key, group);
      }
      if (isFree) {
        group.free += 1;
        free.push(holding);
      } else if (judgement !== null && isReclaimable(judgement)) {
        group.idle += 1;
        idle.push(holding);
      } else {
        if (judgement?.tier === 'ask-first') group.unsure += 1;
        continue;
      }
      group.worth.add(holding, facts);
    }
  }
  const worthwhile = [...groups].filter(([, { free: some, idle: more, unsure }]) => some + more + unsure > 0);
  return { groups: worthwhile, free, idle, spend };
}

function toRow(key: string, group: Potential): ReportRow {
  return {
    key,
    tone: group.idle > 0 ? 'warn' : 'note',
    cells: {
      app: group.integration.name,
      product: group.product,
      free: group.free,
      idle: group.idle,
      unsure: group.unsure,
      worth: group.worth.cell(),
      on: group.on,
      when: group.on === null ? 'The vendor does not say' : 'If it is not renewed',
    },
    target: null,
    tier: null,
    reason: null,
  };
}

/** Those without a day last. */
function dateKey(row: ReportRow): string {
  const on = row.cells['on'];
  return typeof on === 'string' ? on : '9';
}

/** What a request took away that was paid for; what was undone is regret, and the parts of a bulk request count one by one. */
function realisedBy(request: ActionRequest): Realised[] {
  if (request.effect !== 'destructive' || request.bulk !== undefined) return [];
  if (request.state !== 'succeeded' && request.state !== 'undone') return [];
  const { kind, id } = request.target;
  const holding = request.evidence.holdings.find((one) => one.kind === kind && one.externalId === id);
  return holding === undefined || !isPaid(holding) ? [] : [{ request, holding }];
}

/** Requests whose seat its person holds again by the day the vendor tells, though nobody gave it back through Seatwarden. */
function* backAtTheVendor(
  done: readonly Realised[],
  facts: ReportFacts,
  withinDays: number,
): Generator<void, ReadonlySet<string>> {
  const back = new Set<string>();
  const taken = new Map<string, Realised[]>();
  for (const one of done) {
    const key = whoseKey(one.holding);
    if (key !== null) taken.set(key, [...(taken.get(key) ?? []), one]);
  }
  if (taken.size === 0) return back;
  for (const { holdings } of facts.integrations) {
    for (const [at, { holding, active }] of holdings.entries()) {
      if (at % SLICE === 0) yield;
      const since = holding.kind === 'seat' && active ? holding.assignedAt : null;
      if (since === null) continue;
      for (const { request } of taken.get(whoseKey(holding) ?? '') ?? []) {
        const at = takenAt(request);
        if (since > at && since <= addMs(at, withinDays * DAY_MS)) back.add(request.id);
      }
    }
  }
  return back;
}

function whoseKey(holding: Holding): string | null {
  const email = holderEmail(holding);
  return holding.kind !== 'seat' || email === null
    ? null
    : `${holding.integrationId}/${holding.product.code}/${normaliseEmail(email)}`;
}

/** Seats taken back and not missed, by month. */
function realisedChart(kept: readonly Realised[]): readonly Chart[] {
  if (kept.length === 0) return [];
  const months = new Map<string, number>();
  for (const { request } of kept) {
    const month = (request.startedAt ?? request.createdAt).slice(0, 7);
    months.set(month, (months.get(month) ?? 0) + 1);
  }
  const points = [...months].toSorted(([a], [b]) => byName(a, b)).map(([label, value]) => ({ label, value }));
  return [{ key: 'taken-back', title: 'Seats taken back', kind: 'bar', unit: 'seats', series: [{ label: 'Seats', points }] }];
}
