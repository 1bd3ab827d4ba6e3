import { setTimeout as sleep } from 'node:timers/promises';
import type { Bot } from '../app.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { getRequest } from '../services/get-request.ts';
import { requestText } from './terminal-text.ts';
import { done, EXIT, type VerbResult } from './verb.ts';

const LOOK_EVERY_MS = 50;
const LONGEST_MS = 45_000;

/** Waits until a request that may run has run, so that the terminal tells how it ended. */
export async function awaitOutcome(bot: Bot, request: ActionRequest): Promise<VerbResult> {
  let now = request;
  for (let waited = 0; (now.state === 'approved' || now.state === 'executing') && waited < LONGEST_MS; waited += LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    now = await getRequest(bot.world, request.id);
  }
  return { ...done(requestText(now), { request: now }), exitCode: exitCodeOf(now) };
}

/** An action that was tried without effect failed; one whose outcome the vendor has not shown is the vendor's. */
function exitCodeOf({ state }: ActionRequest): number {
  if (state === 'failed') return EXIT.failed;
  return state === 'unknown' ? EXIT.vendor : EXIT.done;
}
