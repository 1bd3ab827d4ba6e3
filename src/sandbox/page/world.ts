import type { Wire } from '../wire.ts';

/** What `GET /sandbox/api/world` answers: everything around the bot that a visitor can change. */
export interface World {
  readonly now: string;
  readonly offsetMs: number;
  /** What is being done to it right now. */
  readonly busy: string | null;
  readonly bot: {
    readonly state: 'none' | 'starting' | 'running' | 'stopping' | 'away';
    readonly pid: number | null;
    readonly because: string | null;
    readonly delivery: 'socket' | 'http';
  };
  readonly upcoming: readonly { readonly id: string; readonly title: string; readonly at: string; readonly every: string }[];
  readonly vendors: readonly { readonly id: string; readonly name: string; readonly records: number; readonly calls: number }[];
  readonly faults: readonly ActiveFault[];
}

export interface ActiveFault {
  readonly id: number;
  readonly target: string;
  readonly name: string;
  /** How many more calls it hits; null until it is switched off. */
  readonly left: number | null;
}

/** What can be made to fail, and how. */
export interface FaultCatalogue {
  readonly targets: readonly { readonly id: string; readonly name: string }[];
  readonly kinds: readonly FaultKind[];
}

export interface FaultKind {
  readonly kind: string;
  readonly name: string;
  readonly help: string;
  readonly for: 'vendor' | 'slack' | 'all';
  readonly fault: Wire;
}
