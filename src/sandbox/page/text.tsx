import type { ComponentChildren } from 'preact';
import { asList, asText, asWire, type Wire } from '../wire.ts';
import { usePage } from './context.ts';
import { formatDate, fullTime } from './dates.ts';
import { Emoji } from './emoji.tsx';
import { type Inline, isSafeHref, parseMrkdwn } from './mrkdwn.ts';

/** mrkdwn text with everything Slack draws in it. */
export function Mrkdwn({ text }: { readonly text: string }) {
  return (
    <>
      {parseMrkdwn(text).map((block, index) => {
        if (block.kind === 'pre') return <pre key={index}>{block.text}</pre>;
        const lines = block.lines.map((line, row) => (
          <span key={row}>
            {row > 0 && <br />}
            <Inlines parts={line} />
          </span>
        ));
        return block.kind === 'quote' ? <blockquote key={index}>{lines}</blockquote> : <span key={index}>{lines}</span>;
      })}
    </>
  );
}

/** A text object: plain text keeps its characters (but knows emoji), mrkdwn is drawn. */
export function TextObject({ value }: { readonly value: unknown }) {
  const object = asWire(value);
  const text = asText(object['text']) ?? '';
  return object['type'] === 'mrkdwn' ? <Mrkdwn text={text} /> : <Plain text={text} />;
}

export function Plain({ text }: { readonly text: string }) {
  return <>{text.split(/:([a-z0-9_+-]+):/).map((part, index) => (index % 2 === 1 ? <Emoji key={index} code={part} /> : part))}</>;
}

function Inlines({ parts }: { readonly parts: readonly Inline[] }) {
  return (
    <>
      {parts.map((part, index) => (
        <InlinePart key={index} part={part} />
      ))}
    </>
  );
}

function InlinePart({ part }: { readonly part: Inline }) {
  const { screen } = usePage();
  switch (part.kind) {
    case 'text':
      return <>{part.text}</>;
    case 'code':
      return <code>{part.text}</code>;
    case 'bold':
      return (
        <strong>
          <Inlines parts={part.inner} />
        </strong>
      );
    case 'italic':
      return (
        <em>
          <Inlines parts={part.inner} />
        </em>
      );
    case 'strike':
      return (
        <s>
          <Inlines parts={part.inner} />
        </s>
      );
    case 'link':
      return <Link href={part.href}>{part.label}</Link>;
    case 'user':
      return <UserMention id={part.id} />;
    case 'group':
      return <span class="mention">@{screen.groups.find((group) => group.id === part.id)?.handle ?? part.label ?? part.id}</span>;
    case 'channel':
      return <ChannelMention id={part.id} label={part.label} />;
    case 'special':
      return <span class="mention loud">{part.label}</span>;
    case 'date':
      return <DateToken at={part.at} format={part.format} fallback={part.fallback} href={part.href} />;
    case 'emoji':
      return <Emoji code={part.code} />;
  }
}

function UserMention({ id }: { readonly id: string }) {
  const { screen } = usePage();
  const person = screen.people.find((candidate) => candidate.id === id);
  return (
    <bdi class={`mention ${id === screen.me.id ? 'self' : ''}`} title={person?.title}>
      @{person?.name ?? id}
    </bdi>
  );
}

function ChannelMention({ id, label }: { readonly id: string; readonly label: string | null }) {
  const { screen, go } = usePage();
  const name = screen.conversations.find((each) => each.id === id)?.name;
  if (name === undefined) return <span class="mention">#{label ?? 'private-channel'}</span>;
  return (
    <button type="button" class="mention link" onClick={() => go(id)}>
      #{name}
    </button>
  );
}

