import type { Effect, Evidence, Fact, InputValues, TargetKind, TargetRef, Task, UndoPlan } from '../domain/action-request.ts';
import type { PersonRef } from '../domain/person.ts';
import type { Account, Holding, OriginField, Scalar, Seat } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import type { LoadOptions, LoadReport, OnPage } from './load.ts';

/** What a person does, in the words of the commands. `read` presets are run by look-ups and checks. */
export type Verb = 'read' | 'assign' | 'revoke' | 'deactivate' | 'update' | 'run';

export interface InputInfo {
  readonly name: string;
  readonly title: string;
  readonly kind: 'text' | 'email' | 'number' | 'boolean' | 'choice';
  readonly required: boolean;
  readonly help: string | null;
  readonly choices: readonly { readonly value: string; readonly title: string }[];
  /** Sent only when it differs from what it was prefilled with. */
  readonly changedOnly: boolean;
  /** Filled from the target and not shown for editing (ids). */
  readonly hidden: boolean;
}

export interface PresetInfo {
  readonly id: string;
  readonly connectorId: string;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  readonly verb: Verb;
  readonly target: TargetKind;
  readonly inputs: readonly InputInfo[];
}

/** A thing at the vendor as read just now, with the person it concerns. */
export interface Target {
  readonly ref: TargetRef;
  readonly seat: Seat | null;
  readonly account: Account | null;
  readonly person: PersonRef | null;
  readonly readAt: Instant;
}

/** A write preset seen from one target: it fits, or why it does not ("JetBrains refuses a revoke until 9 Dec"). */
export type ActionOffer =
  | { readonly preset: PresetInfo; readonly available: true }
  | { readonly preset: PresetInfo; readonly available: false; readonly because: string };

export interface Holdings {
  readonly seats: readonly Seat[];
  readonly accounts: readonly Account[];
  readonly readAt: Instant;
  /** Records that could not be read, each with a reason; they are said, never dropped. */
  readonly rejected: readonly { readonly problem: string }[];
  /** Why something may be missing though the vendor answered, such as logins nobody could match with people; null: nothing. */
  readonly gap?: string | null;
}

/** Everything needed to ask for an action. */
export interface ActionPlan {
  readonly preset: PresetInfo;
  readonly target: TargetRef;
  /** Cleaned and complete; unchanged `changedOnly` inputs left out. */
  readonly inputs: InputValues;
  readonly sentence: string;
  readonly affected: PersonRef | null;
  readonly evidence: Evidence;
}

export type PlanResult =
  | { readonly ok: true; readonly plan: ActionPlan }
  | { readonly ok: false; readonly problems: readonly { readonly input: string | null; readonly message: string }[] };

