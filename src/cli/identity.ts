import type { Bot } from '../app.ts';
import type { Caller } from '../command.ts';
import { ForbiddenError, UsageError } from '../domain/errors.ts';
import { isEmail, normaliseEmail } from '../domain/person.ts';
import { toInstant } from '../domain/time.ts';
import { SYSTEM } from '../services/change-request.ts';
import { identifyByEmail } from '../services/identify-caller.ts';

/**
 * Who speaks: the e-mail after `--as`, else what `access.operators` says about the user of this machine. Somebody it names
 * speaks for nobody else. @throws UsageError when it is not known; ForbiddenError, after writing it down: somebody tried.
 */
export async function identifyOperator(bot: Bot, as: string | null, operator: string): Promise<Caller> {
  const operators = new Map(Object.entries(bot.config().operators));
  const own = operators.get(operator);
  const email = as ?? own?.[0];
  if (email === undefined) {
    throw new UsageError('usage.who', `It is not known who you are: nothing says which e-mail the user "${operator}" has.`, {
      hint: 'Add --as and your e-mail, or an entry to access.operators in the configuration.',
    });
  }
  if (!isEmail(email)) throw new UsageError('usage.who', `"${email}" is not an e-mail.`, { hint: 'Write --as ada@example.com.' });
  if (own !== undefined && !own.some((one) => normaliseEmail(one) === normaliseEmail(email))) await refuse(bot, email, operator);
  return identifyByEmail(bot.world, email);
}

async function refuse(bot: Bot, as: string, operator: string): Promise<never> {
  const error = new ForbiddenError('forbidden.as', `The user "${operator}" of this machine does not speak for ${as}.`, {
    hint: 'access.operators in the configuration says for whom they do.',
  });
  const at = toInstant(bot.world.clock.now());
  const detail = { operator, as, code: error.code, because: error.message };
  await bot.world.store.commit({
    audit: [{ at, actor: SYSTEM, verb: 'cli.refused', subject: `person/${normaliseEmail(as)}`, requestId: null, detail }],
  });
  throw error;
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
