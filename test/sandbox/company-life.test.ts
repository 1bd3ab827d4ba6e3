import { describe, expect, it } from 'vitest';
import { companyAccounts } from '../../src/sandbox/company-accounts.ts';
import { companyCopilotSeats } from '../../src/sandbox/company-copilot.ts';
import { companyLicences } from '../../src/sandbox/company-licences.ts';
import { liveOn } from '../../src/sandbox/company-life.ts';

const NOW = new Date('2026-11-23T09:00:00Z');

function inDays(days: number) {
  const records = { licences: companyLicences(NOW), users: companyAccounts(NOW), seats: companyCopilotSeats(NOW) };
  const to = new Date(NOW.getTime() + days * 86_400_000);
  const changed = liveOn(records, NOW, to);
  const licence = (id: string) => records.licences.find(({ licenseId }) => licenseId === id);
  const idleDays = (at: string | null | undefined): number => Math.floor((to.getTime() - Date.parse(at ?? '')) / 86_400_000);
  return { ...records, changed, licence, idleDays };
}

describe('the company while time is put forward', () => {
  it('goes on working where it works, and stays idle where it is idle', () => {
    const { licence, users, seats, idleDays } = inDays(40);
    expect(idleDays(licence('BOB00II001')?.lastSeen?.lastSeenDate)).toBe(0);
    expect(idleDays(licence('CARA0WS094')?.lastSeen?.lastSeenDate)).toBe(134);
    expect(idleDays(users.find(({ email }) => email === 'nadia@example.com')?.accessed_at)).toBe(0);
    expect(idleDays(users.find(({ email }) => email === 'cara@example.com')?.accessed_at)).toBe(137);
    expect(idleDays(seats.find(({ assignee }) => assignee?.login === 'bob-larkspur')?.last_activity_at)).toBe(0);
    expect(licence('NEVERUSED0')?.lastSeen?.lastSeenDate).toBeNull();
  });

  it('renews subscriptions or lets them run out, and ends cancelled seats', () => {
    const before = companyCopilotSeats(NOW).length;
    const { licence, seats } = inDays(200);
    expect(licence('BOB00II001')?.subscription).toMatchObject({
      isOutdated: false,
      validUntilDate: expect.stringMatching(/^2028-03-/),
    });
    expect(licence('SEUN0GOTRI')?.subscription).toMatchObject({ isOutdated: true });
    expect(seats).toHaveLength(before - 1);
    expect(seats.every((seat) => seat.pending_cancellation_date === null)).toBe(true);
  });

  it('is not disturbed by a few hours', () => {
    const { licence, changed } = inDays(0.2);
    expect(changed).toBe(false);
    expect(licence('BOB00II001')).toEqual(companyLicences(NOW).find(({ licenseId }) => licenseId === 'BOB00II001'));
  });
});
