import { afterEach, beforeEach, expect, it } from 'vitest';
import { askRenewals } from '../../src/services/ask-renewals.ts';
import { textOf } from '../support/slack.ts';
import { CHANNEL, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { testWorld } from '../support/world.ts';

const DAY_MS = 86_400_000;
const RENEWS = '2027-01-20T09:00:00.000Z';

let bot: SlackBot;

beforeEach(async () => {
  const world = testWorld({ settings: { syncs: [aPlan()], approvals: { channel: CHANNEL } } });
  const seats = ['bob', 'cara', null].map((name, at) =>
    seatOf(`S${at}`, name === null ? null : `${name}@example.com`, {
      validUntil: RENEWS,
      product: { code: 'WS', name: 'WebStorm <!channel>' },
      lastActivity: { kind: 'at', at: '2026-11-20T09:00:00.000Z' },
    }),
  );
  await seatsSynced(world, seats);
  bot = await startSlackBot({ world });
  // The room shows what the services decide.
  Object.assign(bot.world, { renewals: bot.room.renewals });
  await askRenewals(bot.world, CHANNEL);
});
afterEach(async () => bot.close());

/** The thread beneath a card, as everybody sees it. */
function thread(): readonly string[] {
  const messages = bot.people.as('ada').messages(CHANNEL);
  return messages.filter(({ threadTs }) => threadTs !== null).map((message) => JSON.stringify(message.blocks));
}

it('is decided in a window, told in its thread, and its old buttons say who decided', async () => {
  const [ada, dan] = [bot.people.as('ada'), bot.people.as('dan')];
  const card = await ada.sees(/WebStorm.*renews on 20 Jan 2027.*58 days left.*Nobody has decided yet/s, { in: CHANNEL });
  await ada.presses('Renew fewer…', { in: card });
  const form = await ada.seesModal('Renew fewer');
  expect(textOf(form)).toContain('Renew 2 of 3: 1 free');
  await ada.submits();
  expect(Object.keys(ada.errors())).toEqual(['Reason']);
  await dan.presses('Do not renew', { in: card });
  await dan.seesModal('Do not renew');
  await ada.fills({ 'How many': '2', Reason: 'One is <free>.' }).submits();
  await ada.seesModal('Renew 2 of 3. The thread and the report show it.');
  await ada.seesChange(card, /Decided: .*Renew 2 of 3.*by Ada/s);

  await dan.fills({ Reason: 'Too late' }).submits();
  await dan.seesModal(/Ada decided on 23 Nov 2026: Renew 2 of 3/);
  await dan.closes();
  expect(thread()).toHaveLength(1);
  expect(thread()[0]).toMatch(/Decided.*Renew 2 of 3.*One is &lt;free&gt;/);

  await dan.presses('Change the decision…', { in: card });
  await dan.seesModal('Change the decision');
  await dan.fills({ Decision: 'Do not renew', Reason: 'They use something else now' }).submits();
  await dan.seesModal('Do not renew. The thread and the report show it.');
  await dan.seesChange(card, /Decided: .*Do not renew.*by Dan/s);
  expect(thread()).toHaveLength(2);
  await dan.types('/licenses renewals');
  await dan.sees(/Decision: Do not renew.*Decided by: Dan/s);
});

it('goes on in its thread at the next lead time, seen in the channel while nobody has decided', async () => {
  bot.world.pass(29 * DAY_MS);
  await askRenewals(bot.world, CHANNEL);
  const reply = bot.people
    .as('ada')
    .messages(CHANNEL)
    .find(({ threadTs }) => threadTs !== null);
  expect([reply?.broadcast, JSON.stringify(reply?.blocks)]).toEqual([true, expect.stringContaining('29 days left')]);
  expect(reply?.text).toMatch(/^WebStorm &lt;!channel&gt; \(Vendor\) renews on 20 Jan 2027, 29 days left/);
});

it('is refused to who has no say, and found again where its answer was lost', async () => {
  const bob = bot.people.as('bob');
  await bob.presses('Renew all', { in: await bob.sees('Nobody has decided yet', { in: CHANNEL }) });
  await bob.sees(/Only contacts of Vendor, approvers and admins/);
  const [renewal] = await bot.world.store.list('renewals');
  if (renewal === undefined) throw new Error('nothing was asked');
  const lost = { ...renewal, root: null, posts: {} };
  expect(await bot.room.renewals.find(lost, 'lead-60', '1970-01-01T00:00:00.000Z')).toEqual(renewal.root);
  expect(await bot.room.renewals.find(lost, 'lead-30', '1970-01-01T00:00:00.000Z')).toBeNull();
});
