import { z } from 'zod';

const scope = {
  /** How many matching calls it hits, 1 unless told; null: until it is taken away. */
  times: z.int().min(1).max(100_000).nullable().optional(),
  method: z.string().max(10).optional(),
  /** A part of the path, or the name of a Web API method. */
  path: z.string().max(200).optional(),
};

const faultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown().optional(),
    /** Seconds, as the `Retry-After` header has them. */
    retryAfter: z.number().min(0).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    ...scope,
  }),
  /** An HTML page where JSON is expected. */
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).optional(), ...scope }),
  /** The right answer, cut in the middle. */
  z.strictObject({ kind: z.literal('half-body'), ...scope }),
  /** A list without items that still tells its total. */
  z.strictObject({ kind: z.literal('empty-page'), ...scope }),
  /** The first half of each page's items, with the total of all. */
  z.strictObject({ kind: z.literal('short-page'), ...scope }),
  /** All items, and a total that is wrong: `total`, or 7 more than there are. */
  z.strictObject({ kind: z.literal('wrong-total'), total: z.int().min(0).optional(), ...scope }),
  /** Never answers, and does nothing. */
  z.strictObject({ kind: z.literal('hang'), ...scope }),
  /** Cuts the connection without doing anything. */
  z.strictObject({ kind: z.literal('reset'), ...scope }),
  /** Does it, then cuts the connection. */
  z.strictObject({ kind: z.literal('lose-answer'), ...scope }),
  /** Does it after a while. */
  z.strictObject({ kind: z.literal('delay'), ms: z.number().min(0).max(600_000), ...scope }),
]);

type Loose<Each> = Each extends unknown ? { readonly [Key in keyof Each]: Each[Key] } : never;

/** What a server can be told to do wrong. */
export type Fault = Loose<z.output<typeof faultSchema>>;

/** A fault as somebody sent it, or what is wrong with it in words. */
export function readFault(value: unknown): { readonly fault: Fault } | { readonly problem: string } {
  const parsed = faultSchema.safeParse(value);
  if (parsed.success) return { fault: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return { problem: `${place}${issue?.message ?? 'that is no fault'}` };
}

export interface PendingFault {
  readonly id: number;
  readonly fault: Fault;
  /** Calls it still hits; null: until it is taken away. */
  readonly left: number | null;
}

let lastId = 0;

/** Faults that wait for the calls they hit, oldest first. */
export class FaultQueue {
  #pending: { readonly id: number; readonly fault: Fault; left: number | null }[] = [];
  readonly #listeners = new Set<() => void>();

  /** Answers an id to take it away with; no other queue gives the same. */
  add(fault: Fault): number {
    lastId += 1;
    this.#pending.push({ id: lastId, fault, left: fault.times === undefined ? 1 : fault.times });
    this.#changed();
    return lastId;
  }

  /** False when there is none of this id. */
  remove(id: number): boolean {
    const before = this.#pending.length;
    this.#pending = this.#pending.filter((entry) => entry.id !== id);
    if (this.#pending.length === before) return false;
    this.#changed();
    return true;
  }

  clear(): void {
    if (this.#pending.length === 0) return;
    this.#pending = [];
    this.#changed();
  }

  /** What is still to come, for showing. */
  list(): readonly PendingFault[] {
    return this.#pending.map((entry) => ({ ...entry }));
  }

  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** The fault that hits this call, used up by one; null when it goes well. */
  take(method: string, path: string): Fault | null {
    const entry = this.#pending.find(
      ({ fault }) =>
        (fault.method === undefined || fault.method === method) && (fault.path === undefined || path.includes(fault.path)),
    );
    if (entry === undefined) return null;
    if (entry.left !== null) {
      entry.left -= 1;
      if (entry.left <= 0) this.#pending = this.#pending.filter((other) => other !== entry);
      this.#changed();
    }
    return entry.fault;
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
