import { describe, expect, it } from 'vitest';
import { goodConfig, KEYS, load, mistakesOf } from './sources.ts';

type Good = ReturnType<typeof goodConfig>;

type Row = readonly [what: string, spoil: (config: Good) => void, path: string, problem: RegExp, allowed?: string];

/** What is spoiled, where it is told, in which words, and what would be allowed. */
const MISTAKES: readonly Row[] = [
  [
    'an unknown key',
    (c) => {
      c['approval'] = {};
    },
    'approval',
    /not a known name; did you mean "approvals"\?/,
    'approvals',
  ],
  [
    'an unknown key inside',
    (c) => {
      c.integrations.jetbrains['schedul'] = '0 3 * * *';
    },
    'integrations.jetbrains.schedul',
    /did you mean "schedule"\?/,
  ],
  [
    'an unknown mode',
    (c) => {
      c.integrations.jetbrains['mode'] = 'create';
    },
    'integrations.jetbrains.mode',
    /not one of/,
    'create-only',
  ],
  [
    'an unknown state',
    (c) => {
      c.integrations.jetbrains['state'] = 'on';
    },
    'integrations.jetbrains.state',
    /not one of/,
    'live',
  ],
  [
    'a wrong type',
    (c) => {
      c['variables'] = { 'JetBrains.CompanyCode': 1234567, 'Aha.Subdomain': 'acme' };
    },
    'variables["JetBrains.CompanyCode"]',
    /text in double quotes/,
  ],
  [
    'a missing credential',
    (c) => {
      delete c.integrations.jetbrains['credential'];
    },
    'integrations.jetbrains.credential',
    /is missing/,
  ],
  [
    'an unknown connector',
    (c) => {
      c.integrations.jetbrains['connector'] = 'jetbrain';
    },
    'integrations.jetbrains.connector',
    /names no connector; did you mean "jetbrains"\?/,
    'aha',
  ],
  [
    'an unknown credential',
    (c) => {
      c.integrations.jetbrains['credential'] = 'jetbrains';
    },
    'integrations.jetbrains.credential',
    /names no credential/,
    'jetbrains-main',
  ],
  [
    'a credential of another connector',
    (c) => {
      c.integrations.jetbrains['credential'] = 'aha-main';
    },
    'integrations.jetbrains.credential',
    /of another connector \(aha\)/,
  ],
  [
    'a missing variable',
    (c) => {
      c['variables'] = { 'Aha.Subdomain': 'acme' };
    },
    'variables["JetBrains.CompanyCode"]',
    /is missing: company code/,
  ],
  [
    'a variable of the wrong form',
    (c) => {
      c['variables'] = { 'JetBrains.CompanyCode': 'acme', 'Aha.Subdomain': 'acme' };
    },
    'variables["JetBrains.CompanyCode"]',
    /does not look like .* such as 1234567/,
  ],
  [
    'an unknown shared variable',
    (c) => {
      (c['variables'] as Record<string, string>)['JetBrains.CompanyCod'] = '1';
    },
    'variables["JetBrains.CompanyCod"]',
    /did you mean "JetBrains.CompanyCode"\?/,
  ],
  [
    'an unknown variable of an integration',
    (c) => {
      c.integrations.jetbrains['variables'] = { subdomain: 'x' };
    },
    'integrations.jetbrains.variables.subdomain',
    /not a variable of JetBrains/,
    'companyCode',
  ],
  [
    'a missing credential field',
    (c) => {
      c['credentials'] = { ...c['credentials'], 'jetbrains-main': { connector: 'jetbrains' } };
    },
    'credentials.jetbrains-main.apiKey',
    /is missing: API key/,
    'env:NAME',
  ],
  [
    'an unknown credential field',
    (c) => {
      c['credentials'] = {
        ...c['credentials'],
        'aha-main': { connector: 'aha', apiKey: 'env:AHA_API_KEY', apikey: 'env:X' },
      };
    },
    'credentials.aha-main.apikey',
    /not a credential field of Aha!; did you mean "apiKey"\?/,
  ],
  [
    'a bad cron expression',
    (c) => {
      c.integrations.jetbrains['schedule'] = '61 3 * * *';
    },
    'integrations.jetbrains.schedule',
    /cron expression of five fields/,
  ],
  [
    'a cron expression of six fields',
    (c) => {
      c.integrations.jetbrains['schedule'] = '0 0 3 * * *';
    },
    'integrations.jetbrains.schedule',
    /cron expression of five fields/,
  ],
  [
    'an unknown time zone',
    (c) => {
      c.integrations.jetbrains['timezone'] = 'Europe/Berln';
    },
    'integrations.jetbrains.timezone',
    /IANA time zone/,
  ],
  [
    'a bad duration',
    (c) => {
      c['approvals'] = { expireAfter: '1 day' };
    },
    'approvals.expireAfter',
    /duration such as/,
  ],
  [
    'a channel name',
    (c) => {
      c['approvals'] = { channel: '#licences' };
    },
    'approvals.channel',
    /channel id such as C02LIC/,
  ],
  [
    'a person who is neither id nor e-mail',
    (c) => {
      c['access'] = { admins: ['ada'] };
    },
    'access.admins[0]',
    /Slack user id such as U01ALICE/,
  ],
  [
    'a share above one',
    (c) => {
      c['safety'] = { maxSharePerRun: 20 };
    },
    'safety.maxSharePerRun',
    /at most 1/,
  ],
  [
    'a policy that names what is not there',
    (c) => {
      c['approvals'] = { policies: [{ name: 'x', when: 'seat.prodct == 1', approvals: 2 }] };
    },
    'approvals.policies[0].when',
    /"seat.prodct" does not exist/,
    'seat.product',
  ],
  [
    'a filter that cannot be read',
    (c) => {
      c.integrations.jetbrains['filter'] = 'record.team =';
    },
    'integrations.jetbrains.filter',
    /cannot be read/,
  ],
  [
    'a filter with an unknown variable',
    (c) => {
      c.integrations.jetbrains['filter'] = 'rec.team == 1';
    },
    'integrations.jetbrains.filter',
    /"rec" cannot be used/,
    'record',
  ],
  [
    'a standard field the connector does not have',
    (c) => {
      c.integrations.jetbrains['mapping'] = { email: "{{ lower(fields['Emial']) }}" };
    },
    'integrations.jetbrains.mapping.email',
    /"fields\.Emial" does not exist/,
    "fields['License Id']",
  ],
  [
    'a variable the connector does not have',
    (c) => {
      c.integrations.jetbrains['customFields'] = { code: { label: 'Code', value: '{{ variables.subdomain }}' } };
    },
    'integrations.jetbrains.customFields.code.value',
    /"variables\.subdomain" does not exist/,
    'variables.companyCode',
  ],
  [
    'the time of the run under a name of its own',
    (c) => {
      c.integrations.jetbrains['customFields'] = { seen: { label: 'Seen', value: "{{ fields['Connector Sync Time'] }}" } };
    },
    'integrations.jetbrains.customFields.seen.value',
    /tells of the run and not of the record/,
    'customFields.connector_sync_time with the label "Connector Sync Time"',
  ],
  [
    'a mapping one brace short',
    (c) => {
      c.integrations.jetbrains['mapping'] = { email: '{{record.email}' };
    },
    'integrations.jetbrains.mapping.email',
    /is not usable/,
  ],
  [
    'a sync key that is not mapped',
    (c) => {
      c.integrations.jetbrains['syncKey'] = 'badge';
    },
    'integrations.jetbrains.syncKey',
    /names no mapped field/,
    'email',
  ],
  [
    'a price of nothing',
    (c) => {
      c['prices'] = { 'jetbrain/II': { amount: 1, currency: 'EUR', per: 'year' } };
    },
    'prices.jetbrain/II',
    /names no integration; did you mean "jetbrains"\?/,
  ],
  [
    'a currency in words',
    (c) => {
      c['prices'] = { 'jetbrains/II': { amount: 1, currency: 'euro', per: 'year' } };
    },
    'prices.jetbrains/II.currency',
    /currency code/,
  ],
  [
    'an address that is none',
    (c) => {
      c.integrations.jetbrains['baseUrl'] = 'account.jetbrains.com';
    },
    'integrations.jetbrains.baseUrl',
    /http or https address/,
  ],
];

