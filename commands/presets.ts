import { defineCommand } from '../src/command.ts';

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
      .map((connector) => ({ id: connector.id, name: connector.name, presets: [...connector.presets.values()] })),
  }),
});
