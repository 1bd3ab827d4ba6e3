import { describe, expect, it } from 'vitest';
import { createCronJobs, cronTimer } from '../../src/adapters/cron-jobs.ts';
import type { Job, Jobs } from '../../src/ports/jobs.ts';
import { FakeTime, settle } from '../support/fake-time.ts';
import { type MemoryStore, memoryStore } from '../support/memory-store.ts';
import { listeningLog } from '../support/quiet-log.ts';

interface Scene {
  readonly time: FakeTime;
  readonly store: MemoryStore;
  readonly log: ReturnType<typeof listeningLog>;
  readonly jobs: Jobs;
}

function aScene(instant: string, store = memoryStore()): Scene {
  const time = new FakeTime(instant);
  const log = listeningLog();
  return { time, store, log, jobs: createCronJobs({ clock: time, store, log, timer: time }) };
}

/** A job that notes when it ran. */
function aJob(scene: Scene, over: Partial<Job> = {}): Job & { readonly runs: string[] } {
  const runs: string[] = [];
  return {
    id: 'sync:jetbrains',
    cron: '0 3 * * *',
    timezone: 'Europe/Berlin',
    timeoutMs: 600_000,
    run: async () => void runs.push(scene.time.now().toISOString().slice(0, 16)),
    ...over,
    runs,
  };
}

/** A job that runs until it is let go, or until its signal says stop and `obeys`. */
function aLongJob(scene: Scene, obeys = true) {
  const state = { running: 0, most: 0, started: 0, letGo: () => {}, failWith: null as Error | null };
  const job = aJob(scene, {
    run: async (signal) => {
      state.started += 1;
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      try {
        await new Promise<void>((resolve, reject) => {
          state.letGo = resolve;
          if (obeys) signal.addEventListener('abort', () => reject(signal.reason));
        });
        if (state.failWith !== null) throw state.failWith;
      } finally {
        state.running -= 1;
      }
    },
  });
  return { job, state };
}

