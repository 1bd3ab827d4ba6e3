import { ConfigError, ConflictError, ForbiddenError, SeatwardenError, UsageError } from '../domain/errors.ts';
import type { World } from '../ports/world.ts';

export interface Explanation {
  readonly message: string;
  readonly hint: string | null;
}

/** Any error as one sentence for a person and one line in the log. What is not one of ours is a bug: it gets a number. */
export function explain(world: World, what: string, error: unknown): Explanation {
  if (error instanceof SeatwardenError) {
    const detail = { what, code: error.code, cause: error };
    if (error instanceof UsageError) world.log.debug('slack.refused', detail);
    else if (error instanceof ForbiddenError || error instanceof ConflictError) world.log.info('slack.refused', detail);
    else if (error instanceof ConfigError) world.log.error('slack.refused', detail);
    else world.log.warn('slack.refused', detail);
    return { message: error.message, hint: error.hint };
  }
  const incident = world.newId();
  world.log.error('slack.incident', { what, incident, cause: error });
  return {
    message: `Something went wrong on our side (incident ${incident}).`,
    hint: 'Try again; if it happens again, give the incident number to whoever runs Seatwarden.',
  };
}
