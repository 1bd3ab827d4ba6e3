import type { ReportSettings } from '../domain/report-settings.ts';
import type { Holding } from '../domain/seat.ts';
import { count, joinWords } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { isJudged, isPaid, isReclaimable, Judge, type Judgement } from './judge.ts';
import {
  byName,
  column,
  MoneySum,
  narrowed,
  personOf,
  productOf,
  rowKey,
  SLICE,
  sourceNotes,
  sourcesOf,
  targetOf,
  totalWords,
} from './parts.ts';
import type { ReportDefinition, ReportRow, Tier } from './report.ts';
import { idleTrendChart } from './trend.ts';

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('team', 'Team', 'text'),
  column('days', 'Idle days', 'days', 'unsaid'),
  column('lastUse', 'Last used', 'date', 'unsaid'),
  column('since', 'Held since', 'date', 'unsaid'),
  column('tier', 'How sure', 'tier'),
  column('reason', 'Because', 'text', 'statement'),
  column('cost', 'A year', 'money'),
  column('id', 'Id', 'text', 'unsaid'),
];

const ORDER: Readonly<Record<Tier, number>> = { certain: 0, probable: 1, 'ask-first': 2, excluded: 3 };

export const inactiveUsers: ReportDefinition = {
  id: 'inactive-users',
  title: 'Inactive users',
  summary: 'Seats that nobody uses, how sure that is, and what they cost.',
  needs: ['trend'],
  *build(all, settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const judge = new Judge(facts, settings.idle, now, request.days ?? null);
    const rows: ReportRow[] = [];
    const tiers: Record<Tier, number> = { certain: 0, probable: 0, 'ask-first': 0, excluded: 0 };
    const money = new MoneySum();
    const silent: string[] = [];
    const people = new Set<string>();
    const perApp = new Map<string, number>();
    let judged = 0;
    for (const integration of facts.integrations) {
      const held = integration.holdings.filter((one) => one.active && isJudged(one.holding)).map((one) => one.holding);
      judged += held.length;
      // A vendor that never tells is one sentence, not a list of everybody.
      if (held.length > 0 && held.every((one) => one.lastActivity.kind === 'unknown')) {
        silent.push(`${integration.name} (${count(held.length, 'seat')})`);
        continue;
      }
      for (const [at, holding] of held.entries()) {
        if (at % SLICE === 0) yield;
        const judgement = judge.judge(holding);
        if (judgement.use === 'in-use') continue;
        tiers[judgement.tier] += 1;
        if (isReclaimable(judgement)) {
          if (isPaid(holding)) money.add(holding, facts);
          perApp.set(integration.name, (perApp.get(integration.name) ?? 0) + 1);
        }
        const row = toRow(holding, judgement, integration, facts);
        people.add(row.target?.email ?? row.key);
        rows.push(row);
      }
    }
    rows.sort(compare);
    const sources = sourcesOf(facts, now);
    const total = money.total('reclaimable', 'Certainly and probably not needed');
    const sure = tiers.certain + tiers.probable;
    return {
      id: 'inactive-users',
      title: 'Inactive users',
      asOf: now,
      headline: [
        sure === 0
          ? `No seat is certainly or probably unused, of ${judged} that were looked at.`
          : `${count(sure, 'seat is', 'seats are')} not used${daysWords(settings, request.days)}: ${tiers.certain} for certain, ${tiers.probable} probably. They cost ${totalWords(total)}.`,
        ...(tiers['ask-first'] === 0 ? [] : [`${count(tiers['ask-first'], 'seat')} to ask about first.`]),
        ...(tiers.excluded === 0 ? [] : [`${count(tiers.excluded, 'seat')} left alone, with the reason.`]),
      ],
      counts: [
        { key: 'certain', label: 'Certain', value: tiers.certain },
        { key: 'probable', label: 'Probable', value: tiers.probable },
        { key: 'ask-first', label: 'Ask first', value: tiers['ask-first'] },
        { key: 'excluded', label: 'Left alone', value: tiers.excluded },
        { key: 'people', label: 'People', value: people.size },
      ],
      money: [total],
      columns: COLUMNS,
      rows,
      charts: [
        ...idleTrendChart(facts, now),
        ...(perApp.size === 0
          ? []
          : [
              {
                key: 'idle-by-app',
                title: 'Seats certainly or probably not needed',
                kind: 'bar',
                unit: 'seats',
                series: [
                  {
                    label: 'Seats',
                    points: [...perApp].toSorted(([, a], [, b]) => b - a).map(([label, value]) => ({ label, value })),
                  },
                ],
              } as const,
            ]),
      ],
      sources,
      notes: [
        ...(silent.length === 0
          ? []
          : [`Nobody is judged in ${joinWords(silent)}: the vendor does not say when anybody used it, and unknown is not idle.`]),
        ...(facts.directory === null ? ['Slack could not be asked, so nobody’s status says that they are away.'] : []),
        ...sourceNotes(sources),
      ],
    };
  },
};

function toRow(holding: Holding, judgement: Judgement, integration: IntegrationFacts, facts: ReportFacts): ReportRow {
  const cost = new MoneySum();
  cost.add(holding, facts);
  return {
    key: rowKey(holding),
    tone: isReclaimable(judgement) ? 'wrong' : judgement.tier === 'excluded' ? 'note' : 'warn',
    cells: {
      person: personOf(holding, facts),
      app: integration.name,
      product: productOf(holding, integration).name,
      team: holding.kind === 'seat' ? (holding.team?.name ?? null) : null,
      days: judgement.days,
      lastUse: holding.lastActivity.kind === 'at' ? holding.lastActivity.at : null,
      since: holding.kind === 'seat' ? holding.assignedAt : holding.createdAt,
      tier: judgement.tier,
      reason: judgement.because,
      cost: cost.cell(),
      id: holding.externalId,
    },
    target: targetOf(holding),
    tier: judgement.tier,
    reason: judgement.because,
  };
}

function compare(a: ReportRow, b: ReportRow): number {
  const tiers = ORDER[a.tier ?? 'excluded'] - ORDER[b.tier ?? 'excluded'];
  if (tiers !== 0) return tiers;
  const days = Number(b.cells['days'] ?? -1) - Number(a.cells['days'] ?? -1);
  return days === 0 ? byName(a.key, b.key) : days;
}

function daysWords({ idle }: ReportSettings, days: number | undefined): string {
  if (days !== undefined) return ` for ${count(days, 'day')} or more`;
  return Object.keys(idle.thresholds).length === 0
    ? ` for ${count(idle.inactiveDays, 'day')} or more`
    : ' for longer than allowed';
}