describe('the job runner', () => {
  it('runs a job at its time, once, in its time zone', async () => {
    const scene = aScene('2026-11-23T01:58:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo('2026-11-23T03:00:00Z');
    expect(job.runs).toEqual(['2026-11-23T02:00']);
    expect(await scene.store.get('slots', job.id)).toMatchObject({ lastSlot: '2026-11-23T02:00:00.000Z' });
    expect(scene.log.lines.filter((line) => line.event === 'job.late')).toEqual([]);
  });

  it('runs nothing for times before it first knew a job', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo('2026-11-23T12:10:00Z');
    expect(job.runs).toEqual([]);
  });

  it('makes up for what it missed while it was down, once, and says how late it is', async () => {
    const store = memoryStore();
    const before = aScene('2026-11-20T12:00:00Z', store);
    before.jobs.add(aJob(before));
    await before.jobs.start();
    await before.jobs.stop(0);

    const scene = aScene('2026-11-23T09:00:00Z', store);
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await settle();
    await scene.time.advanceTo('2026-11-23T10:00:00Z');
    expect(job.runs).toEqual(['2026-11-23T09:00']);
    expect(scene.log.lines).toContainEqual({
      level: 'warn',
      event: 'job.late',
      detail: { job: job.id, slot: '2026-11-23T02:00:00.000Z', lateMs: 7 * 3_600_000 },
    });
  });

  it('makes up for what it missed while the machine slept', async () => {
    const scene = aScene('2026-11-23T01:00:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.jumpTo('2026-11-23T05:30:00Z');
    await scene.time.advanceTo('2026-11-24T03:00:00Z');
    expect(job.runs).toEqual(['2026-11-23T05:30', '2026-11-24T02:00']);
  });

  it('runs what became due as soon as time was put forward by hand, without waiting for the next beat', async () => {
    const scene = aScene('2026-11-23T01:00:07Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.putForwardTo('2026-11-23T05:30:11Z');
    await scene.jobs.idle();
    expect(job.runs).toEqual(['2026-11-23T05:30']);
    await scene.jobs.stop(0);
    await scene.time.putForwardTo('2026-11-24T05:30:11Z');
    expect(job.runs).toHaveLength(1);
  });

  it('looks again when time is put forward while it looks', async () => {
    const scene = aScene('2026-11-23T01:00:07Z');
    const jobs = ['a', 'b'].map((id) => aJob(scene, { id }));
    for (const job of jobs) scene.jobs.add(job);
    await scene.jobs.start();
    const first = scene.time.putForwardTo('2026-11-23T01:30:00Z');
    const second = scene.time.putForwardTo('2026-11-23T02:00:30Z');
    await Promise.all([first, second]);
    await scene.jobs.idle();
    expect(jobs.map((job) => job.runs)).toEqual([['2026-11-23T02:00'], ['2026-11-23T02:00']]);
  });

  it('is idle only when the jobs that became due have ended', async () => {
    const scene = aScene('2026-11-23T01:59:00Z');
    const long = aLongJob(scene);
    scene.jobs.add(long.job);
    await scene.jobs.start();
    await scene.time.putForwardTo('2026-11-23T02:00:00Z');
    let idle = false;
    const waited = scene.jobs.idle().then(() => {
      idle = true;
    });
    await settle();
    expect([long.state.running, idle]).toEqual([1, false]);
    long.state.letGo();
    await waited;
    expect(long.state.running).toBe(0);
  });

  it('tells when each job is due next and after that, soonest first', async () => {
    const scene = aScene('2026-11-23T01:00:00Z');
    scene.jobs.add(aJob(scene));
    scene.jobs.add(aJob(scene, { id: 'expire-requests', cron: '* * * * *', timezone: 'UTC' }));
    await scene.jobs.start();
    const told = scene.jobs.upcoming().map(({ id, at, following }) => [id, at.toISOString(), following?.toISOString()]);
    expect(told).toEqual([
      ['expire-requests', '2026-11-23T01:01:00.000Z', '2026-11-23T01:02:00.000Z'],
      ['sync:jetbrains', '2026-11-23T02:00:00.000Z', '2026-11-24T02:00:00.000Z'],
    ]);
  });

  it.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z', ['2026-03-29T01:00', '2026-03-30T00:30']],
    ['Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z', ['2026-10-25T00:30', '2026-10-26T01:30']],
    ['America/New_York', '2026-03-07T12:00:00Z', '2026-03-09T12:00:00Z', ['2026-03-08T07:00', '2026-03-09T06:30']],
    ['America/New_York', '2026-10-31T12:00:00Z', '2026-11-02T12:00:00Z', ['2026-11-01T07:30', '2026-11-02T07:30']],
  ])('runs a 02:30 job once on the day the clock is changed in %s (%s)', async (timezone, from, to, expected) => {
    const scene = aScene(from);
    const job = aJob(scene, { cron: '30 2 * * *', timezone });
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo(to);
    expect(job.runs).toEqual(expected);
  });

  it('runs again at the next start what a stop broke off', async () => {
    const store = memoryStore();
    const before = aScene('2026-11-23T01:59:00Z', store);
    const long = aLongJob(before);
    before.jobs.add(long.job);
    await before.jobs.start();
    await before.time.advanceTo('2026-11-23T02:00:00Z');
    expect(long.state.running).toBe(1);
    const stop = before.jobs.stop(0);
    await before.time.jumpTo('2026-11-23T02:00:01Z');
    await stop;
    expect(long.state.running).toBe(0);

    const scene = aScene('2026-11-23T02:05:00Z', store);
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await settle();
    expect(job.runs).toEqual(['2026-11-23T02:05']);
  });

  it('counts a failed run as run, and tells the log why', async () => {
    const scene = aScene('2026-11-23T01:59:00Z');
    const error = new Error('the vendor is away');
    let tries = 0;
    const failing = async (): Promise<void> => {
      tries += 1;
      throw error;
    };
    scene.jobs.add(aJob(scene, { run: failing }));
    await scene.jobs.start();
    await scene.time.advanceTo('2026-11-23T02:10:00Z');
    expect(tries).toBe(1);
    expect(scene.log.lines).toContainEqual(
      expect.objectContaining({ event: 'job.failed', detail: expect.objectContaining({ error }) }),
    );
    expect(scene.jobs.problem()).toBeNull();
  });

  it('does not run a slot again because its end could not be stored, and stores it when that works again', async () => {
    const scene = aScene('2026-11-23T01:59:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    scene.store.failNext(3);
    await scene.time.advanceTo('2026-11-23T02:00:30Z');
    expect(scene.jobs.problem()).toBe('The schedule of job sync:jetbrains cannot be read or written.');
    await scene.time.advanceTo('2026-11-23T02:05:00Z');
    expect(job.runs).toEqual(['2026-11-23T02:00']);
    expect(scene.jobs.problem()).toBeNull();
    expect(await scene.store.get('slots', job.id)).toMatchObject({ lastSlot: '2026-11-23T02:00:00.000Z' });
  });

  it('does not wait for years when the clock was wrong and is right again', async () => {
    const scene = aScene('2031-01-01T00:00:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo('2031-01-01T02:00:00Z');
    await scene.time.jumpTo('2026-11-23T01:00:00Z');
    await scene.time.advanceTo('2026-11-23T02:30:00Z');
    expect(job.runs).toEqual(['2031-01-01T02:00', '2026-11-23T02:00']);
    expect(scene.log.lines.some((line) => line.event === 'job.clock-was-wrong')).toBe(true);
  });

  it('does not repeat a run when the clock is put right by a few minutes', async () => {
    const scene = aScene('2026-11-23T01:59:00Z');
    const job = aJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo('2026-11-23T02:01:00Z');
    await scene.time.jumpTo('2026-11-23T01:57:00Z');
    await scene.time.advanceTo('2026-11-23T02:30:00Z');
    expect(job.runs).toEqual(['2026-11-23T02:00']);
  });
});

describe('the lock of a job', () => {
  it('is shared by the schedule and those who trigger it: never two at a time', async () => {
    const scene = aScene('2026-11-23T01:59:00Z');
    const { job, state } = aLongJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    const manual = scene.jobs.trigger(job.id);
    await scene.time.advanceTo('2026-11-23T02:01:00Z');
    expect(state).toMatchObject({ started: 1, running: 1 });
    state.letGo();
    await manual;
    await scene.time.advanceTo('2026-11-23T02:02:00Z');
    expect(state).toMatchObject({ started: 2, running: 1 });
    state.letGo();
    await settle();
    expect(state.most).toBe(1);
  });

  it('makes those who come during a run wait, and share the one after it', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const { job, state } = aLongJob(scene);
    scene.jobs.add(job);
    const first = scene.jobs.trigger(job.id);
    await settle();
    const others = [scene.jobs.trigger(job.id), scene.jobs.trigger(job.id), scene.jobs.trigger(job.id)];
    state.letGo();
    await first;
    await settle();
    expect(state).toMatchObject({ started: 2, running: 1 });
    state.letGo();
    await Promise.all(others);
    expect(state).toMatchObject({ started: 2, most: 1 });
  });

  it('hands a failure to whoever triggered the run, and only to them', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const { job, state } = aLongJob(scene);
    scene.jobs.add(job);
    const first = scene.jobs.trigger(job.id);
    await settle();
    const second = scene.jobs.trigger(job.id);
    state.failWith = new Error('once');
    state.letGo();
    await expect(first).rejects.toThrow('once');
    await settle();
    state.failWith = null;
    state.letGo();
    await second;
  });

  it('ends a job that takes too long, and lets the next run begin', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const { job, state } = aLongJob(scene);
    scene.jobs.add(job);
    const run = scene.jobs.trigger(job.id);
    const refused = expect(run).rejects.toMatchObject({
      code: 'transport.timeout',
      message: 'Job sync:jetbrains did not end within 600 s.',
    });
    await scene.time.advanceTo('2026-11-23T12:10:00Z');
    await refused;
    const again = scene.jobs.trigger(job.id);
    await settle();
    state.letGo();
    await again;
  });

  it('stays with a job that does not obey, which is reported as a problem, until it ends', async () => {
    const scene = aScene('2026-11-23T01:59:30Z');
    const { job, state } = aLongJob(scene, false);
    scene.jobs.add(job);
    await scene.jobs.start();
    await scene.time.advanceTo('2026-11-23T02:11:00Z');
    expect(scene.jobs.problem()).toBe('Job sync:jetbrains was told to stop after its time was up, and still runs.');
    expect(state).toMatchObject({ started: 1, running: 1 });
    state.letGo();
    await settle();
    expect(scene.jobs.problem()).toBeNull();
  });
});

