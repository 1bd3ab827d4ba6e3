import { z } from 'zod';
import { condition, expression, note, template } from './schema-parts.ts';

/* How a record becomes a seat, an account and standard fields. */

export const becomes = z.union([
  z.enum(['seat', 'account']),
  z
    .array(z.enum(['seat', 'account']))
    .min(1)
    .max(2),
]);

const when = z
  .array(
    z.strictObject({ when: condition.optional(), is: z.string().describe('active, free, suspended, expired or unavailable.') }),
  )
  .min(1);

const lastActivity = z
  .strictObject({
    at: template.describe('The instant of the last use.'),
    never: condition.describe('True when the vendor states that it was never used: by null, by absence, or by a sentinel date.'),
    unknown: condition
      .optional()
      .describe('True when what stands there says nothing; asked before "never". Without any of the three: unknown.'),
  })
  .describe('Three answers: a time, never, or unknown. Unknown is never idle.');

const exists = condition.optional().describe('Which records become one; without it all do.');

export const seatMapping = z.strictObject({
  when: exists,
  each: expression
    .optional()
    .describe('A list in the record; each `item` of it becomes a seat. Without it a record becomes one seat.'),
  id: template.describe("The vendor's own id of the seat; a record without one is an error."),
  product: z
    .strictObject({
      code: template.describe("The vendor's short name of it; prices are found by it."),
      name: template.describe('What people call it.'),
    })
    .describe('What the seat is for.'),
  team: z
    .strictObject({ id: template.describe("The vendor's id of the team."), name: template.describe('What people call it.') })
    .optional()
    .describe('The team or group the seat belongs to.'),
  status: when.describe('active, free, suspended, expired or unavailable: the first whose condition holds.'),
  holder: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          when: condition,
          kind: z.literal('person').describe('Somebody, known by e-mail or login.'),
          email: template.optional().describe('Their e-mail; letter case does not count.'),
          login: template
            .optional()
            .describe("The vendor's name for a person; joined with an e-mail by the identities of the integration."),
          name: template.optional().describe('Their name.'),
        }),
        z.strictObject({
          when: condition,
          kind: z
            .enum(['server', 'key', 'domain'])
            .describe(
              'A licence server, a licence key, or everybody of a domain: never a person, and never touched by automation.',
            ),
          label: template.describe('What to call it; never the key itself.'),
        }),
      ]),
    )
    .default([])
    .describe('Who has the seat: the first whose condition holds; nobody when none does.'),
  role: template.optional().describe('What the holder may do with it.'),
  lastActivity,
  assignedAt: template.optional().describe('The instant since when the holder has it.'),
  validUntil: template.optional().describe('The instant until when it is paid for.'),
  trial: condition.optional().describe('True for a trial.'),
  autoRenews: template.optional().describe('Whether it is paid for again by itself; true, false or absent.'),
  offlineCode: condition.optional().describe('True where it may be in use without the vendor seeing it.'),
});

export const accountMapping = z.strictObject({
  when: exists,
  id: template.describe("The vendor's own id of the user; a record without one is an error."),
  email: template.optional().describe('Their e-mail; letter case does not count.'),
  login: template
    .optional()
    .describe("The vendor's name for a person; joined with an e-mail by the identities of the integration."),
  name: template.describe('Their name.'),
  enabled: template.describe('Whether they can sign in: true or false.'),
  administrator: condition.describe('True for administrators, who are never touched by automation.'),
  paidSeat: template
    .optional()
    .describe('Whether the account is paid for: true, false, or absent where the vendor does not tell.'),
  roles: template.optional().describe('A list of {name, scopes}; see group_roles.'),
  lastActivity,
  createdAt: template.optional().describe('The instant since when the account exists.'),
});

export const standardField = z.strictObject({
  label: z.string().min(1).describe('The name of the field, as people and mappings see it.'),
  value: template,
  type: z
    .enum(['text', 'number', 'boolean', 'date'])
    .describe('What the value must be; another kind is an error of the record, which says so.'),
  note,
});

export type SeatMappingFile = z.output<typeof seatMapping>;
export type AccountMappingFile = z.output<typeof accountMapping>;
