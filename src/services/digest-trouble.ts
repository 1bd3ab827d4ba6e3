import { hasRight } from '../domain/access.ts';
import type { DigestTrouble } from '../domain/digest.ts';
import type { ReportId } from '../domain/report-settings.ts';
import { toInstant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import { lockOf } from './keyed-lock.ts';
import { accessGroups } from './rights.ts';

const ADMINS_TOLD = 10;

/**
 * Keeps why a digest could not be posted, and tells the admins: once, however often it fails for the same reason. Null when
 * it was posted, which ends the trouble.
 */
export async function keepDigestTrouble(world: World, id: ReportId | 'renewal-threads', message: string | null): Promise<void> {
  await lockOf(world.store).run(`digest-trouble:${id}`, async () => {
    const known = await world.store.get('digestTroubles', id);
    if (message === null) {
      if (known !== null) await world.store.commit({ remove: [{ collection: 'digestTroubles', id }] });
      return;
    }
    if (known?.message === message) return;
    const admins = await adminsOf(world);
    const doc: DigestTrouble = {
      id,
      version: (known?.version ?? 0) + 1,
      message,
      since: toInstant(world.clock.now()),
      owed: admins.map(({ userId }) => userId),
    };
    await world.store.commit({ put: [{ collection: 'digestTroubles', doc, expected: known?.version ?? null }] });
    await mail(world, message, admins);
  });
  await tellDigestTroubles(world);
}

/** Sends what is owed to admins. Never throws; what cannot be sent now is owed still. */
export async function tellDigestTroubles(world: World): Promise<void> {
  await lockOf(world.store).run('tell-digest-troubles', async () => {
    for (const trouble of await world.store.list('digestTroubles')) {
      let left = trouble;
      for (const to of trouble.owed) {
        try {
          if (!(await world.digests.warn(to, trouble.message))) world.log.warn('digest.admin-unreachable', { to });
        } catch (cause) {
          world.log.warn('digest.trouble-untold', { report: trouble.id, to, cause });
          break;
        }
        const next = { ...left, version: left.version + 1, owed: left.owed.filter((one) => one !== to) };
        try {
          await world.store.commit({ put: [{ collection: 'digestTroubles', doc: next, expected: left.version }] });
        } catch (cause) {
          // It ended, or is another one, meanwhile.
          world.log.info('digest.trouble-changed', { report: trouble.id, cause });
          break;
        }
        left = next;
      }
    }
  });
}

interface Admin {
  readonly userId: string;
  readonly email: string | null;
}

async function adminsOf(world: World): Promise<readonly Admin[]> {
  try {
    const everyone = (await world.directory.everyone?.()) ?? [];
    const groups = await accessGroups(world);
    return everyone.filter((member) => hasRight(member, 'admin', world.settings().access, groups)).slice(0, ADMINS_TOLD);
  } catch (cause) {
    world.log.warn('digest.admins-unknown', { cause });
    return (world.settings().access.admins ?? [])
      .filter((entry) => /^[UW]/.test(entry))
      .slice(0, ADMINS_TOLD)
      .map((userId) => ({ userId, email: null }));
  }
}

/** The chat may be what is in trouble. */
async function mail(world: World, message: string, admins: readonly Admin[]): Promise<void> {
  const mailer = world.mailer();
  if (mailer === null) return;
  for (const { email } of admins) {
    if (email === null) continue;
    try {
      await mailer.send({ to: email, subject: 'Seatwarden: a digest could not be posted', text: message });
    } catch (cause) {
      world.log.warn('digest.trouble-not-mailed', { to: email, cause });
    }
  }
}
