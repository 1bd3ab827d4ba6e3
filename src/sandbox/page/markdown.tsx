import { lexer, type Token, type Tokens } from 'marked';
import type { ComponentChildren } from 'preact';
import { Link, Plain } from './text.tsx';

/** Standard Markdown, as a `markdown` block carries it. HTML in it stays text. */
export function Markdown({ text }: { readonly text: string }) {
  return <Many tokens={lexer(text, { gfm: true })} />;
}

function Many({ tokens }: { readonly tokens: readonly Token[] | undefined }) {
  return (
    <>
      {(tokens ?? []).map((token, index) => (
        <One key={index} token={token} />
      ))}
    </>
  );
}

function One({ token }: { readonly token: Token }): ComponentChildren {
  const inner = <Many tokens={'tokens' in token ? token.tokens : undefined} />;
  switch (token.type) {
    case 'space':
      return null;
    case 'heading':
      return <h4 class="md-heading">{inner}</h4>;
    case 'paragraph':
      return <p>{inner}</p>;
    case 'blockquote':
      return <blockquote>{inner}</blockquote>;
    case 'hr':
      return <hr />;
    case 'code':
      return <pre>{(token as Tokens.Code).text}</pre>;
    case 'list':
      return <MarkdownList list={token as Tokens.List} />;
    case 'table':
      return <MarkdownTable table={token as Tokens.Table} />;
    case 'strong':
      return <strong>{inner}</strong>;
    case 'em':
      return <em>{inner}</em>;
    case 'del':
      return <s>{inner}</s>;
    case 'codespan':
      return <code>{(token as Tokens.Codespan).text}</code>;
    case 'br':
      return <br />;
    case 'link':
      return <Link href={(token as Tokens.Link).href}>{inner}</Link>;
    case 'image':
      return <Link href={(token as Tokens.Image).href}>{(token as Tokens.Image).text}</Link>;
    case 'text':
      return 'tokens' in token && token.tokens !== undefined ? inner : <Plain text={(token as Tokens.Text).text} />;
    case 'escape':
      return <>{(token as Tokens.Escape).text}</>;
    default:
      return <>{token.raw}</>;
  }
}

function MarkdownList({ list }: { readonly list: Tokens.List }) {
  const items = list.items.map((item, index) => (
    <li key={index}>
      {item.task && <span aria-hidden="true">{item.checked === true ? '☑ ' : '☐ '}</span>}
      <Many tokens={item.tokens} />
    </li>
  ));
  return list.ordered ? <ol start={Number(list.start || 1)}>{items}</ol> : <ul>{items}</ul>;
}

function MarkdownTable({ table }: { readonly table: Tokens.Table }) {
  return (
    <div class="block-table">
      <table>
        <thead>
          <tr>
            {table.header.map((cell, index) => (
              <th key={index} scope="col">
                <Many tokens={cell.tokens} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>
                  <Many tokens={cell.tokens} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
