import { defineCommand } from '../src/command.ts';
import { chooseHolding } from '../src/services/choose-action.ts';

export default defineCommand({
  name: 'revoke',
  summary: 'Ask to take a licence away from a person.',
  usage: 'revoke <person|licence id>',
  examples: ['revoke cara@example.com', 'revoke K7Q2MZ41XA'],
  right: null,
  run: (text, context) => chooseHolding(context, 'revoke', text),
});
