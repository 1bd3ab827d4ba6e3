import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readDataLock } from '../../src/adapters/data-lock.ts';
import type { LookupResult } from '../../src/reply.ts';
import { type Running, Terminal } from './terminal.ts';

function addressIn(line: string): string {
  return /http:\/\/\S+/.exec(line)?.[0] ?? '';
}

describe('start without Slack tokens', () => {
  let terminal: Terminal;
  let running: Running | null = null;

  beforeEach(async () => {
    terminal = await Terminal.open();
  });

  afterEach(async () => {
    await running?.stop();
    running = null;
    await terminal.close();
  });

  it('opens the sandbox, says so in its first line, is ready, and ends with 0', async () => {
    running = terminal.start();
    const line = await running.firstLine;
    expect(line).toMatch(/^SANDBOX: no Slack is connected/);
    const url = addressIn(line);
    await running.ready;
    const ready = await fetch(`${url}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        ready: true,
        checks: [
          { name: 'slack', ok: true, message: 'ok' },
          { name: 'store', ok: true, message: 'ok' },
          { name: 'jobs', ok: true, message: 'ok' },
        ],
      },
    ]);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('seatwarden_requests{state="pending"} 0');
    expect(await running.stop()).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('finds the bot where the path of the data directory is too long for a socket', async () => {
    terminal.env['SEATWARDEN_DATA'] = join(terminal.folder, 'd'.repeat(120));
    running = terminal.start();
    await running.ready;
    expect((await terminal.run(['lookup', 'ada@example.com', '--as', 'dan@example.com'])).code).toBe(0);
  });
});

// One for all of them: a start takes its time, and none of them changes anything.
describe('a sandbox that runs', () => {
  let terminal: Terminal;
  let running: Running;

  beforeAll(async () => {
    terminal = await Terminal.open();
    running = terminal.start('sandbox');
    await running.ready;
  });

  afterAll(async () => {
    await running?.stop();
    await terminal?.close();
  });

  it('takes command lines through a socket that only its user may open', async () => {
    const dir = join(terminal.folder, 'data', 'sandbox');
    const lock = await readDataLock(dir);
    expect((await stat(lock?.socketPath ?? '')).mode & 0o777).toBe(0o600);

    const looked = await terminal.run(['lookup', 'ada@example.com', '--as', 'dan@example.com', '--json']);
    expect([looked.code, looked.stderr]).toEqual([0, expect.stringContaining('This is the sandbox')]);
    expect(looked.json<LookupResult>().person.name).toBe('Ada Visser');

    const stranger = await terminal.run(['lookup', 'ada@example.com', '--as', 'nobody@example.com']);
    expect(stranger.code).toBe(3);
    expect((await terminal.run(['approve', 'R0000000000', '--as', 'dan@example.com'])).code).toBe(2);
  });

  it('ends with 1 and a plain sentence when the port is taken', async () => {
    const url = new URL(addressIn(await running.firstLine));
    const second = await Terminal.open({ PORT: url.port });
    const other = second.start();
    await expect(other.firstLine).rejects.toThrow(/ended with 1: 127\.0\.0\.1:\d+ is in use by another program/);
    await second.close();
  });

  it('ends with 1 when another process holds the data directory', async () => {
    const other = terminal.start();
    await expect(other.ready).rejects.toThrow(/ended with 1: (?:.|\n)*The data directory is in use by process/);
  });
});
