import { expect, it } from 'vitest';
import { lookupText, requestText } from '../../src/cli/terminal-text.ts';
import { aLookup, anAccount, aPreset, aRow, aSection, HOSTILE, REVOKE } from '../support/slack-views.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { aSeat } from '../support/world.ts';

it('says of each holding what Slack says, and how to ask for what can be done', () => {
  const seat = aSeat({ offlineCode: true, validUntil: '2026-12-05T09:00:00.000Z', autoRenews: false });
  const offers = [REVOKE, { preset: aPreset({ title: 'Move' }), available: false as const, because: 'it is locked' }];
  const failed = { integrationId: 'aha', name: 'Aha!', ok: false as const, message: 'No answer.', hint: 'Try again.' };
  const text = lookupText(aLookup([aSection([aRow(seat, offers)], { rejected: ['no id'] }), failed]));
  expect(text).toMatchInlineSnapshot(`
    "Licences of Cara Lind (cara@example.com)
    ========================================

    JetBrains (read just now)
      WebStorm  SEAT000001  team Platform
        Last used 95 days ago (an offline code was issued, so the last use may be newer); valid until 5 Dec 2026 (in 12 days)
        x Idle for 95 days
        ! Expires in 12 days, on 5 Dec 2026
        ! Offline code issued: it keeps working after a revoke until it runs out
        > Revoke license (jetbrains/revoke-license)
        - Move: it is locked
      ! A record could not be read: no id

    Aha!: could not be read
      ! No answer.
        Try again."
  `);
});

it('lets nothing that people or vendors wrote steer the terminal', () => {
  const hostile = `${HOSTILE}\u001b[2J\u202e`;
  const seat = aSeat({ product: { code: 'WS', name: hostile } });
  const texts = [
    lookupText(aLookup([aSection([aRow(seat, [REVOKE]), aRow(anAccount())])])),
    requestText(aStoredRequest('R1', { sentence: hostile })),
  ];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  for (const text of texts) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
});