/** Shown in the reader's own time zone, whatever the app's is. */
function DateToken(props: {
  readonly at: number;
  readonly format: string;
  readonly fallback: string;
  readonly href: string | null;
}) {
  const { screen } = usePage();
  const zone = screen.me.timezone;
  const date = new Date(props.at * 1_000);
  if (Number.isNaN(date.getTime())) return <>{props.fallback}</>;
  const shown = (
    <time dateTime={date.toISOString()} title={fullTime(date, zone)}>
      {formatDate(props.at, props.format, new Date(screen.now), zone)}
    </time>
  );
  return props.href === null ? shown : <Link href={props.href}>{shown}</Link>;
}

export function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
  if (!isSafeHref(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

/** A rich_text block. */
export function RichText({ block }: { readonly block: Wire }) {
  return (
    <>
      {asList(block['elements'])
        .map(asWire)
        .map((element, index) => (
          <RichPart key={index} element={element} />
        ))}
    </>
  );
}

function RichPart({ element }: { readonly element: Wire }) {
  const parts = asList(element['elements']).map(asWire);
  const inner = parts.map((part, index) => <RichLeaf key={index} leaf={part} />);
  switch (element['type']) {
    case 'rich_text_list': {
      const items = parts.map((part, index) => (
        <li key={index}>
          <RichPart element={part} />
        </li>
      ));
      const indent = { marginInlineStart: `${Number(element['indent'] ?? 0) * 22}px` };
      return element['style'] === 'ordered' ? (
        <ol start={Number(element['offset'] ?? 0) + 1} style={indent}>
          {items}
        </ol>
      ) : (
        <ul style={indent}>{items}</ul>
      );
    }
    case 'rich_text_quote':
      return <blockquote>{inner}</blockquote>;
    case 'rich_text_preformatted':
      return <pre>{inner}</pre>;
    default:
      return <span class="rich-section">{inner}</span>;
  }
}

function RichLeaf({ leaf }: { readonly leaf: Wire }) {
  const style = asWire(leaf['style']);
  let drawn = <LeafContent leaf={leaf} />;
  if (style['code'] === true) drawn = <code>{drawn}</code>;
  if (style['bold'] === true) drawn = <strong>{drawn}</strong>;
  if (style['italic'] === true) drawn = <em>{drawn}</em>;
  if (style['strike'] === true) drawn = <s>{drawn}</s>;
  if (style['underline'] === true) drawn = <u>{drawn}</u>;
  return drawn;
}

function LeafContent({ leaf }: { readonly leaf: Wire }) {
  const { screen } = usePage();
  const text = asText(leaf['text']) ?? '';
  switch (leaf['type']) {
    case 'link': {
      const url = asText(leaf['url']) ?? '';
      return <Link href={url}>{text || url.replace(/^mailto:/, '')}</Link>;
    }
    case 'user':
      return <UserMention id={asText(leaf['user_id']) ?? ''} />;
    case 'usergroup': {
      const group = screen.groups.find((each) => each.id === leaf['usergroup_id']);
      return <span class="mention">@{group?.handle ?? asText(leaf['usergroup_id'])}</span>;
    }
    case 'broadcast':
      return <span class="mention loud">@{asText(leaf['range'])}</span>;
    case 'channel':
      return <ChannelMention id={asText(leaf['channel_id']) ?? ''} label={null} />;
    case 'emoji':
      return <Emoji code={asText(leaf['name']) ?? ''} />;
    case 'color':
      return (
        <>
          <i class="swatch" style={{ background: /^#[0-9a-f]{3,8}$/i.exec(asText(leaf['value']) ?? '')?.[0] }} />
          {asText(leaf['value'])}
        </>
      );
    case 'date': {
      const format = asText(leaf['format']) ?? '{date}';
      const href = asText(leaf['url']) ?? null;
      return <DateToken at={Number(leaf['timestamp'])} format={format} fallback={asText(leaf['fallback']) ?? ''} href={href} />;
    }
    default:
      return (
        <>
          {text.split('\n').map((line, index) => (
            <span key={index}>
              {index > 0 && <br />}
              {line}
            </span>
          ))}
        </>
      );
  }
}
