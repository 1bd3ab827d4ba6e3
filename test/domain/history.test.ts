import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HistoryEntry, stateAt, Thinning, toEntry } from '../../src/domain/history.ts';
import type { SyncChange } from '../../src/domain/sync-change.ts';
import { seatOf } from '../support/sync-builders.ts';

const PEOPLE = ['cara@example.com', 'dan@example.com', 'eve@example.com'] as const;
const SEATS = ['S1', 'S2'] as const;
const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'] as const;

interface Step {
  readonly seat: (typeof SEATS)[number];
  /** Whom it is given to, null for nobody; the team it moves to; or whether it is switched off or on. */
  readonly act: { readonly to: string | null } | { readonly team: string } | 'off' | 'on';
  readonly month: number;
  readonly day: number;
}

/** The entries a sync keeps of these steps. */
function entriesOf(steps: readonly Step[]): HistoryEntry[] {
  const now = new Map<string, { person: string | null; team: string; active: boolean }>();
  const ordered = steps.toSorted((a, b) => a.month - b.month || a.day - b.day);
  return ordered.flatMap(({ seat, act, month, day }): HistoryEntry[] => {
    const was = now.get(seat);
    const before = was ?? { person: PEOPLE[0], team: 'Web', active: true };
    const is =
      act === 'off'
        ? { ...before, active: false }
        : act === 'on'
          ? { ...before, active: true }
          : 'team' in act
            ? { ...before, team: act.team }
            : { ...before, person: act.to, active: true };
    now.set(seat, is);
    const fields: [string, string | null, string | null][] = [];
    if (was !== undefined && was.person !== is.person) fields.push(['holder', was.person, is.person]);
    if (was !== undefined && was.team !== is.team) fields.push(['team', was.team, is.team]);
    const change: SyncChange = {
      kind: 'seat',
      id: seat,
      change: was === undefined ? 'created' : was.active === is.active ? 'updated' : is.active ? 'reactivated' : 'deactivated',
      person: is.person,
      formerly: was === undefined || was.person === is.person ? null : was.person,
      title: 'WebStorm',
      fields,
      because: null,
    };
    const at = `${MONTHS[month]}-${String(day).padStart(2, '0')}T03:00:00.000Z`;
    const holding = seatOf(seat, is.person, { team: { id: '1', name: is.team } });
    const held = { holding, person: is.person, active: is.active, absent: 0, since: at, changedAt: at };
    return [toEntry(change, { holdings: new Map([[`seat/${seat}`, held]]), people: new Map() }, at, 'R1')];
  });
}

function thinned(entries: readonly HistoryEntry[], before: string): HistoryEntry[] {
  const thinning = new Thinning(before);
  return [...entries.flatMap((entry) => thinning.take(entry)), ...thinning.close()];
}

/** What somebody held, told from the entries that name them alone, as a look at one person does. */
function heldBy(entries: readonly HistoryEntry[], person: string, at: string): readonly string[] {
  const own = entries.filter((entry) => entry.person === person || entry.formerly === person);
  return [...stateAt(own, at).values()]
    .filter((state) => state.person === person && state.active)
    .map((state) => `${state.id} ${state.values['team']}`)
    .toSorted();
}

const act = fc.oneof(
  fc.record({ to: fc.constantFrom(...PEOPLE, null) }),
  fc.record({ team: fc.constantFrom('Web', 'Data', 'Core') }),
  fc.constantFrom('off' as const, 'on' as const),
);
const steps = fc.array(
  fc.record({
    seat: fc.constantFrom(...SEATS),
    act,
    month: fc.integer({ min: 0, max: 3 }),
    day: fc.integer({ min: 1, max: 28 }),
  }),
  { maxLength: 14 },
);

describe('a history that was thinned out', () => {
  it('still says of everybody what they held at the end of each month', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const entries = entriesOf(all);
        const kept = thinned(entries, '2026-04-01T00:00:00.000Z');
        for (const month of MONTHS)
          for (const person of PEOPLE) {
            const at = `${month}-30T23:59:59.999Z`;
            expect(heldBy(kept, person, at), `${person} in ${month}`).toEqual(heldBy(entries, person, at));
          }
        expect(thinned(kept, '2026-04-01T00:00:00.000Z')).toEqual(kept);
      }),
      { numRuns: 300 },
    );
  });

  it('says of somebody who had a seat before that they have it again, though others switched it off and on meanwhile', () => {
    const entries = entriesOf([
      { seat: 'S1', act: { to: 'cara@example.com' }, month: 0, day: 1 },
      { seat: 'S1', act: { to: 'eve@example.com' }, month: 1, day: 1 },
      { seat: 'S1', act: 'off', month: 1, day: 2 },
      { seat: 'S1', act: 'on', month: 2, day: 1 },
      { seat: 'S1', act: { to: 'cara@example.com' }, month: 3, day: 1 },
    ]);
    const kept = thinned(entries, '2026-04-01T00:00:00.000Z');
    expect(heldBy(kept, 'cara@example.com', '2026-04-30T00:00:00.000Z')).toEqual(['S1 Web']);
  });

  it('says from whom a seat was taken, also where more happened to it in that month', () => {
    const entries = entriesOf([
      { seat: 'S1', act: { to: 'cara@example.com' }, month: 0, day: 5 },
      { seat: 'S1', act: { to: 'dan@example.com' }, month: 1, day: 5 },
      { seat: 'S1', act: { team: 'Data' }, month: 1, day: 20 },
    ]);
    expect(thinned(entries, '2026-04-01T00:00:00.000Z')[1]).toMatchObject({
      person: 'dan@example.com',
      formerly: 'cara@example.com',
    });
  });
});

describe('a seat that was free', () => {
  it('is known whole to whoever gets it', () => {
    const entries = entriesOf([
      { seat: 'S1', act: { to: null }, month: 0, day: 5 },
      { seat: 'S1', act: { to: 'cara@example.com' }, month: 1, day: 5 },
    ]);
    expect(heldBy(entries, 'cara@example.com', '2026-02-28T23:59:59.999Z')).toEqual(['S1 Web']);
  });
});

describe('a history written while the clock was ahead', () => {
  it('does not hide what came after the clock was put right', () => {
    const at = (instant: string, team: string): HistoryEntry => ({
      kind: 'seat',
      id: 'S1',
      change: 'updated',
      person: 'cara@example.com',
      formerly: null,
      title: 'WebStorm',
      fields: [['team', null, team]],
      at: instant,
      sessionId: 'R1',
    });
    const entries = [
      at('2026-01-05T03:00:00.000Z', 'Web'),
      at('2031-01-01T03:00:00.000Z', 'Data'),
      at('2026-01-07T03:00:00.000Z', 'Core'),
    ];
    expect(heldBy(entries, 'cara@example.com', '2026-01-31T23:59:59.999Z')).toEqual(['S1 Core']);
    expect(heldBy(entries, 'cara@example.com', '2026-01-06T23:59:59.999Z')).toEqual(['S1 Web']);
  });
});
