/** `seat.holder.email` in a fact's text. */
const OURS = /\b(seat|account)((?:\.[A-Za-z_][A-Za-z0-9_]*)+)/g;
/** `record.assignee.email` in a mapping. */
const THEIRS = /\b(?:record|joined)(?:\.[A-Za-z_][A-Za-z0-9_]*)+/g;

/**
 * Where a fact comes from in the vendor's own words: the paths of the record that the fields in its text are mapped from.
 * Null where the mapping does not say.
 */
export function factSource(text: string, mappings: Readonly<Record<'seat' | 'account', unknown>>): string | null {
  const found = new Set<string>();
  for (const [, kind, path = ''] of text.matchAll(OURS)) {
    const mapped = JSON.stringify(at(mappings[kind as 'seat' | 'account'], path.slice(1).split('.')) ?? null);
    for (const [vendorPath] of mapped.matchAll(THEIRS)) found.add(vendorPath.replace(/^record\./, ''));
  }
  return found.size === 0 ? null : [...found].join(', ');
}

/** What a mapping has at a path; where it has alternatives, of all of them; where it ends before, what is there. */
function at(mapping: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined || mapping === null || typeof mapping !== 'object') return mapping;
  if (Array.isArray(mapping)) return mapping.map((one) => at(one, path));
  // Our `externalId` is called `id` in a mapping.
  const key = Object.hasOwn(mapping, name) ? name : name === 'externalId' ? 'id' : name;
  return at((mapping as Readonly<Record<string, unknown>>)[key], rest);
}
