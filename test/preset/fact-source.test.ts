import { expect, it } from 'vitest';
import { factSource } from '../../src/preset/fact-source.ts';

const seat = {
  id: '{{ record.licenseId }}',
  product: { code: '{{ record.product.code }}' },
  holder: [
    { when: "record.assignee.type == 'SERVER'", label: '{{ record.assignee.uid }}' },
    { email: '{{ record.assignee.email }}' },
  ],
  lastActivity: { at: '{{ record.lastSeen.lastSeenDate }}' },
};

it.each([
  ['{{ seat.product.code }} ({{ seat.externalId }})', 'product.code, licenseId'],
  ['{{ seat.holder.email }}', 'assignee.email'],
  ['{{ activity(seat.lastActivity, now) }}', 'lastSeen.lastSeenDate'],
  ['{{ seat.nothing }} and account.name', null],
  ['only words', null],
])('a fact %j comes from %j at the vendor', (text, source) => {
  expect(factSource(text, { seat, account: undefined })).toBe(source);
});