describe('the configuration file', () => {
  it.each(MISTAKES.map((row) => ({ what: row[0], row })))(
    'names $what with its place, what is wrong and what is allowed',
    async ({ row: [, spoil, path, problem, allowed] }) => {
      const config = goodConfig();
      spoil(config);
      const error = await mistakesOf({ file: config });
      const found = error.mistakes.find((mistake) => mistake.path === path);
      expect(error.mistakes.map((mistake) => mistake.path)).toContain(path);
      expect(found?.file).toBe('/app/seatwarden.config.json');
      expect(found?.problem).toMatch(problem);
      if (allowed !== undefined) expect(found?.allowed).toContain(allowed);
    },
  );

  it('lists every mistake at once, of all kinds', async () => {
    const config = goodConfig();
    for (const [, spoil] of MISTAKES.slice(0, 4)) spoil(config);
    config.integrations.jetbrains['filter'] = 'nonsense ==';
    config.integrations.jetbrains['credential'] = 'nobody';
    const paths = (await mistakesOf({ file: config })).mistakes.map((mistake) => mistake.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'approval',
        'integrations.jetbrains.schedul',
        'integrations.jetbrains.mode',
        'integrations.jetbrains.state',
        'integrations.jetbrains.filter',
        'integrations.jetbrains.credential',
      ]),
    );
  });

  it('refuses a secret that stands in the file, and never repeats it', async () => {
    const config = goodConfig();
    config['credentials'] = { ...config['credentials'], 'aha-main': { connector: 'aha', apiKey: 's3cr3t-v4lue' } };
    const error = await mistakesOf({ file: config });
    expect(error.mistakes).toContainEqual(
      expect.objectContaining({ path: 'credentials.aha-main.apiKey', allowed: ['env:NAME', 'file:PATH', 'secret:NAME'] }),
    );
    expect(JSON.stringify([error.message, error.hint, error.mistakes])).not.toContain('s3cr3t');
  });

  it('tells which variable a secret is missing from', async () => {
    const error = await mistakesOf({ file: goodConfig(), env: { AHA_API_KEY: 'x' } });
    expect(error.mistakes).toEqual([expect.objectContaining({ path: 'credentials.jetbrains-main.apiKey' })]);
    expect(error.mistakes[0]?.problem).toMatch(/JETBRAINS_API_KEY is not set/);
  });

  it('says in which line and column it stops being JSON, without repeating it', async () => {
    const error = await mistakesOf({ text: '{\n  "variables": { "Key": s3cr3t }\n}' });
    expect(error.message).toMatch(/line 2, column 25: text must stand in double quotes/);
    expect(error.message).not.toContain('s3cr3t');
  });

  it('refuses a name that is given twice', async () => {
    const error = await mistakesOf({ text: '{ "safety": { "maxPerDay": 5, "maxPerDay": 500 } }' });
    expect(error.mistakes).toContainEqual(expect.objectContaining({ path: 'safety.maxPerDay', problem: 'is given twice' }));
  });

  it('accepts everything a full configuration can hold, and says what this version does not act on', async () => {
    const config = {
      ...goodConfig(),
      $schema: './docs/schemas/config.schema.json',
      access: {
        admins: ['U04ADMIN'],
        approvers: ['U04ADMIN', 'S0ITOPS'],
        requesters: ['*'],
        viewers: ['*'],
        auditors: [],
        operators: { root: 'ada@example.com', ops: ['dan@example.com', 'eve@example.com'] },
      },
      approvals: {
        channel: 'C02LIC',
        expireAfter: '24h',
        remindAfter: '2h',
        policies: [{ name: 'two for admins', when: "preset.effect == 'destructive' && account.isAdministrator", approvals: 2 }],
      },
      safety: { maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 25, maxDataAge: '24h', protected: ['ceo@example.com'] },
      reports: { 'inactive-users': { channel: 'C03REP', schedule: '0 9 * * 1-5', inactiveDays: 60 } },
      prices: { 'jetbrains/II': { amount: 599, currency: 'EUR', per: 'year' } },
      workflows: {},
    };
    Object.assign(config.integrations.jetbrains, {
      baseUrl: 'https://account.jetbrains.com/api/v1/',
      load: 'users-and-saas-users',
      mode: 'create-and-update',
      schedule: '0 3 * * *',
      timezone: 'Europe/Berlin',
      filter: "record.team.name != 'Sandbox'",
      mapping: { email: '{{record.assignee.email}}', username: '{{record.assignee.email}}' },
      customFields: { jetbrains_license_id: { label: 'JetBrains License Id', value: '{{record.licenseId}}', unique: true } },
      syncKey: 'email',
      role: 'Employee',
      deactivate: { enabled: true, maxShare: 0.2, maxCount: 50 },
      contacts: ['U01ALICE'],
      state: 'live',
    });
    const { integrations, settings, operators, idle } = await load({ file: config });
    expect(integrations.map(({ id, name, variables, baseUrl }) => ({ id, name, variables, baseUrl }))).toEqual([
      {
        id: 'jetbrains',
        name: 'JetBrains',
        variables: { companyCode: '1234567' },
        baseUrl: 'https://account.jetbrains.com/api/v1',
      },
      { id: 'aha', name: 'Aha!', variables: { subdomain: 'acme' }, baseUrl: null },
    ]);
    expect(integrations[0]?.credential['apiKey']?.reveal()).toBe('jb-key');
    expect(settings).toMatchObject({
      reports: { idle: { inactiveDays: 60 } },
      approvals: { channel: 'C02LIC', remindAfterMs: 7_200_000 },
    });
    expect(operators).toEqual({ root: ['ada@example.com'], ops: ['dan@example.com', 'eve@example.com'] });
    expect(idle).toEqual([]);
    expect(settings.syncs[0]).toMatchObject({
      integrationId: 'jetbrains',
      app: 'JetBrains',
      credential: 'jetbrains-main',
      state: 'live',
      schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin' },
      customFields: [{ name: 'jetbrains_license_id', unique: true, type: 'text' }],
      deactivate: { enabled: true, maxShare: 0.2, maxCount: 50 },
      contacts: ['U01ALICE'],
    });
  });

  it('keeps people’s seats safe where it is silent', async () => {
    const { settings } = await load({ file: {} });
    expect(settings).toMatchObject({
      access: { admins: null, approvers: null, requesters: null, viewers: null, auditors: null },
      approvals: { channel: null, expireAfterMs: 86_400_000, remindAfterMs: 7_200_000, policies: [] },
      safety: { maxPerRun: 10, maxSharePerRun: 0.2, maxPerDay: 25, maxDataAgeMs: 86_400_000, protected: [] },
      reports: { idle: { inactiveDays: 90 } },
    });
  });

  it('says what it was given and does not act on yet', async () => {
    const { idle } = await load({ file: { safety: { maxDataAge: '1h' }, workflows: { offboard: {} } } });
    expect(idle).toEqual(['workflows.offboard']);
  });

  it('syncs once a day at a minute of the small hours that the id decides, and as a draft at first', async () => {
    const { settings } = await load({ file: goodConfig() });
    const times = settings.syncs.map(({ schedule, state }) => `${schedule.cron} ${schedule.timezone} ${state}`);
    expect(times[0]).toMatch(/^\d{1,2} [1-4] \* \* \* UTC draft$/);
    expect(new Set(times).size).toBe(times.length);
    const again = await load({ file: goodConfig() });
    expect(again.settings.syncs.map(({ schedule }) => schedule)).toEqual(settings.syncs.map(({ schedule }) => schedule));
  });

  it('tells two integrations of one connector apart, each with its own variables', async () => {
    const config = goodConfig();
    config['integrations'] = {
      ...config['integrations'],
      'jetbrains-emea': { connector: 'jetbrains', credential: 'jetbrains-main', variables: { companyCode: '7654321' } },
    };
    const { integrations } = await load({ file: config });
    expect(integrations.map(({ name, variables }) => [name, variables['companyCode']])).toEqual([
      ['JetBrains (jetbrains)', '1234567'],
      ['Aha!', undefined],
      ['JetBrains (jetbrains-emea)', '7654321'],
    ]);
  });
});

