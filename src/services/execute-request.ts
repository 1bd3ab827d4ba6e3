import type { World } from '../ports/world.ts';
import { deliver } from './deliver.ts';
import { executeOne, executionKey } from './execute-one.ts';
import { getRequest } from './get-request.ts';
import { lockOf } from './keyed-lock.ts';
import { runBulk } from './run-bulk.ts';

/** Runs an approved request, or brings on the rows of a bulk one. May be called again at any time: nothing is done twice. */
export async function executeRequest(world: World, requestId: string, signal: AbortSignal): Promise<void> {
  const { bulk } = await getRequest(world, requestId);
  if (bulk === undefined) return executeOne(world, requestId, signal);
  await lockOf(world.store).run(executionKey(requestId), async () => runBulk(world, await getRequest(world, requestId), signal));
  await deliver(world, requestId);
}
