import { activeAfter, type HistoryEntry } from '../domain/history.ts';
import type { Scalar } from '../domain/seat.ts';

type Values = Readonly<Record<string, Scalar>>;

/** What the past use of a seat or an account is judged by. Small, and of one shape: there may be a hundred thousand. */
export interface UseState {
  readonly kind: 'seat' | 'account';
  /** In ms since 1970; null where it is not known. */
  readonly since: number | null;
  readonly lastActivity: number | 'never' | null;
  /** Bits of `IS`. */
  readonly is: number;
}

export type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

export const IS = {
  inactive: 1,
  free: 2,
  expired: 4,
  suspended: 8,
  offline: 16,
  disabled: 32,
  unpaid: 64,
  administrator: 128,
} as const;

/** Nobody pays for it. */
export const NOT_BOUGHT = IS.inactive | IS.expired | IS.disabled | IS.unpaid;

/** Of an entry that says everything. */
export function sinceOf(kind: UseState['kind'], state: Values): UseState['since'] {
  return toMs(kind === 'seat' ? state['assignedAt'] : state['createdAt']);
}

/** Of an entry that says everything. */
export function activityOf(state: Values): UseState['lastActivity'] {
  return toActivity(state['lastActivity']);
}

/** Of an entry that says everything. */
export function bitsOf(entry: HistoryEntry, state: Values): number {
  const inactive = bit(IS.inactive, !activeAfter(null, entry));
  if (entry.kind === 'seat')
    return (
      inactive |
      bit(IS.free, state['holder'] === null) |
      statusBits(state['status']) |
      bit(IS.offline, state['offlineCode'] === true)
    );
  return (
    inactive |
    bit(IS.disabled, state['enabled'] === false) |
    bit(IS.unpaid, state['paidSeat'] === false) |
    bit(IS.administrator, state['administrator'] === true)
  );
}

/** Applies an entry that says what changed. */
export function change(state: Mutable<UseState>, entry: HistoryEntry): void {
  set(state, IS.inactive, !activeAfter({ active: (state.is & IS.inactive) === 0 }, entry));
  for (const [name, , value] of entry.fields) changeField(state, name, value);
}

function changeField(state: Mutable<UseState>, name: string, value: Scalar): void {
  switch (`${state.kind}.${name}`) {
    case 'seat.holder':
      set(state, IS.free, value === null);
      return;
    case 'seat.assignedAt':
    case 'account.createdAt':
      state.since = toMs(value);
      return;
    case 'seat.lastActivity':
    case 'account.lastActivity':
      state.lastActivity = toActivity(value);
      return;
    case 'seat.status':
      state.is = (state.is & ~(IS.expired | IS.suspended)) | statusBits(value);
      return;
    case 'seat.offlineCode':
      set(state, IS.offline, value === true);
      return;
    case 'account.enabled':
      set(state, IS.disabled, value === false);
      return;
    case 'account.paidSeat':
      set(state, IS.unpaid, value === false);
      return;
    case 'account.administrator':
      set(state, IS.administrator, value === true);
      return;
  }
}

function set(state: Mutable<UseState>, mask: number, on: boolean): void {
  state.is = (state.is & ~mask) | bit(mask, on);
}

function bit(mask: number, on: boolean): number {
  return on ? mask : 0;
}

function statusBits(status: Scalar | undefined): number {
  return bit(IS.expired, status === 'expired') | bit(IS.suspended, status === 'suspended');
}

function toActivity(value: Scalar | undefined): UseState['lastActivity'] {
  return value === 'never' ? 'never' : toMs(value);
}

function toMs(value: Scalar | undefined): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}
