import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConnectors } from '../../src/adapters/file-presets.ts';
import { readSamples } from '../../src/cli/samples/read-samples.ts';
import { runSample } from '../../src/cli/samples/run-sample.ts';

const { connectors, mistakes } = loadConnectors(['presets']);

it('the presets that come with the product have no mistake', () => {
  expect(mistakes).toEqual([]);
  expect([...connectors.keys()]).toEqual(expect.arrayContaining(['aha', 'jetbrains']));
});

describe.each([...connectors.values()].map((connector) => [connector.id, connector] as const))('%s', (_id, connector) => {
  const { samples, mistakes: inSamples } = readSamples(connector.folder);

  it('has samples without a mistake, and a README', () => {
    expect(inSamples).toEqual([]);
    expect(samples.size).toBeGreaterThan(0);
    expect(existsSync(`${connector.folder}/README.md`)).toBe(true);
  });

  it.each([...samples])('%s is read as expected', async (_file, sample) => {
    expect((await runSample(connector, sample)).problems).toEqual([]);
  });
});

describe('standard fields', () => {
  it.each([
    [
      'jetbrains',
      'Assignee Name, Assignee Type, Connect: Credentials, Connect: JetBrains Company Code, Connector Sync Time, Email, Is Available To Assign, Is Subscription Is Automatically Renewed, Is Subscription Is Outdated, Is Suspended, Is Transferable Between Teams, Is Trial, Last Seen Is Offline Code Generated, Last Seen Last Assignment Date, Last Seen Last Seen Date, License Id, Product Code, Product Name, Subscription Pack Ref, Subscription Valid Until Date, Team Id, Team Name',
    ],
    ['slack', 'Connector Sync Time, Email, Is Active, Is Guest, Is Workspace Admin, Name, Time Zone, User Id'],
    [
      'aha',
      'Accessed At, Connect: Credentials, Connect: Subdomain, Connector Sync Time, Created At, Email, Id, Is Administrator, Is Enabled, Is Paid Seat, Name, Updated At',
    ],
  ])('%s has all of them', (id, labels) => {
    expect(connectors.get(id)?.fields.map((field) => field.label)).toEqual(labels.split(', '));
  });

  it('no two are set up by the same name in the environment', () => {
    const env = [...connectors.values()].flatMap(({ variables, credential }) =>
      [...Object.values(variables), ...Object.values(credential)].flatMap((field) => field.env ?? []),
    );
    expect(env).toEqual(expect.arrayContaining(['AHA_API_KEY', 'AHA_SUBDOMAIN', 'JETBRAINS_API_KEY', 'JETBRAINS_COMPANY_CODE']));
    expect(env.toSorted()).toEqual([...new Set(env)].toSorted());
  });
});
