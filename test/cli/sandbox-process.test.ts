import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorldState } from '../../src/sandbox/control-world.ts';
import { MAIN } from '../support/bot-process.ts';

let folder: string;
let child: ChildProcess | null;
let stdout: string;
let stderr: string;
let ended: Promise<number | null>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seatwarden-sandbox-'));
  child = null;
  [stdout, stderr] = ['', ''];
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await ended;
  await rm(folder, { recursive: true, force: true });
});

/** `npm start` without any token, as a person has it; answers with its address once its bot is up. */
async function start(): Promise<string> {
  child = spawn(process.execPath, [MAIN, 'start'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString('utf8');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8');
  });
  const closed = new Promise<number | null>((resolve) => {
    child?.once('close', resolve);
  });
  ended = closed;
  while (!stdout.includes('\nReady')) {
    const code = await Promise.race([closed, sleep(10, 'waits' as const)]);
    if (code !== 'waits') throw new Error(`it ended with ${code}: ${stderr}`);
  }
  return /http:\/\/\S+/.exec(stdout)?.[0] ?? '';
}

async function botPid(url: string): Promise<number> {
  const { bot } = (await (await fetch(`${url}/sandbox/api/world`)).json()) as WorldState;
  const pid = 'pid' in bot ? bot.pid : null;
  // A signal to 0 goes to the group of this very process.
  if (pid === null) throw new Error('the sandbox has no bot');
  return pid;
}

async function steer(url: string, verb: string, body: unknown): Promise<void> {
  const answer = await fetch(`${url}/sandbox/api/${verb}`, { method: 'POST', body: JSON.stringify(body) });
  expect(await answer.json()).toMatchObject({ ok: true });
}

async function isGone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(20);
  }
  return false;
}

describe('the sandbox as a program', { timeout: 60_000 }, () => {
  it('keeps page, health and metrics up while its bot is killed, says who is away, and leaves no bot behind on SIGTERM', async () => {
    const url = await start();
    expect(stdout).toMatch(/^SANDBOX: no Slack is connected/);
    const pid = await botPid(url);
    expect(pid).not.toBe(child?.pid);
    await steer(url, 'bot', { do: 'kill' });
    expect(await isGone(pid)).toBe(true);
    const [page, health, ready, metrics] = await Promise.all(
      ['', '/healthz', '/readyz', '/metrics'].map((path) => fetch(url + path)),
    );
    expect([page?.status, health?.status, ready?.status, metrics?.status]).toEqual([200, 200, 503, 200]);
    expect(await ready?.json()).toEqual({ ready: false, checks: [{ name: 'bot', ok: false, message: 'It was killed.' }] });
    await steer(url, 'bot', { do: 'start' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    const next = await botPid(url);
    expect(next).not.toBe(pid);
    child?.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await isGone(next)).toBe(true);
  });

  it('leaves everything in the data directory alone but its own folder, and no bot behind on SIGINT', async () => {
    const data = join(folder, 'data');
    await mkdir(join(data, 'audit'), { recursive: true });
    await writeFile(join(data, 'requests.json'), '{"real":true}');
    await writeFile(join(data, 'audit', '2026-11.jsonl'), 'real\n');
    const look = async () => {
      const files = await readdir(data, { recursive: true, withFileTypes: true });
      const mine = files.filter((each) => each.isFile() && !`${each.parentPath}/`.startsWith(`${join(data, 'sandbox')}/`));
      return Promise.all(
        mine.map(async ({ parentPath, name }) => {
          const path = join(parentPath, name);
          return [path, await readFile(path, 'utf8'), (await stat(path)).mtimeMs];
        }),
      );
    };
    const before = await look();
    expect(before).toHaveLength(2);
    const url = await start();
    await steer(url, 'bot', { do: 'kill' });
    await steer(url, 'reset', {});
    const pid = await botPid(url);
    child?.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(await isGone(pid)).toBe(true);
    expect(await look()).toEqual(before);
    expect((await readdir(data)).sort()).toEqual(['audit', 'requests.json', 'sandbox']);
  });

  it('refuses to empty a folder that is not its own', async () => {
    const precious = join(folder, 'data', 'sandbox', 'precious.txt');
    await mkdir(join(folder, 'data', 'sandbox'), { recursive: true });
    await writeFile(precious, 'mine');
    await expect(start()).rejects.toThrow(/holds files that no sandbox made/);
    expect(await ended).toBe(1);
    expect(await readFile(precious, 'utf8')).toBe('mine');
  });

  it('leaves no bot behind on SIGKILL', async () => {
    const url = await start();
    const pid = await botPid(url);
    child?.kill('SIGKILL');
    expect(await ended).toBe(null);
    expect(await isGone(pid)).toBe(true);
  });

  it('says why its bot cannot start, and ends with the code of that', async () => {
    await mkdir(join(folder, 'presets', 'broken'), { recursive: true });
    await writeFile(join(folder, 'presets', 'broken', 'connector.json'), '{');
    await expect(start()).rejects.toThrow(/ended with 2: [\s\S]*connector\.json/);
  });
});
