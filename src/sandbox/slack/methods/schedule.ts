import { asText, type Wire } from '../../wire.ts';
import { readContent } from '../content.ts';
import type { ScheduledMessage } from '../model.ts';
import { mayPost, threadOf } from './chat.ts';
import { postTarget } from './conversations.ts';
import { breaks, invalidArguments, type MethodTable, pageOf, required } from './method.ts';

const MAX_AHEAD_S = 120 * 86_400;
const WINDOW_S = 300;
const MAX_IN_WINDOW = 30;
/** A scheduled message cannot be called off any more this shortly before. */
const TOO_LATE_S = 60;

/** https://docs.slack.dev/reference/methods/chat.scheduleMessage */
export const scheduleMethods: MethodTable = {
  'chat.scheduleMessage': {
    scopes: ['chat:write'],
    run: (args, context) => {
      const { workspace, method } = context;
      const conversation = postTarget(workspace, required(args, 'channel'));
      mayPost(conversation, context);
      const postAt = Number(required(args, 'post_at'));
      if (!Number.isInteger(postAt)) throw invalidArguments(['[ERROR] post_at must be whole seconds']);
      const now = workspace.now().getTime() / 1_000;
      if (postAt <= now) throw breaks('messages.schedule', 'time_in_past', `post_at is ${Math.round(now - postAt)} s ago`);
      if (postAt > now + MAX_AHEAD_S) throw breaks('messages.schedule', 'time_too_far', 'post_at is more than 120 days ahead');
      const near = workspace.scheduled.filter(
        (each) => each.channel === conversation.id && Math.abs(each.postAt - postAt) < WINDOW_S,
      );
      if (near.length >= MAX_IN_WINDOW)
        throw breaks('messages.schedule', 'restricted_too_many', `more than ${MAX_IN_WINDOW} messages within five minutes`);
      const content = readContent(method, args, workspace, context.warn);
      const scheduled: ScheduledMessage = {
        id: workspace.nextId('Q'),
        channel: conversation.id,
        postAt,
        createdAt: Math.floor(now),
        text: content.text ?? '',
        blocks: content.blocks ?? [],
        threadTs: threadOf(args, conversation.id, workspace),
      };
      if (args['metadata'] !== undefined)
        workspace.breaks('messages.schedule-metadata', method, 'the message carries metadata, so it will not be posted');
      workspace.schedule(scheduled, args['metadata'] === undefined);
      const { id, channel, text, blocks } = scheduled;
      const message = { type: 'delayed_message', text, blocks, bot_id: workspace.options.botId };
      return { channel, scheduled_message_id: id, post_at: postAt, message };
    },
  },
  'chat.deleteScheduledMessage': {
    scopes: ['chat:write'],
    run: (args, { workspace }) => {
      const id = required(args, 'scheduled_message_id');
      const channel = required(args, 'channel');
      const found = workspace.scheduled.find((each) => each.id === id && each.channel === channel);
      const tooLate = found !== undefined && found.postAt - workspace.now().getTime() / 1_000 < TOO_LATE_S;
      if (found === undefined || tooLate)
        throw breaks('messages.schedule', 'invalid_scheduled_message_id', `${id} was posted, called off or never there`);
      workspace.callOff(id);
      return {};
    },
  },
  'chat.scheduledMessages.list': {
    run: (args, { workspace }) => {
      const channel = asText(args['channel']);
      const wanted = workspace.scheduled
        .filter((each) => channel === undefined || each.channel === channel)
        .filter((each) => each.postAt >= Number(args['oldest'] ?? 0) && each.postAt <= Number(args['latest'] ?? Infinity))
        .toSorted((one, other) => one.postAt - other.postAt);
      const { page, metadata } = pageOf(wanted, args, 100);
      return { scheduled_messages: page.map(toListed), response_metadata: metadata };
    },
  },
};

function toListed({ id, channel, postAt, createdAt, text }: ScheduledMessage): Wire {
  return { id, channel_id: channel, post_at: postAt, date_created: createdAt, text };
}
