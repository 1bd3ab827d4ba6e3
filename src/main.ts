#!/usr/bin/env node
import { fork } from 'node:child_process';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { runCli } from './cli/run-cli.ts';
import type { Host, ParentLink } from './cli/verb.ts';

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a number that has no name.
    return String(process.getuid?.() ?? 'unknown');
  }
}

/** The first signal asks to end in good order; the second ends at once. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

function parentLink(): ParentLink | null {
  if (process.send === undefined) return null;
  return {
    send: (message) =>
      new Promise((resolve) => {
        process.send?.(message, undefined, undefined, () => resolve());
      }),
    onMessage: (listener) => void process.on('message', listener),
    gone: new Promise((resolve) => {
      process.once('disconnect', resolve);
    }),
  };
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const host: Host = {
  env: process.env,
  cwd: process.cwd(),
  operator: operatorName(),
  isTerminal: process.stdin.isTTY === true,
  print: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  progress: (text) => {
    if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
  },
  readInput,
  ask,
  untilStopped,
  fork: (words, env) =>
    fork(fileURLToPath(import.meta.url), words, { env: { ...env }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  parent: parentLink(),
  onReload: (reload) => void process.on('SIGHUP', reload),
};

// Whoever reads the output may have gone (seatwarden help | head).
process.stdout.on('error', () => undefined);
process.exitCode = await runCli(host, process.argv.slice(2));
// The event loop may still hold a connection that nobody waits for.
process.stdout.write('', () => process.exit());
