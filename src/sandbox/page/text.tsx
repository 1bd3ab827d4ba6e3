import type { ComponentChildren } from 'preact';
import { asList, asText, asWire, type Wire } from '../wire.ts';
import { usePage } from './context.ts';
import { Emoji } from './emoji.tsx';
import { formatDate, type Inline, isSafeHref, parseInline, parseMrkdwn } from './mrkdwn.ts';

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
      return (
        <span class="mention">#{screen.conversations.find((each) => each.id === part.id)?.name ?? part.label ?? part.id}</span>
      );
    case 'special':
      return <span class="mention loud">{part.label}</span>;
    case 'date':
      return <time title={part.fallback}>{formatDate(part.at, part.format, new Date(screen.now))}</time>;
    case 'emoji':
      return <Emoji code={part.code} />;
  }
}

function UserMention({ id }: { readonly id: string }) {
  const { screen } = usePage();
  const person = screen.people.find((candidate) => candidate.id === id);
  return <span class={`mention ${id === screen.me.id ? 'self' : ''}`}>@{person?.name ?? id}</span>;
}

function Link({ href, children }: { readonly href: string; readonly children: ComponentChildren }) {
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
      return element['style'] === 'ordered' ? <ol>{items}</ol> : <ul>{items}</ul>;
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
  const { screen } = usePage();
  const text = asText(leaf['text']) ?? '';
  const style = asWire(leaf['style']);
  let drawn: ComponentChildren;
  switch (leaf['type']) {
    case 'link':
      drawn = <Link href={asText(leaf['url']) ?? ''}>{text || asText(leaf['url'])}</Link>;
      break;
    case 'user':
      drawn = <UserMention id={asText(leaf['user_id']) ?? ''} />;
      break;
    case 'emoji':
      drawn = <Emoji code={asText(leaf['name']) ?? ''} />;
      break;
    case 'date':
      drawn = formatDate(Number(leaf['timestamp']), asText(leaf['format']) ?? '{date}', new Date(screen.now));
      break;
    case 'channel':
      drawn = <Inlines parts={parseInline(`<#${asText(leaf['channel_id']) ?? ''}>`)} />;
      break;
    default:
      drawn = text.split('\n').map((line, index) => (
        <span key={index}>
          {index > 0 && <br />}
          {line}
        </span>
      ));
  }
  if (style['code'] === true) drawn = <code>{drawn}</code>;
  if (style['bold'] === true) drawn = <strong>{drawn}</strong>;
  if (style['italic'] === true) drawn = <em>{drawn}</em>;
  if (style['strike'] === true) drawn = <s>{drawn}</s>;
  return <>{drawn}</>;
}
