import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer, readInTurns } from '../../src/connector/classify.ts';
import { joinedParts, jsonParts } from '../../src/json-parts.ts';

const nasty = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('},{', '"},{"', '\\', '[', ']', '},{}]', 'ü€😀'));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, nasty, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(nasty, tie('any'), { maxKeys: 3 }),
}));
const aList = fc.array(value.object, { minLength: 1, maxLength: 12 });

function answerOf(text: string, size: number) {
  const bytes = Buffer.from(text);
  // As it comes over the wire: half a character is replaced.
  const raw = { status: 200, headers: {}, text: bytes.toString() };
  const parts = jsonParts(bytes, size);
  return { parts, raw: { ...raw, parts } };
}

describe('a long list', () => {
  test('reads the same in pieces as in one, whatever is in it and wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(aList, fc.integer({ min: 1, max: 60 }), async (list, size) => {
        const text = JSON.stringify(list);
        const { parts, raw } = answerOf(text, size);
        if (parts !== null) expect(joinedParts(parts)).toBe(raw.text);
        expect(await readInTurns(raw)).toEqual(readAnswer({ ...raw, parts: null }));
      }),
      { numRuns: 2_000 },
    );
  });

  test('that is broken anywhere is as broken in pieces as in one', async () => {
    await fc.assert(
      fc.asyncProperty(aList, fc.integer({ min: 1, max: 60 }), fc.nat(), nasty, async (list, size, at, junk) => {
        const whole = JSON.stringify(list);
        const text = whole.slice(0, at % whole.length) + junk + whole.slice((at % whole.length) + 1);
        const { raw } = answerOf(text, size);
        expect(await readInTurns(raw)).toEqual(readAnswer({ ...raw, parts: null }));
      }),
      { numRuns: 2_000 },
    );
  });

  test('comes in pieces that take no memory of their own, and gives others a turn between two', async () => {
    const list = Array.from({ length: 5_000 }, (_, index) => ({ id: `L${index}`, holder: { email: `p${index}@example.com` } }));
    const { parts, raw } = answerOf(JSON.stringify(list), 96 * 1024);
    expect(parts?.length).toBeGreaterThan(2);
    expect(Math.max(...(parts ?? []).map((part) => part.length))).toBeLessThan(128 * 1024);
    let turns = 0;
    const count = (): void => {
      turns += 1;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    expect((await readInTurns(raw)).response).toEqual(list);
    clearImmediate(immediate);
    expect(turns).toBeGreaterThanOrEqual(parts?.length ?? 0);
  });

  test('with ids that no number can hold keeps them', async () => {
    const text = '[{"id":12345678901234567890},{"id":12345678901234567891}]';
    expect((await readInTurns(answerOf(text, 1).raw)).response).toEqual([
      { id: '12345678901234567890' },
      { id: '12345678901234567891' },
    ]);
  });
});
