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

const when = z.array(z.strictObject({ when: condition.optional(), is: z.string() })).min(1);

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
  id: template,
  product: z.strictObject({ code: template, name: template }),
  team: z.strictObject({ id: template, name: template }).optional(),
  status: when.describe('active, free, suspended, expired or unavailable: the first whose condition holds.'),
  holder: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({
          when: condition,
          kind: z.literal('person'),
          email: template.optional(),
          login: template
            .optional()
            .describe("The vendor's name for a person; joined with an e-mail by the identities of the integration."),
          name: template.optional(),
        }),
        z.strictObject({ when: condition, kind: z.enum(['server', 'key', 'domain']), label: template }),
      ]),
    )
    .default([])
    .describe('Who has the seat: the first whose condition holds; nobody when none does.'),
  role: template.optional(),
  lastActivity,
  assignedAt: template.optional(),
  validUntil: template.optional(),
  trial: condition.optional(),
  autoRenews: template.optional(),
  offlineCode: condition.optional(),
});

export const accountMapping = z.strictObject({
  when: exists,
  id: template,
  email: template.optional(),
  login: template
    .optional()
    .describe("The vendor's name for a person; joined with an e-mail by the identities of the integration."),
  name: template,
  enabled: template,
  administrator: condition,
  paidSeat: template.optional(),
  roles: template.optional().describe('A list of {name, scopes}; see group_roles.'),
  lastActivity,
  createdAt: template.optional(),
});

export const standardField = z.strictObject({
  label: z.string().min(1),
  value: template,
  type: z.enum(['text', 'number', 'boolean', 'date']),
  note,
});

export type SeatMappingFile = z.output<typeof seatMapping>;
export type AccountMappingFile = z.output<typeof accountMapping>;
