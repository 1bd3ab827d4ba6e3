import { afterEach, describe, expect, it } from 'vitest';
import { CHANNEL, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { aPlan, seatOf } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';
import { testWorld } from '../support/world.ts';

let bot: SlackBot;
afterEach(async () => bot.close());

/** Twelve seats that were last used 40 days ago. */
async function withIdleSeats(): Promise<void> {
  const world = testWorld({ settings: { syncs: [aPlan()], approvals: { channel: CHANNEL } } });
  const used = { lastActivity: { kind: 'at', at: '2026-10-14T09:00:00.000Z' }, assignedAt: '2026-01-01T09:00:00.000Z' } as const;
  await seatsSynced(
    world,
    Array.from({ length: 12 }, (_, at) => seatOf(`S${at}`, `p${at}@example.com`, used)),
  );
  bot = await startSlackBot({ world });
}

describe('a report that is cut', () => {
  it('gives all of its rows as a file, for what was asked, where only whoever asked sees it', async () => {
    await withIdleSeats();
    const ada = bot.people.as('ada');
    await ada.types('/licenses inactive 30', { in: CHANNEL });
    const report = await ada.sees(/2 more rows/, { in: CHANNEL });
    await ada.presses('All 12 rows as CSV', { in: report });
    await ada.sees('12 rows as a file in your direct messages', { in: CHANNEL });
    const [file] = ada.messages(ada.home).flatMap(({ files }) => files);
    expect(file).toMatchObject({ name: 'inactive-users-2026-11-23.csv', title: 'Inactive users: all rows' });
    const lines = Buffer.from(file?.bytes ?? [])
      .toString()
      .trim()
      .split('\r\n');
    expect(lines).toHaveLength(13);
    expect(lines.filter((line) => /p\d+@example\.com/.test(line))).toHaveLength(12);
    expect(
      bot.people
        .as('dan')
        .messages()
        .flatMap(({ files }) => files),
    ).toEqual([]);
  });

  it('gives them from its window on the Home, too', async () => {
    await withIdleSeats();
    Object.assign(bot.world.settings().reports.idle, { inactiveDays: 30 });
    const ada = bot.people.as('ada');
    await ada.presses('Open', { in: await ada.opensHome(/12 seats can go/), nth: 1 });
    await ada.presses('All 12 rows as CSV', { in: await ada.seesModal('Inactive users') });
    await bot.world.background.idle();
    expect(ada.messages(ada.home).flatMap(({ files }) => files)).toHaveLength(1);
  });
});
