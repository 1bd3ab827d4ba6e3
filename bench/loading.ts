import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { alternate } from './acks.ts';
import { absoluteFigure, type Figure, median, ratioFigure } from './figure.ts';
import type { Scale } from './scale.ts';

const CHILDREN = join(import.meta.dirname, 'children');
const PAGE = 100;
const LATENCY_MS = 50;
const AHEAD = 4;

interface Loaded {
  readonly ms: number;
  readonly records: number;
  readonly peakMb: number;
  readonly stopMs: number;
}

/** What it takes to load everything a vendor lists, in a process of its own, against reading and parsing the same pages. */
export async function benchLoading(scale: Scale): Promise<readonly Figure[]> {
  const near = await listServer(scale.mapped, 0);
  const distantRecords = scale.mapped / 10;
  const distant = await listServer(distantRecords, LATENCY_MS);
  try {
    const rounds = await alternate(
      scale.loads,
      () => load('ours', near.url, scale.mapped),
      () => load('bare', near.url, scale.mapped),
    );
    const far: number[] = [];
    for (let round = 0; round < scale.loads; round += 1) far.push((await load('ours', distant.url, distantRecords)).ms);
    const ideal = (1 + Math.ceil((distantRecords / PAGE - 1) / AHEAD)) * LATENCY_MS;
    const perSecond = (all: readonly Loaded[]): number => median(all.map(({ ms, records }) => (records * 1_000) / ms));
    return [
      ratioFigure({
        id: 'load-per-second',
        title: `Load of ${scale.mapped.toLocaleString('en-US')} JetBrains records`,
        unit: '1/s',
        ours: perSecond(rounds.a),
        baseline: perSecond(rounds.b),
        limit: { atLeast: 0.6 },
        note: `Read, checked, filtered, mapped with all standard fields and one custom field, and handed over, in pages of ${PAGE}; each in a fresh process, warmed up by the first 10,000. The baseline is undici.request and JSON.parse of the same pages, one after the other.`,
      }),
      ratioFigure({
        id: 'load-distant',
        title: `The same from ${LATENCY_MS} ms away, ${distantRecords.toLocaleString('en-US')} records`,
        unit: 'ms',
        ours: median(far),
        baseline: ideal,
        limit: { atMost: 1.15 },
        note: `With ${AHEAD} pages asked for at once. The baseline is the latency alone: one page, then all others ${AHEAD} at a time; median of ${scale.loads}.`,
      }),
      absoluteFigure({
        id: 'load-memory',
        title: 'Most memory while loading',
        unit: 'MB',
        ours: Math.max(...rounds.a.map(({ peakMb }) => peakMb)),
        limit: { atMost: 350 },
        note: 'Resident memory of the whole process, every 20 ms.',
      }),
      absoluteFigure({
        id: 'load-stop',
        title: 'Longest stop of the event loop while loading',
        unit: 'ms',
        ours: median(rounds.a.map(({ stopMs }) => stopMs)),
        limit: { atMost: 20 },
        note: 'As perf_hooks sees it, median of the rounds.',
      }),
    ];
  } finally {
    near.child.kill();
    distant.child.kill();
  }
}

async function listServer(count: number, latencyMs: number): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = fork(join(CHILDREN, 'list-server.mjs'), [String(count), String(PAGE), String(latencyMs)]);
  const [port] = (await once(child, 'message')) as [number];
  return { child, url: `http://127.0.0.1:${port}` };
}

async function load(how: 'ours' | 'bare', url: string, expected: number): Promise<Loaded> {
  const child = fork(join(CHILDREN, 'load-records.mjs'), [how, url], { execArgv: [] });
  const [loaded] = (await once(child, 'message')) as [Loaded];
  if (loaded.records !== expected) throw new Error(`${loaded.records} of ${expected} records came`);
  return loaded;
}
