import type { ScreenFile } from '../../slack/screen.ts';
import { asText, asWire, isWire, type Wire } from '../../wire.ts';
import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { TextObject } from '../text.tsx';

/** A picture that the app names by address or by file. Nothing is fetched from outside this machine. */
export function Picture({ picture }: { readonly picture: Wire }) {
  const { screen } = usePage();
  const alt = asText(picture['alt_text']) ?? '';
  const url = asText(picture['image_url']);
  const slackFile = asWire(picture['slack_file']);
  const files = screen.conversations.flatMap((room) => room.messages.flatMap((message) => message.files));
  const file = files.find(
    (each) => each.id === slackFile['id'] || (slackFile['url'] !== undefined && String(slackFile['url']).includes(each.id)),
  );
  const source = file?.url ?? (url !== undefined && isLocal(url) ? url : undefined);
  if (source !== undefined) return <img src={source} alt={alt} loading="lazy" />;
  return (
    <span class="picture-elsewhere" role="img" aria-label={alt} title={url}>
      <Icon name="image" /> {alt}
    </span>
  );
}

function isLocal(url: string): boolean {
  if (url.startsWith('data:image/')) return true;
  return URL.canParse(url, location.href) && new URL(url, location.href).origin === location.origin;
}

export function ImageBlock({ block }: { readonly block: Wire }) {
  return (
    <figure class="block-image">
      {isWire(block['title']) && (
        <figcaption>
          <TextObject value={block['title']} />
        </figcaption>
      )}
      <Picture picture={block} />
    </figure>
  );
}

/** A file to take away. */
export function FileChip({ file }: { readonly file: ScreenFile }) {
  const name = file.title || file.name;
  if (file.deleted) return <p class="file gone">This file was deleted.</p>;
  const picture = file.mimetype.startsWith('image/');
  return (
    <figure class="file">
      {picture && <img src={file.url} alt={name} loading="lazy" />}
      <a href={file.url} download={file.name}>
        <Icon name="file" />
        <span>
          <strong>{name}</strong>
          <small>
            {kindOf(file)} · {sizeOf(file.size)}
          </small>
        </span>
        <Icon name="download" />
        <span class="unseen">Download</span>
      </a>
    </figure>
  );
}

function kindOf(file: ScreenFile): string {
  const ending = /\.(\w{1,5})$/.exec(file.name)?.[1];
  return (ending ?? file.mimetype.split('/').at(-1) ?? 'file').toUpperCase();
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A `file` block: one of the files of this conversation, or one that lives elsewhere. */
export function FileBlock({ block }: { readonly block: Wire }) {
  const { screen } = usePage();
  const id = block['external_id'] ?? block['file_id'];
  const files = screen.conversations.flatMap((room) => room.messages.flatMap((message) => message.files));
  const file = files.find((each) => each.id === id);
  if (file !== undefined) return <FileChip file={file} />;
  return (
    <p class="file gone">
      <Icon name="file" /> Remote file {asText(id)}
    </p>
  );
}
