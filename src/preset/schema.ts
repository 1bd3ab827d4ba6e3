import { z } from 'zod';
import { authSchema } from './auth-schema.ts';
import { limitsSchema, timeoutFields } from './limits-schema.ts';
import { accountMapping, becomes, seatMapping, standardField } from './mapping-schema.ts';
import {
  because,
  condition,
  expression,
  ID,
  line,
  name,
  note,
  pagination,
  request,
  schemaLink,
  template,
  use,
} from './schema-parts.ts';

/* The shape of `connector.json`. Its expressions are compiled and checked in compile-connector.ts. */

const field = z.strictObject({
  title: z.string().min(1).describe('What it is called, as people read it.'),
  help: z.string().min(1).describe('Where somebody finds the value.'),
  example: z.string().optional().describe('An invented value of the right form.'),
  pattern: z.string().optional().describe('A regular expression (RE2 syntax) the whole value must match.'),
  env: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable')
    .optional()
    .describe('The environment variable it is read from where there is no configuration file.'),
});

const variable = z.strictObject({
  ...field.shape,
  global: z.string().optional().describe('The name of the shared variable it is read from, such as "Aha.Subdomain".'),
  required: z.boolean().default(true).describe('False where an integration may do without. Default: true.'),
});

const credentialField = z.strictObject({
  ...field.shape,
  secret: z.boolean().default(true).describe('Whether the value may stand in no file. Default: true.'),
  required: z.boolean().default(true).describe('False where an integration may do without. Default: true.'),
});

const errorRow = z.strictObject({
  status: z.int().min(100).max(599).optional().describe('The HTTP status it is for.'),
  code: z.string().optional().describe('The vendor\'s own code it is for, as "code" above finds it.'),
  detail: z.string().optional().describe("Text within the vendor's own words it is for."),
  message: template,
  hint: z.string().optional().describe('What to do about it.'),
  retry: z.boolean().optional().describe('Whether reading again may help.'),
  note,
});

const listing = {
  request: request.optional(),
  csv: z
    .strictObject({
      address: template.describe('A file, or an https address.'),
      delimiter: z.string().length(1).optional().describe('What stands between two values. Default: found by looking.'),
      columns: z
        .record(z.string().min(1), z.array(z.string().min(1)))
        .optional()
        .describe('Names a column may have besides the one expressions use. Letter case, spaces and punctuation do not count.'),
      required: z
        .array(z.string().min(1))
        .optional()
        .describe('Columns without which the table is refused, by the name expressions use.'),
    })
    .optional()
    .describe('Reads the records from a table with a header line, in place of calls to a vendor.'),
  directory: z
    .literal(true)
    .optional()
    .describe('Reads the records from the people of the Slack workspace, in place of calls to a vendor.'),
  pagination: pagination.optional(),
  records: expression.optional().describe('Where the list of records is in an answer to "request".'),
  as: becomes.describe('What a record becomes: a seat, an account, or both.'),
  seat: seatMapping.optional().describe('How a record of this list becomes a seat, in place of "seat" of the connector.'),
  account: accountMapping
    .optional()
    .describe('How a record of this list becomes an account, in place of "account" of the connector.'),
  note,
};

const joinedList = z.strictObject({
  kind: z.literal('list').describe('A second list, for vendors that keep activity or names elsewhere.'),
  request,
  pagination: pagination.optional(),
  records: expression.describe('Where the list is.'),
  key: expression.describe('What a `record` of this list is found by.'),
  on: expression.describe('What stands for it in the `record` that is mapped. Letter case and surrounding space do not count.'),
  many: z.boolean().default(false).describe('Gives all that match as a list, instead of the first or null.'),
  note,
});

const joinedDetail = z.strictObject({
  kind: z.literal('detail').describe('A call for each record. Dear: only where no list tells it.'),
  request: request.describe('The call, which may use `record`.'),
  record: expression.describe('Where in the answer it is.'),
  when: condition.optional().describe('For which records; for others it is null.'),
  missing: condition.optional().describe('The answer that means: there is none.'),
  concurrency: z.int().min(1).max(16).default(4).describe('How many are asked for at once.'),
  note,
});

export const connectorSchema = z.strictObject({
  $schema: schemaLink,
  id: z
    .string()
    .regex(ID, 'must be small letters, digits and hyphens')
    .describe('The name of the folder, and of the connector in configurations.'),
  name: z.string().min(1).describe('The SaaS, as people call it.'),
  docs: z.url().describe("The vendor's page about its API."),
  variables: z
    .record(name, variable)
    .default({})
    .describe('What is not secret and differs from one tenant to the next, by the name expressions use: `variables.<name>`.'),
  credential: z
    .record(name, credentialField)
    .default({})
    .describe('What must be kept secret, by the name expressions use: `credential.<name>`.'),
  baseUrl: template.optional().describe('Where the vendor is. Left out where nothing is called.'),
  auth: authSchema.optional(),
  headers: z.record(z.string(), template).default({}).describe('Static headers of every call.'),
  limits: limitsSchema,
  ...timeoutFields,
  redact: z
    .array(z.string().regex(/^[^.]+(\.[^.]+)*$/, 'must be a dotted path'))
    .default([])
    .describe('Paths removed from every record before anything sees it: key material.'),
  check: z
    .strictObject({
      request,
      sentence: template.describe('Who the key belongs to.'),
      facts: z.array(line).default([]).describe('What the check tells besides.'),
      warnings: z
        .array(z.strictObject({ ...because.shape, hint: z.string().optional().describe('What to do about it.') }))
        .default([])
        .describe('What a key cannot do, or should not be able to.'),
    })
    .optional()
    .describe('The call that shows whether the credential works. Left out where nothing is called.'),
  load: z
    .strictObject({
      ...listing,
      further: z
        .array(z.strictObject({ name: name.describe('For messages.'), ...listing }))
        .default([])
        .describe('Further lists, read after it: seats after users.'),
      cacheSeconds: z.int().min(0).max(3_600).default(0).describe('How long look-ups may share one listing.'),
    })
    .describe('Where everything is listed.'),
  joined: z
    .record(name, z.discriminatedUnion('kind', [joinedList, joinedDetail]))
    .default({})
    .describe('What else is read about each record, by the name under which mappings find it: `joined.<name>`.'),
  fields: z.array(standardField).describe('The standard fields of a record, in the order they are shown.'),
  seat: seatMapping.optional().describe('How a record becomes a seat.'),
  account: accountMapping.optional().describe('How a record becomes an account.'),
  lookup: use.describe('Finds what a person holds, by e-mail.'),
  targets: z
    .strictObject({
      seat: use.optional().describe('Reads one seat by its id.'),
      account: use.optional().describe('Reads one account by its id.'),
    })
    .default({})
    .describe('How one thing is read again, right before something is done to it.'),
  pool: use.optional().describe('Lists the seats that can be assigned now.'),
  errors: z
    .strictObject({
      code: template.optional().describe("The vendor's own code of an error."),
      detail: template.optional().describe("The vendor's own words for it."),
      table: z.array(errorRow).default([]).describe('What errors mean, the first row that fits.'),
    })
    .default({ table: [] })
    .describe('Where the vendor puts its error code, and what its errors mean in plain words.'),
});

export type ConnectorFile = z.output<typeof connectorSchema>;
export type ListingFile = Omit<ConnectorFile['load'], 'further' | 'cacheSeconds'>;
export type JoinedFile = ConnectorFile['joined'][string];
export type CredentialFieldFile = z.output<typeof credentialField>;
export type VariableFile = z.output<typeof variable>;
