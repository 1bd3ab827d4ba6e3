import { afterEach, describe, expect, it } from 'vitest';
import type { Member } from '../../src/domain/person.ts';
import type { LoadReport } from '../../src/ports/load.ts';
import { createSlackClient } from '../../src/slack/slack-client.ts';
import { createSlackDirectory } from '../../src/slack/slack-directory.ts';
import { NOW, type Opened, openConnector, patience, planned, readTarget } from '../support/connectors.ts';
import { quietLog } from '../support/quiet-log.ts';
import { BOT_TOKEN, localSlack } from '../support/slack-bot.ts';

const somebody = (userId: string, name: string, more: Partial<Member> = {}): Member => ({
  userId,
  name,
  email: `${name.toLowerCase()}@alderyard.example`,
  active: true,
  isBot: false,
  isGuest: false,
  isExternal: false,
  isWorkspaceAdmin: false,
  timezone: 'Europe/Berlin',
  ...more,
});

const LENA = 'U0LENA';
const opened: Opened[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

function open(everyone?: (fresh: boolean) => Promise<readonly Member[]>, variables: Record<string, string> = {}): Opened {
  const slack = openConnector('slack', 'https://nowhere.invalid', {
    credential: {},
    variables,
    ...(everyone === undefined ? {} : { everyone }),
  });
  opened.push(slack);
  return slack;
}

/** A directory whose people can be changed, and which notes how fresh it was asked to be. */
function directory(people: Member[]): { people: Member[]; asked: boolean[]; everyone(fresh: boolean): Promise<Member[]> } {
  const asked: boolean[] = [];
  return {
    people,
    asked,
    everyone: async (fresh) => {
      asked.push(fresh);
      return [...people];
    },
  };
}

async function load(slack: Opened): Promise<{ ids: string[]; off: string[]; report: LoadReport }> {
  const ids: string[] = [];
  const off: string[] = [];
  const report = await slack.load(
    {},
    ({ records }) => {
      for (const account of records.flatMap((record) => record.accounts)) {
        ids.push(account.externalId);
        if (!account.enabled) off.push(account.externalId);
      }
    },
    patience(),
  );
  return { ids, off, report };
}

describe('reading the workspace', () => {
  it('loads members, guests and who was deactivated, and neither bots nor people of other companies', async () => {
    const { everyone, asked } = directory([
      somebody(LENA, 'Lena'),
      somebody('U0GUST', 'Gust', { isGuest: true }),
      somebody('U0LEFT', 'Left', { active: false }),
      somebody('U0BOT', 'Owl', { isBot: true, email: null }),
      somebody('U0EXT', 'Kai', { isExternal: true }),
    ]);
    const { ids, off, report } = await load(open(everyone));
    expect(report).toMatchObject({ outcome: 'complete', reasons: [] });
    expect(ids).toEqual([LENA, 'U0GUST', 'U0LEFT']);
    expect(off).toEqual(['U0LEFT']);
    // Who left is decided on what Slack says now.
    expect(asked).toEqual([true]);
  });

  it('reads a workspace of 1,000 people', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => somebody(`U${index}`, `P${index}`));
    const { ids, report } = await load(open(async () => many));
    expect(ids).toHaveLength(1_000);
    expect(report).toMatchObject({ outcome: 'complete', counts: { records: 1_000, accounts: 1_000 } });
  });

  it('finds people by e-mail without regard to letter case, leavers too, in one reading for a minute', async () => {
    const { everyone, asked } = directory([somebody(LENA, 'Lena'), somebody('U0LEFT', 'Left', { active: false })]);
    const slack = open(everyone);
    expect((await slack.lookup('LENA@alderyard.example', patience())).accounts).toMatchObject([
      { externalId: LENA, enabled: true, paidSeat: true, lastActivity: { kind: 'unknown' } },
    ]);
    expect((await slack.lookup('left@alderyard.example', patience())).accounts).toMatchObject([{ enabled: false }]);
    expect((await slack.lookup('nobody@alderyard.example', patience())).accounts).toEqual([]);
    expect(asked).toEqual([false]);
  });

  it('lists the leavers', async () => {
    const left = somebody('U0LEFT', 'Left', { active: false });
    const nameless = somebody('U0GONE', 'Gone', { active: false, email: null });
    const { response } = await open(async () => [somebody(LENA, 'Lena'), left, nameless]).run('leavers', {}, patience());
    expect(response).toEqual({ count: 2, emails: ['left@alderyard.example'] });
  });

  it('says so when there is no workspace, and when Slack cannot be asked', async () => {
    const alone = await load(open());
    expect(alone.report).toMatchObject({
      outcome: 'failed',
      reasons: [{ message: expect.stringContaining('without a Slack workspace') }],
    });
    expect(await open().check(patience())).toMatchObject({ ok: false });
    expect(await open(async () => []).check(patience())).toMatchObject({ ok: true, message: 'Slack can be read.' });
  });
});

