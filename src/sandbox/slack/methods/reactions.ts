import type { Wire } from '../../wire.ts';
import type { Message } from '../model.ts';
import { messageObject } from '../objects.ts';
import { ApiError, breaks, type CallContext, type MethodTable, pageOf, required } from './method.ts';

/** https://docs.slack.dev/reference/methods/reactions.add and pins.add */
export const reactionMethods: MethodTable = {
  'reactions.add': {
    scopes: ['reactions:write'],
    run: (args, context) => {
      const message = itemOf(args, context, 'timestamp');
      const name = emojiOf(args);
      const { bot } = context.workspace.options;
      if (message.reactions.get(name)?.has(bot.id) === true)
        throw breaks('reactions.once', 'already_reacted', `:${name}: is there already`);
      context.workspace.react(message, bot.id, name, true);
      return {};
    },
  },
  'reactions.remove': {
    scopes: ['reactions:write'],
    run: (args, context) => {
      const message = itemOf(args, context, 'timestamp');
      const name = emojiOf(args);
      const { bot } = context.workspace.options;
      if (message.reactions.get(name)?.has(bot.id) !== true)
        throw breaks('reactions.once', 'no_reaction', `:${name}: is not there`);
      context.workspace.react(message, bot.id, name, false);
      return {};
    },
  },
  'reactions.get': {
    scopes: ['reactions:read'],
    formOnly: true,
    run: (args, context) => {
      const message = itemOf(args, context, 'timestamp');
      return { type: 'message', channel: message.channel, message: messageObject(context.workspace, message) };
    },
  },
  'reactions.list': {
    scopes: ['reactions:read'],
    formOnly: true,
    run: (args, { workspace }) => {
      const userId = typeof args['user'] === 'string' ? args['user'] : workspace.options.bot.id;
      const reacted = workspace.messages.filter((message) => [...message.reactions.values()].some((users) => users.has(userId)));
      const { page, metadata } = pageOf(reacted, args, 100);
      const items = page.map((message) => ({
        type: 'message',
        channel: message.channel,
        message: messageObject(workspace, message),
      }));
      return { items, response_metadata: metadata };
    },
  },
  'pins.add': {
    scopes: ['pins:write'],
    run: (args, context) => {
      const message = itemOf(args, context, 'timestamp');
      if (message.pinned) throw breaks('pins.once', 'already_pinned', `${message.ts} is pinned already`);
      context.workspace.pin(message, true);
      return {};
    },
  },
  'pins.remove': {
    scopes: ['pins:write'],
    run: (args, context) => {
      const message = itemOf(args, context, 'timestamp');
      if (!message.pinned) throw breaks('pins.once', 'no_pin', `${message.ts} is not pinned`);
      context.workspace.pin(message, false);
      return {};
    },
  },
  'pins.list': {
    scopes: ['pins:read'],
    formOnly: true,
    run: (args, { workspace }) => {
      const channel = required(args, 'channel');
      if (!workspace.conversations.has(channel)) throw new ApiError('channel_not_found');
      const pinned = workspace.messages.filter((message) => message.channel === channel && message.pinned);
      const items = pinned.map((message) => ({ type: 'message', channel, message: messageObject(workspace, message) }));
      return { items };
    },
  },
};

function itemOf(args: Wire, { workspace }: CallContext, name: string): Message {
  const channel = required(args, 'channel');
  const conversation = workspace.conversations.get(channel);
  if (conversation === undefined) throw new ApiError('channel_not_found');
  if (!conversation.members.has(workspace.options.bot.id))
    throw breaks('messages.member', 'not_in_channel', `the app is not in ${channel}`);
  const message = workspace.find(channel, required(args, name));
  if (message === undefined || message.ephemeralTo !== null) throw new ApiError('message_not_found');
  return message;
}

function emojiOf(args: Wire): string {
  const name = required(args, 'name').replaceAll(':', '');
  if (!/^[\w+'-]+(::skin-tone-[2-6])?$/.test(name)) throw breaks('api.arguments', 'invalid_name', `"${name}" is no emoji name`);
  return name;
}
