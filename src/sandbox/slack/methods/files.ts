import { asList, asText, asWire, isWire } from '../../wire.ts';
import { postTarget } from './conversations.ts';
import { ApiError, invalidArguments, type MethodTable, required } from './method.ts';

interface Upload {
  readonly id: string;
  readonly name: string;
  readonly expected: number;
  bytes: Buffer | null;
}

/** Files on their way: first a place to send them to, then the bytes, then the completion that shows them. */
export class Uploads {
  readonly #uploads = new Map<string, Upload>();

  reserve(id: string, name: string, expected: number): void {
    this.#uploads.set(id, { id, name, expected, bytes: null });
  }

  /** False when nobody asked for this place. */
  receive(id: string, bytes: Buffer): boolean {
    const upload = this.#uploads.get(id);
    if (upload === undefined) return false;
    upload.bytes = bytes;
    return true;
  }

  get(id: string): Upload | undefined {
    return this.#uploads.get(id);
  }
}

export function fileMethods(uploads: Uploads): MethodTable {
  return {
    'files.getUploadURLExternal': {
      scopes: ['files:write'],
      formOnly: true,
      run: (args, { workspace, baseUrl }) => {
        const name = required(args, 'filename');
        const length = Number(required(args, 'length'));
        if (!Number.isInteger(length) || length < 1) throw invalidArguments(['[ERROR] length must be a positive number']);
        const id = workspace.nextId('F');
        uploads.reserve(id, name, length);
        return { upload_url: `${baseUrl()}/upload/${id}`, file_id: id };
      },
    },
    'files.completeUploadExternal': {
      scopes: ['files:write'],
      run: (args, { workspace }) => {
        const files = asList(args['files']).filter(isWire);
        const done = files.map((file) => {
          const upload = uploads.get(asText(file['id']) ?? '');
          if (upload === undefined || upload.bytes === null) throw new ApiError('file_not_found');
          return { id: upload.id, title: asText(file['title']) ?? upload.name, name: upload.name, size: upload.bytes.length };
        });
        const channel = asText(args['channel_id']);
        if (channel !== undefined) {
          const conversation = postTarget(workspace, channel);
          if (!conversation.members.has(workspace.options.bot.id)) throw new ApiError('not_in_channel');
          const names = done.map((file) => file.title).join(', ');
          const text = [asText(args['initial_comment']), `:page_facing_up: ${names}`].filter((part) => part !== undefined);
          workspace.post({
            channel: conversation.id,
            user: workspace.options.bot.id,
            text: text.join('\n'),
            threadTs: asText(args['thread_ts']) ?? null,
            metadata: asWire({ files: done }),
          });
        }
        return { files: done };
      },
    },
  };
}
