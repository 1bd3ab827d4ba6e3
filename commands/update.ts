import { defineCommand } from '../src/command.ts';
import { chooseHolding } from '../src/services/choose-action.ts';

export default defineCommand({
  name: 'update',
  summary: 'Ask to change a person’s user in an app.',
  usage: 'update <person>',
  examples: ['update cara@example.com'],
  right: null,
  run: (text, context) => chooseHolding(context, 'update', text),
});
