import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run-cli.ts';
import type { Host } from '../../src/cli/verb.ts';
import { MAIN } from '../support/bot-process.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What `--json` printed. */
  json<T>(): T;
}

/** A running `start` or `sandbox`. */
export interface Running {
  /** Resolves with the first line on standard output. */
  readonly firstLine: Promise<string>;
  /** Resolves when a sandbox says that its bot is up. */
  readonly ready: Promise<void>;
  readonly lines: readonly string[];
  stop(): Promise<number>;
}

/** A terminal in a folder of its own, in this process. */
export class Terminal {
  readonly folder: string;
  env: Record<string, string>;
  operator = 'root';

  private constructor(folder: string, env: Record<string, string>) {
    this.folder = folder;
    this.env = env;
  }

  static async open(env: Record<string, string> = {}, config?: unknown): Promise<Terminal> {
    const folder = await mkdtemp(join(tmpdir(), 'seatwarden-cli-'));
    const terminal = new Terminal(folder, { PORT: '0', LOG_LEVEL: 'silent', ...env });
    if (config !== undefined) await terminal.configure(config);
    return terminal;
  }

  async configure(config: unknown): Promise<void> {
    await writeFile(join(this.folder, 'seatwarden.config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  }

  /** `typed` are answers to what is asked, one after the other; with them somebody sits at the terminal. */
  async run(argv: readonly string[], input = '', typed?: readonly string[]): Promise<Ran> {
    let stdout = '';
    let stderr = '';
    const host = this.#host({
      print: (text) => {
        stdout += `${text}\n`;
      },
      progress: () => undefined,
      note: (text) => {
        stderr += `${text}\n`;
      },
      readInput: async () => input,
      ...(typed === undefined ? {} : { isTerminal: true, ask: typing(typed) }),
    });
    const code = await runCli(host, argv);
    return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
  }

  start(verb: 'start' | 'sandbox' = 'start'): Running {
    const lines: string[] = [];
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => {
      stop = resolve;
    });
    let seen: (line: string) => void = () => undefined;
    const first = new Promise<string>((resolve) => {
      seen = resolve;
    });
    let isReady: () => void = () => undefined;
    const up = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const host = this.#host({
      print: (text) => {
        lines.push(text);
        seen(text);
        if (text.startsWith('Ready')) isReady();
      },
      progress: () => undefined,
      note: (text) => void lines.push(text),
      untilStopped: () => stopped,
    });
    const code = runCli(host, [verb]);
    // One that ends before it says anything is a failure whoever waits must hear of.
    const ended = code.then((exitCode): never => {
      throw new Error(`ended with ${exitCode}: ${lines.join('\n')}`);
    });
    const firstLine = Promise.race([first, ended]);
    firstLine.catch(() => undefined);
    const ready = Promise.race([up, ended]);
    ready.catch(() => undefined);
    return {
      firstLine,
      ready,
      lines,
      stop: async () => {
        stop();
        return code;
      },
    };
  }

  async makeFolder(name: string): Promise<string> {
    const path = join(this.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  #host(parts: Partial<Host>): Host {
    return {
      env: this.env,
      cwd: this.folder,
      operator: this.operator,
      isTerminal: false,
      print: () => undefined,
      note: () => undefined,
      progress: () => undefined,
      readInput: async () => '',
      ask: async () => '',
      untilStopped: () => new Promise(() => undefined),
      onReload: () => undefined,
      fork: (words, env) =>
        fork(MAIN, words, { cwd: this.folder, env: { ...env }, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
      parent: null,
      ...parts,
    };
  }
}

function typing(answers: readonly string[]): Host['ask'] {
  const left = [...answers];
  return async (question) => {
    const answer = left.shift();
    if (answer === undefined) throw new Error(`nobody answers "${question}"`);
    return answer;
  };
}
