import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatDate } from '../../src/sandbox/page/dates.ts';
import { isSafeHref, parseInline, parseMrkdwn } from '../../src/sandbox/page/mrkdwn.ts';
import type { Screen } from '../../src/sandbox/slack/screen.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';

describe('the control API of the page', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = await startSandbox({ ackMs: 200, hints: [{ text: 'help', summary: 'All commands' }] });
  });
  afterEach(() => sandbox.close());

  const post = (verb: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${sandbox.slack.url}/sandbox/api/${verb}`, { method: 'POST', body: JSON.stringify(body), headers });

  async function screens(as: string, count: number, during: () => Promise<unknown>): Promise<Screen[]> {
    const abort = new AbortController();
    const response = await fetch(`${sandbox.slack.url}/sandbox/api/stream?as=${as}`, { signal: abort.signal });
    const found: Screen[] = [];
    let text = '';
    let started = false;
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts.filter((each) => each.startsWith('event: screen')))
        found.push(JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? 'null') as Screen);
      if (!started) {
        started = true;
        void during();
      }
      if (found.length >= count) break;
    }
    abort.abort();
    return found;
  }

  it('draws a screen at once and again after every change', async () => {
    const [first, second] = await screens('U01ADA', 2, () =>
      post('act', { as: 'U01ADA', act: 'say', channel: 'C01GENERAL', text: 'hi all' }),
    );
    expect(first).toMatchObject({ me: { handle: 'ada', role: 'owner' }, hints: [{ text: 'help' }], app: { connected: false } });
    const general = second?.conversations.find((conversation) => conversation.id === 'C01GENERAL');
    expect(general?.messages.at(-1)).toMatchObject({ user: 'U01ADA', text: 'hi all' });
  });

  it('shows a guest only the channels the guest is in', async () => {
    const [screen] = await screens('U01EVE', 1, async () => undefined);
    expect(screen?.conversations.map((conversation) => conversation.name)).toEqual(['general', 'directmessage']);
  });

  it('says why somebody cannot do something', async () => {
    const answer = await post('act', { as: 'U01FINN', act: 'say', channel: 'C01GENERAL', text: 'hi' });
    expect(answer.status).toBe(409);
    expect(await answer.json()).toEqual({ error: 'Finn de Wit left and cannot sign in' });
  });

  it("does nothing for another site's page", async () => {
    expect((await post('reset', {}, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('tells the person when no app is connected', async () => {
    await post('act', { as: 'U01ADA', act: 'say', channel: 'D01ADA', text: '/licenses' });
    expect(sandbox.slack.control.workspace.visible('U01ADA', 'D01ADA').at(-1)?.text).toContain('dispatch_failed');
  });

  it('puts everything back on reset', async () => {
    sandbox.jetbrains.state.licences.length = 0;
    await post('faults', { target: 'aha', fault: { kind: 'reset' } });
    await post('act', { as: 'U01ADA', act: 'say', channel: 'C01GENERAL', text: 'hi' });
    await post('reset', {});
    expect(sandbox.jetbrains.state.licences.length).toBeGreaterThan(40);
    expect(sandbox.aha.faults.list()).toEqual([]);
    expect(sandbox.slack.control.workspace.visible('U01ADA', 'C01GENERAL').at(-1)?.user).toBe('U01SANNE');
  });
});

describe('mrkdwn on the page', () => {
  it('reads bold, italic, code, links, mentions, dates and emoji', () => {
    expect(parseInline('*b* _i_ ~s~ `c` <https://x.example|x> <@U01ADA> :wave:').filter((part) => part.kind !== 'text')).toEqual([
      { kind: 'bold', inner: [{ kind: 'text', text: 'b' }] },
      { kind: 'italic', inner: [{ kind: 'text', text: 'i' }] },
      { kind: 'strike', inner: [{ kind: 'text', text: 's' }] },
      { kind: 'code', text: 'c' },
      { kind: 'link', href: 'https://x.example', label: 'x' },
      { kind: 'user', id: 'U01ADA', label: null },
      { kind: 'emoji', code: 'wave' },
    ]);
  });

  it('leaves escaped markup and lone stars as text', () => {
    expect(parseInline('&lt;!channel&gt; 2 * 3 * 4 a_b_c')).toEqual([{ kind: 'text', text: '<!channel> 2 * 3 * 4 a_b_c' }]);
  });

  it('tells quotes and code blocks from lines', () => {
    expect(parseMrkdwn('a\n> b\n```c < d```').map((block) => block.kind)).toEqual(['lines', 'quote', 'pre']);
  });

  it('follows no address but web and mail', () => {
    expect(['https://a.example', 'mailto:a@b.example', 'javascript:alert(1)', 'data:text/html,x'].map(isSafeHref)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('says yesterday for yesterday', () => {
    const now = new Date(2026, 10, 23, 12);
    expect(formatDate(now.getTime() / 1_000 - 86_400, '{date_short_pretty}', now, 'Europe/Lisbon')).toBe('yesterday');
  });
});
