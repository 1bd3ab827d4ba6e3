import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LineFile, readLines } from '../../src/adapters/line-file.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'seatwarden-lines-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Lines from none at all to three chunks of the file long, of characters of one to four bytes. */
const line = fc
  .tuple(fc.constantFrom('a', 'ü', '€', '😀', '\\'), fc.oneof(fc.nat(20), fc.nat(400_000)))
  .map(([character, length]) => character.repeat(length));

async function linesOf(path: string) {
  const all = [];
  for await (const lines of readLines(path)) all.push(...lines);
  return all;
}

describe('a file of lines', () => {
  test('is read line by line with the place of each, however long they are and wherever a chunk ends', async () => {
    const path = join(dir, 'read.jsonl');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 8 }), line, async (ended, tail) => {
        await writeFile(path, ended.map((text) => `${text}\n`).join('') + tail);
        let offset = 0;
        const expected = [
          ...ended.map((text) => ({ text, ended: true })),
          ...(tail === '' ? [] : [{ text: tail, ended: false }]),
        ];
        const found = await linesOf(path);
        expect(found.length).toBe(expected.length);
        for (const [index, { text, ended }] of expected.entries()) {
          const one = found[index];
          // Compared by hand: a difference of a megabyte is nothing to print.
          expect({ same: one?.text === text, offset: one?.offset, ended: one?.ended }).toEqual({ same: true, offset, ended });
          offset += Buffer.byteLength(text) + 1;
        }
      }),
      { numRuns: 60 },
    );
  });

  test('takes many texts or none: what one that cannot be made leaves behind is cut off', async () => {
    const path = join(dir, 'all.jsonl');
    const file = await LineFile.open(path);
    await file.appendAll(['a\n', 'bü\n']);
    function* broken(): Generator<string> {
      yield 'c\n';
      throw new Error('no more');
    }
    await expect(file.appendAll(broken())).rejects.toThrow('no more');
    expect(file.size).toBe(6);
    await file.append('d\n');
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('a\nbü\nd\n');
  });
});
