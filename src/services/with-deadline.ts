import { TransportError } from '../domain/errors.ts';

/**
 * Gives `work` at most `ms`. The signal tells it to stop; the promise settles in time even if it does not listen.
 * @throws TransportError (`transport.deadline`) when the time is over.
 */
export function withDeadline<T>(
  what: string,
  ms: number,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const settle = (): void => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', forward);
    };
    const stop = (reason: unknown): void => {
      settle();
      reject(reason);
      controller.abort(reason);
    };
    const forward = (): void => stop(outer?.reason);
    const timer = setTimeout(() => stop(tooLate(what, ms)), ms);
    if (outer?.aborted === true) controller.abort(outer.reason);
    outer?.addEventListener('abort', forward, { once: true });
    const run = async (): Promise<T> => work(controller.signal);
    run().finally(settle).then(resolve, reject);
  });
}

function tooLate(what: string, ms: number): TransportError {
  return new TransportError('transport.deadline', false, `${what} did not answer within ${Math.round(ms / 1000)} seconds.`, {
    hint: 'Try again in a moment.',
  });
}