describe('deactivating', () => {
  it('is a task for a person, with the page of the own workspace, and is looked at afterwards', async () => {
    const workspace = directory([somebody(LENA, 'Lena', { isWorkspaceAdmin: true })]);
    const slack = open(workspace.everyone, { workspace: 'alderyard' });
    const target = await readTarget(slack, { kind: 'account', id: LENA });
    expect((await slack.lookup('lena@alderyard.example', patience())).accounts).toMatchObject([{ enabled: true }]);
    workspace.asked.length = 0;
    const { plan, call, seen } = await planned(slack, 'deactivate-person', target);
    expect(plan.sentence).toBe(
      'Deactivate Lena (lena@alderyard.example) in Slack, by hand. They are signed out everywhere; what they wrote stays.',
    );
    expect(seen.warnings).toEqual(['Lena is an owner or admin of the workspace.']);
    expect(slack.task(call, seen)).toEqual({
      steps: [
        'Open the member list of the workspace as an owner or admin.',
        'Find Lena (lena@alderyard.example).',
        'Choose Deactivate account, and confirm.',
      ],
      link: 'https://alderyard.slack.com/admin',
    });
    await expect(slack.perform(call, seen, patience())).rejects.toThrow('is done by hand');
    expect(await slack.verify(call, seen, patience())).toMatchObject({
      kind: 'does-not-hold',
      message: 'Slack still shows the account as active.',
    });
    workspace.people[0] = somebody(LENA, 'Lena', { active: false });
    expect(await slack.verify(call, seen, patience())).toMatchObject({
      kind: 'holds',
      message: 'Slack shows the account as deactivated.',
    });
    expect(workspace.asked).not.toContain(false);
    expect((await slack.lookup('lena@alderyard.example', patience())).accounts).toMatchObject([{ enabled: false }]);
    expect(await slack.recheck(call, seen, patience())).toMatchObject({ kind: 'already' });
  });

  it('links the page of whatever workspace one is signed in to, where none was named', async () => {
    const slack = open(async () => [somebody(LENA, 'Lena', { email: null, isGuest: true })]);
    const { plan, call, seen } = await planned(
      slack,
      'deactivate-person',
      await readTarget(slack, { kind: 'account', id: LENA }),
    );
    expect(plan.sentence).toContain('Deactivate Lena (U0LENA) in Slack');
    expect(seen.warnings).toEqual(['Lena is a guest; Slack does not tell whether the account is paid for.']);
    expect(slack.task(call, seen)?.link).toBe('https://my.slack.com/admin');
  });

  it('is not offered for somebody who is deactivated', async () => {
    const slack = open(async () => [somebody(LENA, 'Lena', { active: false })]);
    expect(slack.offers(await readTarget(slack, { kind: 'account', id: LENA }), NOW)).toMatchObject([
      { available: false, because: 'The account is already deactivated.' },
    ]);
  });
});

describe('over the Web API', () => {
  it('sees at once who was deactivated, while look-ups share a list of ten minutes', async () => {
    const local = await localSlack();
    const client = createSlackClient({ botToken: BOT_TOKEN, apiUrl: local.apiUrl, log: quietLog });
    const people = createSlackDirectory({ client, clock: { now: () => NOW }, log: quietLog });
    const slack = open((fresh) => people.everyone(fresh));
    expect((await slack.lookup('bob@example.com', patience())).accounts).toMatchObject([{ externalId: 'UBOB', enabled: true }]);
    expect((await load(slack)).off).toEqual(['UOLD']);
    await local.control.team.leave('UBOB');
    expect((await people.everyone()).find((person) => person.userId === 'UBOB')?.active).toBe(true);
    expect((await load(slack)).off).toEqual(['UBOB', 'UOLD']);
    local.control.faults.add({ kind: 'status', status: 429, retryAfter: 30, path: 'users.list', times: 9 });
    // What was read before would hide who left meanwhile.
    expect((await load(slack)).report.outcome).toBe('failed');
    expect((await people.everyone()).find((person) => person.userId === 'UBOB')?.active).toBe(false);
    await local.close();
  });
});
