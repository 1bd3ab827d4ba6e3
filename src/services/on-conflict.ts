import { ConflictError } from '../domain/errors.ts';

const MOST_TRIES = 5;

/**
 * Does a change that reads what it builds on again when somebody else was faster: a mere version bump is nothing a person
 * has to decide about. @throws what the work throws, and its ConflictError once it lost five times.
 */
export async function againOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (cause) {
      const bumped = cause instanceof ConflictError && cause.code === 'conflict.version';
      if (!bumped || tries === MOST_TRIES) throw cause;
    }
  }
}
