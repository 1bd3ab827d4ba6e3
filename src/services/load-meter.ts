import type { LoadedPage, LoadReport } from '../ports/load.ts';
import type { World } from '../ports/world.ts';
import { type SyncRun, tellProgress } from './sync-runs.ts';

/** Counts what a load brought and tells how far it is. */
export class LoadMeter {
  readonly #world: World;
  readonly #run: SyncRun;
  readonly #since: number;
  pages = 0;
  records = 0;
  /** What the vendor counts, over all listings that say; null when none does. */
  total: number | null = null;
  vendorCalls = 0;
  waitedMs = 0;
  readonly #totals = new Map<string, number>();

  constructor(world: World, run: SyncRun) {
    this.#world = world;
    this.#run = run;
    this.#since = world.clock.now().getTime();
  }

  take({ counts, total, records }: LoadedPage): void {
    Object.assign(this, {
      pages: counts.pages,
      records: counts.records,
      vendorCalls: counts.vendorCalls,
      waitedMs: counts.waitedMs,
    });
    const listing = records[0]?.listing;
    if (total !== null && listing !== undefined) {
      this.#totals.set(listing, total);
      this.total = [...this.#totals.values()].reduce((sum, one) => sum + one, 0);
    }
    const tookMs = Math.max(this.#world.clock.now().getTime() - this.#since, 1);
    const perSecond = (this.records * 1_000) / tookMs;
    const left = this.total === null ? null : Math.max(this.total - this.records, 0);
    tellProgress(this.#run, {
      sessionId: this.#run.sessionId,
      pages: this.pages,
      records: this.records,
      total: this.total,
      perSecond,
      waitedMs: this.waitedMs,
      leftMs: left === null || perSecond === 0 ? null : (left / perSecond) * 1_000,
      step: 'loading',
    });
  }

  end({ counts }: LoadReport): void {
    this.pages = counts.pages;
    this.records = counts.records;
    this.vendorCalls = counts.vendorCalls;
    this.waitedMs = counts.waitedMs;
  }
}
