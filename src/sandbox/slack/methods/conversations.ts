import type { Wire } from '../../wire.ts';
import type { Conversation } from '../model.ts';
import { channelObject, messageObject } from '../objects.ts';
import type { Workspace } from '../workspace.ts';
import {
  ApiError,
  adviseOnPage,
  breaks,
  type CallContext,
  invalidArguments,
  isOn,
  type MethodTable,
  pageOf,
  required,
} from './method.ts';
import { SCOPE_OF_TYPE, typeOf } from './people.ts';

const READ_SCOPES = Object.values(SCOPE_OF_TYPE);
const HISTORY_SCOPES = READ_SCOPES.map((scope) => scope.replace(':read', ':history'));
const TYPES = ['public_channel', 'private_channel', 'im', 'mpim'];
const USUAL_PAGE = 100;

export const conversationMethods: MethodTable = {
  'conversations.list': {
    scopes: READ_SCOPES,
    formOnly: true,
    run: (args, context) => {
      const { workspace, hasScope } = context;
      const types = typeof args['types'] === 'string' ? args['types'].split(',').map((type) => type.trim()) : ['public_channel'];
      if (types.some((type) => !TYPES.includes(type)))
        throw breaks('api.arguments', 'invalid_types', `types: ${types.join(',')}`);
      adviseOnPage(args, context);
      const wanted = [...workspace.conversations.values()].filter((conversation) => {
        if (isOn(args['exclude_archived']) && conversation.isArchived) return false;
        const type = typeOf(conversation);
        if (!types.includes(type) || !hasScope(SCOPE_OF_TYPE[type])) return false;
        return type === 'public_channel' || conversation.members.has(workspace.options.bot.id);
      });
      const { page, metadata } = pageOf(wanted, args, USUAL_PAGE);
      return { channels: page.map((conversation) => channelObject(workspace, conversation)), response_metadata: metadata };
    },
  },
  'conversations.info': {
    scopes: READ_SCOPES,
    formOnly: true,
    run: (args, context) => ({ channel: channelObject(context.workspace, visibleChannel(args, context)) }),
  },
  'conversations.members': {
    scopes: READ_SCOPES,
    formOnly: true,
    run: (args, context) => {
      const { page, metadata } = pageOf([...visibleChannel(args, context).members], args, USUAL_PAGE);
      return { members: page, response_metadata: metadata };
    },
  },
  'conversations.join': {
    scopes: ['channels:join'],
    run: (args, { workspace, warn }) => {
      const conversation = workspace.conversations.get(required(args, 'channel'));
      if (conversation === undefined || conversation.isPrivate) throw new ApiError('channel_not_found');
      if (conversation.isArchived) throw new ApiError('is_archived');
      if (conversation.members.has(workspace.options.bot.id)) warn('already_in_channel');
      conversation.members.add(workspace.options.bot.id);
      workspace.changed();
      return { channel: channelObject(workspace, conversation) };
    },
  },
  'conversations.open': {
    scopes: ['im:write'],
    run: (args, { workspace }) => {
      const known = typeof args['channel'] === 'string' ? workspace.conversations.get(args['channel']) : undefined;
      if (known !== undefined) return { channel: { id: known.id }, no_op: true, already_open: true };
      const users = required(args, 'users').split(',');
      const [userId = ''] = users;
      if (users.length > 1) throw invalidArguments(['[ERROR] this workspace opens direct messages with one person only']);
      const user = workspace.users.get(userId);
      if (user === undefined) throw new ApiError('user_not_found');
      if (user.role === 'deactivated') throw new ApiError('user_disabled');
      if (user.role === 'bot') throw new ApiError('cannot_dm_bot');
      return { channel: { id: workspace.directMessage(userId).id } };
    },
  },
  'conversations.history': {
    scopes: HISTORY_SCOPES,
    run: (args, context) => history(args, context, null),
  },
  'conversations.replies': {
    scopes: HISTORY_SCOPES,
    formOnly: true,
    run: (args, context) => history(args, context, required(args, 'ts')),
  },
};

function history(args: Wire, context: CallContext, thread: string | null): Wire {
  const { workspace, hasScope } = context;
  const conversation = workspace.conversations.get(required(args, 'channel'));
  const bot = workspace.options.bot.id;
  if (conversation === undefined || (conversation.isPrivate && !conversation.members.has(bot)))
    throw new ApiError('channel_not_found');
  const scope = SCOPE_OF_TYPE[typeOf(conversation)].replace(':read', ':history');
  if (!hasScope(scope)) throw missingScope(scope, workspace);
  if (!conversation.members.has(bot))
    throw breaks('messages.member', 'not_in_channel', `the app is not in #${conversation.name}`);
  if (thread !== null && workspace.find(conversation.id, thread) === undefined) throw new ApiError('thread_not_found');
  const inclusive = isOn(args['inclusive']);
  const oldest = Number(args['oldest'] ?? 0);
  const latest = Number(args['latest'] ?? Number.POSITIVE_INFINITY);
  const messages = workspace.messages
    .filter((message) => message.channel === conversation.id && message.ephemeralTo === null)
    .filter((message) =>
      thread === null ? message.threadTs === null || message.broadcast : message.ts === thread || message.threadTs === thread,
    )
    .filter(({ ts }) => (inclusive ? Number(ts) >= oldest && Number(ts) <= latest : Number(ts) > oldest && Number(ts) < latest))
    .map((message) => messageObject(workspace, message));
  const { page, metadata } = pageOf(thread === null ? messages.reverse() : messages, args, USUAL_PAGE);
  return { messages: page, has_more: metadata['next_cursor'] !== '', response_metadata: metadata };
}

function visibleChannel(args: Wire, { workspace, hasScope }: CallContext): Conversation {
  const conversation = workspace.conversations.get(required(args, 'channel'));
  if (conversation === undefined) throw new ApiError('channel_not_found');
  if (conversation.isPrivate && !conversation.members.has(workspace.options.bot.id)) throw new ApiError('channel_not_found');
  const scope = SCOPE_OF_TYPE[typeOf(conversation)];
  if (!hasScope(scope)) throw missingScope(scope, workspace);
  return conversation;
}

export function missingScope(needed: string, { options }: Workspace): ApiError {
  const provided = [...(options.manifest.scopes ?? [])].join(',');
  return breaks('api.scope', 'missing_scope', `the scope ${needed} is needed`, { needed, provided });
}

/** The conversation a post is meant for: a channel id, a channel's name or a person's id (then the direct message). */
export function postTarget(workspace: Workspace, channel: string): Conversation {
  const user = workspace.users.get(channel);
  if (user !== undefined) {
    if (user.role === 'deactivated') throw new ApiError('user_disabled');
    if (user.role === 'bot') throw new ApiError('cannot_dm_bot');
    return openTab(workspace, workspace.directMessage(channel));
  }
  const name = channel.replace(/^#/, '');
  const found =
    workspace.conversations.get(channel) ??
    [...workspace.conversations.values()].find((conversation) => conversation.kind === 'channel' && conversation.name === name);
  if (found === undefined) throw new ApiError('channel_not_found');
  if (found.isArchived) throw new ApiError('is_archived');
  return openTab(workspace, found);
}

function openTab(workspace: Workspace, conversation: Conversation): Conversation {
  if (conversation.kind === 'dm' && !workspace.options.manifest.messagesTab) throw new ApiError('messages_tab_disabled');
  return conversation;
}