describe('stopping the job runner', () => {
  it('waits for running jobs as long as it was given, then tells them to stop', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const { job, state } = aLongJob(scene);
    scene.jobs.add(job);
    await scene.jobs.start();
    const run = scene.jobs.trigger(job.id);
    const refused = expect(run).rejects.toMatchObject({ code: 'conflict.stopping' });
    await settle();
    let stopped = false;
    const stop = scene.jobs.stop(10_000).then(() => {
      stopped = true;
    });
    await settle();
    expect([stopped, state.running]).toEqual([false, 1]);
    await scene.time.jumpTo('2026-11-23T12:00:10Z');
    await stop;
    await refused;
    expect(state.running).toBe(0);
    await expect(scene.jobs.trigger(job.id)).rejects.toMatchObject({ code: 'conflict.job' });
  });

  it('ends at once when nothing runs or when the last job ends, and does not wait for ever', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    const { job, state } = aLongJob(scene, false);
    scene.jobs.add(job);
    await scene.jobs.start();
    const run = scene.jobs.trigger(job.id);
    await settle();
    const stop = scene.jobs.stop(10_000);
    state.letGo();
    await stop;
    await run;

    const second = aScene('2026-11-23T12:00:00Z');
    const stubborn = aLongJob(second, false);
    second.jobs.add(stubborn.job);
    await second.jobs.start();
    void second.jobs.trigger(stubborn.job.id);
    await settle();
    const ending = second.jobs.stop(1_000);
    await second.time.jumpTo('2026-11-23T12:00:01Z');
    await second.time.jumpTo('2026-11-23T12:00:04Z');
    await ending;
    expect(second.log.lines).toContainEqual({ level: 'warn', event: 'job.did-not-stop', detail: { jobs: [job.id] } });
  });
});

