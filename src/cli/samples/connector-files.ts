/** What somebody says about the API of a SaaS; the names are those of the options. */
export interface ConnectorAnswers {
  readonly name: string;
  readonly docs: string;
  readonly 'base-url': string;
  readonly auth: 'bearer' | 'basic' | 'header' | 'oauth2';
  readonly list: string;
  readonly records: string;
  readonly paging: 'none' | 'page' | 'cursor' | 'next';
  readonly id: string;
  readonly email: string;
  readonly 'full-name': string;
  readonly 'last-use': string;
}

const NOW = '2026-11-23T00:00:00.000Z';
const PAGE_SIZE = 100;

/** The files of a connector's folder by name, with `samples/users.json`. `schemas` is the way from the folder to the schemas. */
export function connectorFiles(id: string, answers: ConnectorAnswers, schemas: string): ReadonlyMap<string, string> {
  const link = (file: string): string => `${schemas.replaceAll('\\', '/')}/${file}.schema.json`;
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['connector.json', json({ $schema: link('connector'), ...connector(id, answers) })],
    ['find-user.json', json({ $schema: link('preset'), ...findUser(answers) })],
    ['README.md', readme(answers)],
    ['samples/users.json', json({ $schema: `../${link('sample')}`, ...sample(answers) })],
  ]);
}

function connector(id: string, answers: ConnectorAnswers): object {
  const env = id.toUpperCase().replaceAll('-', '_');
  const { fields, auth } = credentialOf(answers, env);
  const of = (path: string): string => `{{ record.${path} }}`;
  const paging = pagination(answers);
  return {
    id,
    name: answers.name,
    docs: answers.docs,
    credential: fields,
    baseUrl: answers['base-url'].replace(/\/+$/, ''),
    auth,
    limits: { concurrency: 2, perMinute: 60 },
    check: { request: { path: answers.list }, sentence: 'The key can list the users.' },
    load: {
      request: { path: answers.list },
      ...(paging === null ? {} : { pagination: paging }),
      records: answers.records,
      as: 'account',
      cacheSeconds: 60,
    },
    fields: [
      { label: 'Email', type: 'text', value: of(answers.email) },
      { label: 'Last Use', type: 'date', value: of(answers['last-use']) },
    ],
    account: {
      id: of(answers.id),
      email: of(answers.email),
      name: of(answers['full-name']),
      enabled: '{{ true }}',
      administrator: 'false',
      lastActivity: { at: of(answers['last-use']), never: `record.${answers['last-use']} == null` },
    },
    lookup: { run: 'find-user', inputs: { email: '{{ email }}' } },
  };
}

function credentialOf({ auth, 'base-url': baseUrl }: ConnectorAnswers, env: string): { fields: object; auth: object } {
  const field = (title: string, name: string, help = 'Say here where an administrator finds it.') => ({ title, help, env: `${env}_${name}` });
  switch (auth) {
    case 'bearer':
      return { fields: { token: field('Token', 'TOKEN') }, auth: { kind: auth, token: '{{ credential.token }}' } };
    case 'header':
      return { fields: { apiKey: field('API key', 'API_KEY') }, auth: { kind: auth, name: 'X-Api-Key', value: '{{ credential.apiKey }}' } };
    case 'basic':
      return {
        fields: { user: { ...field('User', 'USER'), secret: false }, apiToken: field('API token', 'API_TOKEN') },
        auth: { kind: auth, username: '{{ credential.user }}', password: '{{ credential.apiToken }}' },
      };
    case 'oauth2':
      return {
        fields: { clientId: { ...field('Client id', 'CLIENT_ID'), secret: false }, clientSecret: field('Client secret', 'CLIENT_SECRET') },
        auth: {
          kind: auth,
          tokenUrl: `${new URL(baseUrl).origin}/oauth/token`,
          clientId: '{{ credential.clientId }}',
          clientSecret: '{{ credential.clientSecret }}',
        },
      };
  }
}

function pagination({ paging }: ConnectorAnswers): object | null {
  switch (paging) {
    case 'none':
      return null;
    case 'page':
      return { kind: 'page', param: 'page', sizeParam: 'per_page', size: PAGE_SIZE };
    case 'cursor':
      return { kind: 'cursor', param: 'cursor', next: 'response.next_cursor' };
    case 'next':
      return { kind: 'next' };
  }
}

function findUser({ name, email }: ConnectorAnswers): object {
  return {
    title: 'Find user by email',
    description: `Finds a user of ${name} by e-mail.`,
    effect: 'read',
    target: 'person',
    inputs: { email: { title: 'E-mail', kind: 'email', required: true } },
    from: 'load',
    filter: `same(record.${email}, input.email)`,
  };
}

/** A listing that ends as the vendor's does, with a user who was never active and one who was. */
function sample(answers: ConnectorAnswers): object {
  const { list, paging } = answers;
  const idle = user(answers, '1001', 'runa.solberg@alderyard.example', 'Runa Solberg', null);
  const busy = user(answers, '1002', 'Jiri.Angstrom@alderyard.example', 'Jiří Ångström', '2026-11-20T09:00:00.000Z');
  const answer = (users: readonly object[], more: object = {}, headers: Readonly<Record<string, string>> = {}): object => ({
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    body: listed(answers.records, users, more),
  });
  const exchanges = {
    none: [{ request: { path: list }, response: answer([idle, busy]) }],
    // A page that is not full is the last one.
    page: [{ request: { path: list, query: { page: '1' } }, response: answer([idle, busy]) }],
    cursor: [
      { request: { path: list, query: { cursor: null } }, response: answer([idle], { next_cursor: 'c2' }) },
      { request: { path: list, query: { cursor: 'c2' } }, response: answer([busy], { next_cursor: null }) },
    ],
    next: [
      { request: { path: list, query: { after: null } }, response: answer([idle], {}, { link: `<{{base}}${list}?after=1001>; rel="next"` }) },
      { request: { path: list, query: { after: '1001' } }, response: answer([busy]) },
    ],
  }[paging];
  return {
    note: 'Invented people. Replace the answers by real ones of the vendor, and the people in them by invented ones.',
    now: NOW,
    exchanges,
    expect: {
      1001: { email: 'runa.solberg@alderyard.example', name: 'Runa Solberg', lastActivity: { kind: 'never' } },
      1002: { email: 'jiri.angstrom@alderyard.example', lastActivity: { kind: 'at', at: '2026-11-20T09:00:00.000Z' } },
    },
  };
}

function user(answers: ConnectorAnswers, id: string, email: string, name: string, lastUse: string | null): object {
  const record = {};
  put(record, answers.id, id);
  put(record, answers.email, email);
  put(record, answers['full-name'], name);
  put(record, answers['last-use'], lastUse);
  return record;
}

function listed(records: string, users: readonly object[], more: object): unknown {
  const path = records.split('.').slice(1).join('.');
  if (path === '') return users;
  const body = { ...more };
  put(body, path, users);
  return body;
}

function put(target: object, path: string, value: unknown): void {
  const [key = '', ...rest] = path.split('.');
  const inner = target as Record<string, unknown>;
  if (rest.length === 0) {
    inner[key] = value;
    return;
  }
  const below = typeof inner[key] === 'object' && inner[key] !== null ? (inner[key] as object) : {};
  inner[key] = below;
  put(below, rest.join('.'), value);
}

function readme({ name, docs }: ConnectorAnswers): string {
  return `# ${name}

API: ${docs}

## The key

Say here where an administrator makes the key, which rights it needs at least, and when it ends.

## What the presets do

- **Find user by email** reads only.
`;
}
