import { z } from 'zod';
import { APP_OWNER, MANAGER } from '../domain/settings.ts';
import { isEmailText, isPattern } from './forms.ts';
import { reports } from './report-schema.ts';
import { channel, duration, entry, expression, GROUP, id, MEMBER, member, schedule, share, timezone } from './schema-atoms.ts';

/*
 * The shape of seatwarden.config.json. What a name refers to (connectors, credentials, variables) and whether expressions
 * compile is checked in check-references.ts and check-expressions.ts, once the connectors are known.
 */

const credential = z
  .object({ connector: z.string().describe('The connector it belongs to, such as "jetbrains".') })
  .catchall(z.string())
  .describe('The connector, and one entry for each of its credential fields: "env:NAME", "file:PATH" or "secret:NAME".');

const identities = z
  .strictObject({
    table: z
      .record(z.string().min(1), z.string().refine(isEmailText, 'must be an e-mail'))
      .optional()
      .describe('The vendor’s login and the e-mail it belongs to.'),
    file: z
      .string()
      .min(1)
      .optional()
      .describe('A file of the same, relative to this one: a JSON object, or a table with the columns login and email.'),
    integration: id.optional().describe('Another integration whose accounts tell e-mail and login, such as one of SCIM.'),
    login: expression.optional().describe('CEL over `account` of that integration: the login at this vendor.'),
  })
  .describe(
    'For vendors that know people by login alone: whose e-mail a login stands for. What is in no list is shown by login.',
  );

const integration = z.strictObject({
  name: z.string().min(1).optional().describe('What people read. Default: the name of the connector.'),
  connector: z.string().describe('The connector, which is the name of a folder in presets/.'),
  credential: z.string().optional().describe('The name of an entry in "credentials"; left out for connectors that need no key.'),
  baseUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .describe('Another address of the vendor: a proxy, or a server for tests.'),
  tokenUrl: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .optional()
    .describe('Another address tokens are fetched from, for connectors with OAuth 2.'),
  allowHttp: z
    .boolean()
    .default(false)
    .describe('Lets keys and data go to another machine without encryption. Only for a network you trust.'),
  variables: z
    .record(z.string(), z.string())
    .default({})
    .describe('Values for this integration alone, by the connector’s name of the variable or by its shared name.'),
  load: z
    .enum(['users', 'users-and-saas-users'])
    .default('users-and-saas-users')
    .describe('What a load brings in: people, or people and their users in the SaaS.'),
  mode: z
    .enum(['create-and-update', 'create-only', 'update-only'])
    .default('create-and-update')
    .describe('What a load does with records.'),
  schedule: schedule.optional(),
  timezone: timezone.optional(),
  filter: expression.optional().describe('CEL over `record`: which records of the vendor are loaded.'),
  mapping: z
    .record(z.string(), z.string())
    .default({})
    .describe('Fields of a person and the text with {{ expressions }} over `record` that fills them.'),
  customFields: z
    .record(
      z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be small letters, digits and underscores'),
      z.strictObject({
        label: z.string().min(1).describe('What people read.'),
        value: z.string().describe('Text with {{ expressions }} over `record`.'),
        type: z.enum(['text', 'number', 'boolean', 'date']).default('text').describe('What its values are; others are faults.'),
        unique: z.boolean().default(false).describe('No two records may have the same value.'),
      }),
    )
    .default({})
    .describe('Fields of your own.'),
  identities: identities.optional(),
  override: z
    .string()
    .min(1)
    .optional()
    .describe('A file with JSON merge patches over the connector and its presets, for this integration; relative to this file.'),
  app: z
    .string()
    .min(1)
    .optional()
    .describe('The app in the software catalogue its users and seats belong to. Default: the name of the connector.'),
  syncKey: z.string().default('email').describe('The field that tells which records are one person. Default: email.'),
  role: z.string().min(1).optional().describe('The role people get that a load creates.'),
  deactivate: z
    .strictObject({
      enabled: z.boolean().default(false).describe('Whether people missing from a complete listing are deactivated here.'),
      maxShare: share.default(0.2).describe('Largest share of people one load may deactivate, from 0 to 1.'),
      maxCount: z.int().min(0).default(50).describe('Largest number of people one load may deactivate.'),
    })
    .optional()
    .describe('What becomes here of people and seats the vendor no longer lists; nothing is ever done at the vendor.'),
  owners: z
    .array(entry)
    .default([])
    .describe('Who owns the app: asked when somebody wants a seat for themselves, and meant by "app-owner" in a policy.'),
  contacts: z.array(member).default([]).describe('Who hears when a load fails: Slack user ids or e-mails.'),
  state: z
    .enum(['draft', 'live', 'paused'])
    .default('draft')
    .describe('A draft or paused integration does not load on schedule; look-ups and requests work all the same.'),
});

