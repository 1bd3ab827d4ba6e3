import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, UsageError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { ensurePrivateDirectory, reason, writeDurably } from './durable-file.ts';
import { withFileLock } from './file-lock.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Secrets {
  /**
   * The secret a reference names: `env:NAME`, `file:PATH` (one trailing line end is not part of it) or `secret:NAME`.
   * @throws ConfigError naming the reference and where the value should be; never the value.
   */
  resolve(reference: string): Promise<Secret>;
  /** Stores or replaces `secret:NAME`, encrypted with SEATWARDEN_SECRET_KEY. @throws UsageError, ConfigError. */
  set(name: string, value: string): Promise<void>;
  /** Names of the stored secrets, in alphabetical order. */
  list(): Promise<readonly string[]>;
  /** False when there was none of that name. */
  remove(name: string): Promise<boolean>;
}

/** One encrypted value; every field in base64. */
interface Sealed {
  readonly salt: string;
  readonly iv: string;
  readonly tag: string;
  readonly data: string;
}

interface SecretsFile {
  readonly format: 1;
  readonly secrets: Readonly<Record<string, Sealed>>;
}

const FILE = 'secrets.json';
const KEY_VARIABLE = 'SEATWARDEN_SECRET_KEY';
const LEAST_KEY_CHARACTERS = 16;
const LARGEST_FILE_BYTES = 64 * 1024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const CIPHER = 'aes-256-gcm';
/** The cost OWASP recommends: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt */
const SCRYPT = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const deriveKey = promisify<string, Buffer, number, typeof SCRYPT, Buffer>(scrypt);

/**
 * Secrets from the environment, from files, and from `<dir>/secrets.json`. Relative paths in `file:` start at `base`.
 * The environment is handed in, so that nothing but the start of the program reads it.
 */
export function createSecrets(options: { readonly env: Environment; readonly dir: string; readonly base?: string }): Secrets {
  return new StoredSecrets(options.env, options.dir, options.base ?? '.');
}

class StoredSecrets implements Secrets {
  readonly #env: Environment;
  readonly #dir: string;
  readonly #base: string;

  constructor(env: Environment, dir: string, base: string) {
    this.#env = env;
    this.#dir = dir;
    this.#base = base;
  }

  async resolve(reference: string): Promise<Secret> {
    const match = /^(env|file|secret):(.*)$/s.exec(reference);
    // The text is not repeated: it may well be the secret itself.
    if (match === null) {
      throw new ConfigError('A secret is given as itself and not as a reference.', [], {
        hint: 'Put the value into the environment, a file or the store, and write env:NAME, file:PATH or secret:NAME here.',
      });
    }
    const [, kind, name = ''] = match;
    if (name.trim() === '') throw mistake(reference, 'names nothing', 'Write env:NAME, file:PATH or secret:NAME.');
    if (kind === 'env') return this.#fromEnvironment(reference, name);
    return kind === 'file' ? this.#fromFile(reference, name) : this.#fromStore(reference, name);
  }

  async set(name: string, value: string): Promise<void> {
    if (!NAME.test(name)) {
      throw new UsageError('usage.secret', `\`${name}\` cannot be the name of a secret.`, {
        hint: 'Use up to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
      });
    }
    const clean = withoutLineEnd(value);
    if (clean === '')
      throw new UsageError('usage.secret', `The secret ${name} would be empty.`, { hint: 'Give its value on standard input.' });
    const sealed = await seal(name, clean, this.#key());
    await this.#change((secrets) => ({ ...secrets, [name]: sealed }));
  }

  async list(): Promise<readonly string[]> {
    return Object.keys((await this.#read()).secrets).sort();
  }

  async remove(name: string): Promise<boolean> {
    let was = false;
    await this.#change((secrets) => {
      was = Object.hasOwn(secrets, name);
      return Object.fromEntries(Object.entries(secrets).filter(([other]) => other !== name));
    });
    return was;
  }

  #fromEnvironment(reference: string, name: string): Secret {
    const value = this.#env[name];
    const where = `Set ${name} in .env or in the environment of the process.`;
    if (value === undefined) throw mistake(reference, 'is not set', where);
    if (withoutLineEnd(value).trim() === '') throw mistake(reference, 'is empty', where);
    return new Secret(withoutLineEnd(value));
  }

