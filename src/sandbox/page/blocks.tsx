import { useId, useState } from 'preact/hooks';
import type { FormValues } from '../slack/model.ts';
import { asList, asText, asWire, isWire, type Wire } from '../wire.ts';
import type { PageEntry, PagePlace } from './api.ts';
import { Element } from './elements.tsx';
import { Mrkdwn, Plain, RichText, TextObject } from './text.tsx';

export interface BlocksProps {
  readonly blocks: readonly Wire[];
  readonly place: PagePlace;
  readonly values?: FormValues;
  readonly errors?: Readonly<Record<string, string>>;
  readonly collect?: (blockId: string, actionId: string, entry: PageEntry) => void;
}

/** Block Kit, drawn in our own clothes. */
export function Blocks(props: BlocksProps) {
  return (
    <div class="blocks">
      {props.blocks.map((block) => (
        <Block key={asText(block['block_id'])} block={block} {...props} />
      ))}
    </div>
  );
}

type BlockProps = Omit<BlocksProps, 'blocks'> & { readonly block: Wire };

function Block(props: BlockProps) {
  const { block } = props;
  switch (block['type']) {
    case 'section':
      return <Section {...props} />;
    case 'header':
      return (
        <h3 class="block-header">
          <Plain text={asText(asWire(block['text'])['text']) ?? ''} />
        </h3>
      );
    case 'divider':
      return <hr />;
    case 'context':
      return <Context block={block} />;
    case 'actions':
      return (
        <div class="block-actions">
          <Interactive {...props} elements={asList(block['elements'])} />
        </div>
      );
    case 'image':
      return <ImageBlock block={block} />;
    case 'input':
      return <Input {...props} />;
    case 'rich_text':
      return (
        <div class="block-rich">
          <RichText block={block} />
        </div>
      );
    case 'markdown':
      return (
        <div class="block-section">
          <Mrkdwn text={fromMarkdown(asText(block['text']) ?? '')} />
        </div>
      );
    case 'table':
      return <Table rows={asList(block['rows'])} settings={asList(block['column_settings'])} />;
    case 'data_table':
      return <DataTable block={block} />;
    case 'alert':
      return (
        <div class={`block-alert ${asText(block['level']) ?? 'default'}`} role="note">
          <TextObject value={block['text']} />
        </div>
      );
    case 'card':
      return <Card {...props} />;
    case 'container':
      return <Container {...props} />;
    case 'carousel':
      return (
        <div class="block-carousel">
          {asList(block['elements'])
            .filter(isWire)
            .map((card, index) => (
              <Card key={index} {...props} block={card} />
            ))}
        </div>
      );
    default:
      return <p class="block-unknown">A “{asText(block['type'])}” block (not drawn here)</p>;
  }
}

function Interactive(props: BlockProps & { readonly elements: readonly unknown[] }) {
  const blockId = asText(props.block['block_id']) ?? '';
  return (
    <>
      {props.elements.filter(isWire).map((element) => {
        const actionId = asText(element['action_id']) ?? '';
        const state = asWire(props.values?.[blockId]?.[actionId]);
        return <Element key={actionId} element={element} blockId={blockId} place={props.place} state={state} />;
      })}
    </>
  );
}

