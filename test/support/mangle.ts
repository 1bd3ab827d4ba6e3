import fc from 'fast-check';

type Path = readonly (string | number)[];

/** Every place in a JSON value, the value itself first. */
export function pathsOf(value: unknown, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    at,
    ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...at, Array.isArray(value) ? Number(key) : key])),
  ];
}

/** The value with something done to what stands at a path. */
function changed(value: unknown, [key, ...rest]: Path, change: (before: unknown) => unknown): unknown {
  if (key === undefined) return change(value);
  // An earlier touch may have put something else there.
  if (typeof value !== 'object' || value === null) return change(value);
  if (Array.isArray(value))
    return value.map((item, index) => (index === key ? changed(item, rest, change) : item)).filter((item) => item !== GONE);
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, item]) => {
      if (name !== key) return [[name, item]];
      const next = changed(item, rest, change);
      return next === GONE ? [] : [[name, next]];
    }),
  );
}

const GONE = Symbol('gone');

/** JSON as a vendor or a tired person might turn it: values replaced, dropped, emptied, nested, cut; several at once. */
export function mangled(value: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(value);
  const odd = fc.oneof(
    fc.constantFrom<unknown>(GONE, null, '', 0, -1, 1e300, true, [], {}, 'null', '2026-13-45', '{{', '}}', '9007199254740993'),
    fc.jsonValue({ maxDepth: 2 }),
    fc.string({ maxLength: 20 }),
  );
  const touch = fc.record({
    at: fc.nat({ max: paths.length - 1 }),
    how: fc.nat({ max: 3 }),
    value: odd,
    cut: fc.nat({ max: 40 }),
  });
  return fc.array(touch, { minLength: 1, maxLength: 4 }).map((touches) =>
    touches.reduce((now, { at, how, value: put, cut }) => {
      const result = changed(now, paths[at] ?? [], (before) => {
        if (how === 1 && typeof before === 'string') return before.slice(0, cut) + before.slice(cut + 1);
        if (how === 2 && typeof before === 'string') return `${before.slice(0, cut)}${String(put)}${before.slice(cut)}`;
        if (how === 3) return [before, before];
        return put;
      });
      return result === GONE ? null : result;
    }, value),
  );
}
