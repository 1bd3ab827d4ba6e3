import { describe, expect, it } from 'vitest';
import { mergePerson } from '../../src/domain/merged-person.ts';
import { proposeMapping } from '../../src/domain/smart-mapping.ts';
import { licencesOf } from '../support/licences.ts';

describe('smart mapping', () => {
  const proposals = proposeMapping(licencesOf(20), 'jetbrains');
  const best = (target: string) => proposals.find((one) => one.target === target);

  it('finds the e-mail and the name of a licence’s holder, with samples', () => {
    expect(best('email')).toMatchObject({
      value: '{{ record.assignee.email }}',
      samples: ['p0@example.com', 'p1@example.com', 'p2@example.com'],
    });
    expect(best('email')?.confidence).toBeGreaterThan(0.9);
    expect(best('name')?.value).toBe('{{ record.assignee.name }}');
  });

  it('offers the e-mail as a username and an id that is unique as a field of its own', () => {
    expect(best('username')?.value).toBe('{{ record.assignee.email }}');
    expect(best('customField')).toMatchObject({ name: 'jetbrains_license_id', value: '{{ record.licenseId }}' });
  });

  it('proposes nothing whose values do not have the form, however well it is named', () => {
    expect(proposeMapping([{ email: 'yes' }, { email: 'no' }], 'x').filter((one) => one.target === 'email')).toEqual([]);
  });

  it('reaches into lists', () => {
    const found = proposeMapping([{ addresses: [{ city: 'Porto' }] }, { addresses: [{ city: 'Gent' }] }], 'x');
    expect(found.find((one) => one.target === 'location')?.value).toBe('{{ record.addresses[0].city }}');
  });
});

describe('a person of several integrations', () => {
  const of = (integrationId: string, fields: Record<string, string | null>, active = true) => ({
    integrationId,
    confirmedAt: null,
    person: { key: 'cara', fields, active, absent: 0, since: '', changedAt: '' },
  });
  const rules = { precedence: ['hr', 'jetbrains'], fields: { username: ['jetbrains'] } };

  it('has each field of the best integration that fills it, and says of which', () => {
    const merged = mergePerson(
      [of('jetbrains', { name: 'cara', username: 'cn', department: null }), of('hr', { name: 'Cara Nunes', username: 'x' })],
      rules,
    );
    expect(merged.fields).toMatchObject({
      name: { value: 'Cara Nunes', source: 'hr' },
      username: { value: 'cn', source: 'jetbrains' },
    });
    expect(merged.fields['department']).toBeUndefined();
  });

  it('believes those in which the person is active before those in which they are not', () => {
    const merged = mergePerson([of('hr', { name: 'Old' }, false), of('jetbrains', { name: 'New' })], rules);
    expect(merged).toMatchObject({ active: true, fields: { name: { value: 'New' } } });
  });
});
