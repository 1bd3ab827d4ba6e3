import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, TransportError } from '../../src/domain/errors.ts';
import type { LocalSlack } from '../../src/sandbox/slack/local-slack.ts';
import { createSlackClient } from '../../src/slack/slack-client.ts';
import { createSlackDirectory, type SlackDirectory } from '../../src/slack/slack-directory.ts';
import { listeningLog } from '../support/quiet-log.ts';
import { BOT_TOKEN, localSlack } from '../support/slack-bot.ts';

let local: LocalSlack;
let directory: SlackDirectory;
let now = 0;
const calls = (method: string): number => local.control.workspace.traffic.filter((entry) => entry.name.includes(method)).length;

async function startWith(options: Parameters<typeof localSlack>[0] = {}): Promise<void> {
  local = await localSlack(options);
  now = Date.parse('2026-11-23T09:00:00.000Z');
  const log = listeningLog();
  const client = createSlackClient({ botToken: BOT_TOKEN, apiUrl: local.apiUrl, log });
  directory = createSlackDirectory({ client, clock: { now: () => new Date(now) }, log });
}

beforeEach(() => startWith());
afterEach(async () => local.close());

describe('the directory', () => {
  it('knows a member by id and by e-mail, and what decides their rights', async () => {
    expect(await directory.byId('UADA')).toEqual({
      userId: 'UADA',
      email: 'ada@example.com',
      name: 'Ada',
      active: true,
      isBot: false,
      isGuest: false,
      isExternal: false,
      isWorkspaceAdmin: true,
      timezone: 'Europe/Berlin',
    });
    expect(await directory.byEmail(' CARA@example.com ')).toMatchObject({ userId: 'UCARA', isWorkspaceAdmin: false });
    expect(await directory.byId('UGUS')).toMatchObject({ isGuest: true });
    expect(await directory.byId('UOLD')).toMatchObject({ active: false });
    expect(await directory.byId('U00SEATWARDEN')).toMatchObject({ isBot: true });
  });

  it('knows the status of those who set one', async () => {
    await local.control.team.setStatus('UCARA', { emoji: ':palm_tree:', text: 'On leave' });
    const everyone = await directory.everyone(true);
    expect(everyone.find(({ userId }) => userId === 'UCARA')?.status).toEqual({ emoji: ':palm_tree:', text: 'On leave' });
    expect(everyone.find(({ userId }) => userId === 'UADA')).not.toHaveProperty('status');
  });

  it('answers null for nobody', async () => {
    expect(await directory.byId('UNOBODY')).toBeNull();
    expect(await directory.byEmail('nobody@example.com')).toBeNull();
  });

  it('asks at most once a minute for one person, however many ask at once', async () => {
    await Promise.all([directory.byId('UADA'), directory.byId('UADA')]);
    await directory.byId('UADA');
    expect(calls('users.info')).toBe(1);
    now += 60_001;
    await directory.byId('UADA');
    expect(calls('users.info')).toBe(2);
  });

  it('finds active people by parts of their names, best match first', async () => {
    expect((await directory.search('a')).map((member) => member.name)).toEqual(['Ada', 'Cara', 'Dan']);
    expect((await directory.search('ADA')).map((member) => member.name)).toEqual(['Ada']);
    expect(await directory.search('old')).toEqual([]);
    expect(await directory.search('seatwarden')).toEqual([]);
    expect(await directory.search('  ')).toEqual([]);
    expect(calls('users.list')).toBe(1);
  });

  it('knows the members of a group', async () => {
    expect(await directory.group('S01OPS')).toEqual(['UBOB', 'UADA']);
    expect(await directory.group('S0NONE')).toEqual([]);
  });

  it('tries again when Slack stumbles, and waits when it asks to', async () => {
    local.control.faults.add({ kind: 'status', status: 503, path: 'users.info' });
    expect(await directory.byId('UADA')).toMatchObject({ name: 'Ada' });
    local.control.faults.add({ kind: 'status', status: 429, retryAfter: 1, path: 'users.info' });
    expect(await directory.byId('UDAN')).toMatchObject({ name: 'Dan' });
  });

  it('says in plain words that Slack cannot be asked, and remembers no failure', async () => {
    local.control.faults.add({ kind: 'status', status: 429, retryAfter: 30, path: 'users.info' });
    await expect(directory.byId('UADA')).rejects.toThrow('Slack asks to wait 30 seconds');
    local.control.faults.add({ kind: 'reset', path: 'users.info', times: 3 });
    const failure = await directory.byId('UADA').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransportError);
    expect(failure).toMatchObject({ message: 'Slack could not be reached.' });
    expect(await directory.byId('UADA')).toMatchObject({ name: 'Ada' });
  });

  it('goes on with an older list of people when a new one cannot be had', async () => {
    await directory.search('ada');
    now += 600_001;
    local.control.faults.add({ kind: 'status', status: 500, path: 'users.list', times: 3 });
    expect((await directory.search('ada')).map((member) => member.name)).toEqual(['Ada']);
  });

  it('names the scope that is missing', async () => {
    await local.close();
    await startWith({ withoutScopes: ['usergroups:read'] });
    const failure = await directory.group('S01OPS').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect(failure).toMatchObject({ message: 'The Slack app lacks the scope usergroups:read.' });
  });
});
