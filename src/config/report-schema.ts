import { z } from 'zod';
import { channel, member, schedule, timezone } from './schema-atoms.ts';

const days = (most = 3650) => z.int().min(1, 'must be at least 1').max(most, `must be at most ${most}`);
const people = (who: string) => z.array(member).default([]).describe(`${who}: Slack user ids or e-mails.`);
const leadDays = z
  .array(z.int().min(0).max(730))
  .min(1, 'must name a day')
  .describe('How many days before it is told, such as [60, 30, 14, 7, 1].');

const WEEK_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const LOCAL_DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** How a report is posted by itself. */
const digest = {
  channel: channel.optional().describe('The Slack channel it is posted to.'),
  to: people('Who gets it as a direct message'),
  schedule: schedule.optional().describe('When it is posted: five cron fields, such as "0 9 * * 1-5". Default: never by itself.'),
  timezone: timezone.optional(),
  workingDays: z
    .array(z.enum(WEEK_DAYS))
    .min(1, 'must name a day')
    .default(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    .describe('Days of the week it may be posted on.'),
  holidays: z
    .array(z.string().regex(LOCAL_DATE, 'must be a day such as 2026-12-25'))
    .default([])
    .describe('Days it is not posted on.'),
  whenNothingNew: z
    .enum(['line', 'silent'])
    .default('line')
    .describe('One quiet line, or nothing, when it would say what the last one said.'),
  privacy: z
    .enum(['names', 'counts'])
    .default('names')
    .describe('With "counts" the channel and those in "to" get no names; they go to the reviewers by direct message.'),
  reviewers: people('Who gets the names where everybody else gets counts alone'),
};

interface Digest {
  readonly channel?: string | undefined;
  readonly to: readonly string[];
  readonly schedule?: string | undefined;
  readonly privacy: 'names' | 'counts';
  readonly reviewers: readonly string[];
}

const hasPlace = (one: Digest): boolean => one.schedule === undefined || one.channel !== undefined || one.to.length > 0;
const PLACE = { error: 'has a schedule, so it needs a "channel" or people in "to"' };

export const reports = z.strictObject({
  'expired-subscriptions': z
    .strictObject({ ...digest, leadDays: leadDays.default([60, 30, 14, 7, 1]) })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('Seats whose subscription has ended or is about to.'),
  'inactive-users': z
    .strictObject({
      ...digest,
      inactiveDays: days().optional().describe('Idle days after which a seat counts as idle. Default: 90.'),
      thresholds: z
        .record(z.string().min(1), days())
        .default({})
        .describe(
          'The same for one product, licence type or app: by "integration/product code", "integration/role" or "integration" alone.',
        ),
      newDays: z.int().min(0).max(365).default(30).describe('Younger than so many days, a seat says nothing about use.'),
      coolDownDays: z
        .int()
        .min(0)
        .max(3650)
        .default(90)
        .describe('For so many days nobody is named again who was asked and kept the seat.'),
      onLeave: people('Who is away for long'),
      partTime: people('Who works part-time, and is asked first'),
      serviceAccounts: people('Users that are no people'),
      awayStatus: z
        .array(z.string().min(1))
        .default([':palm_tree:', ':face_with_thermometer:', 'vacation', 'on leave', 'parental leave', 'sick'])
        .describe('Slack statuses that mean somebody is away: an emoji, or words of the text.'),
    })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('Seats that nobody uses, with how sure that is. What counts as idle here does so everywhere.'),
  leavers: z
    .strictObject({
      ...digest,
      directories: z
        .array(z.string())
        .default([])
        .describe('Integrations whose users are the company’s people, beside Slack: who is switched off there has left.'),
    })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('People who left and still hold seats.'),
  renewals: z
    .strictObject({
      ...digest,
      leadDays: leadDays.default([60, 30, 14, 7]),
      horizonDays: days(1100).default(365).describe('How far ahead it looks.'),
    })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('What renews when, and what it costs.'),
  seats: z
    .strictObject({
      ...digest,
      lowSeats: z.int().min(0).max(10_000).default(2).describe('Fewer free seats than this are too few.'),
    })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('Seats bought, used and free, by product and team.'),
  users: z.strictObject(digest).refine(hasPlace, PLACE).optional().describe('Everybody who has a seat or account.'),
  savings: z
    .strictObject({
      ...digest,
      regretDays: days(365).default(30).describe('Given back within so many days, a seat was no saving.'),
    })
    .refine(hasPlace, PLACE)
    .optional()
    .describe('What could be saved, and what was.'),
  'sync-health': z.strictObject(digest).refine(hasPlace, PLACE).optional().describe('How fresh the facts are.'),
  'back-test': z.strictObject(digest).refine(hasPlace, PLACE).optional().describe('Whom a threshold would have hit.'),
});

export type ReportsFile = z.output<typeof reports>;
