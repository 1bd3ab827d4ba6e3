import { afterEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createSlack, type Slack } from '../../src/slack/create-slack.ts';
import { APP_TOKEN, BOT_TOKEN, type SlackBot, startSlackBot } from '../support/slack-bot.ts';
import { testWorld } from '../support/world.ts';

let bot: SlackBot | null = null;
afterEach(async () => {
  await bot?.close();
  bot = null;
});

async function becomes(what: () => boolean, ms = 5_000): Promise<void> {
  const end = Date.now() + ms;
  while (!what()) {
    if (Date.now() > end) throw new Error('it never came true');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const error = async (work: () => Promise<void>): Promise<unknown> =>
  work().then(
    () => null,
    (cause: unknown) => cause,
  );

describe('the connection to Slack', () => {
  it('knows who the bot is and has no problem once it stands', async () => {
    bot = await startSlackBot();
    expect(bot.room.problem()).toBeNull();
    expect(bot.room.identity()).toMatchObject({ userId: 'U00SEATWARDEN', teamId: 'T00SANDBOX', teamName: 'Sandbox' });
  });

  it.each(['refresh', 'cut'] as const)('comes back after a %s and answers again', async (how) => {
    bot = await startSlackBot();
    const { local, people } = bot;
    local.control.dropSockets(how);
    const connects = (): number => (bot?.world.log.lines ?? []).filter((line) => line.event === 'slack.connected').length;
    await becomes(() => connects() === 2);
    expect(bot.room.problem()).toBeNull();
    await people.as('ada').types('/licenses help');
    await people.as('ada').sees('/licenses revoke');
  });

  it('keeps trying while Slack refuses to open one, and says so meanwhile', async () => {
    bot = await startSlackBot();
    const { local, people, room } = bot;
    local.control.faults.add({ kind: 'status', status: 500, path: 'apps.connections.open', times: 2 });
    local.control.dropSockets('cut');
    await becomes(() => room.problem() !== null);
    expect(room.problem()).toMatch(/Slack cannot be reached|being made again/);
    await people.connected(8_000);
    await becomes(() => room.problem() === null);
  });

  it('names the token that is wrong', async () => {
    bot = await startSlackBot({ start: false, botToken: 'xoxb-wrong' });
    bot.people.allows('api.token');
    const first = await error(() => (bot as SlackBot).room.start());
    expect(first).toBeInstanceOf(ConfigError);
    expect(first).toMatchObject({
      message: 'Slack refuses the bot token (invalid_auth).',
      hint: expect.stringContaining('SLACK_BOT_TOKEN'),
    });
    await bot.close();
    bot = await startSlackBot({ start: false, appToken: 'xapp-wrong' });
    bot.people.allows('api.token');
    const second = await error(() => (bot as SlackBot).room.start());
    expect(second).toBeInstanceOf(ConfigError);
    expect(second).toMatchObject({ hint: expect.stringContaining('SLACK_APP_TOKEN') });
    expect(JSON.stringify(bot.world.log.lines)).not.toMatch(/xapp-wrong|xoxb-/);
  });

  it('does not stop the start when the network is down', async () => {
    const world = testWorld();
    const rooms: Slack[] = (['socket', 'http'] as const).map((mode) =>
      createSlack({
        access: {
          mode,
          botToken: new Secret(BOT_TOKEN),
          apiUrl: 'http://127.0.0.1:9/api/',
          appToken: new Secret(APP_TOKEN),
          signingSecret: new Secret('s'),
        },
        clock: world.clock,
        log: world.log,
        commands: [],
        world: () => world,
      }),
    );
    for (const room of rooms) {
      expect(room.problem()).not.toBeNull();
      await room.start();
      expect(room.problem()).toBe('Slack could not be reached.');
      expect(room.identity()).toBeNull();
      await room.stop();
    }
  });

  it('can be stopped before it was started, and twice', async () => {
    bot = await startSlackBot({ start: false });
    await bot.room.stop();
    await bot.room.stop();
  });

  it('tells what Slack lacks', async () => {
    bot = await startSlackBot({ withoutScopes: ['users:read.email'] });
    const findings = await bot.room.check();
    expect(findings.filter((each) => !each.ok).map((each) => each.message)).toEqual(['Scopes are missing: users:read.email.']);
  });
});
