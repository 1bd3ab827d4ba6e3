import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../src/preset/expression.ts';
import { compileTemplate, compileText, TemplateMistakes } from '../../src/preset/template.ts';

const place: Place = { name: 'in a test', variables: { record: null } };
const render = (source: unknown, record: unknown): unknown => compileTemplate(source, place).render({ record });

describe('compileTemplate', () => {
  it('keeps the type of a text that is one expression', () => {
    expect(render('{{ record.n }}', { n: 3 })).toBe(3);
    expect(render('{{record.list}}', { list: ['a'] })).toEqual(['a']);
  });

  it('joins several expressions and text', () => {
    expect(render('{{ record.a }}-{{ record.b }}!', { a: 1, b: 'x' })).toBe('1-x!');
  });

  it('drops keys and items that are absent, and objects nothing is left of', () => {
    const source = {
      user: { a: '{{ record.a }}', b: '{{ record.b }}' },
      empty: { c: '{{ record.c }}' },
      list: ['{{ record.c }}', 'x'],
    };
    expect(render(source, { b: false })).toEqual({ user: { b: false }, list: ['x'] });
  });

  it('keeps what is written out, null and empty objects too', () => {
    expect(render({ a: null, b: {}, c: [], d: 0 }, {})).toEqual({ a: null, b: {}, c: [], d: 0 });
  });

  it('lets quotes and braces of an expression stand in it', () => {
    expect(render("{{ {'a': '}}'}.a }} and {{ record.x }}", { x: 'y' })).toBe('}} and y');
  });

  it.each(['{{record.id}', '{{ record.id', 'record.id }}', '{{ }}', "{{ 'open }}"])(
    'refuses what is not finished: %s',
    (source) => {
      expect(() => compileTemplate(source, place)).toThrow(TemplateMistakes);
    },
  );

  it('tells every mistake of a body, each with its path', () => {
    try {
      compileTemplate({ a: '{{ nope }}', b: [{ c: '{{ record.x }' }] }, place);
      expect.unreachable();
    } catch (error) {
      expect((error as TemplateMistakes).mistakes.map((mistake) => mistake.path)).toEqual([['a'], ['b', 0, 'c']]);
    }
  });

  it('gives any text without braces back unchanged', () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{') && !text.includes('}}')),
        (text) => {
          expect(compileText(text, place).render({})).toBe(text);
        },
      ),
    );
  });

  it('gives any value through an expression back unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string())), (value) => {
        expect(render('{{ record.v }}', { v: value })).toEqual(value);
      }),
    );
  });
});