describe('the environment alone', () => {
  it('is enough for one JetBrains organisation and one Aha! account', async () => {
    const env = { ...KEYS, JETBRAINS_COMPANY_CODE: '1234567', AHA_SUBDOMAIN: 'acme' };
    const { file, integrations } = await load({ env });
    expect(file).toBeNull();
    expect(integrations.map(({ id, variables }) => [id, variables])).toEqual([
      ['aha', { subdomain: 'acme' }],
      ['jetbrains', { companyCode: '1234567' }],
    ]);
  });

  it('is no integration at all when nothing is set', async () => {
    expect((await load({ env: {} })).integrations).toEqual([]);
  });

  it('names what is missing when only half is set', async () => {
    const error = await mistakesOf({ env: { JETBRAINS_API_KEY: 'k', AHA_SUBDOMAIN: 'acme' } });
    expect(error.mistakes.map((mistake) => mistake.path)).toEqual(['AHA_API_KEY', 'JETBRAINS_COMPANY_CODE']);
    expect(error.mistakes[1]?.problem).toMatch(/is missing, while JETBRAINS_API_KEY is set/);
  });

  it('says so when the named configuration file is not there', async () => {
    const error = await mistakesOf({ configPath: 'elsewhere.json' });
    expect(error.message).toBe('The configuration file /app/elsewhere.json does not exist.');
  });
});

