import { chartWords } from '../domain/chart.ts';
import { plainDates, plainMoment } from '../words.ts';
import { cellWords } from './cell-words.ts';
import { filledColumns, totalWords } from './parts.ts';
import type { Report } from './report.ts';

const STYLE = `
  :root { color-scheme: light }
  body { font: 15px/1.5 system-ui, 'DejaVu Sans', sans-serif; color: #1d1c1d; background: #fff; max-width: 76rem; margin: 2rem auto; padding: 0 1rem }
  h1 { margin: 0; font-size: 1.7rem } h2 { margin: 2rem 0 .5rem; font-size: 1.15rem }
  .as-of, .notes { color: #555 } .gist { font-size: 1.1rem }
  dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .75rem; margin: 1.25rem 0 }
  dl div { border: 1px solid #ccc; border-radius: .4rem; padding: .5rem .75rem }
  dt { color: #555; font-size: .85rem } dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums }
  p, ul, figure { max-width: 60rem }
  figure { margin: 1rem 0; break-inside: avoid } figure svg { width: 100%; height: auto } figcaption { color: #555; font-size: .85rem }
  table { border-collapse: collapse; width: 100%; font-size: .85rem } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: break-word }
  th:first-child, td:first-child { padding-left: 0 } td.date, td.moment, td.money, td.number { white-space: nowrap } td.text { min-width: 4.5rem; max-width: 16rem; overflow-wrap: anywhere } td.text:last-child { min-width: 8rem }
  .wide { overflow-x: auto }
  th.right, td.right { text-align: right; font-variant-numeric: tabular-nums } thead { display: table-header-group } tr { break-inside: avoid }
  @page { size: A4 landscape; margin: 12mm } @media print { body { margin: 0; max-width: none; font-size: 10pt } table { font-size: 7.5pt } th, td { padding: .2rem .3rem } .wide { overflow: visible } }
`;

/**
 * A page to print or to send: whole in one file, without scripts and without anything from elsewhere. `pictures` are the
 * report's charts as SVG, in its order.
 */
export function reportHtml(report: Report, pictures: readonly string[]): string {
  const { title, asOf, headline, counts, money, charts, rows, notes } = report;
  const columns = filledColumns(report);
  const figures = charts.map(
    (chart, at) => `<figure>${pictures[at] ?? ''}<figcaption>${escaped(chartWords(chart))}</figcaption></figure>`,
  );
  const totals = money
    .filter(({ seats }) => seats > 0)
    .map((total) => `<li>${escaped(total.label)}: ${escaped(totalWords(total))}</li>`);
  const head = columns.map(({ label, align }) => `<th scope="col" class="${align}">${escaped(label)}</th>`).join('');
  const body = rows.map(
    ({ cells }) =>
      `<tr>${columns.map((column) => `<td class="${column.align} ${column.kind}">${escaped(cellWords(cells[column.key], column, plainDates) ?? '')}</td>`).join('')}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="as-of">As of ${escaped(plainMoment(asOf))}</p>
${headline.map((sentence, at) => `<p${at === 0 ? ' class="gist"' : ''}>${escaped(sentence)}</p>`).join('\n')}
<dl>${counts.map(({ label, value }) => `<div><dt>${escaped(label)}</dt><dd>${value.toLocaleString('en-US')}</dd></div>`).join('')}</dl>
${totals.length === 0 ? '' : `<h2>Money</h2>\n<ul>${totals.join('')}</ul>`}
${figures.join('\n')}
${rows.length === 0 ? '' : `<h2>All ${rows.length === 1 ? 'of it: 1 row' : `${rows.length.toLocaleString('en-US')} rows`}</h2>\n<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`}
${notes.length === 0 ? '' : `<h2>Notes</h2>\n<ul class="notes">${notes.map((note) => `<li>${escaped(note)}</li>`).join('')}</ul>`}
</body>
</html>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