function Section(props: BlockProps) {
  const { block } = props;
  const fields = asList(block['fields']);
  return (
    <div class="block-section">
      <div class="section-body">
        {isWire(block['text']) && (
          <div>
            <TextObject value={block['text']} />
          </div>
        )}
        {fields.length > 0 && (
          <div class="fields">
            {fields.map((field, index) => (
              <div key={index}>
                <TextObject value={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {isWire(block['accessory']) && (
        <div class="accessory">
          <Interactive {...props} elements={[block['accessory']]} />
        </div>
      )}
    </div>
  );
}

function Context({ block }: { readonly block: Wire }) {
  return (
    <div class="block-context">
      {asList(block['elements'])
        .filter(isWire)
        .map((element, index) => (
          <span key={index}>
            {element['type'] === 'image' ? (
              <img src={asText(element['image_url']) ?? ''} alt={asText(element['alt_text']) ?? ''} />
            ) : (
              <TextObject value={element} />
            )}
          </span>
        ))}
    </div>
  );
}

function ImageBlock({ block }: { readonly block: Wire }) {
  return (
    <figure class="block-image">
      {isWire(block['title']) && (
        <figcaption>
          <TextObject value={block['title']} />
        </figcaption>
      )}
      <img src={asText(block['image_url']) ?? ''} alt={asText(block['alt_text']) ?? ''} loading="lazy" />
    </figure>
  );
}

function Input(props: BlockProps) {
  const { block } = props;
  const id = useId();
  const element = asWire(block['element']);
  const blockId = asText(block['block_id']) ?? '';
  const error = props.errors?.[blockId];
  const hint = asText(asWire(block['hint'])['text']);
  const described = [error === undefined ? '' : `${id}-error`, hint === undefined ? '' : `${id}-hint`].filter(
    (each) => each !== '',
  );
  const state = asWire(props.values?.[blockId]?.[asText(element['action_id']) ?? '']);
  return (
    <div class={`block-input ${error === undefined ? '' : 'wrong'}`}>
      <div class="label" id={id}>
        <TextObject value={block['label']} />
        {block['optional'] === true && <small> (optional)</small>}
      </div>
      <Element
        element={element}
        blockId={blockId}
        place={props.place}
        state={state}
        collect={block['dispatch_action'] === true ? undefined : props.collect}
        labelledBy={id}
        describedBy={described.length === 0 ? undefined : described.join(' ')}
        invalid={error !== undefined}
      />
      {error !== undefined && (
        <p class="error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          <Plain text={hint} />
        </p>
      )}
    </div>
  );
}

function Cell({ value }: { readonly value: unknown }) {
  const cell = asWire(value);
  if (cell['type'] === 'rich_text') return <RichText block={cell} />;
  return <>{asText(cell['text']) ?? asText(cell['value']) ?? ''}</>;
}

function Table({ rows, settings }: { readonly rows: readonly unknown[]; readonly settings: readonly unknown[] }) {
  const [head, ...body] = rows.map(asList);
  const align = (column: number): string => `text-align:${asText(asWire(settings[column])['align']) ?? 'left'}`;
  return (
    <div class="block-table">
      <table>
        <thead>
          <tr>
            {(head ?? []).map((cell, column) => (
              <th key={column} scope="col" style={align(column)}>
                <Cell value={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} style={align(column)}>
                  <Cell value={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DataTable({ block }: { readonly block: Wire }) {
  const [page, setPage] = useState(0);
  const [head, ...body] = asList(block['rows']);
  const size = Number(block['page_size'] ?? 5);
  const pages = Math.max(1, Math.ceil(body.length / size));
  return (
    <div class="data-table">
      <p class="caption">{asText(block['caption'])}</p>
      <Table rows={[head, ...body.slice(page * size, (page + 1) * size)]} settings={[]} />
      {pages > 1 && (
        <p class="pager">
          <button type="button" class="button" disabled={page === 0} onClick={() => setPage(page - 1)}>
            Back
          </button>
          <span>
            {page + 1} of {pages}
          </span>
          <button type="button" class="button" disabled={page + 1 >= pages} onClick={() => setPage(page + 1)}>
            Next
          </button>
        </p>
      )}
    </div>
  );
}

function Card(props: BlockProps) {
  const { block } = props;
  return (
    <div class="block-card">
      {['title', 'subtitle', 'body', 'subtext'].map((part) =>
        isWire(block[part]) ? (
          <div key={part} class={part}>
            <TextObject value={block[part]} />
          </div>
        ) : null,
      )}
      {asList(block['actions']).length > 0 && (
        <div class="block-actions">
          <Interactive {...props} elements={asList(block['actions'])} />
        </div>
      )}
    </div>
  );
}

function Container(props: BlockProps) {
  const { block, ...rest } = props;
  const children = <Blocks {...rest} blocks={asList(block['child_blocks']).filter(isWire)} />;
  const title = <TextObject value={block['title']} />;
  if (block['is_collapsible'] !== true)
    return (
      <div class="block-container">
        {isWire(block['title']) && <div class="title">{title}</div>}
        {children}
      </div>
    );
  return (
    <details class="block-container" open={block['default_collapsed'] !== true}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

/** Standard Markdown's bold and links in mrkdwn's spelling; the rest reads the same. */
function fromMarkdown(text: string): string {
  return text
    .replace(/\*\*(.+?)\*\*/g, '*$1*')
    .replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, '<$2|$1>')
    .replace(/^#+ (.+)$/gm, '*$1*');
}
