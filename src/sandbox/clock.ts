import type { Clock } from '../ports/clock.ts';

/** A clock that can be put forward, so that a trial of expiry or a 30-day rule needs no waiting. */
export interface SandboxClock extends Clock {
  onJump(listener: () => void): () => void;
  /** How far it is ahead of the real time. */
  offsetMs(): number;
  /** Sets how far it is ahead; tells those who listen. */
  setOffset(ms: number): void;
  advance(ms: number): void;
  /** Back to the real time. */
  reset(): void;
}

export function createSandboxClock(base: () => Date = () => new Date()): SandboxClock {
  const listeners = new Set<() => void>();
  let offset = 0;
  const setOffset = (ms: number): void => {
    offset = ms;
    for (const listener of [...listeners]) listener();
  };
  return {
    now: () => new Date(base().getTime() + offset),
    onJump: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    offsetMs: () => offset,
    setOffset,
    advance: (ms) => setOffset(offset + ms),
    reset: () => setOffset(0),
  };
}
