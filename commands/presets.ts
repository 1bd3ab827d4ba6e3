import { defineCommand } from '../src/command.ts';
import { shownName } from '../src/ports/connector.ts';

export default defineCommand({
  name: 'presets',
  summary: 'Show what can be read and done in each connected app.',
  usage: 'presets',
  examples: ['presets'],
  right: 'view',
  run: async (_text, { world }) => ({
    kind: 'presets',
    integrations: world.connectors
      .all()
      .map((connector) => ({ id: connector.id, name: shownName(connector), presets: [...connector.presets.values()] })),
  }),
});
