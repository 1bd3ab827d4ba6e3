import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Limiter, sleep } from '../../src/connector/limiter.ts';
import { parseJson } from '../../src/connector/parse-json.ts';
import { SharedRead } from '../../src/connector/shared-read.ts';

const patience = (): AbortSignal => AbortSignal.timeout(2_000);

describe('parseJson', () => {
  it('gives what JSON.parse gives, where numbers are not too long', () => {
    const withoutLongNumbers = (_key: string, value: unknown): unknown =>
      Number.isInteger(value) && !Number.isSafeInteger(value) ? 0 : value;
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, withoutLongNumbers);
        expect(parseJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('keeps every digit of whole numbers that are too long, wherever they stand', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 2n ** 53n, max: 10n ** 30n }), fc.string(), (number, text) => {
        const json = `{"id": ${number}, "list": [-${number}, 1.5], "text": ${JSON.stringify(`${text} ${number}`)}}`;
        expect(parseJson(json)).toEqual({ id: `${number}`, list: [`-${number}`, 1.5], text: `${text} ${number}` });
      }),
    );
  });

  it.each(['{"id": 12345678901234567890', '[1234567890123456789 2]', '', 'nope'])('refuses what is not JSON: %s', (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  });
});

describe('Limiter', () => {
  it('runs no more at once than it may, in the order they came', async () => {
    const limiter = new Limiter({ concurrency: 2 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = (index: number) => () => {
      order.push(index);
      running += 1;
      most = Math.max(most, running);
      return new Promise<void>((resolve) =>
        setImmediate(() => {
          running -= 1;
          resolve();
        }),
      );
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map((index) => limiter.run(work(index), patience())));
    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('keeps any second and minute within their limits', async () => {
    let now = 0;
    const limiter = new Limiter(
      { concurrency: 1, perSecond: 2, perMinute: 5 },
      async (ms) => {
        now += ms;
      },
      () => now,
    );
    const starts: number[] = [];
    for (let index = 0; index < 7; index += 1) await limiter.run(async () => void starts.push(now), patience());
    expect(starts).toEqual([0, 0, 1_000, 1_000, 2_000, 60_000, 60_000]);
  });

  it('lets those go who give up while they wait, and serves the next', async () => {
    const limiter = new Limiter({ concurrency: 1 });
    let finish = (): void => {};
    const first = limiter.run(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
      patience(),
    );
    const controller = new AbortController();
    const second = limiter.run(async () => 'second', controller.signal);
    const third = limiter.run(async () => 'third', patience());
    controller.abort(new Error('gave up'));
    await expect(second).rejects.toThrow('gave up');
    finish();
    await first;
    expect(await third).toBe('third');
  });

  it('goes on after work that failed', async () => {
    const limiter = new Limiter({ concurrency: 1 });
    await expect(limiter.run(() => Promise.reject(new Error('no')), patience())).rejects.toThrow('no');
    expect(await limiter.run(async () => 1, patience())).toBe(1);
  });
});

describe('sleep', () => {
  it('ends early when it is stopped', async () => {
    const controller = new AbortController();
    const asleep = sleep(60_000, controller.signal);
    controller.abort(new Error('up'));
    await expect(asleep).rejects.toThrow('up');
    await expect(sleep(60_000, controller.signal)).rejects.toThrow('up');
  });
});

describe('SharedRead', () => {
  const setUp = (keepMs = 1_000) => {
    const state = { now: 0, reads: 0, finish: (_value: number): void => {}, fail: (_error: Error): void => {}, aborted: false };
    const shared = new SharedRead<number>(
      (signal) => {
        state.reads += 1;
        signal.addEventListener('abort', () => {
          state.aborted = true;
        });
        return new Promise((resolve, reject) => {
          state.finish = resolve;
          state.fail = reject;
        });
      },
      keepMs,
      { now: () => new Date(state.now) },
    );
    return { state, shared };
  };

  it('reads once for all who ask meanwhile, and for those who ask soon after', async () => {
    const { state, shared } = setUp();
    const both = Promise.all([shared.get(patience()), shared.get(patience())]);
    state.finish(7);
    expect(await both).toEqual([7, 7]);
    state.now = 999;
    expect(await shared.get(patience())).toBe(7);
    expect(state.reads).toBe(1);
    state.now = 1_000;
    const later = shared.get(patience());
    state.finish(8);
    expect(await later).toBe(8);
  });

  it('goes on when one of those who wait gives up, and stops when nobody is left', async () => {
    const { state, shared } = setUp();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = shared.get(one.signal);
    const second = shared.get(two.signal);
    one.abort(new Error('one'));
    await expect(first).rejects.toThrow('one');
    expect(state.aborted).toBe(false);
    two.abort(new Error('two'));
    await expect(second).rejects.toThrow('two');
    expect(state.aborted).toBe(true);
  });

  it('gives nobody new what was stopped, what failed, or what was read before a change', async () => {
    const { state, shared } = setUp();
    const gone = new AbortController();
    const stopped = shared.get(gone.signal);
    gone.abort(new Error('gone'));
    await expect(stopped).rejects.toThrow('gone');
    const failing = shared.get(patience());
    expect(state.reads).toBe(2);
    state.fail(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    const before = shared.get(patience());
    const finishBefore = state.finish;
    shared.forget();
    const after = shared.get(patience());
    finishBefore(1);
    state.finish(2);
    expect(await Promise.all([before, after, shared.get(patience())])).toEqual([1, 2, 2]);
    expect(state.reads).toBe(4);
  });
});
