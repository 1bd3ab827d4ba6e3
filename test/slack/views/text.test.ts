import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitLines } from '../../../src/slack/views/limits.ts';
import {
  cut,
  dayToken,
  foreign,
  foreignLines,
  foreignPlain,
  lastDayToken,
  unescapeTyped,
} from '../../../src/slack/views/text.ts';
import { dangersIn, HOSTILE } from '../../support/slack-views.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 400 });
const nasty = fc
  .array(fc.constantFrom('<', '>', '&', '&amp;', '<!channel>', 'א', '😀', ' ', '\n', 'ab', '\u202e'), { maxLength: 120 })
  .map((parts) => parts.join(''));

describe('a day', () => {
  it('of the calendar is the same for readers everywhere, and that of a moment is their own', () => {
    expect(dayToken('2026-12-31T00:00:00.000Z')).toBe('31 Dec 2026');
    expect(dayToken('2026-12-31T23:30:00.000Z')).toBe('<!date^1798759800^{date_short}|31 Dec 2026>');
  });

  it('until which something is given is the last one, whatever is written down', () => {
    expect(lastDayToken('2027-03-02T00:00:00.000Z')).toBe('1 Mar 2027');
    expect(lastDayToken('2027-03-02T09:00:00.000Z')).toContain('|2 Mar 2027>');
  });
});

describe('foreign text', () => {
  it('neither notifies nor links', () => {
    expect(dangersIn(foreign(HOSTILE))).toEqual([]);
    expect(foreign('<!channel>')).toBe('&lt;!channel&gt;');
    expect(foreign('R&D')).toBe('R&amp;D');
  });

  it('stays within its length and never ends inside an entity or a character', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), fc.integer({ min: 8, max: 60 }), (text, max) => {
        const shown = foreign(text, max);
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(dangersIn(shown)).toEqual([]);
        expect(shown.replace(/&(amp|lt|gt);/g, '')).not.toContain('&');
        expect(shown).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])$/);
      }),
    );
  });

  it('keeps right-to-left text to itself', () => {
    expect(foreign('שלום')).toBe('\u2068שלום\u2069');
    expect(foreign('abc\u202edef')).toBe('abcdef');
    const shown = foreign('ש'.repeat(500), 40);
    expect(shown.startsWith('\u2068')).toBe(true);
    expect(shown.endsWith('\u2069')).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(40);
  });

  it('loses control characters and, in one line, its line breaks', () => {
    expect(foreign('a\u0000b\r\nc\td')).toBe('ab c d');
    expect(foreignLines('a\r\nb  \nc')).toBe('a\nb\nc');
    expect(foreignPlain('<b> & c')).toBe('<b> & c');
  });

  it('says where something was cut', () => {
    expect(cut('abcdefgh', 5)).toBe('abcd…');
    expect(cut('abc&amp;d', 6)).toBe('abc…');
    expect(cut('see <!date^1^{time}|x> now', 12)).toBe('see…');
  });

  it('is read back as it was typed', () => {
    expect(unescapeTyped('R&amp;D &lt;x&gt;')).toBe('R&D <x>');
    expect(unescapeTyped('&amp;lt;')).toBe('&lt;');
  });
});

describe('splitLines', () => {
  it('loses no word and keeps every part within the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 90 }), { maxLength: 30 }), (lines) => {
        const clean = lines.map((line) => foreign(line, 90));
        const parts = splitLines(clean, 40);
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(40);
        expect(parts.join('').replace(/\s/g, '')).toBe(clean.join('').replace(/\s/g, ''));
      }),
    );
  });
});
