import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../http.ts';
import type { SlackFile } from './model.ts';
import type { Uploads } from './uploads.ts';
import type { Workspace } from './workspace.ts';

/** Takes the bytes of uploads and hands files out to whoever brings the token. */
export class FileServer {
  readonly #workspace: Workspace;
  readonly #uploads: Uploads;
  readonly #token: string;

  constructor(workspace: Workspace, uploads: Uploads, token: string) {
    this.#workspace = workspace;
    this.#uploads = uploads;
    this.#token = token;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, room = '', id = ''] = (request.url ?? '/').split(/[/?]/);
    if (room === 'upload') return this.#receive(id, request, response);
    const file = this.#workspace.files.get(id);
    if (file === undefined || file.deleted) {
      response.writeHead(404).end();
      return;
    }
    if (request.headers.authorization !== `Bearer ${this.#token}`) {
      this.#workspace.breaks('files.download', 'url_private', `${file.name} was asked for without the token`);
      // Slack sends whoever is not signed in to its sign-in page.
      response.writeHead(302, { location: '/signin' }).end();
      return;
    }
    sendFileBytes(file, response);
  }

  async #receive(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await fileIn(request);
    const taken = this.#uploads.receive(id, bytes);
    if (taken === 'wrong-size')
      this.#workspace.breaks(
        'files.flow',
        'upload',
        `${bytes.length} bytes came, other than files.getUploadURLExternal was told`,
      );
    const status = { taken: 200, unknown: 404, 'wrong-size': 400 }[taken];
    response.writeHead(status, { 'content-type': 'text/plain' }).end(taken === 'taken' ? `OK - ${bytes.length}` : '');
  }
}

/** Slack takes a form with one file in it as well as the bare bytes. */
async function fileIn(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const part = [...form.values()].find((value) => typeof value !== 'string');
  return part === undefined || typeof part === 'string' ? Buffer.alloc(0) : Buffer.from(await part.arrayBuffer());
}

/** The page's own origin serves these too, so what could run as a script is only ever downloaded. */
const SHOWN = /^image\/(?:png|jpeg|gif)$/;

export function sendFileBytes(file: SlackFile, response: ServerResponse): void {
  const how = SHOWN.test(file.mimetype) ? 'inline' : 'attachment';
  response
    .writeHead(200, {
      'content-type': file.mimetype,
      'content-length': String(file.bytes.length),
      'content-disposition': `${how}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'x-content-type-options': 'nosniff',
    })
    .end(file.bytes);
}
