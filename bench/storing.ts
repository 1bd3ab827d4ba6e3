import { absoluteFigure, type Figure, ratioFigure } from './figure.ts';
import type { Scale } from './scale.ts';
import { benchStore } from './store.ts';

/** What one change of a stored request costs, against lowdb writing its file whole. */
export async function benchStoring(scale: Scale): Promise<readonly Figure[]> {
  const figures = await benchStore({ requests: scale.stored, rounds: scale.storeRounds });
  const stored = `${figures.requests.toLocaleString('en-US')} requests of about 3 KB in the store`;
  return [
    ratioFigure({
      id: 'store-change',
      title: 'One stored change of a request, median',
      unit: 'ms',
      ours: figures.commitMs,
      baseline: figures.rewriteMs,
      limit: { atMost: 0.02 },
      note: `${stored}. Ours is on disk (fdatasync) with its audit event; the baseline is lowdb's document written whole, fsync, rename, fsync of the folder.`,
    }),
    ratioFigure({
      id: 'store-change-shared',
      title: 'The same with 32 writers at once, each',
      unit: 'ms',
      ours: figures.commitSharedMs,
      baseline: figures.rewriteMs,
      note: 'Writers share one fdatasync; told, without a limit.',
    }),
    absoluteFigure({
      id: 'store-block',
      title: 'Longest stop of the event loop by the store',
      unit: 'ms',
      ours: figures.longestLoopBlockMs,
      limit: { atMost: 20 },
      note: `Through 300 changes and one fold of everything, ${stored}; the best of five rounds, since a busy machine looks like a stop, too, and one of the store's own shows in each.`,
    }),
  ];
}
