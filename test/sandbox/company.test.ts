import { describe, expect, it } from 'vitest';
import { configSchema } from '../../src/config/schema.ts';
import { fullName, PEOPLE } from '../../src/sandbox/company.ts';
import { companyAccounts } from '../../src/sandbox/company-accounts.ts';
import { companyLicences } from '../../src/sandbox/company-licences.ts';
import { startSandbox } from '../../src/sandbox/start.ts';

const NOW = new Date('2026-11-23T09:00:00Z');

describe('the invented company', () => {
  it('has sixty people in two offices, two of one name, and no id twice', () => {
    expect(PEOPLE).toHaveLength(60);
    expect(new Set(PEOPLE.map((person) => person.office)).size).toBe(2);
    expect(new Set(PEOPLE.map((person) => person.id)).size).toBe(60);
    expect(PEOPLE.filter((person) => fullName(person) === 'Sam Taylor')).toHaveLength(2);
  });

  it('is the same every time it is made for one moment', () => {
    expect(companyLicences(NOW)).toEqual(companyLicences(NOW));
    expect(companyAccounts(NOW)).toEqual(companyAccounts(NOW));
  });

  it('gives every licence an id of ten capitals and digits, none twice', () => {
    const ids = companyLicences(NOW).map((licence) => licence.licenseId);
    expect(ids.filter((id) => !/^[A-Z0-9]{10}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('shows Cara a seat idle for 94 days and one assigned 14 days ago', () => {
    const byId = new Map(companyLicences(NOW).map((licence) => [licence.licenseId, licence]));
    const days = (text: string | null | undefined): number => Math.floor((NOW.getTime() - Date.parse(text ?? '')) / 86_400_000);
    expect(days(byId.get('CARA0WS094')?.lastSeen?.lastSeenDate)).toBe(94);
    expect(days(byId.get('CARA0DB014')?.lastSeen?.lastAssignmentDate)).toBe(14);
  });

  it('hands the bot a configuration that the bot accepts', async () => {
    const sandbox = await startSandbox();
    expect(configSchema.safeParse(sandbox.config)).toMatchObject({ success: true });
    await sandbox.close();
  });
});
