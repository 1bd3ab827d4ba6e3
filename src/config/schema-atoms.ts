import { z } from 'zod';
import { isCron } from './cron.ts';
import { isDuration, isEmailText, isTimeZone } from './forms.ts';

/** Forms of values that several parts of the configuration have. */

export const MEMBER = /^[UW][A-Z0-9]{2,}$/;
export const GROUP = /^S[A-Z0-9]{2,}$/;
export const CHANNEL = /^[CG][A-Z0-9]{2,}$/;

export const id = z.string().regex(/^[a-z0-9][a-z0-9._-]*$/, 'must be small letters, digits, dots and hyphens');
export const duration = z.string().refine(isDuration, 'must be a duration such as 30s, 15m, 24h or 3d');
export const schedule = z
  .string()
  .refine(isCron, 'must be a cron expression of five fields: minute, hour, day, month, weekday, such as "0 3 * * *"')
  .describe('When it runs: five cron fields, such as "0 3 * * *" for three at night.');
export const timezone = z
  .string()
  .refine(isTimeZone, 'must be an IANA time zone such as Europe/Berlin')
  .describe('The IANA time zone the schedule is read in, such as Europe/Berlin. Default: UTC.');
export const member = z
  .string()
  .refine((text) => MEMBER.test(text) || isEmailText(text), 'must be a Slack user id such as U01ALICE, or an e-mail');
export const entry = z
  .string()
  .refine(
    (text) => text === '*' || MEMBER.test(text) || GROUP.test(text) || isEmailText(text),
    'must be a Slack user id such as U01ALICE, a user-group id such as S0ITOPS, an e-mail, or * for everyone',
  );
export const channel = z.string().regex(CHANNEL, 'must be a Slack channel id such as C02LIC (not its name)');
export const share = z.number().gt(0, 'must be more than 0').max(1, 'must be at most 1');
export const expression = z.string().min(1, 'must not be empty');
