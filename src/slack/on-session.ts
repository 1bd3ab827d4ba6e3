import { describeSession } from '../domain/sync-session.ts';
import { cancelSync } from '../services/cancel-sync.ts';
import { decideSession } from '../services/decide-session.ts';
import { followSync } from '../services/follow-sync.ts';
import { getSession } from '../services/get-session.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { sessionCsv } from '../services/session-csv.ts';
import { startSync } from '../services/start-sync.ts';
import { Answer } from './answer.ts';
import type { Room } from './room.ts';
import { sendCsv } from './send-csv.ts';
import { messageView } from './views/message.ts';
import type { Press } from './wire.ts';

export function onAcceptSession(room: Room, press: Press): Promise<void> {
  return decide(room, press, 'accept');
}

export function onRejectSession(room: Room, press: Press): Promise<void> {
  return decide(room, press, 'reject');
}

async function decide(room: Room, press: Press, verdict: 'accept' | 'reject'): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const session = await decideSession(room.world, caller, press.value, verdict);
    await new Answer(room, press).say(messageView(describeSession(session)));
  } catch (error) {
    await new Answer(room, press).sorry(`session:${verdict}`, error);
  }
}

export async function onCancelSync(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const session = await cancelSync(room.world, caller, press.value);
    await new Answer(room, press).say(messageView(`Session ${session.id} stops before its next page; nothing of it is written.`));
  } catch (error) {
    await new Answer(room, press).sorry('session:cancel', error);
  }
}

/** The same once more, by whoever pressed. */
export async function onRerunSync(room: Room, press: Press): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const { integrationId: integration, test, limit } = await getSession(room.world, press.value);
    const started = await startSync(room.world, caller, { integration, test, limit });
    room.world.background.run('follow-sync', () => followSync(room.world, started.sessionId, press.userId));
    await new Answer(room, press).say(
      messageView(`The ${test ? 'test run' : 'sync'} of ${started.name} has started; its card comes as a direct message.`),
    );
  } catch (error) {
    await new Answer(room, press).sorry('session:rerun', error);
  }
}

/** The whole list as a file in the direct messages of whoever asked: it names people. */
export async function onSessionCsv(room: Room, press: Press, what: 'errors' | 'changes'): Promise<void> {
  try {
    const caller = await identifyCaller(room.world, press.userId);
    const file = await sessionCsv(room.world, caller, press.value, what);
    if (file.rows === 0) return await new Answer(room, press).say(messageView('There is nothing in that list (any more).'));
    await sendCsv(room, press, { ...file, title: `${what === 'errors' ? 'Errors' : 'Changes'} of session ${press.value}` });
  } catch (error) {
    await new Answer(room, press).sorry(`session:${what}`, error);
  }
}
