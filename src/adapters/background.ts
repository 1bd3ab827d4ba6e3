import type { Background } from '../ports/background.ts';
import type { Log } from '../ports/log.ts';

/** How long work may take to notice that it was aborted before it is left behind. */
const UNWIND_MS = 1_000;

/** Background work in this process. Never rejects: what fails is in the log, and what is stored lets a later run take it up. */
export function createBackground(log: Log): Background {
  const running = new Map<Promise<void>, string>();
  const controller = new AbortController();
  let stopped = false;

  const settled = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.keys());
  };

  return {
    run(name, work) {
      if (stopped) {
        log.info('background.refused', { name });
        return;
      }
      const task: Promise<void> = Promise.resolve()
        .then(() => work(controller.signal))
        .catch((cause: unknown) => log.error('background.failed', { name, cause }))
        .finally(() => running.delete(task));
      running.set(task, name);
    },
    idle: settled,
    async stop(graceMs) {
      stopped = true;
      if (await within(graceMs, settled())) return;
      controller.abort(new Error('The bot is stopping.'));
      if (await within(UNWIND_MS, settled())) return;
      log.warn('background.did-not-stop', { names: [...running.values()] });
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
