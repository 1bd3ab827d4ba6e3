export type JsonResult =
  | { readonly ok: true; readonly value: unknown; readonly duplicates: readonly string[] }
  | { readonly ok: false; readonly line: number; readonly column: number; readonly problem: string };

/**
 * Reads JSON, and says in which line and column it stops being JSON without repeating any of the text (which may hold what
 * should not be shown). Names that appear twice in one object are listed by path; JSON.parse would drop the first in silence.
 */
export function parseJson(text: string): JsonResult {
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  try {
    const value = reader.document();
    return { ok: true, value, duplicates: reader.duplicates };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    const before = reader.text.slice(0, error.at).split('\n');
    return { ok: false, line: before.length, column: (before.at(-1) ?? '').length + 1, problem: error.message };
  }
}

class SyntaxFault extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

const MAX_DEPTH = 100;

class Reader {
  readonly text: string;
  readonly duplicates: string[] = [];
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  document(): unknown {
    const value = this.#value('', 0);
    this.#blank();
    if (this.#at < this.text.length) this.#fail('there is more text after the end of the JSON');
    return value;
  }

  #value(path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) this.#fail('the JSON is nested too deeply');
    this.#blank();
    const next = this.text[this.#at];
    if (next === '{') return this.#object(path, depth);
    if (next === '[') return this.#array(path, depth);
    if (next === '"') return this.#string();
    return this.#word();
  }

  #object(path: string, depth: number): unknown {
    const entries = new Map<string, unknown>();
    this.#at += 1;
    this.#blank();
    if (this.#take('}')) return {};
    for (;;) {
      this.#blank();
      if (this.text[this.#at] === '}') this.#fail('there is a comma before the closing brace');
      if (this.text[this.#at] !== '"') this.#fail('a name in double quotes is expected here');
      const name = this.#string();
      const inner = path === '' ? name : `${path}.${name}`;
      if (entries.has(name)) this.duplicates.push(inner);
      this.#blank();
      if (!this.#take(':')) this.#fail('a colon is expected here');
      entries.set(name, this.#value(inner, depth + 1));
      this.#blank();
      // fromEntries makes an own property even of `__proto__`, which the schema then refuses as an unknown name.
      if (this.#take('}')) return Object.fromEntries(entries);
      if (!this.#take(',')) this.#fail('a comma or a closing brace is expected here');
    }
  }

  #array(path: string, depth: number): unknown {
    const items: unknown[] = [];
    this.#at += 1;
    this.#blank();
    if (this.#take(']')) return items;
    for (;;) {
      this.#blank();
      if (this.text[this.#at] === ']') this.#fail('there is a comma before the closing bracket');
      items.push(this.#value(`${path}[${items.length}]`, depth + 1));
      this.#blank();
      if (this.#take(']')) return items;
      if (!this.#take(',')) this.#fail('a comma or a closing bracket is expected here');
    }
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"' && this.text[end] !== '\n') end += this.text[end] === '\\' ? 2 : 1;
    if (this.text[end] !== '"') this.#fail('this text has no closing quote');
    this.#at = end + 1;
    try {
      return JSON.parse(this.text.slice(start, this.#at)) as string;
    } catch {
      throw new SyntaxFault(start, 'this text holds a backslash or a character that JSON does not allow');
    }
  }

  #word(): unknown {
    const [word] = /^[^\s,:{}[\]"]+/.exec(this.text.slice(this.#at, this.#at + 400)) ?? [''];
    if (word === '') this.#fail(this.#at >= this.text.length ? 'the file ends too early' : 'a value is expected here');
    if (word.startsWith('//') || word.startsWith('/*')) this.#fail('JSON has no comments');
    if (word.startsWith("'")) this.#fail('JSON wants double quotes');
    if (!/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(word))
      this.#fail('text must stand in double quotes; without them only numbers, true, false and null are allowed');
    this.#at += word.length;
    return JSON.parse(word);
  }

  #blank(): void {
    while (/^[ \t\r\n]$/.test(this.text[this.#at] ?? '')) this.#at += 1;
    if (this.text[this.#at] === '/') this.#fail('JSON has no comments');
  }

  #take(character: string): boolean {
    if (this.text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #fail(problem: string): never {
    throw new SyntaxFault(this.#at, problem);
  }
}
