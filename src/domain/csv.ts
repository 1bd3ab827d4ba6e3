/** A byte-order mark, by which a spreadsheet knows that the text is UTF-8. */
export const BOM = '\u{FEFF}';

/**
 * Lines of CSV (RFC 4180), without a line end after the last. A text that a spreadsheet would take for a formula is made
 * text with an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection); numbers are numbers.
 */
export function toCsv(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [head, ...rows].map((cells) => cells.map(cell).join(',')).join('\r\n');
}

/** What spreadsheets take for the beginning of a formula, in both widths of characters, and what they skip before one. */
const FORMULA = /^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]/;

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
