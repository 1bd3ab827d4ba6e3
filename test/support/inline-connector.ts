import { compileConnector } from '../../src/preset/compile-connector.ts';
import type { LoadedConnector } from '../../src/preset/loaded.ts';

/** A connector of a SaaS with users under `/users`, a look-up over all of them, and one write; `more` overrides connector.json. */
export function inlineConnector(more: Readonly<Record<string, unknown>> = {}): LoadedConnector {
  const { connector, mistakes } = compileConnector({
    folder: 'acme',
    connector: {
      file: 'connector.json',
      json: {
        id: 'acme',
        name: 'Acme',
        docs: 'https://acme.example/api',
        credential: {},
        baseUrl: 'https://acme.example',
        check: { request: { path: '/me' }, sentence: 'The key belongs to {{ response.email }}.' },
        load: { request: { path: '/users' }, records: 'response.data', as: 'account' },
        fields: [],
        account: {
          id: '{{ record.id }}',
          email: '{{ record.email }}',
          name: '{{ record.name }}',
          enabled: '{{ record.on }}',
          administrator: 'false',
          lastActivity: { at: '{{ record.seen }}', never: 'record.seen == null' },
        },
        lookup: { run: 'all', inputs: {} },
        ...more,
      },
    },
    presets: new Map([
      ['all', { file: 'all.json', json: { title: 'All', description: 'All users.', effect: 'read', from: 'load' } }],
      [
        'ping',
        {
          file: 'ping.json',
          json: {
            title: 'Ping',
            description: 'Changes something.',
            effect: 'write',
            target: 'none',
            sentence: 'Ping Acme.',
            request: { method: 'POST', path: '/ping', body: {} },
            verify: { run: 'all', holds: 'true', message: 'Not seen.' },
          },
        },
      ],
    ]),
  });
  if (connector === null) throw new Error(JSON.stringify(mistakes, null, 2));
  return connector;
}
