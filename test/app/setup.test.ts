import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readSetup } from '../../src/setup.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'seatwarden-setup-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

it('reads the authorities to trust from SEATWARDEN_CA_FILE', async () => {
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  await writeFile(join(cwd, 'house.pem'), pem);
  expect((await readSetup({ env: { SEATWARDEN_CA_FILE: 'house.pem' }, cwd })).network.authorities).toEqual([pem]);
});

it.each([
  ['nowhere.pem', 'does not exist'],
  ['empty.pem', 'without a PEM certificate'],
])('stops when SEATWARDEN_CA_FILE is %s', async (file, words) => {
  await writeFile(join(cwd, 'empty.pem'), 'nothing');
  await expect(readSetup({ env: { SEATWARDEN_CA_FILE: file }, cwd })).rejects.toThrow(words);
});
