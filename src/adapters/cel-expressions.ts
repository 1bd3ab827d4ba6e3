import { UsageError } from '../domain/errors.ts';
import type { Expressions } from '../ports/expressions.ts';
import { compileCondition, ExpressionMistake } from '../preset/expression.ts';
import { FILTER_PLACE } from '../preset/places.ts';

/** Expressions by the preset language, as the configuration's are. */
export const celExpressions: Expressions = {
  filter(source) {
    try {
      const condition = compileCondition(source, FILTER_PLACE);
      return { passes: (record) => condition.holds({ record }) };
    } catch (error) {
      if (!(error instanceof ExpressionMistake)) throw error;
      const hint = error.allowed === null ? {} : { hint: `Allowed: ${error.allowed.join(', ')}.` };
      throw new UsageError('usage.filter', `The filter is not usable: ${error.message}.`, hint);
    }
  },
};
