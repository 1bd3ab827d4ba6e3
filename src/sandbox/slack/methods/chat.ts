import { asList, isWire, type Wire } from '../../wire.ts';
import type { Message } from '../model.ts';
import { messageObject } from '../objects.ts';
import { blockProblems } from '../validate/blocks.ts';
import type { Workspace } from '../workspace.ts';
import { postTarget } from './conversations.ts';
import { ApiError, type MethodContext, type MethodTable, required } from './method.ts';

/** chat.update refuses longer text; chat.postMessage only advises against it. */
const MAX_UPDATE_TEXT = 4_000;
const MAX_ATTACHMENTS = 100;

export const chatMethods: MethodTable = {
  'chat.postMessage': {
    scopes: ['chat:write'],
    run: (args, context) => {
      const { workspace } = context;
      const conversation = postTarget(workspace, required(args, 'channel'));
      mayPost(conversation.members.has(workspace.options.bot.id), conversation.isPrivate, context);
      const content = readContent('chat.postMessage', args, workspace);
      const message = workspace.post({
        ...content,
        channel: conversation.id,
        user: workspace.options.bot.id,
        threadTs: typeof args['thread_ts'] === 'string' ? args['thread_ts'] : null,
        metadata: args['metadata'],
      });
      return { channel: message.channel, ts: message.ts, message: messageObject(workspace, message) };
    },
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    run: (args, { workspace }) => {
      const conversation = postTarget(workspace, required(args, 'channel'));
      const userId = required(args, 'user');
      const { members } = conversation;
      if (!members.has(workspace.options.bot.id)) throw new ApiError('channel_not_found');
      if (!members.has(userId)) throw new ApiError('user_not_in_channel');
      if (args['attachments'] !== undefined && args['blocks'] !== undefined) throw new ApiError('invalid_attachments');
      const content = readContent('chat.postEphemeral', args, workspace);
      const message = workspace.post({
        ...content,
        channel: conversation.id,
        user: workspace.options.bot.id,
        ephemeralTo: userId,
      });
      return { message_ts: message.ts };
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    run: (args, { workspace }) => {
      const message = ownMessage(args, workspace, 'cant_update_message');
      const age = workspace.now().getTime() - Number(message.ts) * 1_000;
      if (workspace.editWindowMs !== null && age > workspace.editWindowMs) throw new ApiError('edit_window_closed');
      const text = args['text'];
      if (typeof text === 'string' && text.length > MAX_UPDATE_TEXT) throw new ApiError('msg_too_long');
      const content = readContent('chat.update', args, workspace);
      workspace.edit(message, content);
      return { channel: message.channel, ts: message.ts, text: message.text, message: messageObject(workspace, message) };
    },
  },
  'chat.delete': {
    scopes: ['chat:write'],
    run: (args, { workspace }) => {
      const message = ownMessage(args, workspace, 'cant_delete_message');
      workspace.remove(message);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    run: (args, { workspace, baseUrl }) => {
      const channel = required(args, 'channel');
      const ts = required(args, 'message_ts');
      if (!workspace.conversations.has(channel)) throw new ApiError('channel_not_found');
      const message = workspace.find(channel, ts);
      if (message === undefined || message.ephemeralTo !== null) throw new ApiError('message_not_found');
      return { channel, permalink: `${baseUrl()}/archives/${channel}/p${ts.replace('.', '')}` };
    },
  },
  'reactions.add': {
    scopes: ['reactions:write'],
    run: (args, { workspace }) => {
      if (workspace.find(required(args, 'channel'), required(args, 'timestamp')) === undefined)
        throw new ApiError('message_not_found');
      required(args, 'name');
      return {};
    },
  },
};

function mayPost(isMember: boolean, isPrivate: boolean, { hasScope }: MethodContext): void {
  if (isMember) return;
  if (isPrivate) throw new ApiError('channel_not_found');
  if (!hasScope('chat:write.public')) throw new ApiError('not_in_channel');
}

function ownMessage(args: Wire, workspace: Workspace, refusal: string): Message {
  const channel = required(args, 'channel');
  if (!workspace.conversations.has(channel)) throw new ApiError('channel_not_found');
  const message = workspace.find(channel, required(args, 'ts'));
  // An ephemeral message has no place in the channel's history, so the API does not know it.
  if (message === undefined || message.ephemeralTo !== null) throw new ApiError('message_not_found');
  if (message.user !== workspace.options.bot.id) throw new ApiError(refusal);
  return message;
}

interface Content {
  readonly text: string | undefined;
  readonly blocks: readonly Wire[] | undefined;
}

/** Checks text, blocks and attachments of a post; notes what Slack would only warn about. */
export function readContent(where: string, args: Wire, workspace: Workspace): Content {
  const text = typeof args['text'] === 'string' ? args['text'] : undefined;
  const { blocks, attachments } = args;
  if (asList(attachments).length > MAX_ATTACHMENTS) throw new ApiError('too_many_attachments');
  if (blocks !== undefined && blocks !== null) {
    if (!Array.isArray(blocks)) throw new ApiError('invalid_blocks_format');
    const problems = blockProblems(blocks, 'message');
    if (problems.length > 0) {
      for (const problem of problems) workspace.warn(where, problem);
      throw new ApiError('invalid_blocks', { errors: problems, response_metadata: { messages: problems } });
    }
  }
  const list = Array.isArray(blocks) ? blocks.filter(isWire) : undefined;
  const empty = (text ?? '') === '';
  if (empty && (list ?? []).length === 0 && asList(attachments).length === 0) throw new ApiError('no_text');
  if (empty) workspace.warn(where, 'top-level text is missing: notifications and screen readers have nothing to read');
  return { text, blocks: list };
}
