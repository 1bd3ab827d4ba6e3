import { z } from 'zod';
import { authSchema } from './auth-schema.ts';
import { limitsSchema, timeoutFields } from './limits-schema.ts';

/*
 * The shape of `connector.json` and of the preset files beside it. Texts marked as expressions are compiled, and checked
 * against the variables of their place, in compile-connector.ts and compile-preset.ts.
 */

const NAME = /^[a-z][A-Za-z0-9]*$/;
export const ID = /^[a-z][a-z0-9-]*$/;

const template = z.string().describe('Text with {{ expression }} in it.');
const condition = z.string().min(1).describe('A CEL expression that is true or false.');
const expression = z.string().min(1).describe('A CEL expression, without braces.');
const name = z.string().regex(NAME, 'must be a name of letters and digits that starts with a small letter');
const presetId = z.string().regex(ID, 'must be the name of a preset file, without .json');
const note = z.string().optional().describe('A remark for readers; not used.');
const schemaLink = z.string().optional().describe('The JSON Schema of this file, for editors.');

const because = z
  .strictObject({ when: condition, because: template.describe('The reason, as a sentence for people.'), note })
  .describe('A rule: when the condition holds, the sentence says why.');

const line = z
  .strictObject({ label: z.string().min(1), value: template, note })
  .describe('One line of facts; left out when the value is empty.');

const mapping = z.record(name, template).describe('Names and the values to keep under them.');

const request = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
    path: template.describe('Path beneath the base URL; every filled-in value is encoded as one segment.'),
    query: z.record(z.string(), z.union([template, z.number(), z.boolean()])).optional(),
    headers: z.record(z.string(), template).optional(),
    body: z.json().optional().describe('JSON body; texts in it are templates, and absent values drop their key.'),
    note,
  })
  .describe('One call to the vendor.');

const maxPages = z.int().min(1).max(10_000).default(1_000).describe('More pages than this are an error.');
const total = expression.optional().describe('How many records there are in all; the listing must end with as many.');
const size = z.int().min(1).max(10_000);

const pagination = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('page').describe('Pages are counted.'),
    param: z.string(),
    first: z.int().min(0).default(1),
    sizeParam: z.string().optional(),
    size,
    total,
    last: condition.optional().describe('True on the last page.'),
    maxPages,
  }),
  z.strictObject({
    kind: z.literal('offset').describe('The next page starts after the records received so far.'),
    param: z.string(),
    first: z.int().min(0).default(0),
    sizeParam: z.string().optional(),
    size,
    total,
    maxPages,
  }),
  z.strictObject({
    kind: z.literal('cursor').describe('Each page gives a value to ask for the next one with.'),
    param: z.string(),
    next: expression.describe('The value; null or empty on the last page.'),
    sizeParam: z.string().optional(),
    size: size.optional(),
    total,
    maxPages,
  }),
  z.strictObject({
    kind: z.literal('next').describe('Each page gives the address of the next one: in the body, or as a Link header.'),
    next: expression.optional().describe('The address; without it the Link header with rel="next" is followed.'),
    sizeParam: z.string().optional(),
    size: size.optional(),
    total,
    maxPages,
  }),
]);

const use = z
  .strictObject({
    run: presetId.describe('A read preset of this connector.'),
    inputs: z.record(name, template).default({}),
    note,
  })
  .describe('A run of a read preset.');

const choice = z.strictObject({ value: z.string(), title: z.string() });

const input = z.strictObject({
  title: z.string().min(1),
  kind: z.enum(['text', 'email', 'number', 'boolean', 'choice']),
  required: z.boolean().default(false),
  help: z.string().optional(),
  choices: z.array(choice).min(1).optional().describe('What may be chosen; only for kind "choice".'),
  pattern: z.string().optional().describe('A regular expression the whole text must match.'),
  prefill: template.optional().describe('The value the form starts with.'),
  changedOnly: z.boolean().default(false).describe('Sent only when it differs from its prefill.'),
  hidden: z.boolean().default(false).describe('Filled from the target and not shown for editing.'),
  clean: expression.optional().describe('What to make of the given `value` before it is used.'),
  note,
});

const inputs = z.record(name, input).default({});

const records = {
  records: expression.optional().describe('Where the list of records is.'),
  record: expression.optional().describe('Where the one record is.'),
  as: z.enum(['seat', 'account']).optional().describe('What a record becomes.'),
};

