import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/adapters/secrets.ts';
import { DataFolders } from '../support/data-folder.ts';

const folders = new DataFolders();
afterEach(() => folders.cleanUp());

const KEY = { SEATWARDEN_SECRET_KEY: 'correct horse battery staple' };

describe('a reference to a secret', () => {
  it('in the environment gives its value, without the line end some tools leave', async () => {
    const secrets = createSecrets({ env: { JETBRAINS_API_KEY: 'jb-key\n' }, dir: 'data' });
    expect((await secrets.resolve('env:JETBRAINS_API_KEY')).reveal()).toBe('jb-key');
  });

  it('in a file gives its content, without one line end', async () => {
    const base = await folders.make();
    await writeFile(join(base, 'aha'), 'aha key \r\n');
    await writeFile(join(base, 'pem'), 'line 1\nline 2\n\n');
    const secrets = createSecrets({ env: {}, dir: base, base });
    expect((await secrets.resolve('file:aha')).reveal()).toBe('aha key ');
    expect((await secrets.resolve(`file:${base}/pem`)).reveal()).toBe('line 1\nline 2\n');
  });

  it('in the store gives what was set, in any process with the same key', async () => {
    const dir = await folders.make();
    await createSecrets({ env: KEY, dir }).set('aha-main', 'aha key é\n');
    expect((await createSecrets({ env: KEY, dir }).resolve('secret:aha-main')).reveal()).toBe('aha key é');
  });

  it('gives something that cannot be printed', async () => {
    const secret = await createSecrets({ env: { A: 'jb-key' }, dir: 'data' }).resolve('env:A');
    expect(`${secret} ${JSON.stringify({ secret })} ${inspect(secret)}`).not.toContain('jb-key');
  });

  it.each([
    ['env:MISSING', 'The secret env:MISSING is not set.', 'Set MISSING in .env or in the environment of the process.'],
    ['env:EMPTY', 'The secret env:EMPTY is empty.', 'Set EMPTY in .env'],
    ['env:', 'The secret env: names nothing.', 'Write env:NAME, file:PATH or secret:NAME.'],
    ['file:gone', 'The secret file:gone does not exist.', '/gone, readable for the user the bot runs as.'],
    ['file:folder', 'The secret file:folder is a directory.', 'Put the secret into'],
    ['file:empty', 'The secret file:empty is empty.', 'Put the secret into'],
    ['file:huge', 'The secret file:huge is larger than 64 KB, which no secret is.', 'Put the secret into'],
    ['secret:gone', 'The secret secret:gone is not stored.', 'Store it with `seatwarden secrets set gone`.'],
    ['secret:__proto__', 'The secret secret:__proto__ is not stored.', 'Store it with'],
  ])('%s is refused in plain words, with the place where it should be', async (reference, message, hint) => {
    const base = await folders.make();
    await mkdir(join(base, 'folder'));
    await writeFile(join(base, 'empty'), '\n');
    await writeFile(join(base, 'huge'), Buffer.alloc(70_000, 'x'));
    const secrets = createSecrets({ env: { ...KEY, EMPTY: ' ' }, dir: base, base });
    await expect(secrets.resolve(reference)).rejects.toMatchObject({
      name: 'ConfigError',
      message,
      hint: expect.stringContaining(hint),
    });
  });

  it.each(['xoxb-123-literal', 'literal', 'ENV:NAME', ' env:NAME', ''])(
    'that is no reference is refused without repeating it: %j',
    async (literal) => {
      const failure = await createSecrets({ env: {}, dir: 'data' })
        .resolve(literal)
        .catch((error: Error) => error);
      expect(failure).toMatchObject({ name: 'ConfigError', message: 'A secret is given as itself and not as a reference.' });
      if (literal !== '') expect(inspect(failure).split('\n')[0]).not.toContain(literal);
    },
  );
});

