import { useId, useState } from 'preact/hooks';
import { asList, asText, asWire, isWire } from '../../wire.ts';
import { Icon } from '../icons.tsx';
import { Scroller } from '../scroller.tsx';
import { RichText } from '../text.tsx';
import { type BlockProps, Interactive } from './interactive.tsx';

type Row = readonly unknown[];

const ROWS_A_PAGE = 5;
/** From here on one looks for a row rather than at all of them. */
const FILTER_FROM_ROWS = 11;
/** Cells that need no place where there is little. */
const NOTHING: readonly string[] = ['', '–'];

function Cell({ value, ...props }: BlockProps & { readonly value: unknown }) {
  const cell = asWire(value);
  if (cell['type'] === 'rich_text') return <RichText block={cell} />;
  if (isWire(cell['element'])) return <Interactive {...props} elements={[cell['element']]} />;
  if (cell['type'] === 'button') return <Interactive {...props} elements={[cell]} />;
  return <>{wordsOf(cell)}</>;
}

/** What a cell says, to show, to sort by and to look in. */
function wordsOf(value: unknown): string {
  const cell = asWire(value);
  const own = asText(cell['text']) ?? (cell['value'] === undefined ? undefined : String(cell['value']));
  if (own !== undefined) return own;
  return asList(cell['elements']).map(wordsOf).join('');
}

const ALIGN: Readonly<Record<string, string>> = { left: 'start', center: 'center', right: 'end' };

export function Table({ rows, settings, ...props }: BlockProps & { readonly rows: readonly unknown[]; readonly settings: Row }) {
  const [head, ...body] = rows.map(asList);
  const style = (column: number): string => {
    const setting = asWire(settings[column]);
    return `text-align:${ALIGN[asText(setting['align']) ?? ''] ?? 'start'};${setting['is_wrapped'] === false ? 'white-space:nowrap' : ''}`;
  };
  return (
    <Scroller class="block-table" label="Table">
      <table>
        <thead>
          <tr>
            {(head ?? []).map((cell, column) => (
              <th key={column} scope="col" style={style(column)} dir="auto">
                <Cell {...props} value={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} style={style(column)} dir="auto">
                  <Cell {...props} value={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroller>
  );
}

interface Sorting {
  readonly column: number;
  readonly falling: boolean;
}

/** A table that can be sorted, looked through and turned over. */
export function DataTable(props: BlockProps) {
  const { block } = props;
  const captionId = useId();
  const [page, setPage] = useState(0);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const [filter, setFilter] = useState('');
  const [head = [], ...all] = asList(block['rows']).map(asList);
  const wanted = filter.trim().toLowerCase();
  const fitting = all.filter((row) => wanted === '' || row.some((cell) => wordsOf(cell).toLowerCase().includes(wanted)));
  const rows = sorting === null ? fitting : sorted(fitting, sorting);
  const size = Number(block['page_size'] ?? ROWS_A_PAGE);
  const pages = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(page, pages - 1);
  const named = Number(block['row_header_column_index'] ?? 0);
  const isNumber = (column: number): boolean => asWire(all[0]?.[column])['type'] === 'raw_number';
  const sort = (column: number): void => {
    setPage(0);
    if (sorting?.column !== column) setSorting({ column, falling: false });
    else setSorting(sorting.falling ? null : { column, falling: true });
  };
  const order = (column: number): 'ascending' | 'descending' | 'none' =>
    sorting?.column !== column ? 'none' : sorting.falling ? 'descending' : 'ascending';
  return (
    <div class="data-table">
      {all.length >= FILTER_FROM_ROWS && (
        <input
          type="search"
          class="filter"
          placeholder="Filter rows"
          aria-label={`Filter the rows of ${asText(block['caption'])}`}
          value={filter}
          onInput={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <Scroller class="block-table" labelledBy={captionId}>
        <table>
          <caption id={captionId}>{asText(block['caption'])}</caption>
          <thead>
            <tr>
              {head.map((cell, column) => (
                <th key={column} scope="col" aria-sort={order(column)} class={isNumber(column) ? 'number' : ''}>
                  <button type="button" onClick={() => sort(column)}>
                    {wordsOf(cell)}
                    <Icon name={sorting?.column === column ? (sorting.falling ? 'down' : 'up') : 'sort'} />
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(at * size, (at + 1) * size).map((row, index) => (
              <tr key={index}>
                {row.map((cell, column) => {
                  const inner = <Cell {...props} value={cell} />;
                  const label = wordsOf(head[column]);
                  const kind = [isNumber(column) ? 'number' : '', NOTHING.includes(wordsOf(cell)) ? 'empty' : '']
                    .join(' ')
                    .trim();
                  return column === named ? (
                    <th key={column} scope="row" class={kind} dir="auto">
                      {inner}
                    </th>
                  ) : (
                    <td key={column} class={kind} data-label={label} dir="auto">
                      {inner}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroller>
      <div class="pager">
        <span role="status">
          {rows.length === 0 ? 'No row fits' : `${at * size + 1} to ${Math.min(rows.length, (at + 1) * size)} of ${rows.length}`}
          {wanted !== '' && ` (of ${all.length})`}
        </span>
        {pages > 1 && (
          <>
            <button
              type="button"
              class="button square"
              aria-label="Previous rows"
              disabled={at === 0}
              onClick={() => setPage(at - 1)}
            >
              <Icon name="back" />
            </button>
            <button
              type="button"
              class="button square"
              aria-label="Next rows"
              disabled={at + 1 >= pages}
              onClick={() => setPage(at + 1)}
            >
              <Icon name="next" />
            </button>
          </>
        )}
      </div>
    </div>
  );
}

function sorted(rows: readonly Row[], { column, falling }: Sorting): readonly Row[] {
  const compare = (a: Row, b: Row): number => {
    const [left, right] = [asWire(a[column]), asWire(b[column])];
    if (left['type'] === 'raw_number' && right['type'] === 'raw_number') return Number(left['value']) - Number(right['value']);
    return wordsOf(left).localeCompare(wordsOf(right), 'en', { numeric: true });
  };
  return rows.toSorted((a, b) => (falling ? -compare(a, b) : compare(a, b)));
}
