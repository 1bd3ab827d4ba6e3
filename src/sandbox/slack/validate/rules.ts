import { isWire } from '../../wire.ts';
import type { RuleId } from '../slack-rules.ts';

/** What is wrong, worded like Slack's `response_metadata.messages`, and the rule that says so. */
export interface Mistake {
  readonly rule: RuleId;
  readonly problem: string;
}

/** Collects mistakes with the place they are at and the rule in force there. */
export class Report {
  readonly mistakes: Mistake[] = [];
  #rule: RuleId = 'blocks.fields';

  add(path: string, problem: string, rule: RuleId = this.#rule): void {
    this.mistakes.push({ rule, problem: `[ERROR] ${problem} [json-pointer:${path === '' ? '/' : path}]` });
  }

  /** Everything added during the check is laid to this rule. */
  within(rule: RuleId, check: () => void): void {
    const outer = this.#rule;
    this.#rule = rule;
    check();
    this.#rule = outer;
  }
}

/** The rule's mistakes are laid to this rule of Slack's. */
export function ruled(id: RuleId, rule: Rule): Rule {
  return (value, path, report) => report.within(id, () => rule(value, path, report));
}

/** Several checks of the same value. */
export function all(...rules: readonly Rule[]): Rule {
  return (value, path, report) => {
    for (const rule of rules) rule(value, path, report);
  };
}

/** A check of one value at one place. Rules report and never throw. */
export type Rule = (value: unknown, path: string, report: Report) => void;

export function text(max: number, min = 1): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string') return report.add(path, 'must be a string');
    if (value.length < min) report.add(path, `must be more than ${min - 1} characters`);
    if (value.length > max) report.add(path, `must be less than ${max + 1} characters`);
  };
}

export const flag: Rule = (value, path, report) => {
  if (typeof value !== 'boolean') report.add(path, 'must be a boolean');
};

export function number(min: number, max: number): Rule {
  return (value, path, report) => {
    const parsed = typeof value === 'string' ? Number(value) : value;
    if (typeof parsed !== 'number' || Number.isNaN(parsed) || parsed < min || parsed > max)
      report.add(path, `must be a number from ${min} to ${max}`);
  };
}

export function choice(...allowed: readonly string[]): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string' || !allowed.includes(value)) report.add(path, `must be one of: ${allowed.join(', ')}`);
  };
}

export function list(item: Rule, limits: { readonly min?: number; readonly max: number }): Rule {
  return (value, path, report) => {
    if (!Array.isArray(value)) return report.add(path, 'must be an array');
    const min = limits.min ?? 1;
    if (value.length < min) report.add(path, `must contain at least ${min} items`);
    if (value.length > limits.max) report.add(path, `no more than ${limits.max} items allowed`);
    for (const [index, entry] of value.entries()) item(entry, `${path}/${index}`, report);
  };
}

export const anything: Rule = () => undefined;

type Fields = Readonly<Record<string, Rule>>;

/** An object with exactly these fields; `type` is always allowed. */
export function shape(required: Fields, optional: Fields = {}, also?: Rule): Rule {
  return (value, path, report) => {
    if (!isWire(value)) return report.add(path, 'must be an object');
    for (const [name, rule] of Object.entries(required)) {
      if (value[name] === undefined || value[name] === null) report.add(path, `missing required field: ${name}`, 'blocks.fields');
      else rule(value[name], `${path}/${name}`, report);
    }
    for (const [name, rule] of Object.entries(optional)) {
      if (value[name] !== undefined && value[name] !== null) rule(value[name], `${path}/${name}`, report);
    }
    for (const name of Object.keys(value)) {
      if (name !== 'type' && !(name in required) && !(name in optional))
        report.add(path, `invalid additional property: ${name}`, 'blocks.fields');
    }
    also?.(value, path, report);
  };
}

/** An object whose `type` picks the rule. */
export function typed(kinds: Readonly<Record<string, Rule>>, what: string, ofRule?: RuleId): Rule {
  return (value, path, report) => {
    const type = isWire(value) ? value['type'] : undefined;
    const rule = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
    if (rule === undefined) return report.add(`${path}/type`, `unsupported ${what}: ${String(type ?? 'no type')}`, ofRule);
    rule(value, path, report);
  };
}

export function exactlyOneOf(...names: readonly string[]): Rule {
  return (value, path, report) => {
    const given = names.filter((name) => isWire(value) && value[name] !== undefined);
    if (given.length !== 1) report.add(path, `exactly one of ${names.join(', ')} is needed`);
  };
}

/** Text of a given form: a date, a time, an address. */
export function matching(pattern: RegExp, what: string): Rule {
  return (value, path, report) => {
    if (typeof value !== 'string' || !pattern.test(value)) report.add(path, `must be ${what}`);
  };
}
