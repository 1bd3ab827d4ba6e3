/** An object's entries in a file that may be wrong in any way; what is not an object has none. */
export function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

export function memberOf(value: unknown, name: string): unknown {
  return new Map(entriesOf(value)).get(name);
}

export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
