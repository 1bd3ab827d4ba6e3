import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCron } from '../../src/config/cron.ts';
import { parseJson } from '../../src/config/parse-json.ts';
import { suggest } from '../../src/domain/suggest.ts';

describe('parseJson', () => {
  it('reads whatever JSON can hold, as JSON.parse does', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text), duplicates: [] });
      }),
    ));

  it('accepts exactly what JSON.parse accepts', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '1', '-', 'true', '\\', ' ', '\n', '/'), { maxLength: 12 }),
        (parts) => {
          const text = parts.join('');
          let accepted = true;
          try {
            JSON.parse(text);
          } catch {
            accepted = false;
          }
          expect(parseJson(text).ok).toBe(accepted);
        },
      ),
    ));

  it.each([
    ['{ "a": 1, }', 1, 11, /comma before the closing brace/],
    ['{\n  // no\n}', 2, 3, /no comments/],
    ["{ 'a': 1 }", 1, 3, /double quotes/],
    ['{ "a" 1 }', 1, 7, /colon/],
    ['{ "a": "b }', 1, 8, /no closing quote/],
    ['{ "a": 1', 1, 9, /comma or a closing brace/],
    ['', 1, 1, /ends too early/],
    ['{} x', 1, 4, /more text/],
  ])('says of %j where it stops being JSON and why', (text, line, column, problem) => {
    expect(parseJson(text)).toEqual({ ok: false, line, column, problem: expect.stringMatching(problem) });
  });
});

describe('isCron', () => {
  it.each(['0 3 * * *', '*/15 * * * *', '0 9 * * 1-5', '0 9 * * mon-fri', '0,30 8-18/2 1 JAN *'])('accepts %s', (text) => {
    expect(isCron(text)).toBe(true);
  });

  it.each(['', '* * * *', '0 0 3 * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '5-1 * * * *', '*/0 * * * *', 'a * * * *'])(
    'refuses "%s"',
    (text) => {
      expect(isCron(text)).toBe(false);
    },
  );
});

describe('suggest', () => {
  it('finds the name somebody meant, and keeps silent when nothing is close', () => {
    expect(suggest('schedul', ['schedule', 'state'])).toBe('schedule');
    expect(suggest('moed', ['mode', 'load'])).toBe('mode');
    expect(suggest('colour', ['mode', 'load'])).toBeNull();
  });
});
