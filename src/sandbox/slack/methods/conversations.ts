import type { Wire } from '../../wire.ts';
import type { Conversation } from '../model.ts';
import { channelObject, messageObject } from '../objects.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError, invalidArguments, isOn, type MethodContext, type MethodTable, pageOf, required } from './method.ts';

export const conversationMethods: MethodTable = {
  'conversations.list': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    run: (args, { workspace, hasScope }) => {
      const types = typeof args['types'] === 'string' ? args['types'].split(',') : ['public_channel'];
      const bot = workspace.options.bot.id;
      const wanted = [...workspace.conversations.values()].filter((conversation) => {
        if (isOn(args['exclude_archived']) && conversation.isArchived) return false;
        if (conversation.kind === 'dm') return types.includes('im') && hasScope('im:read');
        if (!conversation.isPrivate) return types.includes('public_channel') && hasScope('channels:read');
        return types.includes('private_channel') && hasScope('groups:read') && conversation.members.has(bot);
      });
      const { page, metadata } = pageOf(wanted, args);
      return { channels: page.map((conversation) => channelObject(workspace, conversation)), response_metadata: metadata };
    },
  },
  'conversations.info': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    run: (args, context) => ({ channel: channelObject(context.workspace, visibleChannel(args, context)) }),
  },
  'conversations.members': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    run: (args, context) => {
      const { page, metadata } = pageOf([...visibleChannel(args, context).members], args);
      return { members: page, response_metadata: metadata };
    },
  },
  'conversations.open': {
    scopes: ['im:write'],
    run: (args, { workspace }) => {
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
    scopes: ['channels:history', 'groups:history', 'im:history'],
    run: (args, context) => history(args, context, null),
  },
  'conversations.replies': {
    scopes: ['channels:history', 'groups:history', 'im:history'],
    run: (args, context) => history(args, context, required(args, 'ts')),
  },
};

function history(args: Wire, { workspace, hasScope }: MethodContext, thread: string | null): Wire {
  const conversation = visibleChannel(args, { workspace, hasScope });
  if (!conversation.members.has(workspace.options.bot.id)) throw new ApiError('not_in_channel');
  const messages = workspace.messages
    .filter((message) => message.channel === conversation.id && message.ephemeralTo === null)
    .filter((message) => (thread === null ? message.threadTs === null : message.ts === thread || message.threadTs === thread))
    .map((message) => messageObject(workspace, message));
  const { page, metadata } = pageOf(thread === null ? messages.reverse() : messages, args);
  return { messages: page, has_more: metadata['next_cursor'] !== '', response_metadata: metadata };
}

function visibleChannel(args: Wire, { workspace, hasScope }: Pick<MethodContext, 'workspace' | 'hasScope'>): Conversation {
  const conversation = workspace.conversations.get(required(args, 'channel'));
  if (conversation === undefined) throw new ApiError('channel_not_found');
  const scope = conversation.kind === 'dm' ? 'im:read' : conversation.isPrivate ? 'groups:read' : 'channels:read';
  const hidden = conversation.isPrivate && !conversation.members.has(workspace.options.bot.id);
  if (hidden) throw new ApiError('channel_not_found');
  if (!hasScope(scope) && !hasScope(scope.replace(':read', ':history')))
    throw new ApiError('missing_scope', { needed: scope, provided: '' });
  return conversation;
}

/** The conversation a post is meant for: a channel id, a channel's name or a person's id (then the direct message). */
export function postTarget(workspace: Workspace, channel: string): Conversation {
  const user = workspace.users.get(channel);
  if (user !== undefined) {
    if (user.role === 'deactivated') throw new ApiError('user_disabled');
    if (user.role === 'bot') throw new ApiError('cannot_dm_bot');
    return workspace.directMessage(channel);
  }
  const name = channel.replace(/^#/, '');
  const found =
    workspace.conversations.get(channel) ??
    [...workspace.conversations.values()].find((conversation) => conversation.kind === 'channel' && conversation.name === name);
  if (found === undefined) throw new ApiError('channel_not_found');
  if (found.isArchived) throw new ApiError('is_archived');
  return found;
}
