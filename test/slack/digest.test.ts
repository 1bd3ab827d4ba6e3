import { afterEach, describe, expect, it } from 'vitest';
import type { Seat } from '../../src/domain/seat.ts';
import { publishReport } from '../../src/services/publish-report.ts';
import { ACTIONS } from '../../src/slack/ids.ts';
import { someReportSettings } from '../support/settings.ts';
import { textOf } from '../support/slack.ts';
import { CHANNEL, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { fakeVendor, testWorld } from '../support/world.ts';

let bot: SlackBot;
afterEach(async () => bot.close());

const DUE = '2026-11-23T09:00:00.000Z';

function idle(id: string, email: string): Seat {
  const long = { kind: 'at', at: '2026-06-01T09:00:00.000Z' } as const;
  return seatOf(id, email, { lastActivity: long, assignedAt: '2026-01-01T09:00:00.000Z' });
}

/** A channel with a digest of two idle seats. */
async function withDigest(): Promise<void> {
  const seats = [idle('SEAT000001', 'bob@example.com'), idle('SEAT000002', 'cara@example.com')];
  const plan = {
    reportId: 'inactive-users' as const,
    channel: CHANNEL,
    to: [],
    schedule: { cron: '0 9 * * *', timezone: 'UTC' },
    workingDays: ['monday' as const],
    holidays: [],
    whenNothingNew: 'line' as const,
    privacy: 'names' as const,
    reviewers: [],
  };
  const world = testWorld({
    vendor: fakeVendor(seats),
    settings: {
      syncs: [aPlan(), aPlan({ integrationId: 'other', name: 'Other' })],
      reports: someReportSettings({ digests: [plan] }),
      approvals: { channel: CHANNEL },
    },
  });
  await seatsSynced(world, seats);
  bot = await startSlackBot({ world });
  await publishReport({ ...bot.world, digests: bot.room.digests }, 'inactive-users', DUE);
}

describe('a digest in a channel', () => {
  it('leads to one request for all the rows that are chosen', async () => {
    await withDigest();
    const ada = bot.people.as('ada');
    const digest = await ada.sees('Inactive users', { in: CHANNEL });
    await ada.presses('Reclaim… (2)', { in: digest });
    await ada.seesModal('Take back');
    await ada.fills({ 'Take back': ['Bob', 'Cara'], Reason: 'Nobody used them since June' }).submits();
    const asked = await ada.seesModal(/Asked\. Nothing is changed/);
    const [request] = await bot.world.store.list('requests');
    expect(textOf(asked)).toContain(request?.id);
    expect(request?.bulk?.rows.map((row) => row.target.id).sort()).toEqual(['SEAT000001', 'SEAT000002']);
    expect(request?.state).toBe('pending');
  });

  it('lets somebody be left out, with a reason the next report shows', async () => {
    await withDigest();
    const ada = bot.people.as('ada');
    await ada.presses('Snooze somebody…', { in: await ada.sees('Inactive users', { in: CHANNEL }) });
    await ada.seesModal('For how long');
    await ada.fills({ Who: 'bob@example.com', Reason: 'Parental leave' }).submits();
    await ada.seesModal(/bob@example.com is left out until/);
    await ada.types('/licenses report inactive-users');
    await ada.sees(/left out until 23 Dec 2026 \(Parental leave\)/);
  });

  it('shows whoever presses Review what that person holds', async () => {
    await withDigest();
    const ada = bot.people.as('ada');
    await ada.presses('Review', { in: await ada.sees('Inactive users', { in: CHANNEL }) });
    await ada.sees(/bob@example.com.*WebStorm/s);
  });

  it('is found again where its answer was lost', async () => {
    await withDigest();
    const { posted } = {
      posted: bot.people
        .as('ada')
        .messages(CHANNEL)
        .filter((one) => JSON.stringify(one.blocks).includes('digest:inactive-users')),
    };
    const found = await bot.room.digests.find(
      CHANNEL,
      { reportId: 'inactive-users', period: DUE } as never,
      '1970-01-01T00:00:00.000Z',
    );
    expect(found).toEqual({ channel: CHANNEL, ts: posted[0]?.ts });
  });
});

describe('a digest channel the bot is not in', () => {
  it('is named by the check, and the digest that could not be posted is told to the admins', async () => {
    await withDigest();
    // What is tried here is what Slack refuses.
    bot.people.allows('messages.member');
    expect((await bot.room.check()).filter(({ message }) => message.includes('digest'))).toEqual([
      { ok: true, message: 'The digest of inactive-users goes to #licences.', hint: null },
    ]);
    bot.local.control.workspace.conversations.get(CHANNEL)?.members.delete('U00SEATWARDEN');
    expect(await bot.room.check()).toContainEqual({
      ok: false,
      message: 'The bot is not in the digest channel of inactive-users, #licences.',
      hint: 'Type `/invite @Seatwarden` there.',
    });
    await publishReport({ ...bot.world, digests: bot.room.digests }, 'inactive-users', '2026-11-24T09:00:00.000Z');
    const words =
      /The digest “Inactive users” could not be posted: the bot is not in #licences\. Type `\/invite @Seatwarden` there\. `seatwarden report/;
    await bot.people.as('ada').sees(words);
    await bot.people.as('eve').sees(words);
    expect(bot.people.as('bob').screen()).not.toContain('could not be posted');
  });
});

describe('the Home of an admin', () => {
  it('has the cockpit, leads to a report, and keeps the chosen app', async () => {
    await withDigest();
    const ada = bot.people.as('ada');
    const home = await ada.opensHome(/Cockpit.*2 of 2 used.*2 seats can go/s);
    await ada.presses('Open', { in: home, nth: 1 });
    await ada.seesModal(/Inactive users.*Bob/s);
    await ada.closes();
    await ada.picks(ACTIONS.homeApp, 'Vendor', { in: home });
    await bot.world.background.idle();
    expect((await bot.world.store.get('homes', 'UADA'))?.integrationId).toBe('vendor');
    const bob = bot.people.as('bob');
    expect(textOf(await bob.opensHome('Your licences'))).not.toContain('Cockpit');
  });

  it('is made anew when what it shows has changed, while somebody may look at it', async () => {
    await withDigest();
    const ada = bot.people.as('ada');
    await ada.opensHome('2 seats can go');
    await bot.room.refreshHomes();
    await seatsSynced(bot.world, [idle('SEAT000001', 'bob@example.com')], 'S-2');
    await bot.room.refreshHomes();
    expect(JSON.stringify(bot.local.control.workspace.homes.get('UADA')?.blocks)).toContain('1 seat can go');
  });
});
