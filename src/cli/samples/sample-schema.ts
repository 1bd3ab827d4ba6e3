import { z } from 'zod';

/* The shape of the files in a connector's `samples` folder: what a vendor answers, and what must come of it. */

const subset = z.record(z.string(), z.json());

const exchange = z.strictObject({
  request: z
    .strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').describe('The method of the call. Default: GET.'),
      path: z.string().startsWith('/').describe('The path beneath the base URL.'),
      query: z
        .record(z.string(), z.string().nullable())
        .default({})
        .describe('What the query must hold; null: must not hold. It may hold more.'),
      body: z.json().optional().describe('What the body must hold; it may hold more.'),
    })
    .describe('The call it answers. Of several that fit, each is used once in their order, and the last one stays.'),
  response: z
    .strictObject({
      status: z.int().min(100).max(599).default(200).describe('The HTTP status. Default: 200.'),
      headers: z.record(z.string(), z.string()).default({}).describe('Headers of the answer.'),
      body: z.json().optional().describe('The answer as JSON.'),
      text: z.string().optional().describe('The answer as text, in place of "body".'),
    })
    .describe('The answer. {{base}} in it stands for the base URL of the test.'),
  after: z.boolean().default(false).describe('Answers only once something was changed: the state after an action.'),
});

const expected = z
  .record(z.string(), subset)
  .describe('What must come of it, by vendor id (or seat:<id>, account:<id>): the parts that matter. Everything must be named.');

export const sampleSchema = z
  .strictObject({
    $schema: z.string().optional().describe('The JSON Schema of this file, for editors.'),
    note: z.string().optional().describe('A remark for readers; not used.'),
    now: z.iso.datetime({ offset: true }).describe('What time it is in this sample.'),
    variables: z.record(z.string(), z.string()).default({}).describe('Values of variables; else their examples.'),
    credential: z.record(z.string(), z.string()).default({}).describe('Invented values of credential fields; else their examples.'),
    records: z.array(z.json()).optional().describe('Records as the vendor sends them, to be read without any call.'),
    as: z
      .union([z.enum(['seat', 'account']), z.array(z.enum(['seat', 'account'])).min(1)])
      .optional()
      .describe('What "records" become. Default: what the listing says.'),
    listing: z.string().default('load').describe('The list "records" belong to.'),
    joined: subset.optional().describe('What `joined` is for "records".'),
    exchanges: z.array(exchange).optional().describe('Calls and their answers, in place of "records".'),
    preset: z.string().optional().describe('The preset to run. Default: the whole load.'),
    inputs: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .default({})
      .describe('Inputs of the preset.'),
    expect: expected.optional(),
    rejected: z.array(z.string()).default([]).describe('Part of the reason for each record that cannot be read.'),
    outcome: z.enum(['complete', 'incomplete', 'failed']).default('complete').describe('How the load or the read ends.'),
    because: z.string().optional().describe('Part of the sentence that says why it is not complete, or was refused.'),
    response: subset.optional().describe('What the response mapping of the preset must give.'),
    check: z
      .strictObject({ ok: z.boolean().describe('Whether the credential works.'), message: z.string().default('').describe('Part of the sentence.') })
      .optional()
      .describe('What the connector’s own check must say, in place of a preset.'),
    action: z
      .strictObject({
        target: z
          .strictObject({
            kind: z.enum(['seat', 'account', 'person', 'none']).describe('What it acts on.'),
            id: z.string().default('').describe('The vendor\'s id of it, or an e-mail.'),
          })
          .describe('What it is done to.'),
        inputs: z
          .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
          .default({})
          .describe('What is filled in.'),
        expect: z.strictObject({
          plan: z.enum(['ok', 'refused']).default('ok').describe('Whether it can be asked for.'),
          sentence: z.string().optional().describe('Part of the sentence of what will happen.'),
          performed: z.enum(['done', 'refused', 'never-sent', 'unknown']).optional().describe('How the call ends.'),
          message: z.string().optional().describe('Part of the sentence about how it ended.'),
          verified: z.enum(['holds', 'does-not-hold', 'scheduled']).optional().describe('What is seen at the vendor afterwards.'),
        }).describe('What must come of it.'),
      })
      .optional()
      .describe('An action of a write preset: planned, performed and verified.'),
  })
  .superRefine((sample, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
    if ((sample.records === undefined) === (sample.exchanges === undefined))
      refuse('records', 'either "records" or "exchanges" must be given');
    if (sample.action !== undefined && sample.preset === undefined) refuse('preset', 'is missing: the action to try');
    if (sample.records !== undefined && sample.expect === undefined) refuse('expect', 'is missing: what becomes of the records');
  });

export type Sample = z.output<typeof sampleSchema>;
export type Exchange = z.output<typeof exchange>;
