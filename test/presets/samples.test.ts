import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConnectors } from '../../src/adapters/file-presets.ts';
import type { Holding } from '../../src/domain/seat.ts';
import { mapRecord } from '../../src/preset/map-record.ts';

interface Sample {
  readonly now: string;
  readonly as: 'seat' | 'account';
  readonly records: readonly unknown[];
  readonly expect: Readonly<Record<string, object>>;
}

const { connectors, mistakes } = loadConnectors(['presets']);

it('the presets that come with the product have no mistake', () => {
  expect(mistakes).toEqual([]);
  expect([...connectors.keys()].toSorted()).toEqual(['aha', 'jetbrains']);
});

describe.each([...connectors.values()].map((connector) => [connector.id, connector] as const))('%s', (id, connector) => {
  const folder = `${connector.folder}/samples`;
  const samples = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

  it('has samples and a README', () => {
    expect(samples.length).toBeGreaterThan(0);
    expect(existsSync(`${connector.folder}/README.md`)).toBe(true);
  });

  for (const file of samples) {
    const sample = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Sample;
    const context = {
      integrationId: id,
      connectorId: id,
      readAt: sample.now,
      scope: { variables: {}, integration: { id, name: id, credential: id }, now: sample.now },
    };
    const holdings: Holding[] = sample.records.flatMap((record) => mapRecord(record, sample.as, connector, context));

    it.each(Object.entries(sample.expect))(`${file}: %s is read as expected`, (externalId, reading) => {
      expect(holdings.find((holding) => holding.externalId === externalId)).toMatchObject(reading);
    });

    it(`${file}: every record says how it must be read`, () => {
      expect(holdings.map((holding) => holding.externalId).toSorted()).toEqual(Object.keys(sample.expect).toSorted());
    });
  }
});

describe('standard fields', () => {
  it.each([
    [
      'jetbrains',
      'Assignee Name, Assignee Type, Connector Sync Time, Email, Is Available To Assign, Is Subscription Is Automatically Renewed, Is Subscription Is Outdated, Is Suspended, Is Transferable Between Teams, Is Trial, Last Seen Is Offline Code Generated, Last Seen Last Assignment Date, Last Seen Last Seen Date, License Id, Product Code, Product Name, Subscription Pack Ref, Subscription Valid Until Date, Team Id, Team Name',
    ],
    [
      'aha',
      'Accessed At, Connect: Credentials, Connect: Subdomain, Connector Sync Time, Created At, Email, Id, Is Administrator, Is Enabled, Is Paid Seat, Name, Updated At',
    ],
  ])('%s has all of them', (id, labels) => {
    expect(connectors.get(id)?.fields.map((field) => field.label)).toEqual(labels.split(', '));
  });

  it('an environment alone is enough to set up one of each', () => {
    const env = [...connectors.values()].flatMap(({ variables, credential }) =>
      [...Object.values(variables), ...Object.values(credential)].map((field) => field.env),
    );
    expect(env.toSorted()).toEqual(['AHA_API_KEY', 'AHA_SUBDOMAIN', 'JETBRAINS_API_KEY', 'JETBRAINS_COMPANY_CODE']);
  });
});
