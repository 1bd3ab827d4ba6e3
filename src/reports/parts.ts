import { normaliseEmail } from '../domain/person.ts';
import { perYear, priceOf } from '../domain/price.ts';
import { type Holding, holderEmail } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import { count, joinWords, plainMoment } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import type { Column, ColumnKind, Money, MoneyTotal, PersonCell, Report, RowTarget, Source } from './report.ts';

/** Others have a turn after so many seats. */
export const SLICE = 1_000;

const RIGHT: readonly ColumnKind[] = ['number', 'days', 'money'];

/** People are titles, texts are names, and everything else is a figure, unless it is said otherwise. */
export function column(key: string, label: string, kind: ColumnKind, say?: Column['say']): Column {
  const usual = kind === 'person' ? 'title' : kind === 'text' ? 'name' : 'figure';
  return { key, label, kind, align: RIGHT.includes(kind) ? 'right' : 'left', say: say ?? usual };
}

/** Columns of which a row says something, for places that are narrow. */
export function filledColumns({ columns, rows }: Report): readonly Column[] {
  return columns.filter(({ key }) => rows.some(({ cells }) => (cells[key] ?? null) !== null));
}

/** Sums of what seats cost a year, by currency. What has no price is counted apart. */
export class MoneySum {
  readonly #amounts = new Map<string, number>();
  #seats = 0;
  #unpriced = 0;

  add(holding: Holding, facts: ReportFacts): void {
    const price = priceOf(holding, facts.prices);
    this.#seats += 1;
    if (price === null) this.#unpriced += 1;
    else this.#amounts.set(price.currency, (this.#amounts.get(price.currency) ?? 0) + perYear(price));
  }

  take(other: MoneySum): void {
    this.#seats += other.#seats;
    this.#unpriced += other.#unpriced;
    for (const [currency, amount] of other.#amounts) this.#amounts.set(currency, (this.#amounts.get(currency) ?? 0) + amount);
  }

  /** Null where nothing has a price, so that no cell says that it costs nothing. */
  cell(): readonly Money[] | null {
    return this.#amounts.size === 0 ? null : this.amounts();
  }

  amounts(): readonly Money[] {
    return [...this.#amounts]
      .map(([currency, amount]) => ({ currency, amount: Math.round(amount * 100) / 100 }))
      .toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  }

  total(key: string, label: string): MoneyTotal {
    return { key, label, perYear: this.amounts(), seats: this.#seats, unpriced: this.#unpriced };
  }
}

/** `1,198 EUR and 240 USD`; null where nothing has a price. */
export function moneyWords(amounts: readonly Money[]): string | null {
  if (amounts.length === 0) return null;
  return joinWords(amounts.map(({ amount, currency }) => `${amount.toLocaleString('en-US')} ${currency}`));
}

/** `1,198 EUR a year (2 seats without a price)`, or that none has one. */
export function totalWords({ perYear: amounts, seats, unpriced }: Omit<MoneyTotal, 'key' | 'label'>): string {
  const words = moneyWords(amounts);
  if (seats === 0) return 'nothing';
  if (words === null) return `an unknown amount (${count(unpriced, 'seat')} without a price)`;
  return `${words} a year${unpriced === 0 ? '' : ` (${count(unpriced, 'seat')} without a price)`}`;
}

export function targetOf(holding: Holding): RowTarget {
  const email = holderEmail(holding);
  return {
    integrationId: holding.integrationId,
    kind: holding.kind,
    externalId: holding.externalId,
    email: email === null ? null : normaliseEmail(email),
  };
}

export function rowKey(holding: Pick<Holding, 'integrationId' | 'kind' | 'externalId'>): string {
  return `${holding.integrationId}/${holding.kind}/${holding.externalId}`;
}

/** Who has it, by the name the chat knows them by; null for what nobody has. */
export function personOf(holding: Holding, facts: ReportFacts): PersonCell | null {
  const email = holderEmail(holding);
  if (email !== null) {
    const known = facts.directory?.get(normaliseEmail(email));
    return { name: known?.name ?? nameIn(holding) ?? email, email: normaliseEmail(email) };
  }
  if (holding.kind === 'account') return { name: holding.name, email: null };
  const { holder } = holding;
  return holder === null || holder.kind === 'person' ? null : { name: holder.label, email: null };
}

function nameIn(holding: Holding): string | null {
  if (holding.kind === 'account') return holding.name;
  return holding.holder?.kind === 'person' ? holding.holder.name : null;
}

/** The product of a seat; for a user the app itself. */
export function productOf(holding: Holding, integration: IntegrationFacts): { readonly code: string; readonly name: string } {
  return holding.kind === 'seat' ? holding.product : { code: '*', name: integration.app };
}

/** A connector that tells in which pack a seat was bought names the field so. */
const PACK_FIELD = 'Subscription Pack Ref';

export function packOf(holding: Holding): string | null {
  const pack = holding.fields[PACK_FIELD];
  return typeof pack === 'string' && pack !== '' ? pack : null;
}

/** Only one integration's facts, where one was asked for. */
export function narrowed(facts: ReportFacts, integrationId: string | undefined): ReportFacts {
  if (integrationId === undefined) return facts;
  return { ...facts, integrations: facts.integrations.filter((one) => one.id === integrationId) };
}

export function sourcesOf(facts: ReportFacts, now: Instant): readonly Source[] {
  const oldest = Date.parse(now) - facts.maxAgeMs;
  return facts.integrations.map(({ id, name, confirmedAt, trouble }) => ({
    integrationId: id,
    name,
    confirmedAt,
    old: confirmedAt !== null && Date.parse(confirmedAt) < oldest,
    trouble: trouble?.message ?? null,
  }));
}

/** What every report has to say of its facts: what is missing, and what is old. */
export function sourceNotes(sources: readonly Source[]): readonly string[] {
  const never = sources.filter((one) => one.confirmedAt === null);
  const old = sources.filter((one) => one.old);
  const names = (list: readonly Source[]): string => joinWords(list.map((one) => one.name));
  return [
    ...(sources.length === 0 ? ['No app is connected, so there is nothing to report.'] : []),
    ...(never.length === 0
      ? []
      : [
          `${names(never)} ${never.length === 1 ? 'was never synced whole, so nothing of it is' : 'were never synced whole, so nothing of them is'} in here.`,
        ]),
    ...old.map((one) => `The facts of ${one.name} are old: they were last confirmed on ${plainMoment(one.confirmedAt ?? '')}.`),
  ];
}

/** `a` before `b` as people sort names. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
