import { expect } from 'vitest';
import { buttonsOf, DEADLINE_MS, isThere, matches, type Pattern, type Seen, textOf, until } from './slack-seen.ts';

interface SlackMatchers<Result> {
  /** Waits until the message or view says so; with `.not`, looks once. */
  toSay(pattern: Pattern, deadlineMs?: number): Promise<Result>;
  /** Waits until there is such a button or input on it; with `.not`, looks once. */
  toOffer(label: string, deadlineMs?: number): Promise<Result>;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: the declaration that is added to has this parameter.
  interface Matchers<T = any> extends SlackMatchers<T> {}
}

/** Looks at once when the opposite is expected, and waits for it otherwise. */
async function comesTrue(seen: Seen, isNot: boolean, deadlineMs: number, holds: () => boolean): Promise<boolean> {
  if (isNot) return holds();
  return until(
    seen.control,
    () => '',
    () => (holds() ? true : undefined),
    deadlineMs,
  ).catch(() => false);
}

expect.extend({
  async toSay(seen: Seen, pattern: Pattern, deadlineMs = DEADLINE_MS) {
    const pass = await comesTrue(seen, this.isNot, deadlineMs, () => isThere(seen) && matches(textOf(seen), pattern));
    const says = isThere(seen) ? textOf(seen) : '(it is gone)';
    return { pass, message: () => `it ${pass ? 'says' : 'never came to say'} ${String(pattern)}:\n${says}` };
  },
  async toOffer(seen: Seen, label: string, deadlineMs = DEADLINE_MS) {
    const pass = await comesTrue(seen, this.isNot, deadlineMs, () => isThere(seen) && buttonsOf(seen).includes(label));
    const offers = buttonsOf(seen).join(', ') || 'nothing';
    return { pass, message: () => `it ${pass ? 'offers' : 'never came to offer'} "${label}"; on it: ${offers}` };
  },
});
