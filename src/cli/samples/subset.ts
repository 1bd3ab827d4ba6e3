/** What differs from what is expected, one line each; of an object only the expected members count. */
export function differences(actual: unknown, expected: unknown, path = ''): readonly string[] {
  const here = path === '' ? 'it' : path;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return [`${here} is ${show(actual)}, expected a list`];
    if (actual.length !== expected.length) return [`${here} has ${actual.length} items, expected ${expected.length}: ${show(actual)}`];
    return expected.flatMap((item, index) => differences(actual[index], item, `${path}[${index}]`));
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return [`${here} is ${show(actual)}, expected ${show(expected)}`];
    return Object.entries(expected).flatMap(([key, value]) =>
      differences((actual as Record<string, unknown>)[key], value, path === '' ? key : `${path}.${key}`),
    );
  }
  return Object.is(actual, expected) ? [] : [`${here} is ${show(actual)}, expected ${show(expected)}`];
}

export function show(value: unknown): string {
  const json = value === undefined ? 'not there' : JSON.stringify(value);
  return json.length > 120 ? `${json.slice(0, 120)}…` : json;
}