describe('stored secrets', () => {
  it('are encrypted, each with its own salt, in a file for the owner alone', async () => {
    const dir = await folders.make();
    const secrets = createSecrets({ env: KEY, dir });
    await secrets.set('one', 'the same value');
    await chmod(join(dir, 'secrets.json'), 0o644);
    await secrets.set('two', 'the same value');
    const text = await readFile(join(dir, 'secrets.json'), 'utf8');
    expect(text).not.toContain('the same value');
    const { one, two } = JSON.parse(text).secrets;
    for (const field of ['salt', 'iv', 'data', 'tag']) expect(one[field]).not.toBe(two[field]);
    expect((await stat(join(dir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  });

  it('are listed by name, replaced and removed', async () => {
    const secrets = createSecrets({ env: KEY, dir: await folders.make() });
    expect(await secrets.list()).toEqual([]);
    await secrets.set('b', 'first');
    await secrets.set('a', 'value');
    await secrets.set('b', 'second');
    expect(await secrets.list()).toEqual(['a', 'b']);
    expect((await secrets.resolve('secret:b')).reveal()).toBe('second');
    expect(await secrets.remove('b')).toBe(true);
    expect(await secrets.remove('b')).toBe(false);
    expect(await secrets.list()).toEqual(['a']);
  });

  it('are all kept when several are set at once', async () => {
    const dir = await folders.make();
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => createSecrets({ env: KEY, dir }).set(name, `value of ${name}`)));
    expect(await createSecrets({ env: KEY, dir }).list()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('cannot be read with another key, after a change, or under another name', async () => {
    const dir = await folders.make();
    const secrets = createSecrets({ env: KEY, dir });
    await secrets.set('a', 'value of a');
    await secrets.set('b', 'value of b');
    const refused = { name: 'ConfigError', message: expect.stringContaining('cannot be decrypted') };
    const other = createSecrets({ env: { SEATWARDEN_SECRET_KEY: 'another key, also long' }, dir });
    await expect(other.resolve('secret:a')).rejects.toMatchObject(refused);

    const file = JSON.parse(await readFile(join(dir, 'secrets.json'), 'utf8'));
    [file.secrets.a, file.secrets.b] = [file.secrets.b, file.secrets.a];
    await writeFile(join(dir, 'secrets.json'), JSON.stringify(file));
    await expect(secrets.resolve('secret:a')).rejects.toMatchObject(refused);
    file.secrets.a = { ...file.secrets.b, tag: file.secrets.b.tag.slice(0, 8) };
    await writeFile(join(dir, 'secrets.json'), JSON.stringify(file));
    await expect(secrets.resolve('secret:a')).rejects.toMatchObject(refused);
  });

  it('need a key that is set and long', async () => {
    const dir = await folders.make();
    for (const [env, problem] of [
      [{}, 'SEATWARDEN_SECRET_KEY is not set'],
      [{ SEATWARDEN_SECRET_KEY: 'short' }, 'SEATWARDEN_SECRET_KEY is shorter than 16 characters'],
    ] as const) {
      await expect(createSecrets({ env, dir }).set('a', 'value')).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringContaining(problem),
        hint: expect.stringContaining('openssl rand'),
      });
    }
  });

  it.each(['', '../a', 'a b', '-a', '__proto__', 'x'.repeat(65)])('refuse the name %j', async (name) => {
    await expect(createSecrets({ env: KEY, dir: 'data' }).set(name, 'value')).rejects.toMatchObject({ name: 'UsageError' });
  });

  it('refuse an empty value', async () => {
    await expect(createSecrets({ env: KEY, dir: 'data' }).set('a', '\n')).rejects.toMatchObject({ name: 'UsageError' });
  });

  it.each(['', 'null', '{}', '{"format":1,"secrets":{"a":{}}}', '{"format":1,"secrets":null}', '[1'])(
    'are not overwritten when their file is damaged: %j',
    async (damaged) => {
      const dir = await folders.make();
      await writeFile(join(dir, 'secrets.json'), damaged);
      const secrets = createSecrets({ env: KEY, dir });
      await expect(secrets.resolve('secret:a')).rejects.toThrow('is damaged.');
      await expect(secrets.set('b', 'value')).rejects.toThrow('is damaged.');
      expect(await readFile(join(dir, 'secrets.json'), 'utf8')).toBe(damaged);
    },
  );
});
