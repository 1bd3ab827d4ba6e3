import type { CommandContext } from '../command.ts';
import type { InputValues } from '../domain/action-request.ts';
import { UsageError } from '../domain/errors.ts';
import type { Instant } from '../domain/time.ts';
import type { Reply } from '../reply.ts';
import { personOr } from './choose-action.ts';
import { listFreeSeats } from './list-free-seats.ts';
import { personTarget } from './lookup-person.ts';

/** The form for giving a person something: the integration that can, with the product already chosen when it was named. */
export async function chooseGift(
  context: CommandContext,
  text: string,
  product: string | null,
  until: Instant | null = null,
): Promise<Reply> {
  const { world } = context;
  const who = await personOr(world, text, product === null ? 'assign {}' : `assign {} ${product}`);
  if ('reply' in who) return who.reply;
  const now = world.clock.now();
  const gifts = world.connectors.all().flatMap((connector) => {
    const target = personTarget(connector, who.person, now);
    return connector
      .offers(target, now)
      .filter((offer) => offer.available && offer.preset.verb === 'assign')
      .map((offer) => ({ connector, target, preset: offer.preset }));
  });
  const named = product === null ? null : await freeNamed(context, product);
  const fitting = named === null ? gifts : gifts.filter((gift) => gift.connector.id === named.integrationId);
  const [only, second] = fitting;
  if (only === undefined)
    throw new UsageError('usage.nothing-to-assign', 'No connected app can assign licences from here.', {
      hint: '`/licenses presets` shows what each app can do.',
    });
  if (second !== undefined) {
    throw new UsageError(
      'usage.several-apps',
      `Several apps can assign licences: ${fitting.map((gift) => gift.connector.name).join(', ')}.`,
      {
        hint: 'Name the product as well; `/licenses available` lists what is free.',
      },
    );
  }
  const end = until === null ? {} : { until };
  return { kind: 'form', opening: { presetId: only.preset.id, target: only.target.ref, given: named?.given ?? {}, ...end } };
}

/** The free seats somebody named by product code or name. @throws UsageError when none is free under that name. */
async function freeNamed(
  context: CommandContext,
  product: string,
): Promise<{ readonly integrationId: string; readonly given: InputValues }> {
  const { groups, problems } = await listFreeSeats(context.world);
  const wanted = product.toLowerCase();
  const exact = groups.filter(
    (group) => group.product.code.toLowerCase() === wanted || group.product.name.toLowerCase() === wanted,
  );
  const near = exact.length > 0 ? exact : groups.filter((group) => group.product.name.toLowerCase().includes(wanted));
  const [first] = near;
  if (first === undefined) {
    throw new UsageError('usage.none-free', [`There is no free seat of “${product}”.`, ...problems].join(' '), {
      hint: '`/licenses available` lists what is free.',
    });
  }
  if (near.some((group) => group.product.code !== first.product.code)) {
    throw new UsageError(
      'usage.several-products',
      `“${product}” fits several products: ${[...new Set(near.map((group) => group.product.name))].join(', ')}.`,
      { hint: 'Name one of them in full.' },
    );
  }
  const team = near.length === 1 ? first.team : null;
  return {
    integrationId: first.integrationId,
    given: { productCode: first.product.code, ...(team === null ? {} : { team: team.id }) },
  };
}
