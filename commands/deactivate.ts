import { defineCommand } from '../src/command.ts';
import { chooseHolding } from '../src/services/choose-action.ts';

export default defineCommand({
  name: 'deactivate',
  summary: 'Ask to switch off a person’s user in an app.',
  usage: 'deactivate <person>',
  examples: ['deactivate cara@example.com'],
  right: null,
  run: (text, context) => chooseHolding(context, 'deactivate', text),
});
