import { z } from 'zod';
import { accountMapping, becomes, seatMapping } from './mapping-schema.ts';
import {
  because,
  condition,
  expression,
  line,
  mapping,
  name,
  note,
  pagination,
  presetId,
  request,
  schemaLink,
  template,
  use,
} from './schema-parts.ts';

/* The shape of a preset file. Its expressions are compiled and checked in compile-preset.ts. */

const choice = z.strictObject({
  value: z.string().describe('What is sent.'),
  title: z.string().describe('What people read.'),
});

const input = z.strictObject({
  title: z.string().min(1).describe('The label in forms.'),
  kind: z.enum(['text', 'email', 'number', 'boolean', 'choice']).describe('What may be given.'),
  required: z.boolean().default(false).describe('Whether it must be given. Default: false.'),
  help: z.string().optional().describe('A hint beneath the field.'),
  choices: z.array(choice).min(1).optional().describe('What may be chosen; only for kind "choice".'),
  pattern: z.string().optional().describe('A regular expression (RE2 syntax) the whole text must match.'),
  prefill: template.optional().describe('The value the form starts with.'),
  changedOnly: z.boolean().default(false).describe('Sent only when it differs from its prefill.'),
  hidden: z.boolean().default(false).describe('Filled from the target and not shown for editing.'),
  clean: expression.optional().describe('What to make of the given `value` before it is used.'),
  note,
});

const inputs = z
  .record(name, input)
  .default({})
  .describe('What must or may be given, by the name expressions use: `input.<name>`.');

const records = {
  records: expression.optional().describe('Where the list of records is.'),
  record: expression.optional().describe('Where the one record is.'),
  as: becomes.optional().describe('What a record becomes: a seat, an account, or both. Default: what "load" says.'),
  seat: seatMapping.optional().describe('How a record of this list becomes a seat, in place of what connector.json says.'),
  account: accountMapping
    .optional()
    .describe('How a record of this list becomes an account, in place of what connector.json says.'),
};

const readPreset = z
  .strictObject({
    $schema: schemaLink,
    title: z.string().min(1).describe('What it is called, as people read it.'),
    description: z.string().min(1).describe('What it really does at the vendor, in a sentence or two.'),
    docs: z.url().optional().describe('The page of the vendor that tells about it.'),
    effect: z.literal('read').describe('It changes nothing.'),
    target: z.enum(['seat', 'account', 'person', 'none']).default('none').describe('What it is about.'),
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
    response: mapping.default({}).describe('Values to keep of what was read, by name.'),
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

const writePreset = z
  .strictObject({
    $schema: schemaLink,
    title: z.string().min(1).describe('What it is called, as people read it.'),
    description: z.string().min(1).describe('What it really does at the vendor, in a sentence or two.'),
    docs: z.url().optional().describe('The page of the vendor that tells about it.'),
    effect: z.enum(['write', 'destructive']).describe('"destructive" takes something away from somebody.'),
    verb: z
      .enum(['assign', 'revoke', 'deactivate', 'update', 'run'])
      .default('run')
      .describe('Which command and button ask for it. Default: `run`.'),
    target: z.enum(['seat', 'account', 'person', 'none']).describe('What it acts on.'),
    inputs,
    available: z.array(because).default([]).describe('Why the action does not fit a target; the first rule that holds.'),
    before: z
      .array(z.strictObject({ ...use.shape, when: condition.optional() }))
      .default([])
      .describe('What is read before asking and again right before acting; it becomes the evidence.'),
    consult: z
      .record(
        name,
        z.strictObject({
          ...use.shape,
          when: condition.optional(),
          optional: z.boolean().default(false).describe('Whether to go on without it when it cannot be read. Default: false.'),
        }),
      )
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
    warnings: z.array(because).default([]).describe('What an approver should think of first; all rules that hold are shown.'),
    facts: z.array(line).default([]).describe('What an approver needs to know, one line each.'),
    sentence: template.describe('Exactly what will happen.'),
    request: request.optional(),
    byHand: z
      .strictObject({
        steps: z.array(template).min(1).max(10).describe('What a person does at the vendor, one step a line.'),
        link: template.optional().describe('Where they do it.'),
        note,
      })
      .optional()
      .describe('For what the vendor has no call for: a task that somebody does and marks as done, in place of "request".'),
    success: condition.optional().describe('When an answer is a yes; by default any 2xx status.'),
    response: z
      .strictObject({
        success: mapping.default({}).describe('Values to keep of a yes, by name.'),
        failure: mapping.default({}).describe('Values to keep of a no, by name.'),
      })
      .default({ success: {}, failure: {} })
      .describe('Values to keep of the answer.'),
    verify: z
      .strictObject({
        ...use.shape,
        holds: condition.describe('True when what was asked for can be seen at the vendor.'),
        message: template.describe('The sentence when it cannot.'),
        shown: template.optional().describe('The sentence when it can: what the vendor shows now.'),
        attempts: z.int().min(1).max(10).default(3).describe('How often to look. Default: 3.'),
        delayMs: z.int().min(0).max(30_000).default(1_000).describe('Milliseconds between two looks. Default: 1000.'),
        response: mapping.default({}).describe('Values to keep of what was seen, by name.'),
        scheduled: z
          .strictObject({
            when: condition.describe('True when the vendor has taken it on for later.'),
            message: template.describe('The sentence for that.'),
            until: template.optional().describe('The instant when it takes effect.'),
          })
          .optional()
          .describe('For vendors that act at the end of a billing period: neither done nor failed until it holds.'),
      })
      .optional()
      .describe('How to see that it happened. Only a task done by hand can do without.'),
    undo: z
      .strictObject({
        run: presetId.describe('The write preset that is the inverse.'),
        target: template.optional().describe('Vendor id or e-mail the inverse is for; by default the same target.'),
        inputs: z.record(name, template).default({}).describe('Values for the inputs of the inverse.'),
        when: condition.optional().describe('When it can be taken back; without it always.'),
        sentence: template.describe('Exactly what taking it back does.'),
        note,
      })
      .optional()
      .describe('How to take it back.'),
    note,
  })
  .superRefine((preset, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((preset.request === undefined) === (preset.byHand === undefined))
      refuse('request', 'either "request" or "byHand" must be given');
    if (preset.byHand === undefined && preset.verify === undefined) refuse('verify', 'is missing: how to see that it happened');
    if (preset.byHand !== undefined && preset.success !== undefined) refuse('success', 'belongs to "request"');
  });

export const presetSchema = z.discriminatedUnion('effect', [readPreset, writePreset]);

export type PresetFile = z.output<typeof presetSchema>;
export type ReadPresetFile = z.output<typeof readPreset>;
export type WritePresetFile = z.output<typeof writePreset>;
export type InputFile = z.output<typeof input>;
