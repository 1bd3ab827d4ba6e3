import type { Holding } from '../../domain/seat.ts';
import type { Instant } from '../../domain/time.ts';
import { activityWords } from '../../words.ts';

const WIDEST = 32;
const MOST_ROWS = 25;

/** How the records were read, as a table for the terminal. */
export function previewTable(holdings: readonly Holding[], now: Instant): readonly string[] {
  const parts = [
    holdings.flatMap((holding) => (holding.kind === 'seat' ? [seatRow(holding, now)] : [])),
    holdings.flatMap((holding) => (holding.kind === 'account' ? [accountRow(holding, now)] : [])),
  ];
  const heads = [
    ['seat', 'product', 'status', 'holder', 'last use', 'valid until'],
    ['account', 'e-mail', 'name', 'enabled', 'paid', 'roles', 'last use'],
  ];
  return parts.flatMap((rows, index) => (rows.length === 0 ? [] : table(heads[index] ?? [], rows)));
}

function seatRow(seat: Extract<Holding, { kind: 'seat' }>, now: Instant): readonly string[] {
  const { holder } = seat;
  const who = holder === null ? 'free' : holder.kind === 'person' ? holder.email : `${holder.kind}: ${holder.label}`;
  const until = seat.validUntil?.slice(0, 10) ?? '';
  return [seat.externalId, seat.product.name, seat.status, who, activityWords(seat.lastActivity, seat.offlineCode, now), until];
}

function accountRow(account: Extract<Holding, { kind: 'account' }>, now: Instant): readonly string[] {
  const { externalId, email, name, enabled, paidSeat, roles, lastActivity } = account;
  const names = roles.map((role) => role.name).join(', ');
  const last = activityWords(lastActivity, false, now);
  return [externalId, email ?? 'unknown', name, yesNo(enabled), yesNo(paidSeat), names, last];
}

function yesNo(value: boolean | null): string {
  return value === null ? 'unknown' : value ? 'yes' : 'no';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const shown = rows.slice(0, MOST_ROWS).map((row) => row.map((cell) => (cell.length > WIDEST ? `${cell.slice(0, WIDEST - 1)}…` : cell)));
  const widths = head.map((title, column) => Math.max(title.length, ...shown.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd();
  const more = rows.length - shown.length;
  return [line(head), ...shown.map(line), ...(more > 0 ? [`    and ${more} more`] : [])];
}
