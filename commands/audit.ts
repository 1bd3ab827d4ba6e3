import { defineCommand } from '../src/command.ts';
import { UsageError } from '../src/domain/errors.ts';
import { auditOfPerson } from '../src/services/audit-of-person.ts';
import { personOr } from '../src/services/choose-action.ts';

export default defineCommand({
  name: 'audit',
  summary: 'Show what somebody did and what was done to what they hold. For auditors.',
  usage: 'audit <person>',
  examples: ['audit cara@example.com'],
  right: 'audit',
  async run(text, { world, caller }) {
    if (text === '') throw new UsageError('usage.person', 'Say whose: for example `/licenses audit cara@example.com`.');
    const who = await personOr(world, text, 'audit {}');
    if ('reply' in who) return who.reply;
    return { kind: 'audit', person: who.person, ...(await auditOfPerson(world, caller, who.person)) };
  },
});
