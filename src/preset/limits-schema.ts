import { z } from 'zod';

/* The parts of connector.json that say how much may be asked of a vendor, and how long it may take to answer. */

export const limitsSchema = z
  .strictObject({
    concurrency: z.int().min(1).max(64).default(4).describe('Calls at the same time.'),
    perSecond: z.int().min(1).optional().describe('Calls in any second.'),
    perMinute: z.int().min(1).optional().describe('Calls in any minute; a tenth of them is kept for look-ups and actions.'),
    maxAnswerMb: z.int().min(1).max(256).default(16).describe('The largest answer that is read, in MB.'),
  })
  .default({ concurrency: 4, maxAnswerMb: 16 })
  .describe('What all integrations with one credential may ask of the vendor together.');

const ms = z.int().min(100).max(300_000);

export const timeoutFields = {
  timeoutMs: ms.default(30_000).describe('How long one call may take in all, in milliseconds.'),
  connectTimeoutMs: ms.default(10_000).describe('How long a connection may take to be made, in milliseconds.'),
  readTimeoutMs: ms
    .optional()
    .describe('How long the vendor may be silent, in milliseconds. Default: as long as a call may take.'),
};
