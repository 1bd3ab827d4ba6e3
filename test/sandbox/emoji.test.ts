import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../src/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8');
/** A sign at the beginning of a text or after a blank, as messages have them. */
const SIGN = /[`'"\s]:([a-z][a-z0-9_]+):/g;

it('draws every sign that the bot writes into a message', () => {
  const drawn = read('sandbox/page/emoji.tsx');
  const files = readdirSync(new URL('slack/', FOLDER), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const signs = new Set(files.flatMap((file) => [...read(`slack/${file}`).matchAll(SIGN)].map(([, name = '']) => name)));
  expect(signs.size).toBeGreaterThan(12);
  expect([...signs].filter((name) => !drawn.includes(`  ${name}: `))).toEqual([]);
});
