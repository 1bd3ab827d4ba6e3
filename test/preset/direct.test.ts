import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDirect, UNSURE } from '../../src/preset/direct.ts';
import {
  compileCondition,
  compileExpression,
  EvaluationFault,
  ExpressionMistake,
  type Place,
} from '../../src/preset/expression.ts';

const place: Place = { name: 'in a test', variables: { record: null, status: null, seat: null } };

/** The same expression in a form that only CEL's interpreter can evaluate. */
const interpreted = (source: string): string => `dyn(${source})`;

const outcomeOf = (work: () => unknown): unknown => {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof EvaluationFault) return 'fault';
    return error instanceof ExpressionMistake ? 'mistake' : String(error);
  }
};

const leaf = fc.oneof(
  fc.constantFrom('x', 'X ', '', '2026-01-02', '2026-01-02T03:04:05Z', 'nora@oak.example', 'No** Li**', '7'),
  fc.constantFrom(0, 1, -1, 30, 0.5, 1e21),
  fc.boolean(),
  fc.constant(null),
);
const tree = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'kind', 'at', 'length'), tie('node'), { maxKeys: 5 }),
  ),
})).node;

const paths = fc.constantFrom(
  'record',
  'record.a',
  'record.a.b',
  "record['a'].c",
  'record.b.kind',
  'record.length',
  'record.constructor',
  'record.a.constructor',
  'status',
  'seat',
  'seat.a',
);
const literals = fc.constantFrom('null', 'true', 'false', "'x'", "''", '1', '30', '0.5', "'2026-01-02'");
const sources = fc.letrec<{ any: string }>((tie) => {
  const two = fc.tuple(tie('any'), tie('any'));
  return {
    any: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 5, arbitrary: paths },
      { weight: 3, arbitrary: literals },
      { weight: 4, arbitrary: fc.tuple(two, fc.constantFrom('==', '!=')).map(([[a, b], op]) => `(${a} ${op} ${b})`) },
      {
        weight: 2,
        arbitrary: fc.tuple(two, fc.constantFrom('<', '<=', '>', '>=', '+')).map(([[a, b], op]) => `(${a} ${op} ${b})`),
      },
      { weight: 3, arbitrary: fc.tuple(two, fc.constantFrom('&&', '||')).map(([[a, b], op]) => `(${a} ${op} ${b})`) },
      { weight: 2, arbitrary: fc.tuple(tie('any'), two).map(([test, [a, b]]) => `(${test} ? dyn(${a}) : dyn(${b}))`) },
      { weight: 2, arbitrary: fc.tuple(tie('any'), two).map(([test, [a, b]]) => `(${test} ? ${a} : ${b})`) },
      { weight: 1, arbitrary: tie('any').map((a) => `!${a}`) },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom('trim', 'lower', 'text', 'date', 'first', 'count', 'unmasked', 'yes_no', 'day'), tie('any'))
          .map(([name, a]) => `${name}(${a})`),
      },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom('same', 'coalesce', 'concat', 'contains', 'days_since', 'plus_days', 'activity'), two)
          .map(([name, [a, b]]) => `${name}(${a}, ${b})`),
      },
    ),
  };
}).any;

describe('compileDirect', () => {
  it('gives what CEL gives, value or fault, for any expression and record', () => {
    fc.assert(
      fc.property(sources, tree, tree, leaf, (source, record, seat, status) => {
        const scope = { record, seat, status };
        expect(outcomeOf(() => compileExpression(source, place).evaluate(scope))).toEqual(
          outcomeOf(() => compileExpression(interpreted(source), place).evaluate(scope)),
        );
      }),
      { numRuns: 5_000 },
    );
  });

  it('decides conditions as CEL does', () => {
    fc.assert(
      fc.property(sources, tree, tree, leaf, (source, record, seat, status) => {
        const scope = { record, seat, status };
        const outcome = outcomeOf(() => compileCondition(source, place).holds(scope));
        // One that can never be true or false is refused by its type, which dyn() hides.
        fc.pre(outcome !== 'mistake');
        expect(outcome).toEqual(outcomeOf(() => compileCondition(interpreted(source), place).holds(scope)));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    'record.assignee.name',
    "headers['x-total-count']",
    'record.subscription.isOutdated == true',
    "record.assignee.type != 'SERVER' && same(record.assignee.email, input.email)",
    "record.serverType == 'VAULT' ? 'License vault' : 'License server'",
    'trim(record.domain) != null',
    'seat.assignedAt != null && days_since(seat.assignedAt, now) < 30',
    "coalesce(record.assignee.registrationName, 'nobody named')",
  ])('needs no interpreter for what presets are made of: %s', (source) => {
    const direct = compileDirect(new Environment({ unlistedVariablesAreDyn: true }).parse(source).ast);
    const record = { assignee: { name: 'Nora', type: 'USER', email: 'n@oak.example' }, subscription: { isOutdated: true } };
    const scope = {
      record: { ...record, serverType: 'VAULT', domain: null },
      headers: { 'x-total-count': '3' },
      input: { email: 'n@oak.example' },
      seat: { assignedAt: '2026-11-01T00:00:00Z' },
      now: '2026-11-23T00:00:00Z',
    };
    expect(direct?.(scope) ?? UNSURE).not.toBe(UNSURE);
  });
});
