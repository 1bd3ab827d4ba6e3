/**
 * Functions made as code for the names a preset uses. An engine reads `value.subscription` from code at a tenth of what it
 * costs to read `value[key]` in code all paths share, and a load reads some thirty of them a record. Names come from
 * presets, so they stand in the code as JSON texts alone.
 */

/** False where the process was started with `--disallow-code-generation-from-strings`: everything works, more slowly. */
const MAY_GENERATE = (() => {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
})();

/**
 * Compiles `body` with its constants by name; null where code may not be made.
 * Every text from outside in `body` must have gone through {@link quoted}.
 */
export function generate<Made>(constants: Readonly<Record<string, unknown>>, body: string): Made | null {
  if (!MAY_GENERATE) return null;
  return new Function(...Object.keys(constants), `'use strict';\n${body}`)(...Object.values(constants)) as Made;
}

/** A text as a literal of code, whatever is in it. */
export function quoted(text: string): string {
  // Line separators end a line of code in older grammars.
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
