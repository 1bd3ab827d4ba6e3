import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/preset/expression.ts';
import { generate, quoted } from '../../src/preset/generate.ts';
import { mapRecord, type RecordMapping } from '../../src/preset/map-record.ts';
import { compileTemplate } from '../../src/preset/template.ts';

const place = { name: 'in a test', variables: { record: null } };
const ROOT = join(import.meta.dirname, '../..');

describe('code made for a preset', () => {
  it('holds any text as a text and nothing else', () => {
    const hostile = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('"];process.exit(1);//', '\u2028', '\\', '*/', '\n'));
    fc.assert(fc.property(hostile, (text) => generate<string>({}, `return ${quoted(text)};`) === text));
  });

  it('reads a key with quotes, backslashes and line ends in it', () => {
    const key = 'a"]\\\n;`';
    const expression = compileExpression(`record[${JSON.stringify(key)}]`, place);
    expect(expression.evaluate({ record: { [key]: 'found' } })).toBe('found');
    expect(expression.evaluate({ record: {} })).toBeNull();
  });

  it('keeps a standard field whose label means something else in an object', () => {
    const template = (source: string) => compileTemplate(source, place);
    const condition = { source: 'false', holds: () => false, selection: null };
    const mapping: RecordMapping = {
      name: 'Quillpad',
      seat: null,
      fields: ['__proto__', 'constructor', 'A "b"'].map((label) => ({ label, type: 'text', value: template('{{ record.x }}') })),
      account: {
        when: null,
        id: template('1'),
        email: null,
        login: null,
        name: template('Nora'),
        enabled: template('{{ true }}'),
        administrator: condition,
        paidSeat: null,
        roles: null,
        lastActivity: { at: template(''), never: condition, unknown: null },
        createdAt: null,
      },
    };
    const context = { integrationId: 'q', connectorId: 'q', readAt: '2026-11-25T08:00:00.000Z', scope: {} };
    const [account] = mapRecord({ x: 'value' }, 'account', mapping, context);
    expect(Object.entries(account?.fields ?? {})).toEqual([
      ['__proto__', 'value'],
      ['constructor', 'value'],
      ['A "b"', 'value'],
    ]);
  });

  it('is not needed: a process that may not make code reads presets all the same', async () => {
    const args = ['--disallow-code-generation-from-strings', 'dist/src/main.js', 'presets', 'test', 'presets/jetbrains'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
    expect(stdout).toMatch(/WebStorm|IntelliJ/);
  });
});
