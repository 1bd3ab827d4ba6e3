import { commentRequest, requestAtPlace } from '../services/comment-request.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import type { Room } from './room.ts';
import { unescapeTyped } from './views/text.ts';
import type { ThreadReply } from './wire.ts';

/** What people write beneath a request's card is kept with the request; any other thread is none of our business. */
export async function onThreadReply(room: Room, reply: ThreadReply): Promise<void> {
  const { world } = room;
  const request = await requestAtPlace(world, reply.channel, reply.threadTs);
  if (request === null || reply.text.trim() === '') return;
  const caller = await identifyCaller(world, reply.userId);
  await commentRequest(world, caller, request.id, unescapeTyped(reply.text), reply.ts);
}
