import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createSandboxClock, type SandboxClock } from '../../src/sandbox/clock.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';
import type { Wire } from '../../src/sandbox/wire.ts';
import { SlackClient } from '../support/slack.ts';

const events = (...names: string[]) => ({
  display_information: { name: 'Seatwarden' },
  features: {
    app_home: { home_tab_enabled: true },
    slash_commands: [{ command: '/licenses', description: 'Licences', should_escape: true }],
  },
  settings: { event_subscriptions: { bot_events: names }, interactivity: { is_enabled: true } },
  oauth_config: { scopes: { bot: ['commands', 'users:read', 'chat:write'] } },
});

let sandbox: Sandbox;
let clock: SandboxClock;
afterEach(() => sandbox.close());

describe('an event over HTTP', () => {
  let server: Server;
  let seen: IncomingHttpHeaders[];
  let answer: { status: number; headers: Record<string, string> };

  beforeEach(async () => {
    seen = [];
    answer = { status: 500, headers: {} };
    server = createServer((request, response) => {
      seen.push(request.headers);
      request.resume().on('end', () => response.writeHead(answer.status, answer.headers).end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    clock = createSandboxClock();
    sandbox = await startSandbox({ manifest: events('app_home_opened'), clock, deliver: { kind: 'http', url } });
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const opensHome = (): Promise<void> => sandbox.slack.control.acts.openHome('U01ADA');
  const attempts = (): (string | undefined)[] => seen.map((headers) => headers['x-slack-retry-num'] as string | undefined);

  it('comes again at once, after a minute and after five, and says why', async () => {
    // The next try is planned when the last one was answered, so time moves on only then.
    const answered = (): number => sandbox.slack.control.workspace.traffic.length;
    await opensHome();
    await expect.poll(answered).toBe(2);
    expect(attempts()).toEqual([undefined, '1']);
    expect(seen[1]?.['x-slack-retry-reason']).toBe('http_error');
    clock.advance(61_000);
    await expect.poll(answered).toBe(3);
    clock.advance(301_000);
    await expect.poll(answered).toBe(4);
    expect(attempts()).toEqual([undefined, '1', '2', '3']);
    clock.advance(3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen).toHaveLength(4);
    expect(sandbox.slack.control.workspace.traffic.map((entry) => entry.retryNum)).toEqual([0, 1, 2, 3]);
  });

  it('does not come again when the app says so, or took it', async () => {
    answer = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    await opensHome();
    answer = { status: 200, headers: {} };
    await opensHome();
    clock.advance(61_000);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(attempts()).toEqual([undefined, undefined]);
  });

  it('is signed', async () => {
    await opensHome();
    expect(seen[0]?.['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
    expect(Number(seen[0]?.['x-slack-request-timestamp'])).toBeGreaterThan(1_700_000_000);
  });
});

describe('an event that nobody subscribed to', () => {
  it('is not sent, nor one whose scope is missing, and the manifest is called wrong', async () => {
    sandbox = await startSandbox({ manifest: events('message.im') });
    await sandbox.slack.control.acts.openHome('U01ADA');
    await new SlackClient(sandbox.slack.control).as('ada').types('hello');
    const { traffic, broken } = sandbox.slack.control.workspace;
    expect(traffic).toEqual([]);
    expect(broken).toMatchObject([{ rule: 'manifest.limits', what: 'the event message.im needs the scope im:history' }]);
  });
});

describe('Socket Mode', () => {
  let open: WebSocket[];

  beforeEach(async () => {
    open = [];
    sandbox = await startSandbox({ manifest: events('app_home_opened'), ackMs: 300 });
  });
  afterEach(() => {
    for (const socket of open) socket.terminate();
  });

  async function connectionUrl(): Promise<string> {
    const headers = { authorization: `Bearer ${sandbox.environment['SLACK_APP_TOKEN']}` };
    const response = await fetch(`${sandbox.slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
    return ((await response.json()) as { url: string }).url;
  }

  /** A connection that acknowledges everything, and what came over it. */
  async function connect(acknowledges = true): Promise<Wire[]> {
    const got: Wire[] = [];
    const socket = new WebSocket(await connectionUrl());
    open.push(socket);
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Wire;
      got.push(message);
      if (acknowledges && message['envelope_id'] !== undefined)
        socket.send(JSON.stringify({ envelope_id: message['envelope_id'] }));
    });
    await expect.poll(() => got.length).toBeGreaterThan(0);
    return got;
  }

  it('greets each connection and gives each payload to one of them', async () => {
    const all = [await connect(), await connect(), await connect()];
    expect(all.map(([hello]) => hello?.['num_connections'])).toEqual([1, 2, 3]);
    const ada = new SlackClient(sandbox.slack.control).as('ada');
    for (let count = 0; count < 6; count += 1) await ada.types(`/licenses ${count}`);
    expect(all.map((got) => got.filter((message) => message['type'] === 'slash_commands').length)).toEqual([2, 2, 2]);
  });

  it('warns before it renews a connection', async () => {
    const got = await connect();
    sandbox.slack.control.dropSockets('warning');
    sandbox.slack.control.dropSockets('refresh');
    await expect
      .poll(() => got.map((message) => message['reason'] ?? message['type']))
      .toEqual(['hello', 'warning', 'refresh_requested']);
  });

  it('takes no eleventh connection, and no address twice', async () => {
    for (let count = 0; count < 10; count += 1) await connect();
    const got = await connect();
    expect(got[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    const [used] = open;
    const again = new WebSocket(used?.url ?? '');
    const failed = await new Promise((resolve) => {
      again.on('error', resolve);
    });
    expect(String(failed)).toContain('404');
    expect(sandbox.slack.control.workspace.broken).toMatchObject([{ rule: 'sockets.connections', treatment: 'refused' }]);
  });

  it('shows the person Slack’s own words when nobody acknowledges, and notes what was late', async () => {
    await connect(false);
    const ada = new SlackClient(sandbox.slack.control).as('ada');
    await ada.types('/licenses');
    await ada.sees('`/licenses` failed with the error "operation_timeout"');
    const { broken, traffic } = sandbox.slack.control.workspace;
    expect(broken).toMatchObject([
      { rule: 'ack.late', where: '/licenses', what: 'no acknowledgement within 0.3 s', trafficId: traffic.at(-1)?.id },
    ]);
    expect(broken[0]?.source).toBe('https://docs.slack.dev/interactivity/handling-user-interaction');
  });
});
