import { UsageError } from '../domain/errors.ts';
import { giftPreset } from '../services/give-seat.ts';
import { requireRight } from '../services/rights.ts';
import { joinQueue, leaveQueue } from '../services/waiting-list.ts';
import { plainDay } from '../words.ts';
import { clean } from './terminal-text.ts';
import { done, type WorldVerb } from './verb.ts';

export const queue: WorldVerb = {
  kind: 'world',
  name: 'queue',
  usage: 'queue [join <integration> <product> | leave <product>] [--as <email>] [--json]',
  summary: 'Who waits for a seat of what; or takes or gives up your own place.',
  options: {},
  words: [0, 10],
  changes: true,
  async run({ world }, caller, { positionals: [verb, ...rest] }) {
    if (verb === undefined) {
      await requireRight(world, caller, 'view');
      const places = await world.store.list('waiting', { states: ['waiting', 'asked'] });
      const lines = places.map(
        (place) => `${place.product.name}: ${place.person.name} since ${plainDay(place.since)} (${place.state})`,
      );
      return done(clean(lines.length === 0 ? 'Nobody waits.' : lines.join('\n')), { places });
    }
    if (verb === 'leave') {
      const left = await leaveQueue(world, caller, rest.join(' '));
      return done(left === 0 ? 'You did not wait for that.' : 'You do not wait for that any more.', { left });
    }
    const [integration = '', ...words] = rest;
    const connector = world.connectors.get(integration);
    if (verb !== 'join' || connector === null || words.length === 0) {
      const givers = world.connectors.all().filter((one) => giftPreset(one) !== null);
      throw new UsageError('usage.queue', 'It is not said for what.', {
        hint: `Usage: seatwarden ${queue.usage}. Integrations: ${givers.map((one) => one.id).join(', ')}.`,
      });
    }
    const product = words.join(' ');
    const { place, number } = await joinQueue(world, caller, {
      connector,
      product: { code: product, name: product },
      reason: null,
    });
    return done(clean(`You have place ${number} in the queue for ${product}.`), { place, number });
  },
};