const readPreset = z
  .strictObject({
    $schema: schemaLink,
    title: z.string().min(1),
    description: z.string().min(1),
    docs: z.url().optional(),
    effect: z.literal('read'),
    target: z.enum(['seat', 'account', 'person', 'none']).default('none'),
    inputs,
    from: z.literal('load').optional().describe('Reads from the whole listing of the connector instead of a request.'),
    request: request.optional(),
    pagination: pagination.optional(),
    ...records,
    filter: condition.optional().describe('Which records belong to the answer.'),
    keep: condition.optional().describe('Which seats or accounts belong to the answer, once they are mapped.'),
    whenEmpty: z
      .literal('load')
      .optional()
      .describe('When nothing is left, or the listing ended short, look once through the whole listing.'),
    missing: condition.optional().describe('The answer that means: the vendor does not know it.'),
    response: mapping.default({}),
    note,
  })
  .superRefine((preset, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((preset.from === undefined) === (preset.request === undefined))
      refuse('request', 'either "request" or "from" must be given');
    if (preset.records !== undefined && preset.record !== undefined)
      refuse('record', '"records" and "record" cannot both be given');
    if (preset.pagination !== undefined && preset.records === undefined)
      refuse('records', '"pagination" needs "records", where the list is');
    if (preset.as !== undefined && preset.from === undefined && preset.records === undefined && preset.record === undefined)
      refuse('as', '"as" needs "records" or "record"');
    if (preset.request !== undefined && preset.request.method !== 'GET' && preset.request.method !== 'POST')
      refuse('request', 'a read preset must use GET, or POST for a search');
  });

const writePreset = z.strictObject({
  $schema: schemaLink,
  title: z.string().min(1),
  description: z.string().min(1),
  docs: z.url().optional(),
  effect: z.enum(['write', 'destructive']).describe('"destructive" takes something away from somebody.'),
  verb: z.enum(['assign', 'revoke', 'deactivate', 'update', 'run']).default('run'),
  target: z.enum(['seat', 'account', 'person', 'none']),
  inputs,
  available: z.array(because).default([]).describe('Why the action does not fit a target; the first rule that holds.'),
  before: z
    .array(z.strictObject({ ...use.shape, when: condition.optional() }))
    .default([])
    .describe('What is read before asking and again right before acting; it becomes the evidence.'),
  consult: z
    .record(name, z.strictObject({ ...use.shape, when: condition.optional(), optional: z.boolean().default(false) }))
    .default({})
    .describe('What else is read to decide, and is not kept as evidence.'),
  refused: z
    .array(z.strictObject({ ...because.shape, input: name.optional().describe('The input to mark in the form.') }))
    .default([])
    .describe('Why the action cannot be done with these inputs; the first rule that holds.'),
  pinned: z
    .record(name, z.strictObject({ value: template, changed: template.describe('The sentence when `was` became `is`.'), note }))
    .default({})
    .describe('Values that must be the same when the action runs as when it was approved.'),
  already: z.strictObject({ when: condition, message: template, note }).optional().describe('Nothing is left to do.'),
  warnings: z.array(because).default([]),
  facts: z.array(line).default([]),
  sentence: template.describe('Exactly what will happen.'),
  request,
  success: condition.optional().describe('When an answer is a yes; by default any 2xx status.'),
  response: z.strictObject({ success: mapping.default({}), failure: mapping.default({}) }).default({ success: {}, failure: {} }),
  verify: z.strictObject({
    ...use.shape,
    holds: condition.describe('True when what was asked for can be seen at the vendor.'),
    message: template.describe('The sentence when it cannot.'),
    shown: template.optional().describe('The sentence when it can: what the vendor shows now.'),
    attempts: z.int().min(1).max(10).default(3),
    delayMs: z.int().min(0).max(30_000).default(1_000),
    response: mapping.default({}),
  }),
  undo: z
    .strictObject({
      run: presetId.describe('The write preset that is the inverse.'),
      target: template.optional().describe('Vendor id or e-mail the inverse is for; by default the same target.'),
      inputs: z.record(name, template).default({}),
      when: condition.optional(),
      sentence: template,
      note,
    })
    .optional(),
  note,
});

export const presetSchema = z.discriminatedUnion('effect', [readPreset, writePreset]);

