import type { Bot } from '../app.ts';
import type { Caller } from '../command.ts';
import { UsageError } from '../domain/errors.ts';
import { isEmail } from '../domain/person.ts';
import { toInstant } from '../domain/time.ts';
import { identifyByEmail } from '../services/identify-caller.ts';

/** Who speaks: the e-mail after `--as`, else what `access.operators` says about the user of this machine. */
export async function identifyOperator(bot: Bot, as: string | null, operator: string): Promise<Caller> {
  const operators = new Map(Object.entries(bot.config().operators));
  const email = as ?? operators.get(operator);
  if (email === undefined) {
    throw new UsageError('usage.who', `It is not known who you are: nothing says which e-mail the user "${operator}" has.`, {
      hint: 'Add --as and your e-mail, or an entry to access.operators in the configuration.',
    });
  }
  if (!isEmail(email)) throw new UsageError('usage.who', `"${email}" is not an e-mail.`, { hint: 'Write --as ada@example.com.' });
  return identifyByEmail(bot.world, email);
}

/**
 * Records who sat at the terminal, before anything is done in somebody's name: anyone with an account on this machine who
 * may open the data directory can say `--as`.
 */
export async function recordOperator(bot: Bot, caller: Caller, operator: string, verb: string, subject: string): Promise<void> {
  const { userId, email, name } = caller.person;
  await bot.world.store.commit({
    audit: [
      {
        at: toInstant(bot.world.clock.now()),
        actor: { kind: 'person', userId, email, name, via: 'cli' },
        verb: 'cli.used',
        subject,
        requestId: null,
        detail: { verb, operator },
      },
    ],
  });
}
