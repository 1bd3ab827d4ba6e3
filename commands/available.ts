import { defineCommand } from '../src/command.ts';
import { listFreeSeats } from '../src/services/list-free-seats.ts';

export default defineCommand({
  name: 'available',
  summary: 'Show which licences are free, by product and team.',
  usage: 'available [product]',
  examples: ['available', 'available WebStorm'],
  right: 'view',
  async run(text, { world }) {
    const { groups, problems } = await listFreeSeats(world);
    const wanted = text.toLowerCase();
    const fitting = groups.filter(
      (group) => group.product.code.toLowerCase() === wanted || group.product.name.toLowerCase().includes(wanted),
    );
    return { kind: 'free-seats', groups: fitting, problems };
  },
});
