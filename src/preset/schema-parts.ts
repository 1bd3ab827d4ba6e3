import { z } from 'zod';

/* What connector.json and presets are made of alike: texts, rules, calls and paging. */

const NAME = /^[a-z][A-Za-z0-9]*$/;
export const ID = /^[a-z][a-z0-9-]*$/;

export const template = z.string().describe('Text with {{ expression }} in it.');
export const condition = z.string().min(1).describe('A CEL expression that is true or false.');
export const expression = z.string().min(1).describe('A CEL expression, without braces.');
export const name = z.string().regex(NAME, 'must be a name of letters and digits that starts with a small letter');
export const presetId = z.string().regex(ID, 'must be the name of a preset file, without .json');
export const note = z.string().optional().describe('A remark for readers; not used.');
export const schemaLink = z.string().optional().describe('The JSON Schema of this file, for editors.');

export const because = z
  .strictObject({ when: condition, because: template.describe('The reason, as a sentence for people.'), note })
  .describe('A rule: when the condition holds, the sentence says why.');

export const line = z
  .strictObject({ label: z.string().min(1).describe('What stands before the value.'), value: template, note })
  .describe('One line of facts; left out when the value is empty.');

export const mapping = z.record(name, template).describe('Names and the values to keep under them.');

export const value = z.union([template, z.number(), z.boolean()]);

export const request = z
  .strictObject({
    method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').describe('The HTTP method. Default: GET.'),
    path: template.describe('Path beneath the base URL; every filled-in value is encoded as one segment.'),
    query: z
      .record(z.string(), z.union([value, z.array(value)]))
      .optional()
      .describe('A list repeats the parameter, an empty text is sent as it is, an absent value drops the parameter.'),
    headers: z.record(z.string(), template).optional().describe('Headers of this call, besides those of the connector.'),
    body: z.json().optional().describe('JSON body; texts in it are templates, and absent values drop their key.'),
    form: z
      .record(z.string(), z.union([value, z.array(value)]))
      .optional()
      .describe('Body of a form (application/x-www-form-urlencoded), in place of a JSON body.'),
    note,
  })
  .describe('One call to the vendor.');

const maxPages = z.int().min(1).max(100_000).default(10_000).describe('More pages than this are an error.');
const total = expression.optional().describe('How many records there are in all; the listing must end with as many.');
const size = z.int().min(1).max(10_000);
const param = z
  .string()
  .min(1)
  .optional()
  .describe('The query parameter. Left out where the request itself uses `page` in its path, headers or body.');
const sizeParam = z.string().min(1).optional().describe('The query parameter for the size of a page.');
const ahead = z
  .int()
  .min(1)
  .max(8)
  .default(4)
  .describe('How many pages are asked for at once, where a total tells how many there are.');
const countedEnds = z
  .enum(['auto', 'total', 'short', 'empty', 'link'])
  .default('auto')
  .describe(
    'What ends the listing: the total, a page that is not full, an empty page, or a Link header without a next one. "auto": the first of these the vendor gives.',
  );

export const pagination = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('page').describe('Pages are counted.'),
      param,
      first: z.int().min(0).default(1).describe('The number of the first page.'),
      sizeParam,
      size: size.describe('How many records a page holds.'),
      total,
      last: condition.optional().describe('True on the last page.'),
      ends: countedEnds,
      ahead,
      maxPages,
    }),
    z.strictObject({
      kind: z.literal('offset').describe('The next page starts after the records received so far, however many were asked for.'),
      param,
      first: z.int().min(0).default(0).describe('The offset of the first record: 0, or 1 for SCIM.'),
      sizeParam,
      size: size.describe('How many records a page holds.'),
      total,
      last: condition.optional().describe('True on the last page.'),
      ends: countedEnds,
      ahead,
      maxPages,
    }),
    z.strictObject({
      kind: z.literal('cursor').describe('Each page gives a value to ask for the next one with: a cursor, a token, the last id.'),
      param,
      next: expression.describe('The value, from body or headers; null or empty on the last page.'),
      sizeParam,
      size: size.optional().describe('How many records to ask for on a page.'),
      total,
      last: condition.optional().describe('True on the last page.'),
      ends: z
        .enum(['absent', 'short', 'empty', 'total'])
        .default('absent')
        .describe('What ends the listing besides an absent value: a page that is not full, an empty page, or the total.'),
      ahead: z.literal(1).default(1).describe('One page after the other: where the next one is stands in the last one.'),
      maxPages,
    }),
    z.strictObject({
      kind: z.literal('next').describe('Each page gives the address of the next one: in the body, or as a Link header.'),
      next: expression.optional().describe('The address; without it the Link header with rel="next" is followed.'),
      sizeParam,
      size: size.optional().describe('How many records to ask for on a page.'),
      total,
      last: condition.optional().describe('True on the last page.'),
      ahead: z.literal(1).default(1).describe('One page after the other: where the next one is stands in the last one.'),
      maxPages,
    }),
  ])
  .describe('How the pages of a list are walked to its end.');

export const use = z
  .strictObject({
    run: presetId.describe('A read preset of this connector.'),
    inputs: z.record(name, template).default({}).describe('Values for the inputs of that preset.'),
    note,
  })
  .describe('A run of a read preset.');

export type RequestFile = z.output<typeof request>;
export type PaginationFile = z.output<typeof pagination>;
export type UseFile = z.output<typeof use>;
