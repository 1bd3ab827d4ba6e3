import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { SessionPlace, SyncSession } from '../domain/sync-session.ts';
import { DAY_MS } from '../domain/time.ts';
import type { SyncNotice } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { lockOf } from './keyed-lock.ts';
import { noticeMail } from './notice-mail.ts';
import { keepPlaces } from './session-places.ts';
import { runOfSession } from './sync-runs.ts';

const FIRST_WAIT_MS = 30_000;
/** In place of a message's time, for a contact whom Slack refuses for good. */
const NOWHERE = '';

/**
 * Brings what people see of a session up to what is stored: its cards, and for a held one a card for each contact. May be
 * called at any time and any number of times. Never throws; what cannot be shown now is tried again by `deliverSyncs`.
 */
export async function deliverSession(world: World, sessionId: string): Promise<void> {
  await lockOf(world.store).run(deliveryOf(sessionId), async () => {
    try {
      await showCards(world, sessionId);
    } catch (cause) {
      world.log.warn('deliver.session-failed', { session: sessionId, cause });
    }
  });
  await sendSyncNotices(world);
}

/** The lock under which a session's cards are drawn. */
export function deliveryOf(sessionId: string): string {
  return `deliver-session:${sessionId}`;
}

/** Tries again what could not be shown or sent. */
export async function deliverSyncs(world: World, signal?: AbortSignal): Promise<void> {
  for (const session of await world.store.list('sessions')) {
    if (signal?.aborted === true) return;
    const behind = session.places.some((place) => place.version !== session.version) && session.state !== 'running';
    if (behind || session.state === 'held') await deliverSession(world, session.id);
  }
  await sendSyncNotices(world);
}

async function showCards(world: World, sessionId: string): Promise<void> {
  let session = await world.store.get('sessions', sessionId);
  if (session === null) return;
  if (session.state === 'held') session = await postToContacts(world, session);
  const progress = runOfSession(world.store, sessionId)?.progress ?? null;
  const drawn: SessionPlace[] = [];
  for (const place of session.places) {
    if (place.version === session.version) continue;
    const shown = place.ts === NOWHERE || (await world.sessionNotifier.update(place, session, progress));
    if (!shown) world.log.warn('deliver.session-card-gone', { session: sessionId, channel: place.channel });
    drawn.push(place);
  }
  if (drawn.length > 0) await keepPlaces(world, session, drawn);
}

/**
 * Contacts decide about a held session, so each gets its card, and who cannot be reached now gets it later; without contacts
 * it goes where requests are decided.
 */
async function postToContacts(world: World, held: SyncSession): Promise<SyncSession> {
  const { syncs, approvals } = world.settings();
  const contacts = syncs.find((one) => one.integrationId === held.integrationId)?.contacts ?? [];
  const to = contacts.length > 0 ? await userIds(world, contacts) : approvals.channel === null ? [] : [approvals.channel];
  let session = held;
  for (const id of new Set(to)) {
    if (session.places.some((place) => place.to === id)) continue;
    try {
      const place = await world.sessionNotifier.post(id, session, null);
      // Nobody who cannot be reached for good is asked again and again.
      session = await keepPlaces(world, session, [{ ...(place ?? { channel: id, ts: NOWHERE }), to: id }]);
    } catch (cause) {
      world.log.warn('deliver.session-card-failed', { session: held.id, to: id, cause });
    }
  }
  return session;
}

async function userIds(world: World, contacts: readonly string[]): Promise<readonly string[]> {
  const ids = await Promise.all(
    contacts.map(async (contact) =>
      isEmail(contact) ? ((await world.directory.byEmail(normaliseEmail(contact)).catch(() => null))?.userId ?? null) : contact,
    ),
  );
  return ids.filter((id) => id !== null);
}

/** Direct messages and e-mails that are owed to contacts. */
export async function sendSyncNotices(world: World): Promise<void> {
  await lockOf(world.store).run('deliver-sync-notices', async () => {
    const now = world.clock.now().getTime();
    for (const notice of await world.store.list('syncNotices')) {
      if (now < dueAt(notice)) continue;
      try {
        await sendOne(world, notice);
      } catch (cause) {
        world.log.warn('deliver.sync-notice-failed', { notice: notice.id, cause });
      }
    }
  });
}

/** At once, then after 30 seconds, a minute, two and so on, counted from when it came to be owed. */
function dueAt({ owedSince, attempts }: SyncNotice): number {
  return attempts === 0 ? 0 : Date.parse(owedSince) + FIRST_WAIT_MS * 2 ** (attempts - 1);
}

/** Two ways to one person, neither of which waits for the other; each is kept as soon as it is gone, so that none comes twice. */
async function sendOne(world: World, owed: SyncNotice): Promise<void> {
  let notice = owed;
  const keep = async (change: Partial<SyncNotice>): Promise<void> => {
    const next = { ...notice, ...change, version: notice.version + 1 };
    await world.store.commit({ put: [{ collection: 'syncNotices', doc: next, expected: notice.version }] });
    notice = next;
  };
  const tries = [
    { done: notice.told === true, send: () => tell(world, notice), kept: { told: true } },
    { done: notice.mailed, send: () => mail(world, notice), kept: { mailed: true } },
  ];
  let failed: unknown = null;
  for (const { done, send, kept } of tries) {
    if (done) continue;
    try {
      await send();
      await keep(kept);
    } catch (cause) {
      failed = cause;
    }
  }
  const tooOld = world.clock.now().getTime() - Date.parse(notice.owedSince) > DAY_MS;
  if (failed === null || tooOld) await world.store.commit({ remove: [{ collection: 'syncNotices', id: notice.id }] });
  else await keep({ attempts: notice.attempts + 1 });
  if (failed !== null) throw failed;
}

async function tell(world: World, notice: SyncNotice): Promise<void> {
  if (!(await world.sessionNotifier.tell(notice))) world.log.warn('deliver.contact-unreachable', { to: notice.to });
}

async function mail(world: World, notice: SyncNotice): Promise<void> {
  const mailer = world.mailer();
  const email = mailer === null ? null : await mailOf(world, notice.to);
  if (mailer !== null && email !== null) await mailer.send({ to: email, ...noticeMail(notice) });
}

async function mailOf(world: World, contact: string): Promise<string | null> {
  if (isEmail(contact)) return normaliseEmail(contact);
  return (await world.directory.byId(contact).catch(() => null))?.email ?? null;
}
