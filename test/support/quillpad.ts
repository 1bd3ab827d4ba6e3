import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * An invented SaaS with habits of its own: members come by POST with a continuation token in body and header, activity lives
 * in another list, nobody has an e-mail, a seat ends with the month, and workspaces change hands in the browser alone.
 */

/** The connector's files, as somebody would write them: nothing of it is in the program. */
export const QUILLPAD_FILES: Readonly<Record<string, unknown>> = {
  'connector.json': {
    id: 'quillpad',
    name: 'Quillpad',
    docs: 'https://quillpad.example/api',
    credential: { token: { title: 'Token', help: 'Settings → Tokens.' } },
    baseUrl: 'https://api.quillpad.example/v9',
    auth: { kind: 'header', name: 'X-Quill', value: '{{ credential.token }}' },
    check: { request: { path: '/whoami' }, sentence: 'The token belongs to @{{ response.handle }}.' },
    load: {
      request: {
        method: 'POST',
        path: '/members/search',
        body: { want: 'all', continuation: '{{ page.cursor }}', max: '{{ page.size }}' },
      },
      pagination: { kind: 'cursor', next: "headers['x-continuation']", size: 2, total: 'response.found' },
      records: 'response.hits.map(h, h.member)',
      as: ['seat', 'account'],
    },
    joined: {
      use: {
        kind: 'list',
        request: { path: '/activity' },
        pagination: { kind: 'next', next: 'response.more' },
        records: 'response.rows',
        key: 'record.who',
        on: 'record.handle',
      },
    },
    fields: [
      { label: 'Handle', type: 'text', value: '{{ record.handle }}' },
      { label: 'Ends', type: 'date', value: '{{ from_epoch(record.endsAt) }}' },
      { label: 'Words Written', type: 'number', value: '{{ joined.use.words }}' },
    ],
    seat: {
      when: "record.plan != 'reader'",
      id: '{{ record.uid }}',
      product: { code: '{{ record.plan }}', name: 'Quillpad {{ record.plan }}' },
      status: [{ when: 'record.gone == true', is: 'suspended' }, { is: 'active' }],
      holder: [{ when: 'true', kind: 'person', login: '{{ record.handle }}', name: '{{ record.penName }}' }],
      lastActivity: {
        at: '{{ from_epoch(joined.use.last) }}',
        never: 'joined.use.last == 0',
        unknown: 'joined.use == null',
      },
      validUntil: '{{ from_epoch(record.endsAt) }}',
    },
    account: {
      id: '{{ record.uid }}',
      login: '{{ record.handle }}',
      name: '{{ record.penName }}',
      enabled: '{{ coalesce(record.gone, false) == false }}',
      administrator: "contains(record.hats, 'owner')",
      lastActivity: { at: '{{ from_epoch(joined.use.last) }}', never: 'joined.use.last == 0' },
    },
    lookup: { run: 'by-handle', inputs: { handle: '{{ login }}' } },
    targets: {
      seat: { run: 'member', inputs: { uid: '{{ target.id }}' } },
      account: { run: 'member', inputs: { uid: '{{ target.id }}' } },
    },
    errors: { code: '{{ response.oops }}', table: [{ code: 'LAST', message: 'Quillpad keeps its last member.' }] },
  },
  'by-handle.json': {
    title: 'Find member by handle',
    description: 'Finds a member in the listing.',
    effect: 'read',
    target: 'none',
    inputs: { handle: { title: 'Handle', kind: 'text' } },
    from: 'load',
    filter: 'same(record.handle, input.handle)',
  },
  'member.json': {
    title: 'Get member',
    description: 'Reads one member.',
    effect: 'read',
    target: 'none',
    inputs: { uid: { title: 'Id', kind: 'text', required: true } },
    request: { path: '/members/{{ input.uid }}' },
    record: 'response.member',
    as: ['seat', 'account'],
    missing: 'status == 404',
  },
  'release.json': {
    title: 'Release seat',
    description: 'Ends the seat with the month.',
    effect: 'destructive',
    verb: 'revoke',
    target: 'seat',
    inputs: { uid: { title: 'Id', kind: 'text', required: true, hidden: true, prefill: '{{ target.id }}' } },
    before: [{ run: 'member', inputs: { uid: '{{ input.uid }}' } }],
    pinned: { holder: { value: '{{ seat.holder.label }}', changed: 'It was held by {{ was }} and is now held by {{ is }}.' } },
    facts: [{ label: 'Last used', value: '{{ activity(seat.lastActivity, now) }}' }],
    sentence: 'End the Quillpad seat {{ seat.externalId }} of {{ coalesce(seat.holder.email, seat.holder.label) }}.',
    request: { method: 'POST', path: '/members/{{ input.uid }}/end', form: { when: 'month', notify: ['owner', 'member'] } },
    verify: {
      run: 'member',
      inputs: { uid: '{{ input.uid }}' },
      holds: "seat == null || seat.status == 'suspended'",
      message: 'Quillpad still shows the seat.',
      scheduled: {
        when: 'seat.validUntil != null',
        message: 'Quillpad ends the seat with the month.',
        until: '{{ seat.validUntil }}',
      },
    },
  },
  'hand-over.json': {
    title: 'Hand over workspace',
    description: 'Gives the workspace to somebody else, in the browser.',
    effect: 'write',
    target: 'account',
    inputs: { to: { title: 'New owner', kind: 'text', required: true } },
    sentence: 'Hand the workspace of {{ account.name }} over to {{ input.to }}.',
    before: [{ run: 'member', inputs: { uid: '{{ target.id }}' } }],
    byHand: {
      steps: ['Open the workspace of {{ account.name }}.', 'Choose Owner, then {{ input.to }}.'],
      link: 'https://quillpad.example/w/{{ target.id }}',
    },
    verify: {
      run: 'member',
      inputs: { uid: '{{ target.id }}' },
      holds: 'account.administrator == false',
      message: 'Quillpad still shows the old owner.',
    },
  },
};

