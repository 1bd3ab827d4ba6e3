import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O or U, which are misread for 1, 0 and V (https://www.crockford.com/base32.html). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A new request id such as `R7K2QM04X`: 40 random bits, unguessable and fit for typing. */
export function newRequestId(): string {
  // 32 divides 256, so every letter is equally likely.
  return `R${Array.from(randomBytes(8), (byte) => ALPHABET[byte % 32]).join('')}`;
}
