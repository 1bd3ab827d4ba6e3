import type { RenewalFacts } from '../domain/renewal.ts';
import type { Instant } from '../domain/time.ts';
import { moneyWords } from './parts.ts';
import type { Cell, Money, Report, ReportRow } from './report.ts';

const LEAD = /^renewal-(\d+)$/;

/** A pack whose renewal is near. */
export interface RenewalDue {
  /** The same at each lead time. */
  readonly key: string;
  readonly integrationId: string;
  /** The lead time it has reached, in days. */
  readonly lead: number;
  readonly facts: RenewalFacts;
}

/** The packs in a report of renewals that have reached a lead time and not their day. */
export function renewalsDue(report: Report): readonly RenewalDue[] {
  return report.rows.flatMap((row) => {
    const [, lead] = LEAD.exec(row.stage ?? '') ?? [];
    const { key } = row;
    const { on } = row.cells;
    if (lead === undefined || typeof on !== 'string') return [];
    return [{ key, integrationId: key.split('/')[0] ?? '', lead: Number(lead), facts: factsOf(row, on, report.asOf) }];
  });
}

function factsOf({ cells }: ReportRow, on: Instant, asOf: Instant): RenewalFacts {
  const number = (key: string): number => Number(cells[key] ?? 0);
  const text = (key: string): string => String(cells[key] ?? '');
  const { pack = null, renews = null, cost = null, saves = null } = cells;
  return {
    asOf,
    app: text('app'),
    product: text('product'),
    pack: typeof pack === 'string' ? pack : null,
    on,
    days: number('days'),
    renews: typeof renews === 'boolean' ? renews : null,
    seats: number('seats'),
    used: number('used'),
    free: number('free'),
    idle: number('idle'),
    keep: number('keep'),
    suggestion: text('suggestion'),
    cost: amountOf(cost),
    saves: amountOf(saves),
  };
}

function amountOf(cell: Cell): string | null {
  return Array.isArray(cell) ? moneyWords(cell as readonly Money[]) : null;
}