const field = z.strictObject({
  title: z.string().min(1),
  help: z.string().min(1),
  example: z.string().optional(),
  pattern: z.string().optional().describe('A regular expression the whole value must match.'),
  env: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable')
    .optional(),
});

const variable = z.strictObject({
  ...field.shape,
  global: z.string().optional().describe('The name of the shared variable it is read from, such as "Aha.Subdomain".'),
  required: z.boolean().default(true),
});

const credentialField = z.strictObject({ ...field.shape, secret: z.boolean().default(true) });

const when = z.array(z.strictObject({ when: condition.optional(), is: z.string() })).min(1);

const lastActivity = z.strictObject({
  at: template.describe('The instant of the last use.'),
  never: condition.describe('True when the vendor states that it was never used. Neither: unknown.'),
});

const seatMapping = z.strictObject({
  id: template,
  product: z.strictObject({ code: template, name: template }),
  team: z.strictObject({ id: template, name: template }).optional(),
  status: when.describe('active, free, suspended, expired or unavailable: the first whose condition holds.'),
  holder: z
    .array(
      z.discriminatedUnion('kind', [
        z.strictObject({ when: condition, kind: z.literal('person'), email: template, name: template }),
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

const accountMapping = z.strictObject({
  id: template,
  email: template,
  name: template,
  enabled: template,
  administrator: condition,
  paidSeat: template.optional(),
  roles: template.optional().describe('A list of {name, scopes}; see group_roles.'),
  lastActivity,
  createdAt: template.optional(),
});

const standardField = z.strictObject({
  label: z.string().min(1),
  value: template,
  type: z.enum(['text', 'number', 'boolean', 'date']),
  note,
});

const errorRow = z.strictObject({
  status: z.int().min(100).max(599).optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
  message: template,
  hint: z.string().optional(),
  retry: z.boolean().optional().describe('Whether reading again may help.'),
  note,
});

export const connectorSchema = z.strictObject({
  $schema: schemaLink,
  id: z.string().regex(ID, 'must be small letters, digits and hyphens'),
  name: z.string().min(1),
  docs: z.url(),
  variables: z.record(name, variable).default({}),
  credential: z.record(name, credentialField),
  baseUrl: template,
  auth: authSchema.optional(),
  headers: z.record(z.string(), template).default({}).describe('Static headers of every call.'),
  limits: limitsSchema,
  ...timeoutFields,
  redact: z
    .array(z.string().regex(/^[^.]+(\.[^.]+)*$/, 'must be a dotted path'))
    .default([])
    .describe('Paths removed from every record before anything sees it: key material.'),
  check: z.strictObject({
    request,
    sentence: template.describe('Who the key belongs to.'),
    facts: z.array(line).default([]),
    warnings: z.array(z.strictObject({ ...because.shape, hint: z.string().optional() })).default([]),
  }),
  load: z.strictObject({
    request,
    pagination: pagination.optional(),
    records: expression,
    as: z.enum(['seat', 'account']),
    cacheSeconds: z.int().min(0).max(3_600).default(0).describe('How long look-ups may share one listing.'),
    note,
  }),
  fields: z.array(standardField).describe('The standard fields of a record, in the order they are shown.'),
  seat: seatMapping.optional(),
  account: accountMapping.optional(),
  lookup: use.describe('Finds what a person holds, by e-mail.'),
  targets: z.strictObject({ seat: use.optional(), account: use.optional() }).default({}),
  pool: use.optional().describe('Lists the seats that can be assigned now.'),
  errors: z
    .strictObject({ code: template.optional(), detail: template.optional(), table: z.array(errorRow).default([]) })
    .default({ table: [] })
    .describe('Where the vendor puts its error code, and what its errors mean in plain words.'),
});

export type PresetFile = z.output<typeof presetSchema>;
export type ReadPresetFile = z.output<typeof readPreset>;
export type WritePresetFile = z.output<typeof writePreset>;
export type ConnectorFile = z.output<typeof connectorSchema>;
export type RequestFile = z.output<typeof request>;
export type PaginationFile = z.output<typeof pagination>;
export type InputFile = z.output<typeof input>;
export type UseFile = z.output<typeof use>;
export type SeatMappingFile = z.output<typeof seatMapping>;
export type AccountMappingFile = z.output<typeof accountMapping>;
export type CredentialFieldFile = z.output<typeof credentialField>;
export type VariableFile = z.output<typeof variable>;