const people = z.strictObject({
  precedence: z
    .array(z.string())
    .default([])
    .describe('Integrations whose fields of a person win, best first. Default: the order of "integrations".'),
  fields: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe('The same for single fields, such as "department": ["hr"].'),
});

const history = z.strictObject({
  keep: duration.default('400d').describe('How long every change is kept; of what is older the end of each month stays.'),
});

const mail = z.strictObject({
  host: z.string().min(1).describe('The SMTP server.'),
  port: z.int().min(1).max(65_535).default(587).describe('The port of the server. Default: 587.'),
  secure: z.boolean().default(false).describe('TLS from the first byte (port 465). Else STARTTLS where the server offers it.'),
  user: z.string().optional().describe('The name to sign in with; none where the server wants none.'),
  password: z.string().optional().describe('By reference: "env:NAME", "file:PATH" or "secret:NAME".'),
  from: z.string().refine(isEmailText, 'must be an e-mail').describe('The sender.'),
});

const list = (who: string) => z.array(entry).describe(`${who}: Slack user ids, user-group ids, e-mails, or * for everyone.`);

const email = z.string().refine(isEmailText, 'must be an e-mail');

const access = z.strictObject({
  admins: list('Who runs Seatwarden').optional(),
  approvers: list('Who decides on requests').optional(),
  requesters: list('Who may ask for changes').optional(),
  viewers: list('Who may look up other people').optional(),
  auditors: list('Who may read the audit log').optional(),
  breakGlass: list('Who may run a request at once in an emergency').default([]),
  operators: z
    .record(z.string().min(1), z.union([email, z.array(email).min(1, 'must name somebody')]))
    .default({})
    .describe(
      'Who a user of this machine is on the command line: operating-system user to e-mail, or to a list of those who share it, of whom the first is meant without --as. Such a user speaks for nobody else.',
    ),
});

const role = z
  .string()
  .refine(
    (text) =>
      text === APP_OWNER || text === MANAGER || text === '*' || MEMBER.test(text) || GROUP.test(text) || isEmailText(text),
    'must be a Slack user id such as U01ALICE, a user-group id such as S0ITOPS, an e-mail, * for everyone, "app-owner" or "manager"',
  );
const deciding = {
  approvers: z
    .array(role)
    .min(1, 'must name somebody')
    .optional()
    .describe('Who may approve: people, groups, "app-owner", "manager" (of the person concerned). Default: all approvers.'),
  notify: z
    .array(role)
    .optional()
    .describe('Who of them is asked by direct message. Those left out may approve all the same, undisturbed.'),
};
const approvalCount = z.int().min(0).max(10);

const policy = z
  .strictObject({
    name: z.string().min(1).describe('What people read on the card.'),
    when: expression.describe(
      'CEL over `preset`, `seat`, `account`, `person`, `requester`, `input`, `target`, `trigger`, `now`, `time` and `price`.',
    ),
    approvals: approvalCount.optional().describe('How many different people must approve.'),
    ...deciding,
    stages: z
      .array(
        z.strictObject({
          name: z.string().min(1).optional().describe('What people read.'),
          approvals: approvalCount.min(1, 'must be at least 1').default(1).describe('How many different people must approve.'),
          ...deciding,
        }),
      )
      .min(1, 'must have a stage')
      .max(5, 'must be 5 at most')
      .optional()
      .describe('In place of `approvals`: one after the other. Each person counts once over all of them.'),
    deny: z
      .string()
      .min(1)
      .optional()
      .describe('Why this is never done. Such a policy beats every other one, wherever it stands.'),
    autoApprove: expression.optional().describe('CEL, as `when`: when it holds, nobody has to approve.'),
    reason: z
      .strictObject({
        pattern: z
          .string()
          .refine(isPattern, 'must be a regular expression, without look-around and back-references')
          .describe('What the reason must match: a regular expression in the RE2 syntax.'),
        example: z.string().min(1).optional().describe('What people are told to write, such as OPS-123.'),
      })
      .optional()
      .describe('A ticket or a form the reason must have.'),
    expireAfter: duration.optional().describe('In place of approvals.expireAfter.'),
    remindAfter: duration.optional().describe('In place of approvals.remindAfter.'),
    escalate: z
      .strictObject({
        after: duration.describe('How long nobody decided.'),
        to: z.array(entry).min(1, 'must name somebody').describe('Who may decide from then on, and is asked.'),
      })
      .optional()
      .describe('Whom to call in when nobody decides.'),
  })
  .refine((one) => [one.approvals, one.stages, one.deny].filter((part) => part !== undefined).length === 1, {
    error: 'must have exactly one of "approvals", "stages" and "deny"',
  })
  .refine((one) => one.stages === undefined || (one.approvers === undefined && one.notify === undefined), {
    error: 'has stages, so "approvers" and "notify" belong into them',
  });

