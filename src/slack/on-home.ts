import type { Caller } from '../command.ts';
import { toInstant } from '../domain/time.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { listRequests } from '../services/list-requests.ts';
import { lookupPerson } from '../services/lookup-person.ts';
import { callSlack, FOR_A_PERSON } from './call-slack.ts';
import { explain } from './explain.ts';
import type { Room } from './room.ts';
import { type HomeContent, homeView } from './views/home.ts';

/** One's own seats and the open requests, on the app's Home. */
export async function publishHome(room: Room, userId: string): Promise<void> {
  const view = homeView(await contentFor(room, userId));
  await callSlack(() => room.client.views.publish({ user_id: userId, view }), FOR_A_PERSON);
}

async function contentFor(room: Room, userId: string): Promise<HomeContent> {
  const { world } = room;
  const now = toInstant(world.clock.now());
  try {
    const caller = await identifyCaller(world, userId);
    const [lookup, requests] = await Promise.all([ownSeats(room, caller), listRequests(world, caller)]);
    return { lookup, ...requests, now };
  } catch (error) {
    return { lookup: problemOf(room, error), waiting: [], mine: [], now };
  }
}

async function ownSeats(room: Room, caller: Caller): Promise<HomeContent['lookup']> {
  try {
    return await lookupPerson(room.world, caller, caller.person);
  } catch (error) {
    return problemOf(room, error);
  }
}

function problemOf(room: Room, error: unknown): { readonly problem: string; readonly hint: string | null } {
  const { message, hint } = explain(room.world, 'home', error);
  return { problem: message, hint };
}
