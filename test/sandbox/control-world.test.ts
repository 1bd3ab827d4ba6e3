import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorldState } from '../../src/sandbox/control-world.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/start.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.close());

async function post(verb: string, body: unknown = {}) {
  const response = await fetch(`${sandbox.slack.url}/sandbox/api/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

async function get<Answer>(verb: string): Promise<Answer> {
  return (await (await fetch(`${sandbox.slack.url}/sandbox/api/${verb}`)).json()) as Answer;
}

describe('faults over the control API', () => {
  it('are switched on, listed with words for people, and taken away one by one, by target, or all', async () => {
    const { json } = await post('faults', { target: 'jetbrains', fault: { kind: 'status', status: 429, retryAfter: 3 } });
    await post('faults', { target: 'aha', fault: { kind: 'short-page', times: null } });
    await post('faults', { target: 'copilot', fault: { kind: 'hang', times: 4 } });
    await post('faults', { target: 'slack', fault: { kind: 'status', status: 429, path: 'chat.postMessage' } });
    const { faults } = await get<WorldState>('world');
    expect(faults.map(({ target, name, left }) => [target, name, left])).toEqual([
      ['slack', 'Too many requests (429)', 1],
      ['jetbrains', 'Too many requests (429)', 1],
      ['aha', 'Half a page', null],
      ['copilot', 'No answer', 4],
    ]);
    expect((await post('faults/clear', { id: json['id'] })).json).toEqual({ ok: true, cleared: 1 });
    expect((await post('faults/clear', { target: 'aha' })).json).toEqual({ ok: true, cleared: 1 });
    expect((await post('faults/clear')).json).toEqual({ ok: true, cleared: 2 });
    expect((await get<WorldState>('world')).faults).toEqual([]);
  });

  it('hit the vendor that they were switched on for', async () => {
    await post('faults', { target: 'scim', fault: { kind: 'html' } });
    const { scim } = sandbox;
    const read = () => fetch(`${scim.baseUrl}/Users`, { headers: { authorization: `Bearer ${scim.token}` } });
    expect((await read()).headers.get('content-type')).toContain('text/html');
    expect((await read()).status).toBe(200);
  });

  it.each([
    [{ target: 'nobody', fault: { kind: 'hang' } }, 'There is nothing called "nobody" to disturb.'],
    [{ target: 'aha', fault: { kind: 'nonsense' } }, /cannot be switched on/],
    [{ target: 'aha' }, /cannot be switched on/],
    [{ target: 'slack', fault: { kind: 'short-page' } }, /no lists/],
  ])('are refused with a reason: %j', async (body, reason) => {
    const { status, json } = await post('faults', body);
    expect([status, json['error']]).toEqual([409, expect.stringMatching(reason)]);
  });

  it('are on offer with the targets they can hit', async () => {
    const menu = await get<{ targets: { id: string }[]; kinds: { name: string; help: string }[] }>('faults');
    expect(menu.targets.map(({ id }) => id)).toEqual(['slack', 'jetbrains', 'aha', 'scim', 'copilot']);
    expect(menu.kinds.every(({ name, help }) => name !== '' && help.endsWith('.'))).toBe(true);
  });
});

describe('a sandbox that runs no bot itself', () => {
  it('says so, moves time all the same, and has nothing to kill', async () => {
    expect(await get<WorldState>('world')).toMatchObject({ bot: { state: 'none' }, upcoming: [], busy: null });
    expect((await post('clock', { advanceMs: 60_000 })).json).toMatchObject({ ok: true, ran: [] });
    // Real time goes on meanwhile.
    expect(Math.abs(sandbox.clock.offsetMs() - 60_000)).toBeLessThan(5_000);
    for (const act of ['kill', 'stop', 'start']) expect((await post('bot', { do: act })).status).toBe(409);
  });

  it('tells the history of the company as it was when the sandbox began, whatever the time is now', async () => {
    const before = await get<{ days: { day: string }[] }>('history');
    await post('clock', { advanceMs: 40 * 86_400_000 });
    expect(await get('history')).toEqual(before);
    expect(before.days).toHaveLength(365);
  });

  it('lets the vendors live on while time is put forward, and puts them back', async () => {
    const seen = (): number => Date.parse(sandbox.jetbrains.state.find('BOB00II001')?.lastSeen?.lastSeenDate ?? '');
    const before = seen();
    await post('clock', { advanceMs: 40 * 86_400_000 });
    expect(seen() - before).toBeGreaterThan(38 * 86_400_000);
    await post('reset');
    expect(Math.abs(seen() - before)).toBeLessThan(60_000);
  });
});

describe('the stream of a page', () => {
  it('tells of the world at once and whenever it changes', async () => {
    const abort = new AbortController();
    const response = await fetch(`${sandbox.slack.url}/sandbox/api/stream?as=U01ADA`, { signal: abort.signal });
    const seen: WorldState[] = [];
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8');
      const parts = text.split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts.filter((each) => each.startsWith('event: world')))
        seen.push(JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? 'null') as WorldState);
      if (seen.length === 1 && seen[0]?.faults.length === 0) sandbox.aha.faults.add({ kind: 'reset' });
      if (seen.length >= 2) break;
    }
    abort.abort();
    expect(seen.at(-1)?.faults).toMatchObject([{ target: 'aha', name: 'Connection refused' }]);
  });
});
