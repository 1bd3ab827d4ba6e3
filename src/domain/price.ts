import type { Holding } from './seat.ts';
import type { Price } from './settings.ts';

/**
 * What a seat costs: by its integration or its connector, with its product or with `*` for all of them. Users of a SaaS have
 * no product, so only `*` gives them a price. Null when the configuration does not say.
 */
export function priceOf(
  holding: Pick<Holding, 'integrationId' | 'connectorId'> & { readonly product?: { readonly code: string } },
  prices: Readonly<Record<string, Price>>,
): Price | null {
  const { integrationId, connectorId, product } = holding;
  for (const app of [integrationId, connectorId]) {
    const price = (product === undefined ? undefined : prices[`${app}/${product.code}`]) ?? prices[`${app}/*`];
    if (price !== undefined) return price;
  }
  return null;
}

/** In the currency of the price. */
export function perYear(price: Price): number {
  return price.per === 'month' ? price.amount * 12 : price.amount;
}