/** `changed`: what the approver saw is not true any more; each line says what was and what is. */
export type Recheck =
  | { readonly kind: 'same'; readonly before: Evidence }
  | { readonly kind: 'already'; readonly before: Evidence; readonly message: string }
  | { readonly kind: 'changed'; readonly changes: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

export type PerformResult =
  | { readonly kind: 'done'; readonly response: Readonly<Record<string, unknown>> }
  /** The vendor said no: nothing happened. */
  | {
      readonly kind: 'refused';
      readonly code: string | null;
      readonly message: string;
      readonly response: Readonly<Record<string, unknown>>;
    }
  /** The request provably never left: nothing happened. */
  | { readonly kind: 'never-sent'; readonly message: string }
  /** It may have happened: look. */
  | { readonly kind: 'unknown'; readonly message: string };

export type VerifyResult =
  | {
      readonly kind: 'holds';
      readonly after: Evidence;
      /** One sentence: what the vendor shows now. */
      readonly message: string;
      readonly response: Readonly<Record<string, unknown>>;
    }
  /** The vendor has taken it on and acts later. `until` is null when it does not tell when. */
  | { readonly kind: 'scheduled'; readonly message: string; readonly until: Instant | null }
  | { readonly kind: 'does-not-hold'; readonly message: string };

/** Names one run of a preset: enough to recheck, perform, verify and invert it. */
export interface ActionCall {
  readonly presetId: string;
  readonly target: TargetRef;
  readonly inputs: InputValues;
}

export interface CheckReport {
  readonly ok: boolean;
  /** One sentence: who the key belongs to, or what is wrong. */
  readonly message: string;
  readonly hint: string | null;
  readonly facts: readonly Fact[];
}

/**
 * One integration: a connector's presets with a credential and variables. Methods that go to the vendor throw VendorError
 * or TransportError and stop when `signal` aborts.
 */
/** An integration's name where its set-up is shown, which says when it is not what its connector's files say. */
export function shownName({ name, overridden }: Pick<Connector, 'name' | 'overridden'>): string {
  return overridden === true ? `${name} (overridden)` : name;
}

export interface Connector {
  /** The integration's id, for example `jetbrains` or `jetbrains-emea`. */
  readonly id: string;
  readonly connectorId: string;
  /** The SaaS, for people: `JetBrains`; with the integration's id where there are several of one connector. */
  readonly name: string;
  readonly presets: ReadonlyMap<string, PresetInfo>;
  /** Whether its connector's files were changed for this integration alone. */
  readonly overridden?: boolean;
  /** What each of its records says of where it comes from: credential name, company code, subdomain; none where left out. */
  readonly origin?: readonly OriginField[];
  check(signal: AbortSignal): Promise<CheckReport>;
  /**
   * Reads everything the vendor has, page by page, each record with what it became. Faults of the vendor, the way there and
   * the records end in the report and do not reject; when `signal` aborts the report says `cancelled`. Memory stays that of
   * a few pages.
   */
  load(options: LoadOptions, onPage: OnPage, signal: AbortSignal): Promise<LoadReport>;
  /** Everything a person holds, joined by e-mail without regard to case. */
  lookup(email: string, signal: AbortSignal): Promise<Holdings>;
  /** Whether the vendor tells of seats that nobody holds, so that none is a fact. */
  readonly listsFree?: boolean;
  /** Seats that can be assigned now; empty when the connector has no pool. */
  free(signal: AbortSignal): Promise<readonly Seat[]>;
  /** Runs a read preset; `response` is what its response mapping keeps. */
  run(
    presetId: string,
    inputs: InputValues,
    signal: AbortSignal,
  ): Promise<{ readonly holdings: readonly Holding[]; readonly response: Readonly<Record<string, unknown>> }>;
  /**
   * Whether seats and accounts can be read one by one, so that null of `target` says that the vendor does not know it; left
   * out: both.
   */
  readonly readsOne?: { readonly seat: boolean; readonly account: boolean };
  /** Reads a target afresh; null when the vendor does not know it, or cannot be asked about one of its kind (`readsOne`). */
  target(ref: TargetRef, signal: AbortSignal): Promise<Target | null>;
  /** Which write presets fit the target. Pure. */
  offers(target: Target, now: Date): readonly ActionOffer[];
  /** The inputs of a preset as the form shows them for this target. Pure. */
  prefill(presetId: string, target: Target, now: Date): InputValues;
  /** Checks and completes inputs, reads what the preset wants to see before acting, and words what will happen. */
  plan(presetId: string, target: Target, inputs: Readonly<Record<string, Scalar>>, signal: AbortSignal): Promise<PlanResult>;
  /** Right before acting: reads again and compares with what the approver saw. */
  recheck(call: ActionCall, seen: Evidence, signal: AbortSignal): Promise<Recheck>;
  /** What somebody has to do by hand for it, worded for what is there now; null when `perform` does it. Pure. */
  task(call: ActionCall, before: Evidence): Task | null;
  /** Sends the write once; never repeats one that may have left. Does not throw for vendor or transport faults. */
  perform(call: ActionCall, before: Evidence, signal: AbortSignal): Promise<PerformResult>;
  /** Looks whether it happened; throws when it cannot look. */
  verify(call: ActionCall, before: Evidence, signal: AbortSignal): Promise<VerifyResult>;
  /** The inverse of a done call; null when there is none. Pure. */
  inverse(call: ActionCall, before: Evidence, after: Evidence, response: Readonly<Record<string, unknown>>): UndoPlan | null;
}

/** The integrations that are set up, in the order of the configuration. */
export interface Connectors {
  all(): readonly Connector[];
  get(integrationId: string): Connector | null;
  /** Integrations that are configured and cannot work, with the reason as a sentence. */
  broken(): readonly { readonly id: string; readonly name: string; readonly message: string; readonly hint: string | null }[];
}
