import type { Caller } from '../command.ts';
import { ConflictError, ForbiddenError, UsageError } from '../domain/errors.ts';
import { samePerson } from '../domain/person.ts';
import type { Freeze } from '../domain/records.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { plainMoment } from '../words.ts';
import { actorOf } from './change-request.ts';
import { lockOf } from './keyed-lock.ts';
import { callerHas, missingRight } from './rights.ts';

/** Whoever looks at the switch and then acts holds this lock, so that a freeze never comes in between. */
export const SWITCH = 'switch:freeze';

/** The freeze that holds now, or null. It is stored: neither a restart nor another configuration lifts it. */
export async function frozen(world: World): Promise<Freeze | null> {
  const freeze = await world.store.get('switches', 'freeze');
  return freeze?.state === 'frozen' ? freeze : null;
}

export function frozenWords(freeze: Freeze): string {
  const why = freeze.reason === null ? '' : ` Reason: ${freeze.reason}`;
  return `All changes are frozen since ${plainMoment(freeze.at)} by ${freeze.by.name}.${why}`;
}

/** @throws ForbiddenError while everything is frozen. */
export async function refuseFrozen(world: World): Promise<void> {
  const freeze = await frozen(world);
  if (freeze === null) return;
  throw new ForbiddenError('forbidden.frozen', frozenWords(freeze), { hint: 'Two people lift it with `/licenses unfreeze`.' });
}

/** Stops every change at every vendor at once. Approvers and admins may; what has left already is told, not called back. */
export async function freezeAll(world: World, caller: Caller, reason: string | null): Promise<Freeze> {
  await requireStopper(world, caller, 'freeze');
  return lockOf(world.store).run(SWITCH, async () => {
    const before = await world.store.get('switches', 'freeze');
    if (before?.state === 'frozen') throw new ConflictError('conflict.frozen', frozenWords(before));
    const at = toInstant(world.clock.now());
    const said = reason?.trim() ?? '';
    const freeze: Freeze = {
      id: 'freeze',
      version: (before?.version ?? 0) + 1,
      state: 'frozen',
      by: caller.person,
      at,
      reason: said === '' ? null : said,
      lifting: [],
    };
    await store(world, caller, before, freeze, 'freeze.set');
    return freeze;
  });
}

/** The first of two people says it may go on; the second lifts it. Null when it is lifted. */
export async function unfreeze(world: World, caller: Caller): Promise<Freeze | null> {
  await requireStopper(world, caller, 'lift a freeze');
  return lockOf(world.store).run(SWITCH, async () => {
    const before = await frozen(world);
    if (before === null) throw new UsageError('usage.not-frozen', 'Nothing is frozen.');
    if (before.lifting.some(({ by }) => samePerson(by, caller.person))) {
      throw new ForbiddenError('forbidden.decided', 'You have already said that it may be lifted; a second person has to agree.');
    }
    const at = toInstant(world.clock.now());
    const lifting = [...before.lifting, { by: caller.person, at }];
    const lifted = lifting.length >= 2;
    const next: Freeze = { ...before, version: before.version + 1, state: lifted ? 'open' : 'frozen', lifting };
    await store(world, caller, before, next, lifted ? 'freeze.lifted' : 'freeze.lift-asked');
    return lifted ? null : next;
  });
}

async function store(
  world: World,
  caller: Caller,
  before: Freeze | null,
  doc: Freeze,
  verb: 'freeze.set' | 'freeze.lifted' | 'freeze.lift-asked',
): Promise<void> {
  await world.store.commit({
    put: [{ collection: 'switches', doc, expected: before?.version ?? null }],
    audit: [
      {
        at: toInstant(world.clock.now()),
        actor: actorOf(caller.person, caller.via),
        verb,
        subject: 'freeze',
        requestId: null,
        detail: { reason: doc.reason, by: doc.lifting.map(({ by }) => by.name) },
      },
    ],
  });
  world.log.warn(verb, { by: caller.person.userId ?? caller.person.email });
}

async function requireStopper(world: World, caller: Caller, what: string): Promise<void> {
  if ((await callerHas(world, caller, 'admin')) || (await callerHas(world, caller, 'approve'))) return;
  const error = await missingRight(world, caller, 'approve');
  throw new ForbiddenError(error.code, `Only approvers and admins may ${what}.`, error.hint === null ? {} : { hint: error.hint });
}
