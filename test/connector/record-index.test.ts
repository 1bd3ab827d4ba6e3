import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordIndex } from '../../src/connector/record-index.ts';
import { type Condition, compileCondition, type Place } from '../../src/preset/expression.ts';

const PLACE: Place = { name: 'in a filter', variables: { record: null, input: { email: null }, variables: null } };

const emails = fc.constantFrom('nora@oak.example', 'NORA@oak.example ', 'ben@oak.example', '', null, 7, true, ['x']);
const records = fc.array(
  fc.record(
    {
      assignee: fc.option(fc.record({ email: emails, type: fc.constantFrom('USER', 'SERVER') }, { requiredKeys: [] })),
      id: fc.nat(9),
    },
    { requiredKeys: ['id'] },
  ),
);
const filters = fc.constantFrom(
  'same(record.assignee.email, input.email)',
  'same(input.email, record.assignee.email)',
  "same(record.assignee.email, input.email) && record.assignee.type != 'SERVER'",
  "record.assignee.type == 'USER' || same(record.assignee.email, input.email)",
  '!same(record.assignee.email, input.email)',
);

describe('finding records', () => {
  it('gives what going through all of them gives, in the same order', () => {
    fc.assert(
      fc.property(records, filters, fc.array(emails), (list, source, asked) => {
        const index = new RecordIndex();
        const condition = compileCondition(source, PLACE);
        for (const email of asked) {
          const input = { email };
          const plain = list.filter((record) => condition.holds({ record, input }));
          expect(index.filter(list, condition, { input })).toEqual(plain);
        }
      }),
    );
  });

  it('tries only those with the same text', () => {
    const list = Array.from({ length: 10_000 }, (_, id) => ({ id, email: `person.${id}@oak.example` }));
    const condition = compileCondition('same(record.email, input.email)', PLACE);
    let tried = 0;
    const counting: Condition = {
      ...condition,
      holds(scope) {
        tried += 1;
        return condition.holds(scope);
      },
    };
    const found = new RecordIndex().filter(list, counting, { input: { email: 'Person.77@oak.example' } });
    expect(found).toEqual([list[77]]);
    expect(tried).toBe(1);
  });
});
