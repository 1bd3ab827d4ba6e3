import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CsvOptions, readCsv } from '../../src/connector/csv.ts';
import { fixedIdentities, identitiesFrom } from '../../src/connector/identities.ts';
import type { Connector } from '../../src/ports/connector.ts';
import { compileExpression } from '../../src/preset/expression.ts';
import { LOGIN_PLACE } from '../../src/preset/places.ts';
import { NOW, patience } from '../support/connectors.ts';
import { type ScriptedVendor, startScriptedVendor, text } from '../support/scripted-vendor.ts';

let dir: string;
let vendor: ScriptedVendor;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tables-'));
  vendor = await startScriptedVendor();
});
afterEach(async () => {
  rmSync(dir, { recursive: true });
  await vendor.close();
});

async function rows(address: string, over: Partial<CsvOptions> = {}): Promise<unknown[]> {
  const all: unknown[] = [];
  const options: CsvOptions = {
    vendor: 'Drawing Tool',
    address,
    delimiter: null,
    columns: new Map(),
    required: [],
    folder: dir,
    headers: {},
    timeoutMs: 5_000,
    network: undefined,
    dispatcher: undefined,
    ...over,
  };
  for await (const page of readCsv(options, patience())) all.push(...page.records);
  return all;
}

const table = (content: string): string => {
  writeFileSync(join(dir, 'seats.csv'), content);
  return 'seats.csv';
};

describe('readCsv', () => {
  it.each([
    ['commas', 'id,e-mail\n1,nora@oak.example\n2,\n'],
    ['semicolons, a byte order mark and Windows line ends', '\uFEFFid;e-mail\r\n1;nora@oak.example\r\n2;\r\n'],
    ['tabs and no line end', 'id\te-mail\n1\tnora@oak.example\n2\t'],
  ])('reads a table with %s, empty cells as null', async (_how, content) => {
    expect(await rows(table(content))).toEqual([
      { id: '1', 'e-mail': 'nora@oak.example' },
      { id: '2', 'e-mail': null },
    ]);
  });

  it('keeps quoted separators, quotes and lines, and ids as text', async () => {
    const content = 'id,"name, full"\n007,"Lind, ""Nora"""\n9007199254740993001,"two\nlines"\n';
    expect(await rows(table(content))).toEqual([
      { id: '007', 'name, full': 'Lind, "Nora"' },
      { id: '9007199254740993001', 'name, full': 'two\nlines' },
    ]);
  });

  it('reads many rows in pages', async () => {
    const content = `id\n${Array.from({ length: 1_201 }, (_, index) => index).join('\n')}\n`;
    expect(await rows(table(content))).toHaveLength(1_201);
  });

  it.each([
    ['a line that is short', 'id,mail\n1,a\n2\n', 'line 3 has another number of values than the header line'],
    ['a name that comes twice', 'id,id\n1,2\n', 'its header line names "id" twice'],
    ['a column without a name', 'id,\n1,2\n', 'column 2 of its header line has no name'],
    ['an open quote', 'id\n"1\n2\n', 'is not a row of a table'],
  ])('refuses %s and says where', async (_what, content, problem) => {
    await expect(rows(table(content))).rejects.toThrow(problem);
  });

  const columns = new Map([['email', ['E-mail address', 'User']]]);

  it('knows a column by its other names, whatever their letter case and punctuation', async () => {
    const content = 'e mail-ADDRESS,Plan\nnora@oak.example,Full\n';
    expect(await rows(table(content), { columns, required: ['email'] })).toEqual([{ email: 'nora@oak.example', Plan: 'Full' }]);
  });

  it.each([
    [
      'without a column it needs',
      'mail,Plan\na,b\n',
      'no column "email" (or "E-mail address", "User"); its header line names "mail", "Plan"',
    ],
    ['with two columns for one thing', 'email,User\na,b\n', '"email" and "User" in its header line both mean "email"'],
    ['without anything in it', '', 'it is empty, without even a header line'],
  ])('refuses a table %s', async (_what, content, problem) => {
    await expect(rows(table(content), { columns, required: ['email'] })).rejects.toThrow(problem);
  });

  it('says so when there is no such file', async () => {
    await expect(rows('nowhere.csv')).rejects.toThrow('The table of Drawing Tool cannot be read: there is no such file');
  });

  it('reads from an address, and follows it to another host only without a key', async () => {
    const other = await startScriptedVendor();
    try {
      other.answers(text('id\n1\n'));
      vendor.answers(text('', 302, { location: `${other.url}/real.csv` }));
      expect(await rows(`${vendor.url}/seats.csv?export=1`)).toEqual([{ id: '1' }]);
      const headers = { authorization: 'Bearer k3y' };
      await expect(rows(`${vendor.url}/seats.csv`, { headers })).rejects.toThrow('sent to another host for its table');
      expect(other.calls).toHaveLength(1);
    } finally {
      await other.close();
    }
  });

  it('refuses an address that is not encrypted, and one that says no', async () => {
    await expect(rows('http://tables.example/seats.csv')).rejects.toThrow('must start with https://');
    vendor.answers(text('no', 404));
    await expect(rows(`${vendor.url}/seats.csv`)).rejects.toThrow('answered with status 404');
  });
});

describe('identities', () => {
  it('find e-mails and logins without regard to letter case', async () => {
    const known = await fixedIdentities([['Octo-Nora', 'Nora@Oak.example']]).table(patience());
    expect([known.emailOf(' octo-nora'), known.emailOf('somebody'), known.loginOf('NORA@oak.example')]).toEqual([
      'nora@oak.example',
      null,
      'Octo-Nora',
    ]);
  });

  const other = (outcome: 'complete' | 'incomplete'): Connector =>
    ({
      name: 'Directory',
      load: async (_options: unknown, onPage: (page: unknown) => unknown) => {
        await onPage({
          records: [
            {
              accounts: [
                { email: 'nora@oak.example', fields: { GitHub: 'octo-nora' } },
                { email: null, fields: {} },
              ],
            },
          ],
        });
        return { outcome, reasons: outcome === 'complete' ? [] : [{ message: 'It ended short.' }] };
      },
    }) as unknown as Connector;
  const login = compileExpression("account.fields['GitHub']", LOGIN_PLACE);
  const clock = { now: () => NOW };

  it('come from another integration, and what somebody wrote down stands above them', async () => {
    const both = identitiesFrom(() => other('complete'), 'scim', login, new Map([['octo-bob', 'bob@oak.example']]), clock);
    const known = await both.table(patience());
    expect([known.emailOf('octo-nora'), known.emailOf('octo-bob')]).toEqual(['nora@oak.example', 'bob@oak.example']);
  });

  it('are none at all when the other integration ended short', async () => {
    const short = identitiesFrom(() => other('incomplete'), 'scim', login, new Map(), clock);
    await expect(short.table(patience())).rejects.toThrow('cannot be read from Directory: It ended short.');
  });
});
