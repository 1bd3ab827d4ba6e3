import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { SessionPlace, SyncSession } from '../domain/sync-session.ts';
import type { SyncNotice } from '../ports/store.ts';
import type { World } from '../ports/world.ts';
import { lockOf } from './keyed-lock.ts';
import { noticeMail } from './notice-mail.ts';
import { runOfSession } from './sync-runs.ts';

const MOST_ATTEMPTS = 50;

/**
 * Brings what people see of a session up to what is stored: its cards, and for a held one a card for each contact. May be
 * called at any time and any number of times. Never throws; what cannot be shown now is tried again by `deliverSyncs`.
 */
export async function deliverSession(world: World, sessionId: string): Promise<void> {
  await lockOf(world.store).run(`deliver-session:${sessionId}`, async () => {
    try {
      await showCards(world, sessionId);
    } catch (cause) {
      world.log.warn('deliver.session-failed', { session: sessionId, cause });
    }
  });
  await sendSyncNotices(world);
}

/** Tries again what could not be shown or sent. */
export async function deliverSyncs(world: World, signal?: AbortSignal): Promise<void> {
  for (const session of await world.store.list('sessions')) {
    if (signal?.aborted === true) return;
    const behind = session.places.some((place) => place.version !== session.version) && session.state !== 'running';
    const unasked = session.state === 'held' && session.places.length === 0;
    if (behind || unasked) await deliverSession(world, session.id);
  }
  await sendSyncNotices(world);
}

async function showCards(world: World, sessionId: string): Promise<void> {
  let session = await world.store.get('sessions', sessionId);
  if (session === null) return;
  if (session.state === 'held') session = await postToContacts(world, session);
  const progress = runOfSession(world.store, sessionId)?.progress ?? null;
  let changed = false;
  const places: SessionPlace[] = [];
  for (const place of session.places) {
    if (place.version === session.version) {
      places.push(place);
      continue;
    }
    const shown = await world.sessionNotifier.update(place, session, progress);
    if (!shown) world.log.warn('deliver.session-card-gone', { session: sessionId, channel: place.channel });
    changed = true;
    // The store's own step makes the session one version newer without anything new to show.
    places.push({ ...place, version: session.version + 1 });
  }
  if (changed) await storePlaces(world, session, places);
}

/** Contacts decide about a held session, so each gets its card; without contacts it goes where requests are decided. */
async function postToContacts(world: World, session: SyncSession): Promise<SyncSession> {
  const { syncs, approvals } = world.settings();
  const contacts = syncs.find((one) => one.integrationId === session.integrationId)?.contacts ?? [];
  const to = contacts.length > 0 ? await userIds(world, contacts) : approvals.channel === null ? [] : [approvals.channel];
  const posted: SessionPlace[] = [];
  for (const id of to) {
    // A place in somebody's direct messages is known by the channel Slack gave it; one card each is enough.
    if (session.places.length + posted.length >= to.length) break;
    const place = await world.sessionNotifier.post(id, session, null);
    if (place !== null) posted.push({ ...place, version: session.version + 1 });
  }
  if (posted.length === 0) return session;
  const places = [...session.places.map((place) => ({ ...place, version: session.version })), ...posted];
  return storePlaces(world, session, places);
}

async function userIds(world: World, contacts: readonly string[]): Promise<readonly string[]> {
  const ids = await Promise.all(
    contacts.map(async (contact) =>
      isEmail(contact) ? ((await world.directory.byEmail(normaliseEmail(contact)).catch(() => null))?.userId ?? null) : contact,
    ),
  );
  return ids.filter((id) => id !== null);
}

async function storePlaces(world: World, session: SyncSession, places: readonly SessionPlace[]): Promise<SyncSession> {
  const next = { ...session, version: session.version + 1, places };
  await world.store.commit({ put: [{ collection: 'sessions', doc: next, expected: session.version }] });
  return next;
}

/** Direct messages and e-mails that are owed to contacts. */
export async function sendSyncNotices(world: World): Promise<void> {
  await lockOf(world.store).run('deliver-sync-notices', async () => {
    for (const notice of await world.store.list('syncNotices')) {
      try {
        await sendOne(world, notice);
      } catch (cause) {
        world.log.warn('deliver.sync-notice-failed', { notice: notice.id, cause });
        await again(world, notice);
      }
    }
  });
}

async function sendOne(world: World, owed: SyncNotice): Promise<void> {
  let notice = owed;
  const mailer = world.mailer();
  const email = mailer === null ? null : await mailOf(world, notice.to);
  if (mailer !== null && email !== null && !notice.mailed) {
    await mailer.send({ to: email, ...noticeMail(notice) });
    // Kept at once, so that a direct message that fails does not send the mail again.
    notice = { ...notice, version: notice.version + 1, mailed: true };
    await world.store.commit({ put: [{ collection: 'syncNotices', doc: notice, expected: owed.version }] });
  }
  if (!(await world.sessionNotifier.tell(notice))) world.log.warn('deliver.contact-unreachable', { to: notice.to });
  await world.store.commit({ remove: [{ collection: 'syncNotices', id: notice.id }] });
}

async function again(world: World, owed: SyncNotice): Promise<void> {
  const notice = await world.store.get('syncNotices', owed.id);
  if (notice === null) return;
  const next = { ...notice, version: notice.version + 1, attempts: notice.attempts + 1 };
  if (next.attempts >= MOST_ATTEMPTS) await world.store.commit({ remove: [{ collection: 'syncNotices', id: notice.id }] });
  else await world.store.commit({ put: [{ collection: 'syncNotices', doc: next, expected: notice.version }] });
}

async function mailOf(world: World, contact: string): Promise<string | null> {
  if (isEmail(contact)) return normaliseEmail(contact);
  return (await world.directory.byId(contact).catch(() => null))?.email ?? null;
}
