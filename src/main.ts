#!/usr/bin/env node
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { runCli } from './cli/run-cli.ts';
import type { Host } from './cli/verb.ts';

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
  onReload: (reload) => void process.on('SIGHUP', reload),
};

// Whoever reads the output may have gone (seatwarden help | head).
process.stdout.on('error', () => undefined);
process.exitCode = await runCli(host, process.argv.slice(2));
// The event loop may still hold a connection that nobody waits for.
process.stdout.write('', () => process.exit());
