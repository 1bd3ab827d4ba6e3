import type { Condition, Scope } from '../preset/expression.ts';
import { sameKey } from '../preset/functions.ts';

type Index = ReadonlyMap<string, readonly unknown[]>;

/**
 * Finds the records of a list that a condition holds for. Where the condition asks for the same text as an input, the list
 * is gone through once for all inputs: ten thousand users, each tried for each look-up, would stop the bot.
 */
export class RecordIndex {
  readonly #indexes = new WeakMap<readonly unknown[], Map<string, Index>>();

  filter(records: readonly unknown[], condition: Condition, scope: Scope & { readonly input: Scope }): readonly unknown[] {
    return this.#candidates(records, condition, scope.input).filter((record) => condition.holds({ ...scope, record }));
  }

  #candidates(records: readonly unknown[], { selection }: Condition, input: Scope): readonly unknown[] {
    if (selection === null) return records;
    const key = sameKey(input[selection.input]);
    return key === null ? [] : (this.#index(records, selection.record).get(key) ?? []);
  }

  #index(records: readonly unknown[], path: readonly string[]): Index {
    const ofList = this.#indexes.get(records) ?? new Map<string, Index>();
    this.#indexes.set(records, ofList);
    const name = path.join('.');
    const index = ofList.get(name) ?? indexBy(records, path);
    ofList.set(name, index);
    return index;
  }
}

function indexBy(records: readonly unknown[], path: readonly string[]): Index {
  const index = new Map<string, unknown[]>();
  for (const record of records) {
    const key = sameKey(valueAt(record, path));
    if (key === null) continue;
    const alike = index.get(key);
    if (alike === undefined) index.set(key, [record]);
    else alike.push(record);
  }
  return index;
}

function valueAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return null;
    value = (value as Scope)[name];
  }
  return value;
}
