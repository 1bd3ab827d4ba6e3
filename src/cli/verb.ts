import type { ChildProcess } from 'node:child_process';
import type { ParseArgsConfig } from 'node:util';
import type { Bot } from '../app.ts';
import type { Caller } from '../command.ts';
import type { EnvironmentVariables } from '../config/environment.ts';
import type { ConfigMistake } from '../domain/errors.ts';

export const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, vendor: 4 } as const;

/** What was typed after the verb. */
export interface VerbArgs {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** How a verb ended. `text` is for people, `data` for `--json`; `error` goes to standard error. */
export interface VerbResult {
  readonly exitCode: number;
  readonly text: string;
  readonly data: unknown;
  readonly error?: VerbError;
}

export interface VerbError {
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly mistakes: readonly ConfigMistake[];
}

/** The terminal and the machine, as far as verbs need them. */
export interface Host {
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  /** The operating-system user. */
  readonly operator: string;
  /** Whether a person sits at standard input. */
  readonly isTerminal: boolean;
  print(text: string): void;
  /** Progress and notes, on standard error. */
  note(text: string): void;
  /** A line of progress that the next one overwrites, where somebody watches; nothing elsewhere. */
  progress(text: string): void;
  readInput(): Promise<string>;
  /** Asks the person at the terminal one question and resolves with the line they type. */
  ask(question: string): Promise<string>;
  /** Resolves when the process is asked to end; a second request ends it at once. */
  untilStopped(): Promise<void>;
  /** Starts this very program in a process of its own, with a channel to this one. */
  fork(words: readonly string[], env: EnvironmentVariables): ChildProcess;
  /** The process that forked this one; null for all others. */
  readonly parent: ParentLink | null;
  /** Calls back each time the configuration is to be read again (SIGHUP). */
  onReload(reload: () => void): void;
}

/** Progress for standard error. */
export type Note = (text: string, repeat: boolean) => void;

/** The channel to the process that forked this one. */
export interface ParentLink {
  /** Resolves when it was handed over, or nobody is there to take it. */
  send(message: unknown): Promise<void>;
  onMessage(listener: (message: unknown) => void): void;
  /** Resolves when that process has gone or has hung up. */
  readonly gone: Promise<void>;
}

interface VerbHead {
  readonly name: string;
  readonly usage: string;
  /** One sentence. */
  readonly summary: string;
  /** Besides `--json`, `--help` and, for verbs in somebody's name, `--as`. */
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** How many words may follow: least and most. */
  readonly words: readonly [number, number];
}

/** Runs in this process. */
export interface LocalVerb extends VerbHead {
  readonly kind: 'local';
  /** Not for people, so the help does not name it. */
  readonly hidden?: true;
  run(host: Host, args: VerbArgs): Promise<VerbResult>;
}

/** Runs in somebody's name, in the running bot when there is one and else in this process. */
export interface WorldVerb extends VerbHead {
  readonly kind: 'world';
  /** Whether it changes anything, and is written to the audit log with who sat at the terminal. */
  readonly changes: boolean | ((args: VerbArgs) => boolean);
  /** `note` tells how far long work is; `repeat` says that the line takes the place of the one before. */
  run(bot: Bot, caller: Caller, args: VerbArgs, note: Note): Promise<VerbResult>;
}

export type Verb = LocalVerb | WorldVerb;

export function done(text: string, data: unknown): VerbResult {
  return { exitCode: EXIT.done, text, data };
}

export function textOption(args: VerbArgs, name: string): string | null {
  const value = args.options[name];
  return typeof value === 'string' ? value : null;
}
