import { identifyCaller } from '../services/identify-caller.ts';
import { renewalWords, renewTerm } from '../services/renew-term.ts';
import { keepSeat, releaseSeat } from '../services/seat-offers.ts';
import { Answer } from './answer.ts';
import type { Room } from './room.ts';
import { messageView } from './views/message.ts';
import type { Press } from './wire.ts';

export async function onKeepOffer(room: Room, press: Press): Promise<void> {
  await answered(room, press, 'keep', async (caller) => {
    const offer = await keepSeat(room.world, caller, press.value);
    return `You keep ${offer.product.name}. You are not asked again for a while.`;
  });
}

export async function onReleaseOffer(room: Room, press: Press): Promise<void> {
  await answered(room, press, 'release', async (caller) => {
    const offer = await releaseSeat(room.world, caller, press.value);
    const goes = offer.waitingId === null ? 'can be given to somebody else' : 'goes to your colleague';
    return `Thank you. ${offer.product.name} is released now and ${goes}.`;
  });
}

export async function onRenewTerm(room: Room, press: Press): Promise<void> {
  const answer = new Answer(room, press);
  try {
    const caller = await identifyCaller(room.world, press.userId);
    await answer.say(messageView(renewalWords(await renewTerm(room.world, caller, press.value, null))));
  } catch (error) {
    await answer.sorry('renew', error);
  }
}

type Caller = Awaited<ReturnType<typeof identifyCaller>>;

/** The answer takes the place of the question, so that it cannot be pressed twice. */
async function answered(room: Room, press: Press, what: string, work: (caller: Caller) => Promise<string>): Promise<void> {
  const answer = new Answer(room, press);
  try {
    const caller = await identifyCaller(room.world, press.userId);
    await answer.say(messageView(await work(caller)), true);
  } catch (error) {
    await answer.sorry(what, error);
  }
}
