import { describe, expect, it } from 'vitest';
import type { UpcomingJob } from '../../src/sandbox/bot-link.ts';
import { createSandboxClock } from '../../src/sandbox/clock.ts';
import { jumpTarget, moveTime, paceOf, type TimedBot } from '../../src/sandbox/move-time.ts';

const START = Date.parse('2026-11-23T14:07:00Z');

/** A bot with a job each minute, a sync at three and a digest at nine on workdays. */
function aBot() {
  const clock = createSandboxClock(() => new Date(START));
  const ran: string[] = [];
  const last = new Map<string, number>();
  const next = (id: string, after: number): number => {
    if (id === 'expire-requests') return (Math.floor(after / 60_000) + 1) * 60_000;
    const hour = id.startsWith('sync') ? 3 : 9;
    const day = Math.floor(after / 86_400_000) * 86_400_000;
    for (let at = day + hour * 3_600_000; ; at += 86_400_000) {
      const weekend = [0, 6].includes(new Date(at).getUTCDay());
      if (at > after && !(id.startsWith('report') && weekend)) return at;
    }
  };
  const jobs = (): UpcomingJob[] =>
    ['expire-requests', 'sync:jetbrains', 'report:digest'].map((id) => {
      const at = next(id, last.get(id) ?? START);
      return { id, at: new Date(at).toISOString(), following: new Date(next(id, at)).toISOString() };
    });
  const bot: TimedBot = {
    upcoming: async () => jobs(),
    async tellTime() {
      const now = clock.now().getTime();
      for (const { id, at } of jobs()) {
        if (Date.parse(at) > now) continue;
        ran.push(`${id} ${clock.now().toISOString().slice(0, 16)}`);
        last.set(id, now);
      }
      return jobs();
    },
  };
  return { clock, bot, ran };
}

describe('moving time', () => {
  it('gives each daily job its own hour on the way, and the frequent ones a run at each halt', async () => {
    const { clock, bot, ran } = aBot();
    await moveTime(clock, bot, new Date(START + 86_400_000));
    expect(clock.now().toISOString()).toBe('2026-11-24T14:07:00.000Z');
    expect(ran).toEqual([
      'expire-requests 2026-11-24T03:00',
      'sync:jetbrains 2026-11-24T03:00',
      'expire-requests 2026-11-24T09:00',
      'report:digest 2026-11-24T09:00',
      'expire-requests 2026-11-24T14:07',
    ]);
  });

  it('tells which jobs became due', async () => {
    const { clock, bot } = aBot();
    const ran = await moveTime(clock, bot, new Date(START + 13 * 3_600_000));
    expect(ran).toEqual([
      { job: 'expire-requests', at: '2026-11-23T14:08:00.000Z' },
      { job: 'sync:jetbrains', at: '2026-11-24T03:00:00.000Z' },
      { job: 'expire-requests', at: '2026-11-24T03:01:00.000Z' },
    ]);
  });

  it('comes to an end over years', async () => {
    const { clock, bot, ran } = aBot();
    await moveTime(clock, bot, new Date(START + 400 * 86_400_000));
    expect(clock.now().getTime()).toBe(START + 400 * 86_400_000);
    expect(ran.filter((line) => line.startsWith('sync')).length).toBeGreaterThan(100);
  });

  it('only puts the clock forward while no bot runs', async () => {
    const { clock } = aBot();
    expect(await moveTime(clock, null, new Date(START + 3_600_000))).toEqual([]);
    expect(clock.now().getTime()).toBe(START + 3_600_000);
    await moveTime(clock, null, new Date(START));
    expect(clock.now().getTime()).toBe(START + 3_600_000);
  });

  it('finds the next job that does not come every minute, the next digest, and a job by its id', async () => {
    const jobs = await aBot().bot.upcoming();
    expect(jumpTarget(jobs, 'next-job', null)).toMatchObject({ id: 'sync:jetbrains', at: '2026-11-24T03:00:00.000Z' });
    expect(jumpTarget(jobs, 'digest', null)).toMatchObject({ id: 'report:digest' });
    expect(jumpTarget(jobs, 'job', 'expire-requests')).toMatchObject({ at: '2026-11-23T14:08:00.000Z' });
    expect(jumpTarget(jobs.slice(0, 1), 'next-job', null)).toMatchObject({ id: 'expire-requests' });
    expect(() => jumpTarget(jobs, 'job', 'nonsense')).toThrow('The bot has no job "nonsense".');
    expect(() => jumpTarget(jobs.slice(0, 1), 'digest', null)).toThrow('no digest');
    expect(() => jumpTarget([], 'next-job', null)).toThrow('no job');
  });

  it.each([
    ['2026-11-23T15:00:00Z', 'minute', '2026-11-23T15:05:00Z'],
    ['2026-11-23T15:00:00Z', 'hour', '2026-11-23T16:00:00Z'],
    ['2026-11-27T09:00:00Z', 'day', '2026-11-30T09:00:00Z'],
    ['2026-11-23T09:00:00Z', 'longer', '2026-11-30T09:00:00Z'],
    ['2026-11-23T09:00:00Z', 'longer', null],
  ])('tells how often a job comes: from %s %s', (at, pace, following) => {
    expect(paceOf({ id: 'x', at, following })).toBe(pace);
  });
});