  async #fromFile(reference: string, path: string): Promise<Secret> {
    const full = resolve(this.#base, path);
    const where = `Put the secret into ${full}, readable for the user the bot runs as.`;
    let content: Buffer;
    try {
      content = await readFile(full);
    } catch (cause) {
      const code = (cause as NodeJS.ErrnoException).code;
      const words =
        code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a directory' : `cannot be read (${reason(cause)})`;
      throw mistake(reference, words, where, cause);
    }
    if (content.length > LARGEST_FILE_BYTES) throw mistake(reference, 'is larger than 64 KB, which no secret is', where);
    const value = withoutLineEnd(content.toString('utf8'));
    if (value.trim() === '') throw mistake(reference, 'is empty', where);
    return new Secret(value);
  }

  async #fromStore(reference: string, name: string): Promise<Secret> {
    const { secrets } = await this.#read();
    const sealed = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (sealed === undefined) throw mistake(reference, 'is not stored', `Store it with \`seatwarden secrets set ${name}\`.`);
    const value = await unseal(name, sealed, this.#key());
    if (value !== null) return new Secret(value);
    throw mistake(
      reference,
      `cannot be decrypted: ${KEY_VARIABLE} is not the key it was stored with, or ${FILE} was changed`,
      `Set the right ${KEY_VARIABLE}, or store the secret anew with \`seatwarden secrets set ${name}\`.`,
    );
  }

  #key(): string {
    const key = this.#env[KEY_VARIABLE] ?? '';
    if (key.length >= LEAST_KEY_CHARACTERS) return key;
    const problem = key === '' ? 'is not set' : `is shorter than ${LEAST_KEY_CHARACTERS} characters`;
    throw new ConfigError(`${KEY_VARIABLE} ${problem}, so stored secrets cannot be used.`, [], {
      hint: `Set it in .env to a long random text, for example the output of \`openssl rand -base64 32\`, and keep a copy.`,
    });
  }

  async #read(): Promise<SecretsFile> {
    const path = join(this.#dir, FILE);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { format: 1, secrets: {} };
      throw new ConfigError(`${path} cannot be read (${reason(cause)}).`, [], { cause });
    }
    const file = parseFile(text);
    if (file !== null) return file;
    throw new ConfigError(`${path} is damaged.`, [], {
      hint: 'Restore it from a backup, or remove it and store the secrets anew.',
    });
  }

  async #change(change: (secrets: SecretsFile['secrets']) => SecretsFile['secrets']): Promise<void> {
    const dir = await ensurePrivateDirectory(this.#dir);
    try {
      await withFileLock(join(dir, `${FILE}.lock`), async () => {
        const next: SecretsFile = { format: 1, secrets: change((await this.#read()).secrets) };
        await writeDurably(join(dir, FILE), [`${JSON.stringify(next, null, 2)}\n`]);
      });
    } catch (cause) {
      if (cause instanceof ConfigError) throw cause;
      throw new ConfigError(`${join(dir, FILE)} cannot be written (${reason(cause)}).`, [], {
        hint: 'Nothing was changed. Make the directory writable and try again.',
        cause,
      });
    }
  }
}

async function seal(name: string, value: string, password: string): Promise<Sealed> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const cipher = createCipheriv(CIPHER, await deriveKey(password, salt, 32, SCRYPT), iv);
  // The name is part of what is sealed, so that entries cannot be exchanged.
  cipher.setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  const [saltText, ivText, tag, dataText] = [salt, iv, cipher.getAuthTag(), data].map((part) => part.toString('base64'));
  return { salt: saltText ?? '', iv: ivText ?? '', tag: tag ?? '', data: dataText ?? '' };
}

async function unseal(name: string, sealed: Sealed, password: string): Promise<string | null> {
  const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
  try {
    const key = await deriveKey(password, bytes(sealed.salt), 32, SCRYPT);
    const decipher = createDecipheriv(CIPHER, key, bytes(sealed.iv), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name));
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

function parseFile(text: string): SecretsFile | null {
  try {
    const file = JSON.parse(text) as SecretsFile | null;
    const entries = file?.format === 1 && typeof file.secrets === 'object' ? Object.values(file.secrets) : null;
    const fields = ['salt', 'iv', 'tag', 'data'] as const;
    return entries?.every((entry) => fields.every((field) => typeof entry?.[field] === 'string')) ? file : null;
  } catch {
    return null;
  }
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function mistake(reference: string, problem: string, hint: string, cause?: unknown): ConfigError {
  return new ConfigError(`The secret ${reference} ${problem}.`, [], { hint, cause });
}
