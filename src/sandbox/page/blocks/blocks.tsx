import { useId } from 'preact/hooks';
import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import { Icon, type IconName } from '../icons.tsx';
import { Markdown } from '../markdown.tsx';
import { Plain, RichText, TextObject } from '../text.tsx';
import { Chart } from './chart.tsx';
import { Element } from './elements.tsx';
import { type BlockProps, type BlocksProps, Interactive } from './interactive.tsx';
import { FileBlock, ImageBlock, Picture } from './pictures.tsx';
import { Card, Carousel, Container, Plan, TaskCard } from './stacks.tsx';
import { DataTable, Table } from './tables.tsx';

/** Block Kit, drawn in our own clothes. */
export function Blocks(props: BlocksProps) {
  return (
    <div class="blocks">
      {props.blocks.map((block) => (
        <Block key={asText(block['block_id'])} {...props} block={block} />
      ))}
    </div>
  );
}

function Block(props: BlockProps) {
  const { block } = props;
  switch (block['type']) {
    case 'section':
      return <Section {...props} />;
    case 'header':
      return (
        <h3 class={`block-header level-${Number(block['level'] ?? 1)}`} dir="auto">
          <Plain text={asText(asWire(block['text'])['text']) ?? ''} />
        </h3>
      );
    case 'divider':
      return <hr />;
    case 'context':
      return <Context block={block} />;
    case 'actions':
    case 'context_actions':
      return (
        <div class={block['type'] === 'actions' ? 'block-actions' : 'block-actions quiet'}>
          <Interactive {...props} elements={asList(block['elements'])} />
        </div>
      );
    case 'image':
      return <ImageBlock block={block} />;
    case 'input':
      return <Input {...props} />;
    case 'rich_text':
      return (
        <div class="block-rich" dir="auto">
          <RichText block={block} />
        </div>
      );
    case 'markdown':
      return (
        <div class="block-rich block-markdown" dir="auto">
          <Markdown text={asText(block['text']) ?? ''} />
        </div>
      );
    case 'table':
      return <Table {...props} rows={asList(block['rows'])} settings={asList(block['column_settings'])} />;
    case 'data_table':
      return <DataTable {...props} />;
    case 'data_visualization':
      return <Chart block={block} />;
    case 'alert':
      return <Alert block={block} />;
    case 'card':
      return <Card {...props} />;
    case 'carousel':
      return <Carousel {...props} />;
    case 'container':
      return (
        <Container block={block}>
          <Blocks {...props} blocks={asList(block['child_blocks']).filter(isWire)} />
        </Container>
      );
    case 'file':
      return <FileBlock block={block} />;
    case 'task_card':
      return <TaskCard block={block} />;
    case 'plan':
      return <Plan block={block} />;
    default:
      return <p class="block-unknown">A “{asText(block['type']) ?? 'nameless'}” block, which this page does not draw.</p>;
  }
}

function Section(props: BlockProps) {
  const { block } = props;
  const fields = asList(block['fields']);
  return (
    <div class="block-section">
      <div class="section-body">
        {isWire(block['text']) && (
          <div dir="auto">
            <TextObject value={block['text']} />
          </div>
        )}
        {fields.length > 0 && (
          <div class="fields">
            {fields.map((field, index) => (
              <div key={index} dir="auto">
                <TextObject value={field} />
              </div>
            ))}
          </div>
        )}
      </div>
      {isWire(block['accessory']) && (
        <div class={`accessory ${block['accessory']['type'] === 'image' ? 'picture' : ''}`}>
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
          <span key={index} dir="auto">
            {element['type'] === 'image' ? <Picture picture={element} /> : <TextObject value={element} />}
          </span>
        ))}
    </div>
  );
}

const ALERT_SIGNS: Readonly<Record<string, IconName>> = { warning: 'warning', error: 'stop', success: 'check' };

function Alert({ block }: { readonly block: Wire }) {
  const level = asText(block['level']) ?? 'default';
  return (
    <div class={`block-alert ${level}`} role={level === 'error' ? 'alert' : 'note'} dir="auto">
      <Icon name={ALERT_SIGNS[level] ?? 'info'} />
      <div>
        <TextObject value={block['text']} />
      </div>
    </div>
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
      <div class="label" id={id} dir="auto">
        <TextObject value={block['label']} />
        {block['optional'] === true && <small> (optional)</small>}
      </div>
      <Element
        element={element}
        blockId={blockId}
        place={props.place}
        state={state}
        form={props.form}
        isInput={block['dispatch_action'] !== true}
        labelledBy={id}
        describedBy={described.length === 0 ? undefined : described.join(' ')}
        invalid={error !== undefined}
        required={block['optional'] !== true}
      />
      {error !== undefined && (
        <p class="error" id={`${id}-error`} role="alert">
          <Icon name="warning" /> {error}
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`} dir="auto">
          <Plain text={hint} />
        </p>
      )}
    </div>
  );
}
