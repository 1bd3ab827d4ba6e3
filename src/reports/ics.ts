import { addMs, DAY_MS, type Instant } from '../domain/time.ts';
import { count, plainDates } from '../words.ts';
import { cellWords } from './cell-words.ts';
import type { Report, ReportRow } from './report.ts';

const LINE_OCTETS = 75;
const TOLD = ['app', 'product', 'pack', 'seats', 'used', 'free', 'idle', 'decision', 'suggestion', 'cost', 'saves'];

/**
 * The rows of the renewals report as a calendar (RFC 5545): one all-day event for each pack, with a reminder at each lead
 * time. An event keeps its identity from export to export, so that a calendar which reads the file again has each once.
 */
export function renewalsCalendar(report: Report, leadDays: readonly number[]): string {
  const events = report.rows.flatMap((row) => event(row, report, leadDays));
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Seatwarden//Renewals//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'X-WR-CALNAME:License renewals',
    ...events,
    'END:VCALENDAR',
  ];
  return `${lines.flatMap(folded).join('\r\n')}\r\n`;
}

function event(row: ReportRow, report: Report, leadDays: readonly number[]): readonly string[] {
  const { on, app, product, seats, renews } = row.cells;
  if (typeof on !== 'string') return [];
  const title = `${String(product)} (${String(app)}) ${renews === true ? 'renews' : 'ends'}: ${count(Number(seats), 'seat')}`;
  const details = report.columns
    .filter(({ key }) => TOLD.includes(key))
    .flatMap((column) => {
      const words = cellWords(row.cells[column.key], column, plainDates);
      return words === null ? [] : [`${column.label}: ${words}`];
    });
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(encodeURIComponent(row.key))}@seatwarden`,
    `DTSTAMP:${report.asOf.replaceAll(/[-:]|\.\d{3}/g, '')}`,
    `DTSTART;VALUE=DATE:${dateOf(on)}`,
    `DTEND;VALUE=DATE:${dateOf(addMs(on, DAY_MS))}`,
    `SUMMARY:${escaped(title)}`,
    `DESCRIPTION:${escaped(details.join('\n'))}`,
    'TRANSP:TRANSPARENT',
    ...leadDays.flatMap((days) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `DESCRIPTION:${escaped(title)}`,
      `TRIGGER:-P${days}D`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ];
}

function dateOf(instant: Instant): string {
  return instant.slice(0, 10).replaceAll('-', '');
}

/** RFC 5545, 3.3.11: text. */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (sign) => `\\${sign}`).replaceAll(/\r?\n|\r/g, '\\n');
}

const encoder = new TextEncoder();

/** RFC 5545, 3.1: no line is longer than 75 octets, and none is cut inside a character. */
function folded(line: string): readonly string[] {
  const lines: string[] = [];
  let current = '';
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS) {
      lines.push(current);
      current = ' ';
      octets = 1;
    }
    current += character;
    octets += size;
  }
  return [...lines, current];
}
