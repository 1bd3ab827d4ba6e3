import { SeatwardenError } from '../domain/errors.ts';
import { shownName } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { SetupReport } from '../reply.ts';
import { withDeadline } from './with-deadline.ts';

const CHECK_DEADLINE_MS = 15_000;

/** Asks every vendor whether its credential works, all at the same time. */
export async function checkSetup(world: World, signal?: AbortSignal): Promise<SetupReport['integrations']> {
  const checked = await Promise.all(
    world.connectors.all().map(async (connector) => {
      const head = { id: connector.id, name: shownName(connector) };
      try {
        const report = await withDeadline(connector.name, CHECK_DEADLINE_MS, (inner) => connector.check(inner), signal);
        return { ...head, ok: report.ok, message: report.message, hint: report.hint };
      } catch (cause) {
        world.log.warn('check.failed', { integration: connector.id, cause });
        if (cause instanceof SeatwardenError) return { ...head, ok: false, message: cause.message, hint: cause.hint };
        return {
          ...head,
          ok: false,
          message: `${connector.name} could not be checked because of a fault in Seatwarden.`,
          hint: 'The log has the details.',
        };
      }
    }),
  );
  return [...checked, ...world.connectors.broken().map((integration) => ({ ...integration, ok: false }))];
}
