import type { Reply } from '../reply.ts';
import { followSync } from '../services/follow-sync.ts';
import { identifyCaller } from '../services/identify-caller.ts';
import { runCommand } from '../services/run-command.ts';
import { joinWords } from '../words.ts';
import { Answer } from './answer.ts';
import { openForm } from './on-form.ts';
import type { Room } from './room.ts';
import { messageView } from './views/message.ts';
import { replyView } from './views/reply.ts';
import { unescapeTyped } from './views/text.ts';
import type { CommandCall, Incoming } from './wire.ts';

/** After this long somebody wonders whether anything happens. */
const INTERIM_MS = 2_000;

/** `/licenses …`. The manifest has Slack escape what is typed, so that mentions arrive as ids. */
export async function onCommand(room: Room, call: CommandCall): Promise<void> {
  await answerText(room, call, unescapeTyped(call.text), false);
}

/** Runs what somebody typed or picked and shows the answer where they are. */
export async function answerText(room: Room, incoming: Incoming, text: string, replace: boolean): Promise<void> {
  const answer = new Answer(room, incoming);
  const interim = sayInterim(room, answer);
  let reply: Reply;
  try {
    const caller = await identifyCaller(room.world, incoming.userId);
    reply = await withSlackChecks(room, await runCommand(room.world, room.commands, caller, text));
  } catch (error) {
    await interim.over();
    return answer.sorry('command', error);
  }
  await interim.over();
  if (reply.kind === 'form') return openForm(room, incoming, reply.opening);
  await answer.say(replyView(reply), replace);
  if (reply.kind !== 'sync-started') return;
  const { sessionId } = reply;
  room.world.background.run('follow-sync', () => followSync(room.world, sessionId, incoming.userId));
}

/** One short line when the vendors take their time; the answer follows it and never overtakes it. */
function sayInterim(room: Room, answer: Answer): { over(): Promise<void> } {
  let said: Promise<void> = Promise.resolve();
  const timer = setTimeout(() => {
    const names = room.world.connectors.all().map((connector) => connector.name);
    if (names.length === 0) return;
    said = answer
      .say(messageView(`Asking ${joinWords(names)} …`))
      .catch((cause: unknown) => room.log.warn('slack.interim', { cause }));
  }, INTERIM_MS);
  return {
    over: () => {
      clearTimeout(timer);
      return said;
    },
  };
}

/** The set-up is about the vendors and about Slack; only this room can ask Slack. */
async function withSlackChecks(room: Room, reply: Reply): Promise<Reply> {
  if (reply.kind !== 'setup') return reply;
  return { kind: 'setup', report: { ...reply.report, slack: [...reply.report.slack, ...(await room.checkSlack())] } };
}
