import { describe, expect, it } from 'vitest';
import { PEOPLE } from '../../src/sandbox/company.ts';
import { companyAccounts } from '../../src/sandbox/company-accounts.ts';
import { companyCopilotSeats } from '../../src/sandbox/company-copilot.ts';
import { companyHistory, HISTORY_DAYS, type SeatHistory } from '../../src/sandbox/company-history.ts';
import { companyLicences } from '../../src/sandbox/company-licences.ts';
import { assigneeEmail } from '../../src/sandbox/vendors/jetbrains-licence.ts';

const NOW = new Date('2026-11-23T09:00:00Z');
const history = companyHistory(NOW);

function seat(vendor: SeatHistory['vendor'], externalId: string): SeatHistory | undefined {
  return history.seats.find((each) => each.vendor === vendor && each.externalId === externalId);
}

function dayOf(instant: string | null | undefined): string | undefined {
  return instant === null || instant === undefined ? undefined : new Date(Date.parse(instant)).toISOString().slice(0, 10);
}

describe('the last twelve months of the company', () => {
  it('are the same every time they are told for one moment', () => {
    expect(companyHistory(NOW)).toEqual(history);
  });

  it('have every day once, up to today, and every month', () => {
    expect(history.days).toHaveLength(HISTORY_DAYS);
    expect(new Set(history.days.map(({ day }) => day)).size).toBe(HISTORY_DAYS);
    expect([history.days[0]?.day, history.days.at(-1)?.day]).toEqual(['2025-11-24', '2026-11-23']);
    expect(history.months.map(({ month }) => month)).toEqual([
      '2025-11',
      '2025-12',
      ...Array.from({ length: 11 }, (_, index) => `2026-${String(index + 1).padStart(2, '0')}`),
    ]);
  });

  it('end with the holders that the vendors show now', () => {
    for (const licence of companyLicences(NOW)) {
      const told = seat('jetbrains', licence.licenseId);
      const current = told?.spells.find(({ to }) => to === null);
      if (told === undefined) expect(licence.assignee?.type === 'USER').toBe(false);
      else expect(current?.email ?? null).toBe(assigneeEmail(licence)?.toLowerCase() ?? null);
    }
    for (const user of companyAccounts(NOW).filter((each) => each.paid_seat)) {
      const open = seat('aha', user.id)?.spells.filter(({ to }) => to === null) ?? [];
      expect(open.map(({ email }) => email)).toEqual(user.enabled ? [user.email.toLowerCase()] : []);
    }
  });

  it('end with the last use that the vendors show now', () => {
    const yearAgo = history.days[0]?.day ?? '';
    const inYear = (day: string | undefined): string | undefined => (day !== undefined && day >= yearAgo ? day : undefined);
    for (const licence of companyLicences(NOW)) {
      if (assigneeEmail(licence) === null || licence.lastSeen === undefined) continue;
      const told = seat('jetbrains', licence.licenseId);
      const since = told?.spells.at(-1)?.from ?? '';
      const used = told?.activeDays?.filter((day) => day >= since).at(-1);
      expect([licence.licenseId, used]).toEqual([licence.licenseId, inYear(dayOf(licence.lastSeen?.lastSeenDate))]);
    }
    for (const it of companyCopilotSeats(NOW)) {
      if (it.assignee === null) continue;
      expect(seat('copilot', it.assignee.login)?.activeDays?.at(-1)).toBe(inYear(dayOf(it.last_activity_at)));
    }
  });

  it('tell no use where the vendor tells none', () => {
    expect(seat('jetbrains', 'BRUNOALL00')?.activeDays).toBeNull();
    expect(history.seats.filter(({ vendor }) => vendor === 'scim').every(({ activeDays }) => activeDays === null)).toBe(true);
  });

  it('never let two people hold one seat, nor anybody use what nobody holds', () => {
    for (const { spells, activeDays } of history.seats) {
      for (const [index, spell] of spells.entries()) {
        if (spell.to !== null) expect(spell.from <= spell.to).toBe(true);
        const next = spells[index + 1];
        if (next !== undefined) expect((spell.to ?? '9999') <= next.from).toBe(true);
      }
      for (const day of activeDays ?? [])
        expect(spells.some(({ from, to }) => from <= day && (to === null || day <= to))).toBe(true);
    }
  });

  it('have people who came and went, and end with those of today', () => {
    const present = PEOPLE.filter(({ role }) => role !== 'deactivated').length;
    expect(history.days.at(-1)?.headcount).toBe(present);
    const sum = (key: 'joined' | 'left' | 'seatsAssigned' | 'seatsReleased') =>
      history.months.reduce((total, month) => total + month[key], 0);
    expect(sum('joined')).toBeGreaterThan(3);
    expect(sum('left')).toBe(8);
    expect(sum('seatsAssigned')).toBeGreaterThan(20);
    expect(sum('seatsReleased')).toBeGreaterThan(5);
  });

  it('add up: never more assigned than bought, nor more used or idle than assigned', () => {
    for (const { products } of history.days) {
      for (const { bought, assigned, active, idle90 } of products) {
        expect(assigned).toBeLessThanOrEqual(bought);
        expect(active).toBeLessThanOrEqual(assigned + 1);
        expect(idle90).toBeLessThanOrEqual(assigned);
      }
    }
  });

  it('show a trend and idle people who came back, for looking back at a rule', () => {
    const ideas = history.days.flatMap(({ products }) => products.filter(({ product }) => product.startsWith('IntelliJ')));
    expect(new Set(ideas.map(({ assigned }) => assigned)).size).toBeGreaterThan(3);
    const gapOf = ({ activeDays, spells }: SeatHistory): number => {
      const days = (activeDays ?? [])
        .filter((day) => day >= (spells.at(-1)?.from ?? ''))
        .map((day) => Date.parse(day) / 86_400_000);
      return Math.max(0, ...days.slice(1).map((day, index) => day - (days[index] ?? day)));
    };
    expect(history.seats.filter((each) => gapOf(each) >= 30).length).toBeGreaterThan(3);
  });
});
