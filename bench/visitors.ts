import { setTimeout as wait } from 'node:timers/promises';
import { Connections } from './connections.ts';
import { type LocalWorld, type Person, PRODUCT } from './local-world.ts';
import { toHttpRequest } from './slash-commands.ts';

const ANSWER_TIMEOUT_MS = 20_000;

export interface Visit {
  /** From sending the command to the empty 200 that Slack waits three seconds for. */
  readonly ackMs: number;
  /** From sending the command to the answer at its response URL. */
  readonly answerMs: number;
}

interface Prepared {
  readonly id: string;
  readonly bytes: Buffer;
}

/** People who type commands to one server at once; each waits for an answer before they go on. */
export class Visitors {
  readonly #world: LocalWorld;
  readonly #connections: Connections;

  private constructor(world: LocalWorld, connections: Connections) {
    this.#world = world;
    this.#connections = connections;
  }

  static async arrive(world: LocalWorld, port: number, count: number): Promise<Visitors> {
    return new Visitors(world, await Connections.open(port, count));
  }

  leave(): void {
    this.#connections.close();
  }

  /** Sends `amount` commands of nobody, which are acknowledged and leave nothing to do. Milliseconds of each. */
  async sendEmpty(amount: number): Promise<readonly number[]> {
    const requests = Array.from({ length: amount }, () => this.#prepare({ userId: '' }, 'help'));
    return this.#each(requests, ({ bytes }) => timed(() => this.#connections.send(bytes)));
  }

  /**
   * Looks `amount` people up at an even pace, without waiting for any answer. Milliseconds until each acknowledgement,
   * counted from when it was to be sent, so that a server that stalls does not slow the questions down.
   */
  async lookUpSteadily(amount: number, perSecond: number): Promise<readonly number[]> {
    return this.#steadily(this.#lookUps(amount), perSecond);
  }

  async #steadily(requests: readonly Prepared[], perSecond: number): Promise<readonly number[]> {
    const start = performance.now();
    const acks = requests.map(async ({ bytes }, index) => {
      const due = start + (index * 1_000) / perSecond;
      await wait(due - performance.now());
      await this.#connections.send(bytes);
      return performance.now() - due;
    });
    return Promise.all(acks);
  }

  /** Like {@link sendEmpty} at an even pace, timed from when each was to be sent. */
  async sendEmptySteadily(amount: number, perSecond: number): Promise<readonly number[]> {
    return this.#steadily(
      Array.from({ length: amount }, () => this.#prepare({ userId: '' }, 'help')),
      perSecond,
    );
  }

  /** Types `text` `amount` times and waits for each answer, which must hold `expected`. */
  async ask(text: string, amount: number, expected: string): Promise<readonly Visit[]> {
    const requests = Array.from({ length: amount }, (_, index) => this.#prepare(this.#person(index), text));
    return this.#each(requests, (request) => this.#visit(request, expected));
  }

  /** Looks people up, one after the other in the company's order. */
  async lookUp(amount: number): Promise<readonly Visit[]> {
    return this.#each(this.#lookUps(amount), (request) => this.#visit(request, PRODUCT));
  }

  #lookUps(amount: number): readonly Prepared[] {
    const { people } = this.#world;
    return Array.from({ length: amount }, (_, index) =>
      this.#prepare(this.#person(index), people[index % people.length]?.email ?? ''),
    );
  }

  async #visit({ id, bytes }: Prepared, expected: string): Promise<Visit> {
    const answer = this.#world.answerTo(id);
    const since = performance.now();
    const ackMs = await timed(() => this.#connections.send(bytes));
    const late = new AbortController();
    const over = tooLate(id, late.signal);
    let text = await Promise.race([answer, over]);
    // On a busy machine a look-up may take so long that it is told first that somebody is asked.
    while (text.includes(UNDER_WAY)) text = await Promise.race([this.#world.answerTo(id), over]);
    late.abort();
    const answerMs = performance.now() - since;
    if (!text.includes(expected)) throw new Error(`the answer does not hold "${expected}": ${text.slice(0, 500)}`);
    return { ackMs, answerMs };
  }

  #person(index: number): Person {
    return this.#world.people[index % this.#connections.size] as Person;
  }

  #prepare({ userId }: Pick<Person, 'userId'>, text: string): Prepared {
    const id = `${process.pid}.${VISITS.next}`;
    VISITS.next += 1;
    const bytes = toHttpRequest({ userId, text, triggerId: id, responseUrl: this.#world.responseUrl(id) });
    return { id, bytes };
  }

  /** Keeps all connections busy until everything was done. */
  async #each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
    const results: Result[] = [];
    const left = items.values();
    const worker = async (): Promise<void> => {
      for (const item of left) results.push(await work(item));
    };
    await Promise.all(Array.from({ length: this.#connections.size }, worker));
    return results;
  }
}

const UNDER_WAY = '"text":"Asking ';

async function tooLate(id: string, signal: AbortSignal): Promise<never> {
  await wait(ANSWER_TIMEOUT_MS, undefined, { signal });
  throw new Error(`nothing came to the response URL ${id} in ${ANSWER_TIMEOUT_MS / 1_000} s`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

/** Ids are never used twice in one run, whichever visitors use them. */
const VISITS = { next: 1 };