export interface Member {
  /** A number of 19 digits, as a bare JSON number. */
  readonly uid: string;
  readonly handle: string;
  readonly penName: string;
  readonly plan: 'writer' | 'reader';
  readonly hats: readonly string[];
  gone?: boolean;
  endsAt?: number;
}

export interface Quillpad {
  readonly url: string;
  readonly members: Member[];
  /** What was sent to end seats. */
  readonly endings: readonly string[];
  close(): Promise<void>;
}

export const QUILL_TOKEN = 'quill-token-1234567890';
const END = 1_796_083_200;

export async function startQuillpad(): Promise<Quillpad> {
  const members: Member[] = [
    { uid: '9007199254740993001', handle: 'inkling', penName: 'I. N. K.', plan: 'writer', hats: [] },
    { uid: '9007199254740993002', handle: 'Quiet', penName: 'Q', plan: 'writer', hats: ['owner'] },
    { uid: '9007199254740993003', handle: 'lurker', penName: 'L', plan: 'reader', hats: [] },
    { uid: '9007199254740993004', handle: 'stranger', penName: 'S', plan: 'writer', hats: [] },
    { uid: '9007199254740993005', handle: 'newcomer', penName: 'N', plan: 'writer', hats: [] },
  ];
  const activity = [
    { who: 'INKLING', last: 1_763_000_000, words: 12 },
    { who: 'quiet', last: 0, words: 0 },
    { who: 'stranger', last: 1_760_000_000_000, words: 3 },
  ];
  const endings: string[] = [];
  const wire = (member: Member): string => JSON.stringify(member).replace(/"uid":"(\d+)"/, '"uid":$1');
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const answer = (text: string, status = 200, headers: Record<string, string> = {}): void =>
        void response.writeHead(status, headers).end(text);
      if (request.headers['x-quill'] !== QUILL_TOKEN) return answer('{"oops":"WHO"}', 401);
      const url = new URL(request.url ?? '', 'http://x');
      const [, uid, verb] = /^\/v9\/members\/(\d+)(\/end)?$/.exec(url.pathname) ?? [];
      if (url.pathname === '/v9/whoami') return answer('{"handle":"quiet"}');
      if (url.pathname === '/v9/members/search') {
        const { continuation, max } = JSON.parse(body) as { continuation?: string; max: number };
        const from = continuation === undefined ? 0 : Number(continuation.slice(1));
        const hits = members.slice(from, from + max).map((member) => `{"member":${wire(member)}}`);
        const next = from + max < members.length ? { 'x-continuation': `t${from + max}` } : {};
        return answer(`{"found":${members.length},"hits":[${hits.join(',')}]}`, 200, next as Record<string, string>);
      }
      if (url.pathname === '/v9/activity') {
        const first = url.searchParams.get('part') === null;
        return answer(
          JSON.stringify({ rows: first ? activity.slice(0, 2) : activity.slice(2), more: first ? '/v9/activity?part=2' : null }),
        );
      }
      const member = members.find((one) => one.uid === uid);
      if (member === undefined) return answer('{"oops":"NOBODY"}', 404);
      if (verb === undefined) return answer(`{"member":${wire(member)}}`);
      endings.push(body);
      member.endsAt = END;
      return answer('{}', 202);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v9`,
    members,
    endings,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
