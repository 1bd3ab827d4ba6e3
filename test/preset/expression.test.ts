import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileCondition,
  compileExpression,
  EvaluationFault,
  ExpressionMistake,
  type Place,
} from '../../src/preset/expression.ts';

const place: Place = {
  name: 'in a test',
  variables: { record: null, status: null, input: { email: null }, seat: { product: { code: null } } },
};

const evaluate = (source: string, scope = {}): unknown => compileExpression(source, place).evaluate(scope);
const mistake = (source: string): ExpressionMistake => {
  try {
    compileExpression(source, place);
  } catch (error) {
    if (error instanceof ExpressionMistake) return error;
  }
  throw new Error(`${source} should be a mistake`);
};

describe('compileExpression', () => {
  it('gives for a plain path what the same path gives inside a larger expression', () => {
    const leaf = fc.oneof(fc.string(), fc.double({ noNaN: true }), fc.integer(), fc.boolean(), fc.constant(null));
    const tree = fc.letrec((tie) => ({
      node: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node'))),
    })).node;
    fc.assert(
      fc.property(tree, fc.constantFrom('record', 'record.a', 'record.a.b', 'record.a.b.c'), (record, path) => {
        const outcome = (source: string): unknown => {
          try {
            return evaluate(source, { record });
          } catch (error) {
            return error instanceof EvaluationFault ? 'fault' : error;
          }
        };
        expect(outcome(path)).toEqual(outcome(`true ? dyn(${path}) : null`));
      }),
    );
  });

  it.each([
    { source: 'record.a.b', record: { a: { b: 'x' } }, gives: 'x', why: 'reads a path' },
    { source: 'record.a.b', record: { a: null }, gives: null, why: 'a path through null is absent' },
    { source: 'record.list[3]', record: { list: [1] }, gives: null, why: 'an index past the end is absent' },
    { source: 'record.n + 1', record: { n: 41 }, gives: 42, why: 'reckons with JSON numbers' },
    { source: 'record.n % 2 == 0', record: { n: 4 }, gives: true, why: 'has a remainder' },
    { source: 'size(record.list)', record: { list: [1, 2] }, gives: 2, why: 'gives JS numbers, not big integers' },
    { source: '[1, 2].map(n, n * 2)', record: {}, gives: [2, 4], why: 'gives plain lists' },
    { source: '9007199254740993', record: {}, gives: '9007199254740993', why: 'never rounds a long number' },
    { source: 'record.id', record: { id: '6900000000000000201' }, gives: '6900000000000000201', why: 'leaves long ids alone' },
    { source: "timestamp('2026-01-02T03:04:05Z')", record: {}, gives: '2026-01-02T03:04:05.000Z', why: 'writes times as text' },
  ])('$why: $source', ({ source, record, gives }) => {
    expect(evaluate(source, { record })).toEqual(gives);
  });

  it('names an unknown variable and those that are allowed', () => {
    const error = mistake('recrod.a');
    expect(error.message).toBe('"recrod" cannot be used in a test');
    expect(error.allowed).toEqual(['record', 'status', 'input', 'seat']);
  });

  it('names an input nobody declared', () => {
    const error = mistake('lower(input.emial)');
    expect(error.message).toBe('"input.emial" does not exist');
    expect(error.allowed).toEqual(['input.email']);
  });

  it('follows members into the domain, also inside of macros', () => {
    expect(mistake('[1].exists(n, seat.product.kode == n)').allowed).toEqual(['seat.product.code']);
  });

  it('refuses the inputs as a whole, since what is used must be visible', () => {
    expect(mistake('input').message).toBe('"input" must be followed by a name');
  });

  it.each(['', 'record.', 'record ==', "lower('a', 'b')", 'nothing(1)', "'a' + 1", 'x'.repeat(2_001)])(
    'refuses what cannot be used: %s',
    (source) => {
      expect(mistake(source).message.length).toBeGreaterThan(10);
    },
  );

  it('tells a value of another type apart from a missing one', () => {
    expect(() => evaluate('record.a < 3', { record: { a: 'text' } })).toThrow(EvaluationFault);
  });

  it('reaches neither prototypes nor constructors', () => {
    for (const name of ['constructor', '__proto__', 'toString']) expect(evaluate(`record.${name}`, { record: {} })).toBeNull();
  });

  it('never throws anything but its own mistakes, whatever the source', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (source) => {
        try {
          compileExpression(source, place);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionMistake);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('compileCondition', () => {
  const holds = (source: string, scope = {}): boolean => compileCondition(source, place).holds(scope);

  it.each([
    { source: 'status >= 200 && status < 300', scope: { status: 204 }, gives: true },
    { source: 'record.gone == null', scope: { record: {} }, gives: false },
    { source: 'record.gone == null', scope: { record: { gone: null } }, gives: true },
    { source: 'record.gone == 1 || true', scope: { record: {} }, gives: true },
    { source: 'has(record.gone)', scope: { record: {} }, gives: false },
    { source: 'record.flag', scope: { record: { flag: null } }, gives: false },
  ])('$source is $gives for $scope', ({ source, scope, gives }) => {
    expect(holds(source, scope)).toBe(gives);
  });

  it('refuses what is not true or false', () => {
    expect(() => compileCondition("'yes'", place)).toThrow('a condition must be true or false');
    expect(() => holds('record.text', { record: { text: 'yes' } })).toThrow(EvaluationFault);
  });
});
