import type { CommandContext } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import type { WaitingPlace } from '../domain/records.ts';
import { addMs, type Instant, toInstant } from '../domain/time.ts';
import { parseUntil } from '../domain/until.ts';
import type { Connector } from '../ports/connector.ts';
import type { World } from '../ports/world.ts';
import type { Reply } from '../reply.ts';
import { chooseGift } from './choose-gift.ts';
import { giftPreset, isOfProduct } from './give-seat.ts';
import { joinQueue } from './waiting-list.ts';

type Product = WaitingPlace['product'];

/** As many products as a hint names. */
const NAMED = 10;

/** The form for a seat for oneself, filled in; or a place in the queue when none is free. */
export async function chooseWish(context: CommandContext, text: string): Promise<Reply> {
  const { world, caller } = context;
  const { wanted: typed, until } = splitUntil(text, toInstant(world.clock.now()));
  const { app, wanted } = splitApp(world, typed);
  if (caller.person.email === null)
    throw new UsageError('usage.no-email', 'Slack does not tell your e-mail, and licences are given by e-mail.');
  try {
    return await chooseGift(context, caller.person.email, wanted, until);
  } catch (error) {
    if (!(error instanceof UsageError) || error.code !== 'usage.none-free') throw error;
  }
  const found = await whereToWait(world, app, wanted);
  if ('apps' in found) return whichApp(found.apps, wanted, until);
  const { connector, product } = found;
  const { number } = await joinQueue(world, caller, { connector, product, reason: null, until });
  return {
    kind: 'message',
    text: `No seat of “${product.name}” is free. You have place ${number} in the queue; it is asked for as soon as one is free.`,
    hint: `Leave the queue with \`/licenses request off ${product.name}\`.`,
  };
}

/** `WebStorm until 1 March`: the product, and when it ends. @throws UsageError for a day that cannot be read. */
export function splitUntil(text: string, now: Instant): { readonly wanted: string; readonly until: Instant | null } {
  const match = /^(.*?)\s+until\s+(.+)$/i.exec(text);
  if (match === null) return { wanted: text.trim(), until: null };
  const until = parseUntil(match[2] ?? '', now);
  if (until === null)
    throw new UsageError('usage.until', `“${match[2] ?? ''}” is no day to come.`, {
      hint: 'Write `until 1 March` or `until 2027-03-01`.',
    });
  return { wanted: (match[1] ?? '').trim(), until };
}

/** `jetbrains/WebStorm`: the app somebody chose. A product may have a slash in its name, too. */
function splitApp(world: World, typed: string): { readonly app: Connector | null; readonly wanted: string } {
  const at = typed.indexOf('/');
  const app = at === -1 ? null : world.connectors.get(typed.slice(0, at));
  return app === null ? { app, wanted: typed } : { app, wanted: typed.slice(at + 1).trim() };
}

/**
 * The app whose product it is, as the last syncs know them; where one was not synced yet, nobody can tell what it has.
 * @throws UsageError when nobody has such a product, or several are meant.
 */
async function whereToWait(
  world: World,
  app: Connector | null,
  wanted: string,
): Promise<{ readonly connector: Connector; readonly product: Product } | { readonly apps: readonly Connector[] }> {
  const givers = world.connectors.all().filter((one) => giftPreset(one) !== null && (app === null || one.id === app.id));
  if (givers.length === 0) throw new UsageError('usage.nothing-to-assign', 'No connected app can assign licences from here.');
  const known = await Promise.all(
    givers.map(async (connector) => ({ connector, products: await productsOf(world, connector.id) })),
  );
  const all = known.flatMap(({ connector, products }) => (products ?? []).map((product) => ({ connector, product })));
  const near = all.filter(({ product }) => isOfProduct({ product }, { code: wanted, name: wanted }));
  const exact = near.filter(({ product }) => [product.code, product.name].some((name) => sameText(name, wanted)));
  const fitting = exact.length > 0 ? exact : near;
  const [only, second] = fitting;
  if (only !== undefined && second === undefined) return only;
  if (only !== undefined) {
    const names = [...new Set(fitting.map(({ connector, product }) => `\`${connector.id}/${product.name}\``))];
    throw new UsageError('usage.several-products', `“${wanted}” fits several products, and none of them is free.`, {
      hint: `Name one of them in full: ${names.slice(0, NAMED).join(', ')}.`,
    });
  }
  const unknown = known.flatMap(({ connector, products }) => (products === null ? [connector] : []));
  if (unknown.length > 1) return { apps: unknown };
  const [connector] = unknown;
  if (connector !== undefined) return { connector, product: { code: wanted, name: wanted } };
  const names = [...new Set(all.map(({ product }) => product.name))].toSorted((a, b) => a.localeCompare(b, 'en'));
  throw new UsageError('usage.no-product', `There is no product called “${wanted}”.`, {
    hint: names.length === 0 ? '`/licenses available` lists what is free.' : `There are ${names.slice(0, NAMED).join(', ')}.`,
  });
}

/** Null where there was no sync, or what it brought cannot be read. */
async function productsOf(world: World, integrationId: string): Promise<readonly Product[] | null> {
  const inventory = await world.inventories.get(integrationId).catch((cause: unknown) => {
    world.log.warn('wish.no-inventory', { integration: integrationId, cause });
    return null;
  });
  if (inventory === null) return null;
  const products = new Map<string, Product>();
  for (const { holding } of inventory.holdings.values())
    if (holding.kind === 'seat') products.set(holding.product.code, holding.product);
  return [...products.values()];
}

function sameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function whichApp(apps: readonly Connector[], wanted: string, until: Instant | null): Reply {
  const day = until === null ? '' : ` until ${addMs(until, -1).slice(0, 10)}`;
  return {
    kind: 'choose',
    text: `No seat of “${wanted}” is free. In which app do you want to wait for one?`,
    command: 'request {}',
    options: apps.map(({ id, name }) => ({ title: name, detail: id, value: `${id}/${wanted}${day}` })),
  };
}
