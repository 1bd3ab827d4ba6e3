import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Priority } from '../../src/connector/back-off.ts';
import { Limiter, type Limits, sleep } from '../../src/connector/limiter.ts';
import { Limiters } from '../../src/connector/limiters.ts';

const patience = (): AbortSignal => AbortSignal.timeout(5_000);

/** Time that passes only while somebody sleeps; sleepers wake in order. */
class FakeTime {
  now = 0;
  readonly #sleepers: { at: number; wake: () => void }[] = [];

  readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const sleeper = { at: this.now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      signal.addEventListener('abort', () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal.reason);
      });
    });

  get sleeping(): number {
    return this.#sleepers.length;
  }

  /** Lets what can run now run, then wakes the next sleeper; until nobody sleeps. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > untilMs) return;
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.wake();
    }
  }
}

const setUp = (limits: Limits) => {
  const time = new FakeTime();
  const limiter = new Limiter(limits, time.sleep, () => time.now);
  const starts: { name: string; at: number }[] = [];
  const call = (name: string, priority: Priority, tookMs = 0): Promise<void> =>
    limiter.run(
      async () => {
        starts.push({ name, at: time.now });
        if (tookMs > 0) await time.sleep(tookMs, patience());
      },
      patience(),
      priority,
    );
  return { time, limiter, starts, call };
};

describe('look-ups, actions and loads', () => {
  it('share the places: people come before loads that wait, each kind in its order', async () => {
    const { time, starts, call } = setUp({ concurrency: 1 });
    const all = [
      call('load 1', 'load', 10),
      call('load 2', 'load', 10),
      call('look-up 1', 'now', 10),
      call('look-up 2', 'now', 10),
    ];
    await time.run();
    await Promise.all(all);
    expect(starts.map((start) => start.name)).toEqual(['load 1', 'look-up 1', 'look-up 2', 'load 2']);
  });

  it('never starve a load: one of its calls comes after eight of people', async () => {
    const { time, starts, call } = setUp({ concurrency: 1 });
    const all = [
      call('first', 'now', 1),
      call('load', 'load', 1),
      ...Array.from({ length: 30 }, () => call('look-up', 'now', 1)),
    ];
    await time.run();
    await Promise.all(all);
    expect(starts.findIndex((start) => start.name === 'load')).toBe(8);
  });

  it('leave a tenth of the minute to people, so that a look-up does not wait for the next one', async () => {
    const { time, starts, call } = setUp({ concurrency: 50, perMinute: 20 });
    const loads = Array.from({ length: 40 }, () => call('load', 'load'));
    await time.run(0);
    expect(starts).toHaveLength(18);
    await call('look-up', 'now');
    expect(starts.at(-1)).toEqual({ name: 'look-up', at: 0 });
    await time.run();
    await Promise.all(loads);
    expect(time.now).toBe(120_000);
  });

  it('keep to any second and any minute, whoever asks, and all are served', () => {
    const limits = fc.record({
      concurrency: fc.integer({ min: 1, max: 5 }),
      perSecond: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      perMinute: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
    });
    const calls = fc.array(
      fc.record({ priority: fc.constantFrom<Priority>('now', 'load'), tookMs: fc.integer({ min: 0, max: 3_000 }) }),
      {
        maxLength: 40,
      },
    );
    return fc.assert(
      fc.asyncProperty(limits, calls, async (limit, list) => {
        const { time, starts, call } = setUp(limit);
        const all = list.map(({ priority, tookMs }, index) => call(String(index), priority, tookMs));
        await time.run();
        await Promise.all(all);
        expect(starts).toHaveLength(list.length);
        const within = (ms: number) =>
          Math.max(0, ...starts.map(({ at }) => starts.filter((other) => other.at >= at && other.at < at + ms).length));
        expect(within(1_000)).toBeLessThanOrEqual(limit.perSecond ?? Number.POSITIVE_INFINITY);
        expect(within(60_000)).toBeLessThanOrEqual(limit.perMinute ?? Number.POSITIVE_INFINITY);
      }),
      { numRuns: 200 },
    );
  });

  it('count what they waited', async () => {
    const { time, limiter } = setUp({ concurrency: 1, perSecond: 1 });
    let waited = 0;
    const all = [1, 2, 3].map(() =>
      limiter.run(
        async () => undefined,
        patience(),
        'now',
        (ms) => {
          waited += ms;
        },
      ),
    );
    await time.run();
    await Promise.all(all);
    expect(waited).toBe(1_000 + 2_000);
  });
});

describe('a pause', () => {
  it('holds all calls back until it is over, the longest of several', async () => {
    const { time, limiter, starts, call } = setUp({ concurrency: 2 });
    limiter.pause(1_000);
    limiter.pause(3_000);
    expect(limiter.pausedMs()).toBe(3_000);
    const all = [call('a', 'now'), call('b', 'load')];
    await time.run();
    await Promise.all(all);
    expect(starts.map(({ at }) => at)).toEqual([3_000, 3_000]);
    expect(limiter.pausedMs()).toBe(0);
  });

  it('ends for all when whoever waited it out says so', async () => {
    const { time, limiter, starts, call } = setUp({ concurrency: 2 });
    const resume = limiter.pause(60_000);
    const waiting = call('a', 'now');
    await time.run(10);
    expect(starts).toEqual([]);
    resume();
    await waiting;
    expect(starts).toEqual([{ name: 'a', at: 0 }]);
  });

  it('leaves no timer behind when all who waited gave up', async () => {
    const { time, limiter } = setUp({ concurrency: 1 });
    limiter.pause(60_000);
    const controller = new AbortController();
    const waiting = limiter.run(async () => undefined, controller.signal);
    expect(time.sleeping).toBe(1);
    controller.abort(new Error('gave up'));
    await expect(waiting).rejects.toThrow('gave up');
    expect(time.sleeping).toBe(0);
  });
});

describe('the limits of a credential', () => {
  it('are shared by all who use it at one address, and by nobody else', () => {
    const limiters = new Limiters(sleep);
    const one = limiters.of('main', 'https://a.example', { concurrency: 1 });
    expect(limiters.of('main', 'https://a.example', { concurrency: 2 })).toBe(one);
    expect(limiters.of('main', 'https://b.example', { concurrency: 1 })).not.toBe(one);
    expect(limiters.of('other', 'https://a.example', { concurrency: 1 })).not.toBe(one);
  });

  it('change for those who wait already', async () => {
    const limiters = new Limiters(sleep);
    const limiter = limiters.of('main', 'https://a.example', { concurrency: 1 });
    let finish = (): void => {};
    const first = limiter.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      patience(),
    );
    const second = limiter.run(async () => 'second', patience());
    limiters.of('main', 'https://a.example', { concurrency: 2 });
    expect(await second).toBe('second');
    finish();
    await first;
  });
});
