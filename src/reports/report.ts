import type { Confidence } from '../domain/action-request.ts';
import type { Chart } from '../domain/chart.ts';
import type { ReportId, ReportRequest, ReportSettings } from '../domain/report-settings.ts';
import type { Instant } from '../domain/time.ts';
import type { ReportFacts } from './facts.ts';

export type Tier = Confidence['tier'];

/** Amounts of different currencies are never added up. */
export interface Money {
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface PersonCell {
  readonly name: string;
  readonly email: string | null;
}

/**
 * What a cell of each kind of column holds. `date` is told by the day and `moment` by the minute, both instants; `days` and
 * `number` are whole; `money` has one amount a currency. A cell may also be null: not known, or does not apply.
 */
export interface CellKinds {
  readonly text: string;
  readonly number: number;
  readonly days: number;
  readonly date: Instant;
  readonly moment: Instant;
  readonly money: readonly Money[];
  readonly person: PersonCell;
  readonly tier: Tier;
  readonly 'yes-no': boolean;
}

export type ColumnKind = keyof CellKinds;
export type Cell = CellKinds[ColumnKind] | null;

export interface Column {
  readonly key: string;
  readonly label: string;
  readonly kind: ColumnKind;
  readonly align: 'left' | 'right';
  /**
   * How it is said where there is no table: what a row is about, the name of where that belongs, a figure with its label, a
   * statement that needs none, or not at all.
   */
  readonly say: 'title' | 'name' | 'figure' | 'statement' | 'unsaid';
}

/** What a row is about, as far as something can be asked for it. */
export interface RowTarget {
  readonly integrationId: string;
  readonly kind: 'seat' | 'account';
  readonly externalId: string;
  /** Lower-case e-mail of whom it belongs to. */
  readonly email: string | null;
}

export interface ReportRow {
  /** The same in each run for the same thing, so that two runs can be compared. */
  readonly key: string;
  /** How far that has come, where each step is told again: a lead time, or a week past the date. */
  readonly stage?: string;
  readonly tone: 'wrong' | 'warn' | 'note';
  /** By column key. */
  readonly cells: Readonly<Record<string, Cell>>;
  readonly target: RowTarget | null;
  /** How sure it is that nobody misses it, where the report judges that; only the first two tiers count as reclaimable. */
  readonly tier: Tier | null;
  /** Why, in words; null where there is nothing to say beyond the cells. */
  readonly reason: string | null;
}

/** One number people look at first. */
export interface Count {
  readonly key: string;
  readonly label: string;
  readonly value: number;
}

/** Money over some seats. What has no price is counted, never guessed. */
export interface MoneyTotal {
  readonly key: string;
  readonly label: string;
  /** A year, one amount a currency, by currency; empty where nothing has a price. */
  readonly perYear: readonly Money[];
  readonly seats: number;
  /** Of those seats, how many have no price. */
  readonly unpriced: number;
}

/** Where the facts are from, and how old they are. */
export interface Source {
  readonly integrationId: string;
  readonly name: string;
  /** When they were last confirmed whole; null when they never were, so that nothing of it is in the report. */
  readonly confirmedAt: Instant | null;
  /** Older than the configuration lets anything be decided on. */
  readonly old: boolean;
  readonly trouble: string | null;
}

export interface Report {
  readonly id: ReportId;
  readonly title: string;
  readonly asOf: Instant;
  /** Whole sentences, plain text; the first is the gist. */
  readonly headline: readonly string[];
  readonly counts: readonly Count[];
  readonly money: readonly MoneyTotal[];
  readonly columns: readonly Column[];
  /** All of them, what matters most first. */
  readonly rows: readonly ReportRow[];
  readonly charts: readonly Chart[];
  readonly sources: readonly Source[];
  /** Sentences about what the numbers cannot tell. */
  readonly notes: readonly string[];
}

/** One report: a pure function of stored facts. */
export interface ReportDefinition {
  readonly id: ReportId;
  readonly title: string;
  /** One sentence for the help. */
  readonly summary: string;
  /** Facts that are only gathered for those who need them. */
  readonly needs: readonly ('trend' | 'past' | 'requests')[];
  /** In slices, so that a company of any size keeps nobody waiting. */
  build(facts: ReportFacts, settings: ReportSettings, request: ReportRequest, now: Instant): Generator<void, Report>;
}
