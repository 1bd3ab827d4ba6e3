import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { absoluteFigure, type Figure, median, ratioFigure } from './figure.ts';
import { child, MeasuredProcess } from './measured-process.ts';
import type { Scale } from './scale.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = 1_000;

interface Bare {
  readonly ms: number;
}

interface Synced {
  readonly freshMs: number;
  readonly againMs: number;
  readonly writeMs: number;
  readonly wrote: boolean;
  readonly blockMs: number;
  readonly lookupMs: number;
  readonly searchMs: number;
  readonly people: number;
  readonly rssMb: number;
}

/** What a sync of many licences takes, against paging and parsing them, and what can be found in it afterwards. */
export async function benchSyncing(scale: Scale): Promise<readonly Figure[]> {
  const vendor = await MeasuredProcess.start({ script: child('licences.mjs'), env: {}, ready: { path: '/', status: 404 } });
  const folder = await mkdtemp(join(tmpdir(), 'seatwarden-bench-'));
  try {
    const presets = await largePages(join(folder, 'presets'));
    const url = `http://127.0.0.1:${vendor.port}`;
    const sync = async (count: number): Promise<Synced> => {
      const data = await mkdtemp(join(folder, 'data-'));
      return run<Synced>('sync', url, String(count), presets, data);
    };
    const bare: Bare[] = [];
    const byHand: Bare[] = [];
    const synced: Synced[] = [];
    for (let round = 0; round < scale.syncRounds; round += 1) {
      bare.push(await run<Bare>('bare', url, String(scale.synced), presets));
      byHand.push(await run<Bare>('hand', url, String(scale.synced), presets));
      synced.push(await sync(scale.synced));
    }
    const tenth: Synced[] = [];
    for (let round = 0; round < scale.syncRounds; round += 1) tenth.push(await sync(scale.synced / 10));
    const of = (pick: (one: Synced) => number, all: readonly Synced[] = synced): number => median(all.map(pick));
    const perSecond = (ms: number): number => (scale.synced * 1_000) / ms;
    const base = perSecond(median(bare.map(({ ms }) => ms)));
    const records = `${scale.synced.toLocaleString('en-US')} JetBrains licences from loopback, ${PAGE.toLocaleString('en-US')} a page`;
    if (synced.some((one) => one.wrote)) throw new Error('a run in which nothing changed wrote its inventory');
    return [
      ratioFigure({
        id: 'sync-fresh',
        title: 'First sync: load, check, map, compare',
        unit: '1/s',
        ours: perSecond(of((one) => one.freshMs)),
        baseline: base,
        limit: { atLeast: 0.6 },
        note: `${records}: all standard fields, a mapping, a filter, one custom field that is unique; up to the first byte that is written. The baseline is undici.request and JSON.parse of the same pages. Writing the inventory and its history took another ${Math.round(of((one) => one.writeMs))} ms.`,
      }),
      ratioFigure({
        id: 'sync-again',
        title: 'The same when nothing changed',
        unit: '1/s',
        ours: perSecond(of((one) => one.againMs)),
        baseline: base,
        limit: { atLeast: 0.6 },
        note: 'The whole run, its session stored; no inventory is written.',
      }),
      ratioFigure({
        id: 'sync-by-hand',
        title: 'The same objects made by hand',
        unit: '1/s',
        ours: perSecond(median(byHand.map(({ ms }) => ms))),
        baseline: base,
        note: 'No sync: code written for this one vendor, with its field names in it, that makes the objects a sync keeps, puts them in maps and checks and compares nothing. Told, without a limit: it is what a sync could come to at most.',
      }),
      ratioFigure({
        id: 'sync-growth',
        title: 'A record among many against one among a tenth',
        unit: 'µs',
        ours: (of((one) => one.againMs) * 1_000) / scale.synced,
        baseline: (of((one) => one.againMs, tenth) * 1_000) / (scale.synced / 10),
        limit: { atMost: 1.1 },
        note: `${scale.synced.toLocaleString('en-US')} licences against ${(scale.synced / 10).toLocaleString('en-US')}, nothing changed.`,
      }),
      absoluteFigure({
        id: 'sync-memory',
        title: 'Peak memory of both syncs',
        unit: 'MB',
        ours: of((one) => one.rssMb),
        limit: { atMost: 500 },
        note: 'Resident, of a process that does nothing else.',
      }),
      absoluteFigure({
        id: 'sync-block',
        title: 'Longest stop of the event loop by both syncs',
        unit: 'ms',
        ours: Math.min(...synced.map((one) => one.blockMs)),
        limit: { atMost: 20 },
        note: 'Loading, comparing and writing; the best of the rounds, since a busy machine looks like a stop, too.',
      }),
      absoluteFigure({
        id: 'find-by-email',
        title: 'Somebody by e-mail',
        unit: 'ms',
        ours: of((one) => one.lookupMs),
        limit: { atMost: 1 },
        note: `Among ${synced[0]?.people.toLocaleString('en-US')} people, p99, in memory.`,
      }),
      absoluteFigure({
        id: 'find-by-name',
        title: 'People by part of a name',
        unit: 'ms',
        ours: of((one) => one.searchMs),
        limit: { atMost: 20 },
        note: 'The same people, p99, over every field of theirs.',
      }),
    ];
  } finally {
    await vendor.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The shipped presets with the pages of the baseline, and without the limits they keep towards the vendors. */
async function largePages(folder: string): Promise<string> {
  await cp(join(ROOT, 'presets'), folder, { recursive: true });
  const file = join(folder, 'jetbrains', 'connector.json');
  const shipped = JSON.parse(await readFile(file, 'utf8')) as { load: { pagination: object } };
  const load = { ...shipped.load, pagination: { ...shipped.load.pagination, size: PAGE } };
  await writeFile(file, JSON.stringify({ ...shipped, limits: { concurrency: 8 }, load }));
  return folder;
}

function run<Result>(...args: readonly string[]): Promise<Result> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [child('sync.mjs'), ...args], { maxBuffer: 2 ** 20 }, (error, out, said) => {
      if (error !== null) reject(new Error(`the sync failed:\n${said}`));
      else resolve(JSON.parse(out) as Result);
    });
  });
}
