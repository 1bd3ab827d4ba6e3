import type { Caller } from '../command.ts';
import type { ActionRequest, TargetRef } from '../domain/action-request.ts';
import { SeatwardenError, UsageError } from '../domain/errors.ts';
import type { ReportId } from '../domain/report-settings.ts';
import type { World } from '../ports/world.ts';
import { digestRow, reclaimable } from '../reports/digest.ts';
import type { RowTarget } from '../reports/report.ts';
import { readReport } from './build-report.ts';
import { markOf } from './publish-report.ts';
import { requestBulk } from './request-bulk.ts';
import { requireRight } from './rights.ts';

/** A menu of Slack's holds a hundred. */
const CHOICES_MAX = 100;

export interface ReclaimChoices {
  readonly reportId: ReportId;
  readonly title: string;
  /** In the order of the report. */
  readonly rows: readonly {
    /** Names the row in a menu; the row itself is looked up again when it is chosen. */
    readonly mark: string;
    readonly title: string;
    readonly words: string;
    readonly target: RowTarget;
  }[];
  readonly left: number;
}

/** What of a report can be taken back as the facts are now, for somebody to choose from. @throws ForbiddenError. */
export async function reclaimChoices(world: World, caller: Caller, reportId: ReportId): Promise<ReclaimChoices> {
  await requireRight(world, caller, 'request');
  const report = await readReport(world, caller, reportId);
  const all = reclaimable(report).flatMap((row) => {
    const { target } = row;
    if (target === null || takesBack(world, target) === null) return [];
    const { title, words } = digestRow(row, report.columns, null);
    return [{ mark: markOf({ key: row.key }), title, words, target }];
  });
  return {
    reportId,
    title: report.title,
    rows: all.slice(0, CHOICES_MAX),
    left: Math.max(all.length - CHOICES_MAX, 0),
  };
}

export interface Reclaimed {
  readonly requests: readonly ActionRequest[];
  /** Why some of it was not asked for, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Asks for the rows with these marks to be taken back: one request with all its rows for each integration and action, to be
 * decided as any other. @throws UsageError when none of them is in the report any more; ForbiddenError.
 */
export async function reclaim(
  world: World,
  caller: Caller,
  ask: { readonly reportId: ReportId; readonly marks: readonly string[]; readonly reason: string },
): Promise<Reclaimed> {
  const { rows } = await reclaimChoices(world, caller, ask.reportId);
  const chosen = rows.filter(({ mark }) => ask.marks.includes(mark));
  if (chosen.length === 0)
    throw new UsageError('usage.reclaim', 'None of what was chosen is in the report any more.', {
      hint: 'Open the report again to see how things are now.',
    });
  const groups = new Map<string, { readonly presetId: string; readonly integrationId: string; readonly targets: TargetRef[] }>();
  for (const { target } of chosen) {
    const presetId = takesBack(world, target);
    if (presetId === null) continue;
    const { integrationId, kind, externalId } = target;
    const group = groups.get(`${integrationId} ${presetId}`) ?? { presetId, integrationId, targets: [] };
    group.targets.push({ integrationId, kind, id: externalId });
    groups.set(`${integrationId} ${presetId}`, group);
  }
  const requests: ActionRequest[] = [];
  const problems: string[] = [];
  for (const group of groups.values()) {
    try {
      const result = await requestBulk(world, caller, { ...group, reason: ask.reason });
      if (result.ok) requests.push(result.request);
      else problems.push(...result.problems.map(({ message }) => message));
    } catch (cause) {
      if (!(cause instanceof SeatwardenError)) throw cause;
      problems.push(`${world.connectors.get(group.integrationId)?.name ?? group.integrationId}: ${cause.message}`);
    }
  }
  const gone = ask.marks.length - chosen.length;
  if (gone > 0) problems.push(`${gone} of the chosen rows are not in the report any more and were left out.`);
  return { requests, problems };
}

/** The preset that takes a seat or user back; null where the connector has none. */
function takesBack(world: World, target: RowTarget): string | null {
  const presets = [...(world.connectors.get(target.integrationId)?.presets.values() ?? [])];
  const verb = target.kind === 'seat' ? 'revoke' : 'deactivate';
  return presets.find((preset) => preset.verb === verb && preset.target === target.kind)?.id ?? null;
}
