import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The program as it is shipped; `npm test` builds it first. */
export const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

const READY_MS = 60_000;

export interface BotEnvironment {
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
}

/** A bot in a process of its own, with a folder of its own, that can be killed and started again. */
export class BotProcess {
  readonly folder: string;
  readonly port: number;
  /** Everything it ever wrote to stdout and stderr. */
  output = '';
  readonly #environment: BotEnvironment;
  #child: ChildProcess | null = null;
  #ended: Promise<number | null> = Promise.resolve(null);

  private constructor(folder: string, port: number, environment: BotEnvironment) {
    this.folder = folder;
    this.port = port;
    this.#environment = environment;
  }

  /** Writes the configuration into a fresh folder; nothing runs yet. */
  static async prepare(environment: BotEnvironment): Promise<BotProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'seatwarden-bot-'));
    await writeFile(join(folder, 'seatwarden.config.json'), JSON.stringify(environment.config), { mode: 0o600 });
    return new BotProcess(folder, await freePort(), environment);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  #env(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: this.folder,
      PORT: String(this.port),
      LOG_LEVEL: 'debug',
      ...this.#environment.env,
    };
  }

  /** Starts it and waits until it says that it is ready. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN, 'start'], {
      cwd: this.folder,
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.output += chunk.toString('utf8');
      });
    }
    this.#ended = new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
    });
    await this.ready();
  }

  async ready(): Promise<void> {
    const until = Date.now() + READY_MS;
    while (Date.now() < until) {
      if (this.#child?.exitCode !== null) throw new Error(`the bot ended while it started:\n${this.output.slice(-4_000)}`);
      try {
        const answer = await fetch(`${this.url}/readyz`);
        await answer.arrayBuffer();
        if (answer.ok) return;
      } catch {
        // Not listening yet.
      }
      await delay(10);
    }
    throw new Error(`the bot was not ready in ${READY_MS} ms:\n${this.output.slice(-4_000)}`);
  }

  /** kill -9: no chance to tidy up. */
  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#ended;
  }

  /** Asks it to stop, and gives its exit code. */
  async stop(): Promise<number | null> {
    this.#child?.kill('SIGTERM');
    return this.#ended;
  }

  /** Runs one verb of the command line in the bot's folder, as an operator would. */
  async cli(
    ...args: readonly string[]
  ): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: this.folder,
      env: this.#env(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString('utf8');
    });
    const code = await new Promise<number | null>((resolve) => {
      child.once('close', (status) => resolve(status));
    });
    this.output += stdout + stderr;
    return { code, stdout, stderr };
  }

  /** The text of every file below the data folder, by path. */
  async files(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (const entry of await readdir(this.dataDir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile())
        found.set(join(entry.parentPath, entry.name), await readFile(join(entry.parentPath, entry.name), 'utf8'));
    }
    return found;
  }

  async remove(): Promise<void> {
    await this.kill();
    // A process of the bot that was killed may still be at its last write.
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
