import type { IdleRules } from './report-settings.ts';
import type { Holding } from './seat.ts';

/**
 * Idle days after which a seat or user counts as idle: what is said for its product, else for its licence type (what the
 * connector calls its role), else for its app, else for all. Of several licence types the most patient one counts.
 */
export function idleDaysFor(holding: Holding, { thresholds, inactiveDays }: IdleRules): number {
  for (const app of [holding.integrationId, holding.connectorId]) {
    const product = holding.kind === 'seat' ? thresholds[`${app}/${holding.product.code}`] : undefined;
    const found = product ?? daysOfType(holding, app, thresholds) ?? thresholds[app];
    if (found !== undefined) return found;
  }
  return inactiveDays;
}

function daysOfType(holding: Holding, app: string, thresholds: IdleRules['thresholds']): number | undefined {
  if (holding.kind === 'seat') return holding.role === null ? undefined : thresholds[`${app}/${holding.role}`];
  let most: number | undefined;
  for (const { name } of holding.roles) {
    const days = thresholds[`${app}/${name}`];
    if (days !== undefined && (most === undefined || days > most)) most = days;
  }
  return most;
}
