import type { Clock } from '../ports/clock.ts';

/** A clock that can be put forward, so that a trial of expiry or a 30-day rule needs no waiting. */
export interface SandboxClock extends Clock {
  advance(ms: number): void;
  reset(): void;
}

export function createSandboxClock(base: () => Date = () => new Date()): SandboxClock {
  let offset = 0;
  return {
    now: () => new Date(base().getTime() + offset),
    advance: (ms) => {
      offset += ms;
    },
    reset: () => {
      offset = 0;
    },
  };
}
