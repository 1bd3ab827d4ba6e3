import { type Bot, type BotOptions, createBot } from '../app.ts';
import { chooseSocketPath } from '../ops/socket-server.ts';
import { controlHandler } from './control.ts';
import { EXIT, type Host, type VerbResult } from './verb.ts';
import { worldVerbs } from './world-verbs.ts';

/** Runs a bot until the process is asked to end. */
export async function runBot(host: Host, options: BotOptions, ready: (bot: Bot) => void): Promise<VerbResult> {
  const socketPath = await chooseSocketPath(options.setup.dataDir);
  const control = { socketPath, handler: (bot: Bot) => controlHandler(bot, worldVerbs) };
  const stopped = host.untilStopped();
  const bot = await createBot({ ...options, control });
  const asked = await Promise.race([bot.start().then(() => false), stopped.then(() => true)]);
  if (!asked) {
    host.onReload(() => {
      bot.reload().catch((cause: unknown) => bot.world.log.error('config.reload-failed', { cause }));
    });
    ready(bot);
    await stopped;
  }
  await bot.stop();
  return { exitCode: EXIT.done, text: '', data: null };
}
