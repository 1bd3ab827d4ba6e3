import { join } from 'node:path';
import { loadConnector } from '../src/adapters/file-presets.ts';
import { compileCondition, type Place } from '../src/preset/expression.ts';
import type { LoadedConnector } from '../src/preset/loaded.ts';
import { mapRecord } from '../src/preset/map-record.ts';
import { compileTemplate } from '../src/preset/template.ts';
import { type Figure, ratioFigure } from './figure.ts';
import { licence } from './local-world.ts';
import type { Scale } from './scale.ts';

const PAGE = 1_000;
const READ_AT = '2026-11-23T09:00:00.000Z';
const PLACE: Place = { name: 'in a mapping', variables: { record: null, variables: null, integration: null, now: null } };

/** What it costs to make seats of a vendor's records, against parsing their bytes. */
export async function benchMapping(scale: Scale): Promise<readonly Figure[]> {
  const { connector, filter, context } = prepare();
  const pages = Array.from({ length: scale.mapped / PAGE }, (_, page) => JSON.stringify(recordsOf(page)));
  let [parseMs, mapMs, mapped] = [0, 0, 0];
  // The first pages warm up and do not count.
  const warmUp = pages.slice(0, 5);
  for (const [index, text] of [...warmUp, ...pages].entries()) {
    const start = performance.now();
    const records = JSON.parse(text) as readonly unknown[];
    const parsed = performance.now();
    const seats = records
      .filter((record) => filter.holds({ ...context.scope, record }))
      .flatMap((record) => mapRecord(record, 'seat', connector, context));
    const done = performance.now();
    if (index < warmUp.length) continue;
    parseMs += parsed - start;
    mapMs += done - parsed;
    mapped += seats.length;
  }
  if (mapped < scale.mapped * 0.9) throw new Error(`only ${mapped} of ${scale.mapped} records became seats`);
  return [
    ratioFigure({
      id: 'mapping',
      title: `${scale.mapped.toLocaleString('en-US')} JetBrains records into seats`,
      unit: 'ms',
      ours: mapMs,
      baseline: parseMs,
      limit: { atMost: 3 },
      note: `All standard fields, one custom field and one filter, by the shipped preset, in pages of ${PAGE.toLocaleString('en-US')}. The baseline is JSON.parse of the same bytes, page for page turn about.`,
    }),
  ];
}

function prepare() {
  const { connector } = loadConnector(join(import.meta.dirname, '../presets/jetbrains'));
  const { fields, ...others } = connector as LoadedConnector;
  const value = compileTemplate('{{ record.product.code }}-{{ record.licenseId }}', PLACE);
  return {
    connector: { ...others, fields: [...fields, { label: 'Asset Tag', type: 'text' as const, value }] },
    filter: compileCondition("record.team.name != 'Sandbox'", PLACE),
    context: {
      integrationId: 'jetbrains',
      connectorId: 'jetbrains',
      readAt: READ_AT,
      scope: {
        variables: { companyCode: '1234567' },
        integration: { id: 'jetbrains', name: 'JetBrains', credential: 'jetbrains' },
        now: READ_AT,
      },
    },
  };
}

/** Licences as they come, with some that nobody holds and some of a server. */
function recordsOf(page: number): readonly unknown[] {
  return Array.from({ length: PAGE }, (_, row) => {
    const index = page * PAGE + row;
    const held = licence({ userId: '', email: `person.${index}@example.com` }, index, 'II', 'IntelliJ IDEA Ultimate');
    const at = new Date(Date.UTC(2026, 0, 1) + (index % 300) * 86_400_000 + index * 1_000).toISOString();
    const lastSeen = { ...held.lastSeen, lastSeenDate: index % 9 === 0 ? null : at, lastAssignmentDate: at };
    if (index % 10 === 0) return { ...held, lastSeen: null, assignee: null, isAvailableToAssign: true };
    if (index % 25 === 0)
      return { ...held, lastSeen, assignee: { type: 'SERVER', serverType: 'LICENSE_VAULT', uid: `vault-${index}` } };
    return { ...held, lastSeen };
  });
}
