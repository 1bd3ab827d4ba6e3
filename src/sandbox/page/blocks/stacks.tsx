import type { ComponentChildren } from 'preact';
import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import { Icon, type IconName } from '../icons.tsx';
import { Scroller } from '../scroller.tsx';
import { Link, RichText, TextObject } from '../text.tsx';
import { type BlockProps, Interactive } from './interactive.tsx';
import { Picture } from './pictures.tsx';

/** Blocks that hold others. */
export function Card(props: BlockProps) {
  const { block } = props;
  const actions = asList(block['actions']);
  return (
    <article class="block-card">
      {isWire(block['hero_image']) && (
        <div class="hero">
          <Picture picture={block['hero_image']} />
        </div>
      )}
      <div class="head">
        {isWire(block['icon']) && <Picture picture={block['icon']} />}
        <div>
          {['title', 'subtitle'].map((part) =>
            isWire(block[part]) ? (
              <div key={part} class={part} dir="auto">
                <TextObject value={block[part]} />
              </div>
            ) : null,
          )}
        </div>
      </div>
      {['body', 'subtext'].map((part) =>
        isWire(block[part]) ? (
          <div key={part} class={part} dir="auto">
            <TextObject value={block[part]} />
          </div>
        ) : null,
      )}
      {actions.length > 0 && (
        <div class="block-actions">
          <Interactive {...props} elements={actions} />
        </div>
      )}
    </article>
  );
}

export function Carousel(props: BlockProps) {
  const cards = asList(props.block['elements']).filter(isWire);
  return (
    <Scroller class="block-carousel" label={`${cards.length} cards, side by side`}>
      {cards.map((card, index) => (
        <Card key={asText(card['block_id']) ?? index} {...props} block={card} />
      ))}
    </Scroller>
  );
}

export function Container({ block, children }: { readonly block: Wire; readonly children: ComponentChildren }) {
  const title = isWire(block['rich_text_title']) ? (
    <RichText block={block['rich_text_title']} />
  ) : (
    <TextObject value={block['title']} />
  );
  const head = (
    <>
      {isWire(block['icon']) && <Picture picture={block['icon']} />}
      <span class="title" dir="auto">
        {title}
        {isWire(block['subtitle']) && (
          <small>
            <TextObject value={block['subtitle']} />
          </small>
        )}
      </span>
    </>
  );
  const width = asText(block['width']) ?? 'standard';
  const divided = block['has_header_divider'] === true ? 'divided' : '';
  if (block['is_collapsible'] !== true)
    return (
      <div class={`block-container ${width} ${divided}`}>
        {(isWire(block['title']) || isWire(block['rich_text_title'])) && <div class="head">{head}</div>}
        {children}
      </div>
    );
  return (
    <details class={`block-container ${width} ${divided}`} open={block['default_collapsed'] !== true}>
      <summary class="head">
        <Icon name="next" />
        {head}
      </summary>
      {children}
    </details>
  );
}

const TASK_SIGNS: Readonly<Record<string, readonly [IconName, string, string]>> = {
  pending: ['clock', 'soft', 'Waiting'],
  in_progress: ['hourglass', 'warn', 'Working'],
  complete: ['check', 'good', 'Done'],
  error: ['warning', 'bad', 'Failed'],
};

export function TaskCard({ block }: { readonly block: Wire }) {
  const [icon, tone, words] = TASK_SIGNS[asText(block['status']) ?? 'pending'] ?? ['clock', 'soft', 'Waiting'];
  return (
    <div class="block-task">
      <span class={`sign ${tone}`} role="img" aria-label={words}>
        <Icon name={icon} />
      </span>
      <div>
        <strong dir="auto">{asText(block['title'])}</strong>
        {['details', 'output'].map((part) => (isWire(block[part]) ? <RichText key={part} block={block[part]} /> : null))}
        {asList(block['sources']).length > 0 && (
          <p class="sources">
            {asList(block['sources'])
              .map(asWire)
              .map((source, index) => (
                <Link key={index} href={asText(source['url']) ?? ''}>
                  {asText(source['text'])}
                </Link>
              ))}
          </p>
        )}
      </div>
    </div>
  );
}

export function Plan({ block }: { readonly block: Wire }) {
  return (
    <div class="block-container standard">
      <div class="head">
        <span class="title" dir="auto">
          {asText(block['title'])}
        </span>
      </div>
      {asList(block['tasks'])
        .filter(isWire)
        .map((task, index) => (
          <TaskCard key={asText(task['task_id']) ?? index} block={task} />
        ))}
    </div>
  );
}
