import type { DateWords } from '../words.ts';
import { moneyWords } from './parts.ts';
import type { Cell, CellKinds, Column, Money, PersonCell, Tier } from './report.ts';

const TIER_WORDS: Readonly<Record<Tier, string>> = {
  certain: 'Certain',
  probable: 'Probable',
  'ask-first': 'Ask first',
  excluded: 'Left alone',
};

export function tierWords(tier: Tier): string {
  return TIER_WORDS[tier];
}

/** One cell as people read it; null where there is nothing to say. */
export function cellWords(cell: Cell | undefined, { kind }: Column, dates: DateWords): string | null {
  const told = tell(cell, kind);
  if (told === null) return null;
  switch (told.kind) {
    case 'text':
      return told.value;
    case 'number':
    case 'days':
      return told.value.toLocaleString('en-US');
    case 'date':
      return dates.day(told.value);
    case 'moment':
      return dates.moment(told.value);
    case 'money':
      return moneyWords(told.value);
    case 'person':
      return told.value.name;
    case 'tier':
      return tierWords(told.value);
    case 'yes-no':
      return told.value ? 'yes' : 'no';
  }
}

/** A cell with its kind, so that the compiler knows what it holds. */
export type Told = {
  readonly [Kind in keyof CellKinds]: { readonly kind: Kind; readonly value: CellKinds[Kind] };
}[keyof CellKinds];

/** Null for a cell that is empty or does not hold what its column says. */
export function tell(cell: Cell | undefined, kind: keyof CellKinds): Told | null {
  if (cell === null || cell === undefined) return null;
  switch (kind) {
    case 'number':
    case 'days':
      return typeof cell === 'number' ? { kind, value: cell } : null;
    case 'yes-no':
      return typeof cell === 'boolean' ? { kind, value: cell } : null;
    case 'money':
      return Array.isArray(cell) ? { kind, value: cell as readonly Money[] } : null;
    case 'person':
      return typeof cell === 'object' && !Array.isArray(cell) ? { kind, value: cell as PersonCell } : null;
    case 'tier':
      return typeof cell === 'string' ? { kind, value: cell as Tier } : null;
    default:
      return typeof cell === 'string' ? { kind, value: cell } : null;
  }
}
