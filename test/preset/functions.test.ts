import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/preset/expression.ts';
import { PRESET_FUNCTIONS } from '../../src/preset/functions.ts';

const place = { name: 'in a test', variables: { value: null } };
const evaluate = (source: string, value: unknown = null): unknown => compileExpression(source, place).evaluate({ value });

describe('PRESET_FUNCTIONS', () => {
  it.each(PRESET_FUNCTIONS.map((entry) => [entry.name, entry.example, entry.gives]))(
    '%s does what its example says',
    (_name, example, gives) => {
      expect(JSON.stringify(evaluate(example))).toBe(gives);
    },
  );

  it('are all in docs/preset-language.md, word for word', () => {
    const text = readFileSync(new URL('../../docs/preset-language.md', import.meta.url), 'utf8');
    const cells = (row: string): string[] => row.split(' | ').map((cell) => cell.replace(/^\| |\|$/g, '').trim());
    const lines = text.slice(text.search(/\| function +\|/)).split('\n');
    const table = lines.slice(2, lines.indexOf(''));
    expect(table.map(cells)).toEqual(
      PRESET_FUNCTIONS.map(({ signature, what, example, gives }) => [`\`${signature}\``, what, `\`${example}\``, `\`${gives}\``]),
    );
  });

  it.each<[string, string | null, string]>([
    ['🧑‍🚀 Zoë', 'Zoë', 'an emoji of several characters'],
    ['O’Neill', "O'Neill", 'a curly apostrophe'],
    ['Žofie Łuczak', 'Žofie Łuczak', 'letters of any script'],
    ['王 林', '王 林', 'letters of any script'],
    ['Jose\u0301', 'José', 'a letter written in two characters'],
    ['<b>Eve</b>', 'b Eve b', 'markup'],
    ['✌️', null, 'nothing but signs'],
    ['', null, 'nothing'],
  ])('clean_name(%s) gives %s: %s', (name, clean, _why) => {
    expect(evaluate('clean_name(value)', name)).toBe(clean);
  });

  it('clean_name gives names that stay as they are when cleaned again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), (name) => {
        const once = evaluate('clean_name(value)', name);
        if (once === null) return;
        expect([...(once as string)].length).toBeLessThanOrEqual(60);
        expect(once).not.toMatch(/[^\p{L}\p{M}\p{Nd} .'-]/u);
        expect(evaluate('clean_name(value)', once)).toBe(once);
      }),
    );
  });

  it.each([
    ['Nora', { first: 'Nora', last: null }],
    ['  Ana   Maria Lopes ', { first: 'Ana', last: 'Maria Lopes' }],
    ['nora.lind@oak.example', { first: 'Nora', last: 'Lind' }],
    [null, { first: null, last: null }],
  ])('split_name(%s)', (name, parts) => {
    expect(evaluate('split_name(value)', name)).toEqual(parts);
  });

  it('survive anything a vendor may send', () => {
    const calls = [
      ...[
        'text',
        'lower',
        'upper',
        'trim',
        'number',
        'first',
        'last',
        'range',
        'from_epoch',
        'count',
        'date',
        'day',
        'yes_no',
        'split_name',
        'clean_name',
        'unmasked',
        'ids',
      ].map((name) => `${name}(value)`),
      'same(value, value)',
      'contains(value, value)',
      'join(value, value)',
      'replace(value, value, value)',
      'split(value, value)',
      'contains_email(value, value)',
      'concat(value, value)',
      'days_since(value, value)',
      'plus_days(value, 3)',
      'activity(value, value)',
      "group_roles(value, 'a', 'b.c', 'd')",
      'held_by(value, value)',
      'with_id(value, value)',
      'without(value, value)',
      'coalesce(value.a.b, value)',
    ].map((source) => compileExpression(source, place));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        for (const call of calls) call.evaluate({ value });
      }),
    );
  });
});