const approvals = z.strictObject({
  channel: channel.optional().describe('The Slack channel where requests are decided. Default: direct messages to approvers.'),
  expireAfter: duration.default('24h').describe('How long a request waits for a decision, such as 24h.'),
  remindAfter: duration
    .default('2h')
    .describe('When approvers are reminded, such as 2h; then after twice that and so on, four times at most, in working hours.'),
  undoFor: duration.default('30d').describe('For how long what was done can be undone from its card.'),
  timezone: timezone.default('UTC').describe('The time zone in which policies read the clock (`time`).'),
  managers: z
    .record(z.string().refine(isEmailText, 'must be an e-mail'), member)
    .default({})
    .describe('Who somebody’s manager is: e-mail to e-mail or Slack user id.'),
  tellAffected: z
    .enum(['always', 'outcome', 'never'])
    .default('always')
    .describe('What the person concerned hears by direct message: every change of state, what came of it, or nothing.'),
  policies: z
    .array(policy)
    .default([])
    .describe('Which requests need whose approval; the first that fits decides, one that denies beats all.'),
});

const audit = z.strictObject({
  channel: channel.optional().describe('Where the head of each day is posted, so that the chat is the witness.'),
  keep: duration.optional().describe('Daily files older than this are sealed and packed, such as 400d. Default: never.'),
});

const safety = z.strictObject({
  maxPerRun: z.int().min(1).default(10).describe('Most changes one run may make.'),
  maxSharePerRun: share.default(0.2).describe('Largest share of the seats one run may change, from 0 to 1.'),
  maxPerDay: z.int().min(1).default(25).describe('Most changes in 24 hours, over all ways in.'),
  maxDataAge: duration
    .default('24h')
    .describe('From this age on reports say that what they were made of is old; whatever is acted on is read right before.'),
  protected: z.array(member).default([]).describe('People whose seats no automation touches: Slack user ids or e-mails.'),
});

const price = z.strictObject({
  amount: z.number().min(0).describe('What one seat costs.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be a currency code of three capital letters, such as EUR')
    .describe('The currency, such as EUR.'),
  per: z.enum(['month', 'year']).describe('For how long the amount pays.'),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors.'),
  presets: z.array(z.string().min(1)).default([]).describe('Further folders of connectors, relative to this file.'),
  variables: z
    .record(z.string(), z.string())
    .default({})
    .describe('Values all integrations share, such as "JetBrains.CompanyCode".'),
  credentials: z.record(id, credential).default({}).describe('Keys of the vendors, by reference: never the key itself.'),
  integrations: z
    .record(id, integration)
    .default({})
    .describe('Connectors set up for one tenant each; two organisations are two integrations.'),
  access: access
    .prefault({})
    .describe(
      'Who may do what. Where a list is missing: workspace owners and admins are admins and approvers, everyone may look up and request.',
    ),
  approvals: approvals.prefault({}).describe('How requests are decided.'),
  audit: audit.prefault({}).describe('The audit log.'),
  safety: safety
    .default({ maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 25, maxDataAge: '24h', protected: [] })
    .describe('Limits that hold whoever asks.'),
  people: people
    .default({ precedence: [], fields: {} })
    .describe('How the accounts of one person in several integrations are joined.'),
  history: history.default({ keep: '400d' }).describe('What is kept of the changes syncs bring.'),
  mail: mail
    .optional()
    .describe('Contacts of an integration get an e-mail, too, when it is in trouble and when it is well again.'),
  reports: reports.default({}).describe('What reports look at, and where and when they are posted by themselves.'),
  prices: z
    .record(z.string().regex(/^[^/\s]+\/[^/]+$/, 'must be integration/product, such as jetbrains/II'), price)
    .default({})
    .describe('What a seat costs, by integration and product code, or * for all products and for users of an app without any.'),
  workflows: z.record(id, z.record(z.string(), z.json())).default({}).describe('Rules that start presets by themselves.'),
});

export type ConfigFile = z.output<typeof configSchema>;
export type IntegrationFile = z.output<typeof integration>;
