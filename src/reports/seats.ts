import type { Holding } from '../domain/seat.ts';
import { count, joinWords } from '../words.ts';
import type { IntegrationFacts } from './facts.ts';
import { isJudged, isPaid, isReclaimable, Judge } from './judge.ts';
import { byName, column, MoneySum, narrowed, productOf, SLICE, sourceNotes, sourcesOf, totalWords } from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';
import { seatTrendChart } from './trend.ts';

const COLUMNS = [
  column('app', 'App', 'text'),
  column('product', 'Product', 'text', 'title'),
  column('team', 'Team', 'text'),
  column('bought', 'Bought', 'number'),
  column('used', 'Used', 'number'),
  column('pooled', 'Pooled', 'number'),
  column('free', 'Free', 'number'),
  column('idle', 'Idle', 'number'),
  column('expired', 'Expired', 'number'),
  column('other', 'Neither used nor free', 'number'),
  column('cost', 'Costs a year', 'money'),
  column('warning', 'Warning', 'text', 'statement'),
];

/** `other`: bought, and neither anybody's nor to be given out. Expired seats are not bought any more. */
interface Numbers {
  used: number;
  pooled: number;
  free: number;
  idle: number;
  expired: number;
  other: number;
}

interface Group extends Numbers {
  readonly integration: IntegrationFacts;
  readonly product: { readonly code: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string } | null;
  readonly cost: MoneySum;
}

export const seats: ReportDefinition = {
  id: 'seats',
  title: 'Seats',
  summary: 'Seats bought, used, free, idle and expired, by product and team, and where they run low.',
  needs: ['trend'],
  *build(all, settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const judge = new Judge(facts, settings.idle, now);
    const groups = new Map<string, Group>();
    const untold: string[] = [];
    for (const integration of facts.integrations) {
      let unclear = 0;
      for (const [at, { holding, active }] of integration.holdings.entries()) {
        if (at % SLICE === 0) yield;
        if (!active || !takesSeat(holding)) continue;
        if (holding.kind === 'account' && holding.paidSeat === null) unclear += 1;
        const product = productOf(holding, integration);
        const team = holding.kind === 'seat' ? holding.team : null;
        const key = `${integration.id}/${product.code}/${team?.id ?? ''}`;
        let group = groups.get(key);
        if (group === undefined) {
          const none: Numbers = { used: 0, pooled: 0, free: 0, idle: 0, expired: 0, other: 0 };
          group = { integration, product, team, ...none, cost: new MoneySum() };
          groups.set(key, group);
        }
        group[placeOf(holding)] += 1;
        if (isPaid(holding)) group.cost.add(holding, facts);
        if (isJudged(holding) && isReclaimable(judge.judge(holding))) group.idle += 1;
      }
      if (unclear > 0) untold.push(`${integration.name} (${count(unclear, 'user')})`);
    }
    const list = [...groups].toSorted(
      ([, a], [, b]) =>
        byName(a.integration.name, b.integration.name) ||
        byName(a.product.name, b.product.name) ||
        byName(a.team?.name ?? '', b.team?.name ?? ''),
    );
    const free = new Map<string, number>();
    const used = new Map<string, number>();
    for (const [, group] of list) {
      const key = productKey(group);
      free.set(key, (free.get(key) ?? 0) + group.free);
      used.set(key, (used.get(key) ?? 0) + group.used);
    }
    const isLow = (group: Group): boolean => {
      const key = productKey(group);
      return group.integration.listsFree && (used.get(key) ?? 0) > 0 && (free.get(key) ?? 0) < settings.lowSeats;
    };
    const low = new Set(
      list.filter(([, group]) => isLow(group)).map(([, group]) => `${group.product.name} (${free.get(productKey(group))} free)`),
    );
    const rows = list.map(([key, group]) => toRow(key, group, isLow(group) ? (free.get(productKey(group)) ?? 0) : null));
    const sum = (what: keyof Numbers): number => list.reduce((total, [, group]) => total + group[what], 0);
    const money = new MoneySum();
    for (const [, group] of list) money.take(group.cost);
    const total = money.total('all', 'All seats');
    const bought = sum('used') + sum('pooled') + sum('free') + sum('other');
    const sources = sourcesOf(facts, now);
    return {
      id: 'seats',
      title: 'Seats',
      asOf: now,
      headline: [
        `${count(bought, 'seat')}: ${sum('used')} used, ${sum('pooled')} pooled, ${sum('free')} free. They cost ${totalWords(total)}.`,
        `${count(sum('idle'), 'used seat is', 'used seats are')} idle; ${count(sum('expired'), 'seat has', 'seats have')} expired.`,
        ...(low.size === 0 ? [] : [`Running low: ${joinWords([...low])}.`]),
      ],
      counts: [
        { key: 'bought', label: 'Bought', value: bought },
        { key: 'used', label: 'Used', value: sum('used') },
        { key: 'pooled', label: 'Pooled', value: sum('pooled') },
        { key: 'free', label: 'Free', value: sum('free') },
        { key: 'idle', label: 'Idle', value: sum('idle') },
        { key: 'expired', label: 'Expired', value: sum('expired') },
        { key: 'low', label: 'Products running low', value: low.size },
      ],
      money: [total],
      columns: COLUMNS,
      rows: rows.toSorted((a, b) => Number(b.tone === 'warn') - Number(a.tone === 'warn')),
      charts: seatTrendChart(facts, now),
      sources,
      notes: [
        ...(untold.length === 0
          ? []
          : [`The vendor does not say whose seat is paid for, so every user counts: ${joinWords(untold)}.`]),
        ...unlisted(facts.integrations),
        ...sourceNotes(sources),
      ],
    };
  },
};

function productKey(group: Group): string {
  return `${group.integration.id}/${group.product.code}`;
}

function unlisted(integrations: readonly IntegrationFacts[]): readonly string[] {
  const names = integrations.filter((one) => !one.listsFree && one.holdings.length > 0).map((one) => one.name);
  return names.length === 0 ? [] : [`The vendor does not tell how many seats are free: ${joinWords(names)}.`];
}

function takesSeat(holding: Holding): boolean {
  return holding.kind === 'seat' || (holding.enabled && holding.paidSeat !== false);
}

function placeOf(holding: Holding): Exclude<keyof Numbers, 'idle'> {
  if (holding.kind === 'account') return 'used';
  if (holding.status === 'expired') return 'expired';
  if (holding.holder !== null) return holding.holder.kind === 'person' || holding.holder.kind === 'login' ? 'used' : 'pooled';
  return holding.status === 'free' ? 'free' : 'other';
}

function toRow(key: string, group: Group, lowWith: number | null): ReportRow {
  const { used, pooled, free, idle, expired, other } = group;
  const warning = lowWith === null ? null : lowWith === 0 ? 'None is free' : `Only ${lowWith} free`;
  const told = group.integration.listsFree;
  return {
    key,
    tone: warning !== null ? 'warn' : 'note',
    cells: {
      app: group.integration.name,
      product: group.product.name,
      team: group.team?.name ?? null,
      bought: used + pooled + free + other,
      used,
      pooled,
      free: told ? free : null,
      idle,
      expired,
      other,
      cost: group.cost.cell(),
      warning,
    },
    target: null,
    tier: null,
    reason: warning,
  };
}
