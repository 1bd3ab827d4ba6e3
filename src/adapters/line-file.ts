import { constants, type FileHandle, open } from 'node:fs/promises';
import type { OpenFile } from './durable-file.ts';

const CHUNK_BYTES = 256 * 1024;

export interface Line {
  readonly text: string;
  /** Where the line starts in the file, in bytes. */
  readonly offset: number;
  /** False for a last line without line end: whoever wrote it did not get to its end. */
  readonly ended: boolean;
}

/** Reads a file line by line, a chunk of lines at a time, so that its size is bounded by the disk and not by a string. */
export async function* readLines(path: string): AsyncGenerator<readonly Line[]> {
  const handle = await open(path, 'r');
  try {
    // One buffer for the whole file: a new one for each chunk costs more than reading it.
    let buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    /** How much of a line without its end stands at the head of the buffer. */
    let rest = 0;
    let offset = 0;
    for (;;) {
      if (rest === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const { bytesRead } = await handle.read(buffer, rest, buffer.length - rest, null);
      if (bytesRead === 0) break;
      const filled = rest + bytesRead;
      const lines: Line[] = [];
      let start = 0;
      for (let end = buffer.indexOf(10, rest); end !== -1 && end < filled; end = buffer.indexOf(10, start)) {
        lines.push({ text: buffer.toString('utf8', start, end), offset: offset + start, ended: true });
        start = end + 1;
      }
      buffer.copyWithin(0, start, filled);
      rest = filled - start;
      offset += start;
      if (lines.length > 0) yield lines;
    }
    if (rest > 0) yield [{ text: buffer.toString('utf8', 0, rest), offset, ended: false }];
  } finally {
    await handle.close();
  }
}

/**
 * A file that only grows, one durable append at a time. What a failed append left behind is cut off before anything else
 * is written, so that the file never holds more than what was acknowledged, followed at most by one torn tail.
 */
export class LineFile {
  readonly #handle: FileHandle;
  #size: number;
  #torn = false;

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.#size = size;
  }

  /** Opens or creates the file, 0600, and cuts it to `size` when that is given. */
  static async open(path: string, options: { size?: number; openFile?: OpenFile } = {}): Promise<LineFile> {
    const handle = await (options.openFile ?? open)(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const found = await handle.stat();
      if ((found.mode & 0o077) !== 0) await handle.chmod(0o600);
      const size = options.size ?? found.size;
      if (size < found.size) {
        await handle.truncate(size);
        await handle.sync();
      }
      return new LineFile(handle, size);
    } catch (cause) {
      await handle.close();
      throw cause;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Resolves when the text is on the disk; rejects with the disk's error when it is not, and then it is not in the file. */
  append(text: string): Promise<void> {
    return this.appendAll([text]);
  }

  /** The same for many texts, which are all in the file or none; each is written in a turn of its own. */
  async appendAll(texts: Iterable<string>): Promise<void> {
    await this.repair();
    try {
      let end = this.#size;
      for (const text of texts) {
        const data = Buffer.from(text);
        let written = 0;
        while (written < data.length)
          written += (await this.#handle.write(data, written, data.length - written, end + written)).bytesWritten;
        end += data.length;
      }
      await this.#handle.datasync();
      this.#size = end;
    } catch (cause) {
      this.#torn = true;
      await this.repair().catch(() => undefined);
      throw cause;
    }
  }

  /** Cuts off what a failed append left. Shortening a file works on a full disk; on a failing one it is tried again later. */
  async repair(): Promise<void> {
    if (!this.#torn) return;
    await this.#handle.truncate(this.#size);
    await this.#handle.datasync();
    this.#torn = false;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}
