import { ConflictError } from '../domain/errors.ts';
import type { SyncProgress } from '../domain/sync-session.ts';
import type { Store } from '../ports/store.ts';

/** A run under way in this process. */
export interface SyncRun {
  readonly integrationId: string;
  readonly sessionId: string;
  readonly abort: AbortController;
  progress: SyncProgress;
  readonly listeners: Set<(progress: SyncProgress) => void>;
  /** Settled once the session can be read from the store; also when the run ended without that. */
  readonly stored: Promise<void>;
  markStored(): void;
  readonly ended: Promise<void>;
}

/** Why a run was asked to stop; it ends as `cancelled` and not as `failed`. */
export class SyncCancelled extends Error {
  readonly by: string;

  constructor(by: string) {
    super(`cancelled by ${by}`);
    this.by = by;
  }
}

const runs = new WeakMap<Store, Map<string, SyncRun>>();

function runsOf(store: Store): Map<string, SyncRun> {
  let map = runs.get(store);
  if (map === undefined) {
    map = new Map();
    runs.set(store, map);
  }
  return map;
}

export function runOf(store: Store, integrationId: string): SyncRun | null {
  return runsOf(store).get(integrationId) ?? null;
}

export function runOfSession(store: Store, sessionId: string): SyncRun | null {
  return [...runsOf(store).values()].find((run) => run.sessionId === sessionId) ?? null;
}

/**
 * Works under the integration's only place for a run. @throws ConflictError when it is taken, naming the session; nothing
 * waits for it, since what the other run brings is what was asked for.
 */
export async function withRun<Result>(
  store: Store,
  integrationId: string,
  sessionId: string,
  name: string,
  outer: AbortSignal | undefined,
  work: (run: SyncRun) => Promise<Result>,
): Promise<Result> {
  const running = runOf(store, integrationId);
  if (running !== null)
    throw new ConflictError('conflict.sync', `${name} is being synced already (session ${running.sessionId}).`, {
      hint: `\`/licenses sessions ${running.sessionId}\` shows how far it is.`,
    });
  const abort = new AbortController();
  const forward = (): void => abort.abort(outer?.reason);
  outer?.addEventListener('abort', forward, { once: true });
  if (outer?.aborted === true) forward();
  let markStored = (): void => {};
  const stored = new Promise<void>((resolve) => {
    markStored = resolve;
  });
  let over = (): void => {};
  const run: SyncRun = {
    integrationId,
    sessionId,
    abort,
    progress: { sessionId, pages: 0, records: 0, total: null, perSecond: 0, waitedMs: 0, leftMs: null, step: 'loading' },
    listeners: new Set(),
    stored,
    markStored,
    ended: new Promise((resolve) => {
      over = resolve;
    }),
  };
  runsOf(store).set(integrationId, run);
  try {
    return await work(run);
  } finally {
    runsOf(store).delete(integrationId);
    outer?.removeEventListener('abort', forward);
    markStored();
    over();
  }
}

export function tellProgress(run: SyncRun, progress: SyncProgress): void {
  run.progress = progress;
  for (const listener of run.listeners) listener(progress);
}
