import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import type { LoadReport } from '../../src/ports/load.ts';
import { NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

const TOKEN = 'export-token-must-never-show';
let folder: string;
let vendor: ScriptedVendor;
const opened: Opened[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tables-'));
  vendor = await startScriptedVendor();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
  await vendor.close();
  rmSync(folder, { recursive: true });
});

function open(table: string, credential: Record<string, Secret> = {}): Opened {
  const variables = { table, product: 'Drawing Tool Pro', page: 'https://app.drawing-tool.example/admin' };
  const tool = openConnector('csv', 'https://nowhere.invalid', { name: 'Drawing Tool', credential, variables, folder });
  opened.push(tool);
  return tool;
}

const fromFile = (content: string): Opened => {
  writeFileSync(join(folder, 'seats.csv'), content);
  return open('seats.csv');
};

async function load(tool: Opened): Promise<{ readonly ids: readonly string[]; readonly report: LoadReport }> {
  const ids: string[] = [];
  const report = await tool.load(
    {},
    ({ records }) => {
      for (const record of records) for (const seat of record.seats) ids.push(seat.externalId);
    },
    patience(),
  );
  return { ids, report };
}

const TABLE = `License ID,User Email,Full Name,Last Active
DT-1,Cara@example.com,"Nunes, Cara",2026-08-20
DT-2,,,
DT-3,dan@example.com,Dan Weber,never
`;

describe('a table', () => {
  it.each([
    ['with commas', TABLE],
    [
      'with semicolons, a byte order mark and Windows line ends',
      `\uFEFF${TABLE.replace('"Nunes, Cara"', 'Cara Nunes').replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
    ],
  ])('%s says who holds what', async (_how, content) => {
    const tool = fromFile(content);
    const { seats } = await tool.lookup('cara@EXAMPLE.com', patience());
    expect(seats).toMatchObject([
      {
        externalId: 'DT-1',
        product: { name: 'Drawing Tool Pro' },
        holder: { email: 'cara@example.com' },
        lastActivity: { kind: 'at', at: '2026-08-20T00:00:00.000Z' },
      },
    ]);
    expect((await load(tool)).ids).toEqual(['DT-1', 'DT-2', 'DT-3']);
  });

  it.each([
    ['without an e-mail column', 'license,plan\n1,Pro\n', /has no column "email"/],
    ['without anything in it', '', /is empty/],
    [
      'that was cut off in the middle of a line',
      'license,email,plan\n1,a@example.com,Pro\n2,b@ex',
      /line 3 has another number of values/,
    ],
  ])('%s is not taken for a list of seats', async (_what, content, problem) => {
    const { report } = await load(fromFile(content));
    expect(report.outcome).not.toBe('complete');
    expect(report.reasons[0]?.message).toMatch(problem);
  });

  it('that names a seat twice is not complete', async () => {
    const { report } = await load(fromFile('license,email\n1,a@example.com\n1,b@example.com\n'));
    expect(report).toMatchObject({ outcome: 'incomplete', reasons: [{ code: 'record-repeats' }] });
  });

  it('at an address is asked for with the token, which goes nowhere else', async () => {
    vendor.answers(text(TABLE));
    const tool = open(`${vendor.url}/export.csv?plan=all`, { token: new Secret(TOKEN) });
    expect((await load(tool)).ids).toHaveLength(3);
    expect(vendor.calls[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
    expect(await tool.check(patience())).not.toContain(TOKEN);
  });

  it('at an address that wants no token is asked without one', async () => {
    vendor.answers(text(TABLE));
    expect((await load(open(`${vendor.url}/export.csv`))).ids).toHaveLength(3);
    expect(vendor.calls[0]?.headers).not.toHaveProperty('authorization');
  });
});

describe('a seat in a table', () => {
  it('is released by somebody who gets the steps and the page', async () => {
    const tool = fromFile(TABLE);
    const target = await readTarget(tool, { kind: 'seat', id: 'DT-1' });
    const { plan, call, seen } = await planned(tool, 'release-seat', target);
    expect(plan.sentence).toBe('Take Drawing Tool Pro from cara@example.com, by hand.');
    expect(tool.task(call, seen)).toMatchObject({
      link: 'https://app.drawing-tool.example/admin',
      steps: [/Drawing Tool/, /Take Drawing Tool Pro \(DT-1\) from cara@example.com/, /Export the list/].map((step) =>
        expect.stringMatching(step),
      ),
    });
    expect(tool.inverse(call, seen, seen, {})).toMatchObject({
      presetId: 'give-seat',
      target: { kind: 'person', id: 'cara@example.com' },
      inputs: { product: 'Drawing Tool Pro' },
    });
  });

  it('that went to somebody else in the meantime is left alone', async () => {
    const tool = fromFile(TABLE);
    const { call, seen } = await planned(tool, 'release-seat', await readTarget(tool, { kind: 'seat', id: 'DT-1' }));
    writeFileSync(join(folder, 'seats.csv'), TABLE.replace('Cara@example.com', 'bob@example.com'));
    expect(await tool.recheck(call, seen, patience())).toMatchObject({
      kind: 'changed',
      changes: ['The seat was held by cara@example.com and is now held by bob@example.com.'],
    });
  });

  it('that is free is not offered for release, and can be given by hand', async () => {
    const tool = fromFile(TABLE);
    const free = await readTarget(tool, { kind: 'seat', id: 'DT-2' });
    expect(tool.offers(free, NOW)).toMatchObject([{ available: false, because: 'Nobody has this seat.' }]);
  });
});
