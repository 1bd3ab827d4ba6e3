import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AUDIT_GENESIS, type AuditEvent, type AuditSeal } from '../domain/audit.ts';
import { ensurePrivateDirectory, syncDirectory, writeDurably } from './durable-file.ts';
import { readLines } from './line-file.ts';

/*
 * audit/audit-2026-11-25.jsonl    the events of a day
 * audit/archive/audit-2025-….gz   days that were packed; may be moved to a safer place
 * audit/seals.jsonl               what each packed day held: the chain stays whole without it
 */

const FILE = /^audit-(\d{4}-\d{2}-\d{2})\.jsonl$/;
const ARCHIVE = 'archive';
const SEALS = 'seals.jsonl';

export interface WrittenLine {
  /** Relative to the data directory. */
  readonly file: string;
  readonly text: string;
  readonly ended: boolean;
}

/** The daily files that are not packed yet, oldest first. */
export async function auditFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    throw cause;
  });
  return names.filter((name) => FILE.test(name)).sort();
}

export function dayOf(name: string): string {
  return FILE.exec(name)?.[1] ?? '';
}

/** Every line of the packed days that are still here and of the daily files, oldest first. */
export async function* writtenLines(folder: string): AsyncGenerator<WrittenLine> {
  const seals = await readSeals(folder);
  for (const seal of seals) yield* packedLines(folder, seal);
  const packed = new Set(seals.map((seal) => fileOf(seal.day)));
  for (const name of await auditFiles(folder)) {
    // Packed already, and about to go.
    if (packed.has(name)) continue;
    try {
      for await (const lines of readLines(join(folder, name)))
        for (const line of lines) yield { file: `audit/${name}`, text: line.text, ended: line.ended };
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
      // It was packed since the names were read.
      const seal = (await readSeals(folder)).find((one) => fileOf(one.day) === name);
      if (seal === undefined) throw cause;
      yield* packedLines(folder, seal);
    }
  }
}

/** The lines of a packed day; none when the archive was moved away. */
export async function* packedLines(folder: string, seal: AuditSeal): AsyncGenerator<WrittenLine> {
  const file = `${ARCHIVE}/${fileOf(seal.day)}.gz`;
  const handle = await open(join(folder, file), 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (handle === null) return;
  const lines = createInterface({ input: handle.createReadStream().pipe(createGunzip()), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const text of lines) if (text !== '') yield { file: `audit/${file}`, text, ended: true };
}

/** What was packed, oldest first. */
export async function readSeals(folder: string): Promise<readonly AuditSeal[]> {
  const text = await readFile(join(folder, SEALS), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw cause;
  });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditSeal);
}

/**
 * Packs every daily file before `day`. Each is packed and flushed first, then told (`sealed` writes it into the chain), then
 * its seal is written, and only then the file goes: whenever the process dies, the day is there as a file or as an archive.
 */
export async function archiveBefore(
  folder: string,
  day: string,
  sealed: (seal: AuditSeal) => Promise<void>,
): Promise<readonly AuditSeal[]> {
  const done: AuditSeal[] = [];
  for (const name of await auditFiles(folder)) {
    if (dayOf(name) >= day) break;
    const seals = await readSeals(folder);
    if (!seals.some((seal) => fileOf(seal.day) === name)) {
      const seal = await pack(folder, name);
      if (seal === null) break;
      await sealed(seal);
      await writeDurably(
        join(folder, SEALS),
        [...seals, seal].map((one) => `${JSON.stringify(one)}\n`),
      );
      done.push(seal);
    }
    await rm(join(folder, name));
    await syncDirectory(folder);
  }
  return done;
}

/** Null for a file without a whole event, which is left as it is. */
async function pack(folder: string, name: string): Promise<AuditSeal | null> {
  const archive = await ensurePrivateDirectory(join(folder, ARCHIVE));
  const hash = createHash('sha256');
  let first: AuditEvent | null = null;
  let last: AuditEvent | null = null;
  for await (const lines of readLines(join(folder, name))) {
    for (const line of lines) {
      if (!line.ended) return null;
      hash.update(`${line.text}\n`);
      last = JSON.parse(line.text) as AuditEvent;
      first ??= last;
    }
  }
  if (first === null || last === null) return null;
  const path = join(archive, `${name}.gz`);
  await pipeline(
    createReadStream(join(folder, name)),
    createGzip(),
    createWriteStream(`${path}.part`, { mode: 0o600, flush: true }),
  );
  await rename(`${path}.part`, path);
  await syncDirectory(archive);
  return {
    day: dayOf(name),
    from: first.seq,
    to: last.seq,
    prev: first.prev,
    hash: last.hash,
    sha256: hash.digest('hex'),
  };
}

function fileOf(day: string): string {
  return `audit-${day}.jsonl`;
}

/** Where the chain stands before the first event that is not packed. */
export function afterSeals(seals: readonly AuditSeal[]): { readonly seq: number; readonly hash: string } {
  const last = seals.at(-1);
  return last === undefined ? { seq: 0, hash: AUDIT_GENESIS } : { seq: last.to, hash: last.hash };
}
