import type { Caller } from '../command.ts';
import type { ReportId, ReportRequest } from '../domain/report-settings.ts';
import type { World } from '../ports/world.ts';
import { reportCsv } from '../reports/csv.ts';
import { readReport } from './build-report.ts';
import type { CsvFile } from './session-csv.ts';

/** Every row of a report as it is now, as CSV that a spreadsheet opens right. @throws ForbiddenError. */
export async function reportFile(
  world: World,
  caller: Caller,
  id: ReportId,
  request: ReportRequest,
): Promise<CsvFile & { readonly title: string }> {
  const report = await readReport(world, caller, id, request);
  return {
    name: `${report.id}-${report.asOf.slice(0, 10)}.csv`,
    title: `${report.title}: all rows`,
    rows: report.rows.length,
    text: reportCsv(report, { bom: true }),
  };
}
