import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const CHILDREN = join(import.meta.dirname, 'children');
const START_TIMEOUT_MS = 20_000;

interface ProcessOptions {
  readonly script: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Asked until it answers with this status. */
  readonly ready: { readonly path: string; readonly status: number };
  readonly nodeOptions?: readonly string[];
}

/** A server in a process of its own, which tells its CPU time and its heap. */
export class MeasuredProcess {
  readonly port: number;
  /** From the start of the process to the moment it was ready. */
  readonly readyMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, readyMs: number) {
    this.#child = child;
    this.port = port;
    this.readyMs = readyMs;
  }

  static async start({ script, args = [], cwd, env, ready, nodeOptions = [] }: ProcessOptions): Promise<MeasuredProcess> {
    const port = await freePort();
    const since = performance.now();
    const child = fork(script, [...args], {
      ...(cwd === undefined ? {} : { cwd }),
      // Nothing of the shell's environment, so that no real token or configuration comes in.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, PORT: String(port) },
      execArgv: ['--import', join(CHILDREN, 'report.mjs'), ...nodeOptions],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2_000);
    });
    while ((await statusOf(`http://127.0.0.1:${port}${ready.path}`)) !== ready.status) {
      if (child.exitCode !== null || performance.now() - since > START_TIMEOUT_MS) {
        child.kill('SIGKILL');
        throw new Error(`${script} did not get ready:\n${said}`);
      }
      await wait(10);
    }
    return new MeasuredProcess(child, port, performance.now() - since);
  }

  async cpuMs(): Promise<number> {
    return (await this.#ask('cpu')) as number;
  }

  /** After a garbage collection; start it with `--expose-gc`. */
  async heapKb(): Promise<number> {
    return (await this.#ask('heap')) as number;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #ask(question: string): Promise<unknown> {
    const answer = once(this.#child, 'message') as Promise<[Record<string, number>]>;
    this.#child.send(question);
    const [values] = await answer;
    return Object.values(values)[0];
  }
}

export function child(name: string): string {
  return join(CHILDREN, name);
}

async function statusOf(url: string): Promise<number> {
  try {
    const response = await fetch(url);
    await response.text();
    return response.status;
  } catch {
    return 0;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
