import { TransportError } from '../domain/errors.ts';

/**
 * Gives `work` at most `ms`. The signal tells it to stop; the promise settles in time even if it does not listen.
 * @throws TransportError (`transport.deadline`) when the time is over.
 */
export async function withDeadline<T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const forward = (): void => controller.abort(outer?.reason);
  outer?.addEventListener('abort', forward, { once: true });
  if (outer?.aborted === true) forward();
  try {
    return await Promise.race([
      work(controller.signal),
      new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          const late = tooLate(what, ms);
          reject(late);
          controller.abort(late);
        }, ms);
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
      }),
    ]);
  } finally {
    clearTimeout(timer);
    outer?.removeEventListener('abort', forward);
  }
}

function tooLate(what: string, ms: number): TransportError {
  return new TransportError('transport.deadline', false, `${what} did not answer within ${Math.round(ms / 1000)} seconds.`, {
    hint: 'Try again in a moment.',
  });
}