describe('what the job runner refuses', () => {
  it('is a second job of one id, an unknown job, and a time that cannot be read', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    scene.jobs.add(aJob(scene));
    expect(() => scene.jobs.add(aJob(scene))).toThrow('There is a job sync:jetbrains already.');
    await expect(scene.jobs.trigger('sync:none')).rejects.toThrow('There is no job sync:none.');
    expect(() => scene.jobs.add(aJob(scene, { id: 'never', cron: '0 0 30 2 *' }))).toThrow('impossible day of month');
  });
});

describe('the health of the job runner', () => {
  it('is bad before the start, when its beat stays away, and after the stop', async () => {
    const scene = aScene('2026-11-23T12:00:00Z');
    expect(scene.jobs.problem()).toBe('The job runner is not started.');
    await scene.jobs.start();
    expect(scene.jobs.problem()).toBeNull();
    await scene.time.jumpTo('2026-11-23T12:05:01Z');
    expect(scene.jobs.problem()).toBe('The job runner has not looked for due jobs for 301 s.');
    await scene.jobs.stop(0);
    expect(scene.jobs.problem()).toBe('The job runner is not started.');
  });
});

describe('the real timer', () => {
  it('calls once, can be called off, and stands waits of any length', async () => {
    const calls: string[] = [];
    cronTimer.after(5, () => calls.push('soon'));
    const callOff = cronTimer.after(1, () => calls.push('called off'));
    callOff();
    const callOffLong = cronTimer.after(2 ** 40, () => calls.push('far away'));
    await new Promise((resolve) => setTimeout(resolve, 20));
    callOffLong();
    expect(calls).toEqual(['soon']);
    cronTimer.everyHalfMinute(() => undefined)();
  });
});
