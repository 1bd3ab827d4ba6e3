import { asText, type Wire } from '../../wire.ts';
import { readContent } from '../content.ts';
import type { Conversation, Message } from '../model.ts';
import { messageObject } from '../objects.ts';
import type { Workspace } from '../workspace.ts';
import { postTarget } from './conversations.ts';
import { ApiError, breaks, type CallContext, isOn, type MethodTable, required } from './method.ts';

/** chat.update refuses longer text; chat.postMessage only advises against it. */
const MAX_UPDATE_TEXT = 4_000;

export const chatMethods: MethodTable = {
  'chat.postMessage': {
    scopes: ['chat:write'],
    run: (args, context) => {
      const { workspace } = context;
      const conversation = postTarget(workspace, required(args, 'channel'));
      mayPost(conversation, context);
      const content = readContent(context.method, args, workspace, context.warn);
      const message = workspace.post({
        ...content,
        channel: conversation.id,
        user: workspace.options.bot.id,
        threadTs: threadOf(args, conversation.id, workspace),
        broadcast: isOn(args['reply_broadcast']),
        metadata: args['metadata'],
        stepRunId: context.stepRunId,
      });
      context.emit(messageEvent(conversation), {
        ...messageObject(workspace, message),
        channel: conversation.id,
        event_ts: message.ts,
      });
      return { channel: message.channel, ts: message.ts, message: messageObject(workspace, message) };
    },
  },
  'chat.postEphemeral': {
    scopes: ['chat:write'],
    run: (args, { workspace, method, warn }) => {
      const conversation = postTarget(workspace, required(args, 'channel'));
      const userId = required(args, 'user');
      const { members } = conversation;
      if (!members.has(workspace.options.bot.id))
        throw breaks('messages.member', 'channel_not_found', `the app is not in ${conversation.id}`);
      if (!members.has(userId))
        throw breaks('messages.ephemeral-member', 'user_not_in_channel', `${userId} is not in ${conversation.id}`);
      if (args['attachments'] !== undefined && args['blocks'] !== undefined)
        throw breaks('messages.ephemeral-mix', 'invalid_attachments', 'attachments together with blocks');
      const content = readContent(method, args, workspace, warn);
      const message = workspace.post({
        ...content,
        channel: conversation.id,
        user: workspace.options.bot.id,
        ephemeralTo: userId,
        threadTs: threadOf(args, conversation.id, workspace),
      });
      return { message_ts: message.ts };
    },
  },
  'chat.update': {
    scopes: ['chat:write'],
    run: (args, { workspace, method, warn, emit }) => {
      const message = ownMessage(args, workspace, 'cant_update_message');
      const age = workspace.now().getTime() - Number(message.ts) * 1_000;
      if (workspace.editWindowMs !== null && age > workspace.editWindowMs)
        throw breaks('messages.edit-window', 'edit_window_closed', `the message is ${Math.round(age / 60_000)} minutes old`);
      const text = args['text'];
      if (typeof text === 'string' && text.length > MAX_UPDATE_TEXT)
        throw breaks('messages.update-long', 'msg_too_long', `text of ${text.length} characters`);
      const content = readContent(method, args, workspace, warn);
      const before = messageObject(workspace, message);
      workspace.edit(message, content);
      const after = { message: messageObject(workspace, message), previous_message: before };
      tellOf('message_changed', message, after, workspace, emit);
      return { channel: message.channel, ts: message.ts, text: message.text, message: messageObject(workspace, message) };
    },
  },
  'chat.delete': {
    scopes: ['chat:write'],
    run: (args, { workspace, emit }) => {
      const message = ownMessage(args, workspace, 'cant_delete_message');
      const before = { deleted_ts: message.ts, previous_message: messageObject(workspace, message) };
      workspace.remove(message);
      tellOf('message_deleted', message, before, workspace, emit);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.getPermalink': {
    formOnly: true,
    run: (args, { workspace, baseUrl }) => {
      const channel = required(args, 'channel');
      const ts = required(args, 'message_ts');
      if (!workspace.conversations.has(channel)) throw new ApiError('channel_not_found');
      const message = workspace.find(channel, ts);
      if (message === undefined || message.ephemeralTo !== null) throw new ApiError('message_not_found');
      const thread = message.threadTs === null ? '' : `?thread_ts=${message.threadTs}&cid=${channel}`;
      return { channel, permalink: `${baseUrl()}/archives/${channel}/p${ts.replace('.', '')}${thread}` };
    },
  },
};

/** The subscription under which a conversation's messages come. */
export function messageEvent(conversation: Conversation): 'message.im' | 'message.groups' | 'message.channels' {
  if (conversation.kind === 'dm') return 'message.im';
  return conversation.isPrivate ? 'message.groups' : 'message.channels';
}

function tellOf(
  subtype: 'message_changed' | 'message_deleted',
  { channel }: Message,
  what: Wire,
  workspace: Workspace,
  emit: CallContext['emit'],
): void {
  const conversation = workspace.conversations.get(channel);
  if (conversation === undefined) return;
  const ts = workspace.nextTs();
  emit(messageEvent(conversation), { type: 'message', subtype, hidden: true, channel, ts, event_ts: ts, ...what });
}

export function mayPost(conversation: Conversation, { workspace, hasScope }: Pick<CallContext, 'workspace' | 'hasScope'>): void {
  if (conversation.members.has(workspace.options.bot.id)) return;
  const where = `the app is not in #${conversation.name}`;
  if (conversation.isPrivate) throw breaks('messages.member', 'channel_not_found', where);
  if (!hasScope('chat:write.public')) throw breaks('messages.member', 'not_in_channel', where);
}

/** The thread that a post belongs to; null for the conversation itself. A reply's own ts leads to its thread. */
export function threadOf(args: Wire, channel: string, workspace: Workspace): string | null {
  const ts = asText(args['thread_ts']);
  if (ts === undefined || ts === '') return null;
  const parent = workspace.find(channel, ts);
  if (parent === undefined || parent.ephemeralTo !== null)
    throw breaks('messages.thread', 'thread_not_found', `no message ${ts} in ${channel}`);
  return parent.threadTs ?? parent.ts;
}

function ownMessage(args: Wire, workspace: Workspace, refusal: string): Message {
  const channel = required(args, 'channel');
  if (!workspace.conversations.has(channel)) throw new ApiError('channel_not_found');
  const message = workspace.find(channel, required(args, 'ts'));
  if (message === undefined) throw new ApiError('message_not_found');
  // An ephemeral message has no place in the channel's history, so the API does not know it.
  if (message.ephemeralTo !== null)
    throw breaks('messages.ephemeral-edit', 'message_not_found', `${message.ts} is an ephemeral message`);
  if (message.user !== workspace.options.bot.id)
    throw breaks('messages.own', refusal, `${message.ts} was written by ${message.user}`);
  return message;
}
