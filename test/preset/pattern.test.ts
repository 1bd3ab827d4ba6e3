import { describe, expect, it } from 'vitest';
import { compileCondition, compileExpression, EvaluationFault, ExpressionMistake } from '../../src/preset/expression.ts';
import { compilePattern, PatternMistake } from '../../src/preset/pattern.ts';

const PLACE = { name: 'in a test', variables: { record: null, input: { name: null } } };

/** Patterns for which JavaScript's own engine would need longer than the age of the universe. */
const CATASTROPHES = ['(a+)+', '(a|aa)+', '(a|a)*', '([a-z]+)*'];
const LONG = `${'a'.repeat(50_000)}!`;

function inLessThan(ms: number, work: () => unknown): void {
  const start = performance.now();
  work();
  expect(performance.now() - start).toBeLessThan(ms);
}

describe('a pattern', () => {
  it('fits whole texts, and is found within them', () => {
    const pattern = compilePattern('SEC-\\d+|none');
    expect(['SEC-12', 'none', 'SEC-12 ', 'SEC-12\n', 'xnone'].map((text) => pattern.fits(text))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(pattern.found('see SEC-12, please')).toBe(true);
    expect(compilePattern('\\p{L}.').fits('ö😀')).toBe(true);
  });

  it.each(['(?=a)b', '(?<!a)b', '(a)\\1', '(', 'a{2,1}', '(([a-z]{1,900}){1,900}){1,900}'])(
    '%s is refused when it is read',
    (source) => {
      expect(() => compilePattern(source)).toThrow(PatternMistake);
    },
  );

  it.each(CATASTROPHES)('%s keeps nobody waiting, whatever the text', (source) => {
    inLessThan(2_000, () => expect(compilePattern(source).fits(LONG)).toBe(false));
    inLessThan(2_000, () => expect(compilePattern(`^${source}$`).found(LONG)).toBe(false));
  });
});

describe('matches in an expression', () => {
  it('finds a pattern in a text, also inside of a macro', () => {
    const holds = (source: string, record: unknown) => compileCondition(source, PLACE).holds({ record });
    expect(holds("record.name.matches('^A.*z$')", { name: 'Abcz' })).toBe(true);
    expect(holds("record.name.matches('^A.*z$')", { name: 'Abc' })).toBe(false);
    expect(holds("record.names.exists(n, n.matches('b+'))", { names: ['a', 'xbby'] })).toBe(true);
    expect(holds("record.nothing.matches('b+')", {})).toBe(false);
  });

  it.each(CATASTROPHES)('%s keeps nobody waiting, whatever the vendor sends', async (source) => {
    const condition = compileCondition(`record.name.matches('^${source}$')`, PLACE);
    inLessThan(2_000, () => expect(condition.holds({ record: { name: LONG } })).toBe(false));
  });

  it.each([
    ["record.name.matches('(')", 'is not a regular expression of the RE2 syntax'],
    ["record.name.matches('(?=a)')", 'is not a regular expression of the RE2 syntax'],
    ['record.name.matches(input.name)', 'must be written out'],
    ["record.name.matches_in_linear_time('a')", 'use matches'],
  ])('%s is a mistake when it is read', (source, words) => {
    expect(() => compileExpression(source, PLACE)).toThrow(ExpressionMistake);
    expect(() => compileExpression(source, PLACE)).toThrow(words);
  });

  it('of what is no text is a fault that speaks of matches', () => {
    const evaluate = () => compileExpression("record.name.matches('a')", PLACE).evaluate({ record: { name: 3 } });
    expect(evaluate).toThrow(EvaluationFault);
    expect(evaluate).toThrow(/\.matches\(/);
  });
});
