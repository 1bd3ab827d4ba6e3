/** A string of more than 128 KB has pages of memory of its own in V8, and asking for those takes longer than reading them. */
const PART_BYTES = 96 * 1024;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const BOUNDARY = Buffer.from('},{');

/**
 * Cuts the bytes of a long list of objects into texts that are likely to be lists themselves, so that nobody has to parse it in
 * one go: where all of them parse, their items are those of the whole list. Likely, since a boundary may stand within a text or
 * an inner list; such a part does not parse. Null where the bytes are no compact list of objects. The bytes are written over.
 */
export function jsonParts(bytes: Buffer, size = PART_BYTES): readonly string[] | null {
  if (bytes[0] !== LIST || bytes[1] !== OBJECT || bytes[bytes.length - 1] !== LIST_END) return null;
  const parts: string[] = [];
  let start = 0;
  for (;;) {
    const found = bytes.indexOf(BOUNDARY, start + size);
    if (found === -1) break;
    const comma = found + 1;
    bytes[comma] = LIST_END;
    parts.push(bytes.toString('utf8', start, comma + 1));
    bytes[comma] = LIST;
    start = comma;
  }
  if (parts.length === 0) return null;
  parts.push(bytes.toString('utf8', start));
  return parts;
}

/** The text the parts were cut from. */
export function joinedParts(parts: readonly string[]): string {
  return `[${parts.map((part) => part.slice(1, -1)).join(',')}]`;
}
