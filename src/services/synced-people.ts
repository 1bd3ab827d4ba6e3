import { setImmediate as turn } from 'node:timers/promises';
import type { Inventory } from '../domain/inventory.ts';
import { type Contribution, type MergedPerson, mergePerson } from '../domain/merged-person.ts';
import { isEmail, normaliseEmail, type PersonRef } from '../domain/person.ts';
import type { Holding } from '../domain/seat.ts';
import { inSlices } from '../domain/slices.ts';
import type { Instant } from '../domain/time.ts';
import type { World } from '../ports/world.ts';
import type { Found, FoundApp, SyncedOrigin } from '../reply.ts';
import { memoryOf } from './end-session.ts';

/** What a sync last brought of somebody in one integration, and when that was known to be so. */
export interface SyncedHoldings {
  readonly holdings: readonly Holding[];
  readonly syncedAt: Instant;
}

/** Null when the integration was never synced, or its inventory cannot be read. */
export async function syncedHoldings(world: World, integrationId: string, email: string): Promise<SyncedHoldings | null> {
  try {
    const [inventory, index] = [await world.inventories.get(integrationId), await world.inventories.index(integrationId)];
    if (inventory === null || index === null) return null;
    const syncedAt = (await memoryOf(world, integrationId)).confirmedAt ?? inventory.head.writtenAt;
    const key = index.keyOfEmail(email) ?? normaliseEmail(email);
    const ids = new Set([...index.holdingsOf(key), ...index.holdingsOf(normaliseEmail(email))]);
    const holdings = [...ids].flatMap((id): Holding[] => {
      const synced = inventory.holdings.get(id);
      return synced?.active === true ? [{ ...synced.holding, readAt: syncedAt }] : [];
    });
    return { holdings, syncedAt };
  } catch (cause) {
    world.log.warn('sync.inventory-unreadable', { integration: integrationId, cause });
    return null;
  }
}

/** Everything the integrations say about one person; null when none knows them. */
export async function syncedPerson(world: World, email: string): Promise<MergedPerson | null> {
  const contributions: Contribution[] = [];
  for (const integrationId of await world.inventories.list()) {
    const [inventory, index] = [await world.inventories.get(integrationId), await world.inventories.index(integrationId)];
    const person = inventory?.people.get(index?.keyOfEmail(email) ?? '');
    if (person === undefined) continue;
    contributions.push({ integrationId, person, confirmedAt: (await memoryOf(world, integrationId)).confirmedAt });
  }
  return contributions.length === 0 ? null : mergePerson(contributions, world.settings().people);
}

/** Where what each integration says comes from; those that were never synced are left out. */
export async function originsOf(world: World, integrationIds: readonly string[]): Promise<readonly SyncedOrigin[]> {
  const origins: SyncedOrigin[] = [];
  for (const integrationId of integrationIds) {
    const inventory = await world.inventories.get(integrationId);
    if (inventory === null) continue;
    const { app, credential, origin = [], writtenAt } = inventory.head;
    const told = origin.length > 0 ? origin : ([['Connect: Credentials', credential]] as const);
    const syncedAt = (await memoryOf(world, integrationId)).confirmedAt ?? writtenAt;
    origins.push({ integrationId, app, origin: told, syncedAt });
  }
  return origins;
}

const MOST_PEOPLE = 40;
const MOST_HOLDINGS = 20;

/** People, products, teams, apps, seats and accounts with a text in them, over everything that was synced; custom fields count, too. */
export async function findSynced(world: World, text: string): Promise<Found> {
  const people = new Map<string, Found['people'][number]>();
  const products: Found['products'][number][] = [];
  const teams: Found['teams'][number][] = [];
  const holdings: Found['holdings'][number][] = [];
  const apps = new Map<string, FoundApp>();
  let beyond = 0;
  let holdingsTotal = 0;
  for (const integrationId of await world.inventories.list()) {
    const [inventory, index] = [await world.inventories.get(integrationId), await world.inventories.index(integrationId)];
    if (inventory === null || index === null) continue;
    const found = index.findPeople(text, MOST_PEOPLE);
    beyond += found.total - found.people.length;
    for (const { key, email, name, active } of found.people) {
      const id = email ?? key;
      const known = people.get(id);
      const better = known === undefined || known.name === known.email ? name : known.name;
      people.set(id, {
        userId: null,
        email,
        name: better,
        active: active || known?.active === true,
        integrations: [...(known?.integrations ?? []), integrationId],
      });
    }
    products.push(...index.findNames('products', text).map((one) => ({ ...one, integrationId })));
    teams.push(...index.findNames('teams', text).map((one) => ({ ...one, integrationId })));
    await inSlices(index.prepareHoldings(ownLabels(world, integrationId)), turn);
    const held = index.findHoldings(text, MOST_HOLDINGS);
    holdings.push(...held.holdings.map((one) => ({ ...one, integrationId })));
    holdingsTotal += held.total;
    addApp(apps, inventory, text);
  }
  return {
    people: [...people.values()].slice(0, MOST_PEOPLE),
    total: people.size + beyond,
    products,
    teams,
    holdings: holdings.slice(0, MOST_HOLDINGS),
    holdingsTotal,
    apps: [...apps.values()],
  };
}

function ownLabels(world: World, integrationId: string): readonly string[] {
  const plan = world.settings().syncs.find((one) => one.integrationId === integrationId);
  return (plan?.customFields ?? []).map((field) => field.label);
}

/** Several integrations may be linked to one app. */
function addApp(apps: Map<string, FoundApp>, { head, people, holdings }: Inventory, text: string): void {
  if (!head.app.toLowerCase().includes(text.trim().toLowerCase())) return;
  const known = apps.get(head.app) ?? { name: head.app, integrations: [], people: 0, holdings: 0 };
  apps.set(head.app, {
    name: head.app,
    integrations: [...known.integrations, head.integrationId],
    people: known.people + people.size,
    holdings: known.holdings + holdings.size,
  });
}

/** People a name fits, by what was synced: for somebody the chat does not know. Only those with an e-mail. */
export async function peopleNamed(world: World, name: string): Promise<readonly PersonRef[]> {
  try {
    const wanted = name.trim().toLowerCase();
    const { people } = await findSynced(world, name);
    return people
      .filter((one) => one.email !== null && isEmail(one.email))
      .filter((one) => one.name.toLowerCase().includes(wanted) || one.email?.includes(wanted) === true)
      .map(({ userId, email, name: called }) => ({ userId, email, name: called }));
  } catch (cause) {
    world.log.warn('sync.people-unreadable', { cause });
    return [];
  }
}
