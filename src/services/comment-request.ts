import type { Caller } from '../command.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { ConflictError, UsageError } from '../domain/errors.ts';
import type { Comment } from '../domain/records.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { actorOf, subjectOf } from './change-request.ts';
import { getRequest } from './get-request.ts';

const TEXT_MAX = 3_000;

/** Keeps what somebody wrote about a request. `key` names the message, so that one that is delivered twice is kept once. */
export async function commentRequest(
  world: World,
  caller: Caller,
  requestId: string,
  text: string,
  key: string,
): Promise<Comment> {
  const request = await getRequest(world, requestId);
  const said = text.trim();
  if (said === '') throw new UsageError('usage.comment', 'There is nothing in it to keep.');
  const comment: Comment = {
    id: `${request.id}:${key}`,
    version: 1,
    requestId: request.id,
    by: caller.person,
    at: toInstant(world.clock.now()),
    text: said.length <= TEXT_MAX ? said : `${said.slice(0, TEXT_MAX - 1)}…`,
  };
  try {
    await world.store.commit({
      put: [{ collection: 'comments', doc: comment, expected: null }],
      audit: [
        {
          at: comment.at,
          actor: actorOf(caller.person, caller.via),
          verb: 'request.commented',
          subject: subjectOf(request),
          requestId: request.id,
          detail: { text: comment.text },
        },
      ],
    });
  } catch (cause) {
    if (!(cause instanceof ConflictError)) throw cause;
  }
  return comment;
}

/** The request whose card stands at a place of the chat, or null. */
export async function requestAtPlace(world: World, channel: string, ts: string): Promise<ActionRequest | null> {
  const cards = await world.store.list('cards');
  const card = cards.findLast((one) => {
    if (!one.ts.includes(ts)) return false;
    const stamps = one.ts.split(',');
    return one.channel.split(',').some((place, at) => place === channel && stamps[at] === ts);
  });
  return card === undefined ? null : world.store.get('requests', card.id);
}

export async function commentsOf(world: World, requestId: string): Promise<readonly Comment[]> {
  return (await world.store.list('comments')).filter((comment) => comment.requestId === requestId);
}
