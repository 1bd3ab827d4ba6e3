import { asList, asText, isWire, type Wire } from '../../wire.ts';
import { readContent } from '../content.ts';
import type { SlackFile } from '../model.ts';
import { fileObject } from '../objects.ts';
import type { Uploads } from '../uploads.ts';
import { mimetypeOf } from '../uploads.ts';
import { threadOf } from './chat.ts';
import { postTarget } from './conversations.ts';
import { ApiError, breaks, type CallContext, invalidArguments, type MethodTable, required } from './method.ts';

const USUAL_COUNT = 100;

/** https://docs.slack.dev/messaging/working-with-files */
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
      run: (args, context) => complete(args, context, uploads),
    },
    'files.info': {
      scopes: ['files:read'],
      formOnly: true,
      run: (args, context) => ({
        file: show(knownFile(args, context), context),
        comments: [],
        response_metadata: { next_cursor: '' },
      }),
    },
    'files.list': {
      scopes: ['files:read'],
      formOnly: true,
      run: (args, context) => {
        const channel = asText(args['channel']);
        const user = asText(args['user']);
        const files = [...context.workspace.files.values()]
          .filter((file) => !file.deleted && (channel === undefined || file.channels.has(channel)))
          .filter((file) => user === undefined || file.user === user)
          .reverse();
        const count = Number(args['count'] ?? USUAL_COUNT);
        const page = Number(args['page'] ?? 1);
        if (!(count >= 1 && page >= 1)) throw invalidArguments(['[ERROR] count and page must be positive numbers']);
        const shown = files.slice((page - 1) * count, page * count).map((file) => show(file, context));
        return { files: shown, paging: { count, total: files.length, page, pages: Math.ceil(files.length / count) } };
      },
    },
    'files.delete': {
      scopes: ['files:write'],
      run: (args, context) => {
        const file = knownFile(args, context);
        if (file.user !== context.workspace.options.bot.id)
          throw breaks('files.delete', 'cant_delete_file', `${file.id} belongs to ${file.user}`);
        file.deleted = true;
        context.workspace.changed();
        return {};
      },
    },
  };
}

function complete(args: Wire, context: CallContext, uploads: Uploads): Wire {
  const { workspace, method, warn } = context;
  const wanted = asList(args['files']).filter(isWire);
  if (wanted.length === 0) throw invalidArguments(['[ERROR] missing required field: files']);
  const bot = workspace.options.bot.id;
  const channels = [asText(args['channel_id']), ...(asText(args['channels']) ?? '').split(',')].filter(
    (channel) => channel !== undefined && channel !== '',
  ) as string[];
  const targets = [...new Set(channels)].map((channel) => postTarget(workspace, channel));
  for (const target of targets) {
    if (!target.members.has(bot)) throw breaks('files.member', 'not_in_channel', `the app is not in #${target.name}`);
  }
  const files = wanted.map((each): SlackFile => {
    const upload = uploads.get(asText(each['id']) ?? '');
    if (upload === undefined || upload.bytes === null)
      throw breaks('files.flow', 'file_not_found', `nothing was sent for the file ${String(each['id'])}`);
    return {
      id: upload.id,
      name: upload.name,
      title: asText(each['title']) ?? upload.name,
      mimetype: mimetypeOf(upload.name),
      bytes: upload.bytes,
      user: bot,
      created: Math.floor(workspace.now().getTime() / 1_000),
      channels: new Set(targets.map((target) => target.id)),
      deleted: false,
    };
  });
  const comment = asText(args['initial_comment']);
  const text = comment ?? '';
  const content =
    args['blocks'] === undefined ? { text, blocks: [] } : readContent(method, { text, blocks: args['blocks'] }, workspace, warn);
  for (const file of files) {
    workspace.files.set(file.id, file);
    uploads.done(file.id);
  }
  for (const target of targets) {
    workspace.post({ ...content, channel: target.id, user: bot, threadTs: threadOf(args, target.id, workspace), files });
    for (const file of files) {
      const event = { type: 'file_shared', file_id: file.id, user_id: bot, file: { id: file.id }, channel_id: target.id };
      context.emit('file_shared', { ...event, event_ts: workspace.nextTs() });
    }
  }
  return { files: files.map((file) => show(file, context)) };
}

function show(file: SlackFile, { workspace, baseUrl }: CallContext): Wire {
  return fileObject(workspace, file, baseUrl());
}

function knownFile(args: Wire, { workspace }: CallContext): SlackFile {
  const file = workspace.files.get(required(args, 'file'));
  if (file === undefined) throw new ApiError('file_not_found');
  if (file.deleted) throw new ApiError('file_deleted');
  return file;
}
