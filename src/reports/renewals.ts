import { decisionWords, type RenewalDecision } from '../domain/renewal.ts';
import { daysUntil, type Instant } from '../domain/time.ts';
import { count, joinWords, plainDay } from '../words.ts';
import { stageOf } from './expired-subscriptions.ts';
import type { IntegrationFacts } from './facts.ts';
import { isJudged, isPaid, isReclaimable, Judge } from './judge.ts';
import { byName, column, MoneySum, narrowed, packOf, SLICE, sourceNotes, sourcesOf, totalWords } from './parts.ts';
import type { Report, ReportDefinition, ReportRow } from './report.ts';

const COLUMNS = [
  column('on', 'On', 'date'),
  column('days', 'Days left', 'days', 'unsaid'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text', 'title'),
  column('pack', 'Pack', 'text'),
  column('decision', 'Decision', 'text', 'figure'),
  column('renews', 'Renews by itself', 'yes-no'),
  column('seats', 'Seats', 'number'),
  column('used', 'Used', 'number'),
  column('free', 'Free', 'number'),
  column('idle', 'Idle', 'number'),
  column('keep', 'Enough', 'number', 'unsaid'),
  column('suggestion', 'Suggestion', 'text', 'statement'),
  column('cost', 'Costs a year', 'money'),
  column('saves', 'Could save', 'money'),
  column('decidedBy', 'Decided by', 'person', 'figure'),
  column('decidedAt', 'Decided on', 'date'),
  column('why', 'Reason', 'text', 'figure'),
];

/** What was bought together and ends together. */
interface Pack {
  readonly integration: IntegrationFacts;
  readonly product: string;
  readonly code: string;
  readonly pack: string | null;
  readonly on: Instant;
  seats: number;
  free: number;
  idle: number;
  unsure: number;
  /** Null while its seats do not agree. */
  renews: boolean | null;
  readonly cost: MoneySum;
  readonly saves: MoneySum;
  /** What was decided; null while nobody has; undefined where nobody was asked. */
  readonly decision: RenewalDecision | null | undefined;
}

export const renewals: ReportDefinition = {
  id: 'renewals',
  title: 'Renewals',
  summary: 'What renews or ends when, by subscription pack, how much of it is needed and what it costs.',
  needs: [],
  *build(all, settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const judge = new Judge(facts, settings.idle, now);
    const packs = new Map<string, Pack>();
    const undated: string[] = [];
    for (const integration of facts.integrations) {
      const paid = integration.holdings.filter((one) => one.active && isPaid(one.holding)).map((one) => one.holding);
      let without = 0;
      for (const [at, holding] of paid.entries()) {
        if (at % SLICE === 0) yield;
        const on = holding.kind === 'seat' ? holding.validUntil : null;
        if (holding.kind === 'account' || on === null) {
          without += 1;
          continue;
        }
        const days = daysUntil(now, on);
        if (days > settings.renewalHorizonDays) continue;
        const key = `${integration.id}/${packOf(holding) ?? holding.product.code}/${holding.product.code}/${on.slice(0, 10)}`;
        let pack = packs.get(key);
        if (pack === undefined) {
          const { code, name: product } = holding.product;
          const asked = facts.renewals.get(key);
          const counts = { seats: 0, free: 0, idle: 0, unsure: 0, renews: holding.autoRenews };
          pack = {
            integration,
            product,
            code,
            pack: packOf(holding),
            on,
            ...counts,
            cost: new MoneySum(),
            saves: new MoneySum(),
            decision: asked === undefined ? undefined : (asked.decisions.at(-1) ?? null),
          };
          packs.set(key, pack);
        }
        pack.seats += 1;
        if (pack.renews !== holding.autoRenews) pack.renews = null;
        pack.cost.add(holding, facts);
        const judgement = isJudged(holding) ? judge.judge(holding) : null;
        if (holding.status === 'free') pack.free += 1;
        else if (judgement !== null && isReclaimable(judgement)) pack.idle += 1;
        else {
          if (judgement !== null && judgement.use !== 'in-use') pack.unsure += 1;
          continue;
        }
        pack.saves.add(holding, facts);
      }
      if (without > 0) undated.push(`${integration.name} (${count(without, 'seat')})`);
    }
    const rows = [...packs].map(([key, pack]) => toRow(key, pack, settings.renewalLeadDays, now));
    rows.sort((a, b) => byName(String(a.cells['on']), String(b.cells['on'])) || byName(a.key, b.key));
    return {
      id: 'renewals',
      title: 'Renewals',
      asOf: now,
      ...summary([...packs.values()], settings.renewalLeadDays[0] ?? 0, settings.renewalHorizonDays, now),
      columns: COLUMNS,
      rows,
      charts: aheadChart([...packs.values()]),
      sources: sourcesOf(facts, now),
      notes: [
        ...(undated.length === 0 ? [] : [`The vendor does not say when it renews: ${joinWords(undated)}.`]),
        'An idle seat saves money from the renewal on, not from the day it is taken back.',
        ...sourceNotes(sourcesOf(facts, now)),
      ],
    };
  },
};

function toRow(key: string, pack: Pack, leadDays: readonly number[], now: Instant): ReportRow {
  const days = daysUntil(now, pack.on);
  const near = days <= (leadDays[0] ?? 0);
  return {
    key,
    ...(near ? { stage: stageOf('renewal', days, leadDays) } : {}),
    tone: days < 0 ? 'wrong' : near && !pack.decision ? 'warn' : 'note',
    cells: {
      on: pack.on,
      days,
      app: pack.integration.name,
      product: pack.product,
      pack: pack.pack,
      decision: pack.decision ? decisionWords(pack.decision) : null,
      renews: pack.renews,
      seats: pack.seats,
      used: pack.seats - pack.free - pack.idle,
      free: pack.free,
      idle: pack.idle,
      keep: pack.seats - pack.free - pack.idle,
      suggestion: suggestionOf(pack),
      cost: pack.cost.cell(),
      saves: pack.free + pack.idle === 0 ? null : pack.saves.cell(),
      decidedBy: pack.decision ? { name: pack.decision.by.name, email: pack.decision.by.email } : null,
      decidedAt: pack.decision?.at ?? null,
      why: pack.decision?.reason ?? null,
    },
    target: null,
    tier: null,
    reason: null,
  };
}

function suggestionOf({ seats, free, idle, unsure, renews }: Pack): string {
  const spare = free + idle;
  const ask = unsure === 0 ? '' : ` Ask first about ${unsure}.`;
  if (spare === 0) return `${renews === true ? 'Let it renew' : 'Renew'} whole.${ask}`;
  const why = joinWords([...(free === 0 ? [] : [`${free} free`]), ...(idle === 0 ? [] : [`${idle} idle`])]);
  return `${seats === spare ? 'Let it end' : `Renew ${seats - spare} of ${seats}`}: ${why}.${ask}`;
}

function summary(
  packs: readonly Pack[],
  lead: number,
  horizon: number,
  now: Instant,
): Pick<Report, 'headline' | 'counts' | 'money'> {
  const [cost, saves, soon] = [new MoneySum(), new MoneySum(), new MoneySum()];
  const near = packs.filter((pack) => daysUntil(now, pack.on) <= lead);
  for (const pack of packs) {
    cost.take(pack.cost);
    saves.take(pack.saves);
  }
  for (const pack of near) soon.take(pack.cost);
  const next = packs.toSorted((a, b) => byName(a.on, b.on)).find((pack) => daysUntil(now, pack.on) >= 0);
  const spare = packs.reduce((sum, pack) => sum + pack.free + pack.idle, 0);
  const soonTotal = soon.total('soon', `In the next ${count(lead, 'day')}`);
  const asked = near.filter(({ decision }) => decision !== undefined);
  const open = asked.filter(({ decision }) => decision === null).length;
  const savesTotal = saves.total('saves', 'Free or idle at the renewal');
  return {
    headline: [
      packs.length === 0
        ? `Nothing renews in the next ${count(horizon, 'day')}, as far as the vendors say.`
        : `${count(near.length, 'pack renews or ends', 'packs renew or end')} in the next ${count(lead, 'day')}${near.length === 0 ? '' : `, costing ${totalWords(soonTotal)}`}.`,
      ...(asked.length === 0
        ? []
        : [
            open === 0
              ? 'All that was asked about them is decided.'
              : `${open} of them ${open === 1 ? 'waits' : 'wait'} for a decision.`,
          ]),
      ...(next === undefined ? [] : [`Next is ${next.product} (${next.integration.name}) on ${plainDay(next.on)}.`]),
      ...(spare === 0
        ? []
        : [`${count(spare, 'seat')} free or idle would not have to be renewed, worth ${totalWords(savesTotal)}.`]),
    ],
    counts: [
      { key: 'soon', label: `In ${lead} days`, value: near.length },
      ...(asked.length === 0 ? [] : [{ key: 'undecided', label: 'To decide', value: open }]),
      { key: 'packs', label: 'Packs', value: packs.length },
      { key: 'spare', label: 'Seats not needed', value: spare },
    ],
    money: [soonTotal, cost.total('all', `In the next ${count(horizon, 'day')}`), savesTotal],
  };
}

/** Seats that renew, by month. */
function aheadChart(packs: readonly Pack[]): Report['charts'] {
  const months = new Map<string, number>();
  for (const pack of packs) months.set(pack.on.slice(0, 7), (months.get(pack.on.slice(0, 7)) ?? 0) + pack.seats);
  if (months.size === 0) return [];
  const points = [...months].toSorted(([a], [b]) => byName(a, b)).map(([label, value]) => ({ label, value }));
  return [
    { key: 'renewals-ahead', title: 'Seats that renew or end', kind: 'bar', unit: 'seats', series: [{ label: 'Seats', points }] },
  ];
}
