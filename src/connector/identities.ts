import { VendorError } from '../domain/errors.ts';
import { normaliseEmail } from '../domain/person.ts';
import type { Account } from '../domain/seat.ts';
import type { Clock } from '../ports/clock.ts';
import type { Connector } from '../ports/connector.ts';
import { EvaluationFault, type Expression } from '../preset/expression.ts';
import { sameKey } from '../preset/functions.ts';
import { SharedRead } from './shared-read.ts';

/** Which e-mail belongs to which login at a vendor. Letter case and surrounding space do not count. */
export class IdentityTable {
  readonly #emails = new Map<string, string>();
  readonly #logins = new Map<string, string>();

  constructor(entries: Iterable<readonly [login: string, email: string]>) {
    for (const [login, email] of entries) {
      const key = sameKey(login);
      if (key === null || key === '') continue;
      this.#emails.set(key, normaliseEmail(email));
      this.#logins.set(normaliseEmail(email), login);
    }
  }

  emailOf(login: string): string | null {
    return this.#emails.get(sameKey(login) ?? '') ?? null;
  }

  loginOf(email: string): string | null {
    return this.#logins.get(normaliseEmail(email)) ?? null;
  }
}

/** Where an integration finds the e-mails of its logins. @throws VendorError, TransportError when it cannot. */
export interface Identities {
  table(signal: AbortSignal): Promise<IdentityTable>;
}

const EMPTY = new IdentityTable([]);

export const NO_IDENTITIES: Identities = { table: async () => EMPTY };

export function fixedIdentities(entries: Iterable<readonly [string, string]>): Identities {
  const table = new IdentityTable(entries);
  return { table: async () => table };
}

const KEEP_MS = 600_000;

/**
 * The e-mails of another integration's accounts, by the login that `login` gives of each; kept for ten minutes. Its
 * listing must be complete: a person that is missing there would look like one without e-mail.
 */
export function identitiesFrom(
  other: () => Connector | null,
  id: string,
  login: Expression,
  fixed: ReadonlyMap<string, string>,
  clock: Clock,
): Identities {
  const shared = new SharedRead(
    async (signal) => {
      const connector = other();
      if (connector === null) throw notThere(id, 'it is not set up');
      const entries: [string, string][] = [];
      const report = await connector.load(
        {},
        (page) => {
          for (const { accounts } of page.records) {
            for (const account of accounts) {
              const name = loginOf(account, login);
              if (name !== null && account.email !== null) entries.push([name, account.email]);
            }
          }
        },
        signal,
      );
      if (report.outcome !== 'complete') throw notThere(connector.name, report.reasons[0]?.message ?? 'it ended short');
      // What somebody wrote down stands above what another integration tells.
      return new IdentityTable([...entries, ...fixed]);
    },
    KEEP_MS,
    clock,
  );
  return { table: (signal) => shared.get(signal) };
}

function loginOf(account: Account, login: Expression): string | null {
  try {
    const value = login.evaluate({ account });
    return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
  } catch (error) {
    if (!(error instanceof EvaluationFault)) throw error;
    return null;
  }
}

function notThere(from: string, why: string): VendorError {
  const problem = why.replace(/\.$/, '');
  return new VendorError('vendor.identities', 200, `The e-mails of logins cannot be read from ${from}: ${problem}.`, {
    hint: 'Check that integration.',
  });
}