describe('an approval policy', () => {
  it('applies when its condition holds, and not when a path in it is missing', async () => {
    const policies = [{ name: 'admins', when: 'account.isAdministrator', approvals: 2 }];
    const { settings } = await load({ file: { approvals: { policies } } });
    const [policy] = settings.approvals.policies;
    const scope = {
      preset: { id: 'x', connector: 'aha', integration: 'aha', effect: 'destructive', verb: 'deactivate' },
      seat: null,
      account: null,
      person: null,
      requester: { userId: 'U1', email: null, name: 'Ada' },
      input: {},
      target: { kind: 'account', id: '1' },
      trigger: 'person',
      now: '2026-11-23T09:00:00.000Z',
      time: { hour: 9, weekday: 'monday', date: '2026-11-23' },
      price: null,
    } as const;
    expect(policy?.applies(scope)).toBe(false);
    expect(policy?.applies({ ...scope, account: { isAdministrator: true } as never })).toBe(true);
  });
});

describe('approval policies', () => {
  const mistakesIn = async (policies: readonly unknown[], access = {}) =>
    (await mistakesOf({ file: { access, approvals: { policies } } })).mistakes.map(({ path, problem }) => `${path} ${problem}`);

  it.each([
    ['one list is too short', { name: 'x', when: 'true', approvals: 2, approvers: ['U01A', 'U01A'] }, 'approvals'],
    [
      'the same person is needed twice',
      { name: 'x', when: 'true', stages: [{ approvers: ['U01A'] }, { approvers: ['U01A'] }] },
      'stages[1]',
    ],
    ['the approvers are too few', { name: 'x', when: 'true', approvals: 3 }, 'approvals'],
  ])('that nobody can satisfy are a mistake when %s', async (_why, policy, at) => {
    const [mistake] = await mistakesIn([policy], { approvers: ['U01A', 'U01B'] });
    expect(mistake).toMatch(new RegExp(`^approvals\\.policies\\[0\\]\\.${at.replace('[1]', '\\[1\\]')} can never be satisfied`));
  });

  it('need somebody who may approve what no policy speaks of', async () => {
    expect(await mistakesIn([], { approvers: [] })).toEqual([
      'access.approvers names nobody, so what no policy speaks of could never be approved; name somebody, or leave it out for the admins',
    ]);
    const always = { name: 'all', when: 'true', approvals: 1, approvers: ['U01A', 'U01B'] };
    await expect(mistakesIn([always], { approvers: [] })).rejects.toThrow('The configuration was accepted.');
  });

  it('with groups, roles or everybody in them are counted when somebody asks', async () => {
    const policies = [{ name: 'x', when: 'true', approvals: 3, approvers: ['U01A', 'S0ITOPS'] }];
    const { settings } = await load({ file: { approvals: { policies } } });
    expect(settings.approvals.policies).toHaveLength(1);
  });

  it('say one thing, and have a name of their own', async () => {
    const both = { name: 'x', when: 'true', approvals: 1, deny: 'no' };
    const none = { name: 'x', when: 'true' };
    const found = await mistakesIn([both, none]);
    expect(found.filter((one) => one.includes('exactly one of'))).toHaveLength(2);
    expect(found.some((one) => one.includes('is the name of another policy'))).toBe(true);
  });

  it('may look at the clock and at the price', async () => {
    const policies = [
      { name: 'x', when: "time.weekday == 'sunday' && price.amount > 500", autoApprove: 'time.hours', approvals: 1 },
    ];
    expect(await mistakesIn(policies)).toEqual([
      expect.stringMatching(/^approvals\.policies\[0\]\.autoApprove is not usable: "time.hours" does not exist/),
    ]);
  });
});

it('a connector that needs no key needs no credential', async () => {
  const config = await load({ file: { integrations: { slack: { connector: 'slack' } } } });
  expect(config.integrations).toMatchObject([{ id: 'slack', credential: {} }]);
  expect(config.settings.syncs).toMatchObject([{ integrationId: 'slack', credential: 'slack' }]);
});
