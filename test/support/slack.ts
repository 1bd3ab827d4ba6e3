import { type Entry, elementsOf, labelOf } from '../../src/sandbox/slack/form.ts';
import type { SlackControl } from '../../src/sandbox/slack/local-slack.ts';
import type { Message, SlackUser, View } from '../../src/sandbox/slack/model.ts';
import type { Place } from '../../src/sandbox/slack/people-acts.ts';
import { asList, asText, asWire, isWire, type Wire } from '../../src/sandbox/wire.ts';

/** A thing on a person's screen with buttons and inputs on it. */
export type Seen = { readonly kind: 'message'; readonly message: Message } | { readonly kind: 'view'; readonly view: View };

const DEADLINE_MS = 5_000;

/** Drives a local Slack the way its people would. */
export class SlackClient {
  readonly control: SlackControl;

  constructor(control: SlackControl) {
    this.control = control;
  }

  /** Somebody by handle (`ada`) or user id. */
  as(who: string): Actor {
    const users = [...this.control.workspace.users.values()];
    const user = users.find((candidate) => candidate.handle === who || candidate.id === who);
    if (user === undefined) throw new Error(`nobody in this workspace is called "${who}"`);
    return new Actor(this, user);
  }

  /** A channel's id by its name. */
  channel(name: string): string {
    const found = [...this.control.workspace.conversations.values()].find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`there is no channel #${name}`);
    return found.id;
  }

  /** Resolves with the first defined answer, asked again at every change; fails with `what` when time is up. */
  async until<Answer>(what: () => string, ask: () => Answer | undefined, deadlineMs = DEADLINE_MS): Promise<Answer> {
    const now = ask();
    if (now !== undefined) return now;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        stop();
        reject(new Error(what()));
      }, deadlineMs);
      const stop = this.control.workspace.onChange(() => {
        const answer = ask();
        if (answer === undefined) return;
        clearTimeout(timer);
        stop();
        resolve(answer);
      });
    });
  }

  /** Waits for the app to connect over Socket Mode. */
  async connected(deadlineMs = DEADLINE_MS): Promise<void> {
    await this.until(
      () => 'the app did not connect',
      () => (this.control.connections() > 0 ? true : undefined),
      deadlineMs,
    );
  }
}

export class Actor {
  readonly user: SlackUser;
  readonly #client: SlackClient;
  /** Where the person types when no channel is named: the conversation with the app. */
  readonly home: string;
  #last: Seen | null = null;

  constructor(client: SlackClient, user: SlackUser) {
    this.#client = client;
    this.user = user;
    this.home = client.control.workspace.directMessage(user.id).id;
  }

  /** Types a message or command; resolves when Slack has the app's acknowledgement. */
  async types(text: string, options: { readonly in?: string } = {}): Promise<void> {
    await this.#control.acts.say(this.user.id, this.#channel(options.in), text);
  }

  /** The newest message that the person sees and whose text matches, posted `after` another if given; waits for it. */
  async sees(
    pattern: RegExp | string,
    options: { readonly in?: string; readonly after?: Seen; readonly deadlineMs?: number } = {},
  ): Promise<Seen> {
    const seen = await this.#client.until(
      () => `${this.user.handle} never saw ${String(pattern)}. On the screen:\n${this.screen(options.in)}`,
      () => this.#find(pattern, options.in, options.after),
      options.deadlineMs,
    );
    this.#last = seen;
    return seen;
  }

  /** Waits until something seen has changed so that its text matches. */
  async seesChange(seen: Seen, pattern: RegExp, deadlineMs = DEADLINE_MS): Promise<Seen> {
    return this.#client.until(
      () => `it never came to say ${String(pattern)}:\n${textOf(seen)}`,
      () => (this.#isThere(seen) && pattern.test(textOf(seen)) ? seen : undefined),
      deadlineMs,
    );
  }

  /** Waits for a modal whose title or text matches. */
  async seesModal(pattern: RegExp | string = /(?:)/, deadlineMs = DEADLINE_MS): Promise<Seen> {
    const seen = await this.#client.until(
      () => `${this.user.handle} never saw a window with ${String(pattern)}; open now: ${this.#modalText()}`,
      () => {
        const view = this.#control.workspace.stack(this.user.id).at(-1);
        return view !== undefined && matches(textOf({ kind: 'view', view }), pattern)
          ? { kind: 'view' as const, view }
          : undefined;
      },
      deadlineMs,
    );
    this.#last = seen;
    return seen;
  }

  async seesNoModal(deadlineMs = DEADLINE_MS): Promise<void> {
    await this.#client.until(
      () => `the window stayed open: ${this.#modalText()}`,
      () => (this.#control.workspace.stack(this.user.id).length === 0 ? true : undefined),
      deadlineMs,
    );
  }

  /** Opens the app's Home and waits for what it publishes. */
  async opensHome(pattern: RegExp | string = /(?:)/, deadlineMs = DEADLINE_MS): Promise<Seen> {
    await this.#control.acts.openHome(this.user.id);
    return this.#client.until(
      () => `${this.user.handle} never saw a Home with ${String(pattern)}`,
      () => {
        const view = this.#control.workspace.homes.get(this.user.id);
        return view !== undefined && matches(textOf({ kind: 'view', view }), pattern)
          ? { kind: 'view' as const, view }
          : undefined;
      },
      deadlineMs,
    );
  }

  /** Presses a button by its text, or the `nth` of several alike. */
  async presses(label: string, options: { readonly in?: Seen; readonly nth?: number } = {}): Promise<void> {
    await this.#use(label, options, null);
  }

  /** Picks an entry of a menu or select on something seen, by the element's name. */
  async picks(label: string, option: string, options: { readonly in?: Seen; readonly nth?: number } = {}): Promise<void> {
    await this.#use(label, options, option);
  }

  /** Fills inputs of the open modal by their labels; then `.submits()`. */
  fills(entries: Readonly<Record<string, Entry>>): Filling {
    return new Filling(this, entries);
  }

  async enters(entries: Readonly<Record<string, Entry>>): Promise<void> {
    for (const [label, entry] of Object.entries(entries)) {
      const seen = await this.seesModal();
      await this.#use(label, { in: seen }, entry);
    }
  }

  async submits(): Promise<void> {
    await this.#control.acts.submit(this.user.id);
  }

  async closes(): Promise<void> {
    await this.#control.acts.close(this.user.id);
  }

  async runsShortcut(callbackId: string, on?: Seen): Promise<void> {
    const message = on?.kind === 'message' ? on.message : undefined;
    await this.#control.acts.shortcut(this.user.id, callbackId, message);
  }

  /** Field errors of the open modal, by input label. */
  errors(): Readonly<Record<string, string>> {
    const view = this.#control.workspace.stack(this.user.id).at(-1);
    if (view === undefined) return {};
    const labels = new Map(elementsOf(view.blocks).map((found) => [found.blockId, labelOf(found)]));
    return Object.fromEntries(Object.entries(view.errors).map(([id, text]) => [labels.get(id) ?? id, text]));
  }

  /** Every message the person can see, oldest first, in one conversation or in all. */
  messages(channel?: string): readonly Message[] {
    const { workspace } = this.#control;
    if (channel !== undefined) return workspace.visible(this.user.id, this.#channel(channel));
    return workspace.messages.filter((message) => workspace.visible(this.user.id, message.channel).includes(message));
  }

  /** All of it as text, for failure messages. */
  screen(channel?: string): string {
    return this.messages(channel)
      .map((message) => `- [${message.channel}] ${textOf({ kind: 'message', message }).replaceAll('\n', '\n    ')}`)
      .join('\n');
  }

  get #control(): SlackControl {
    return this.#client.control;
  }

  #channel(name: string | undefined): string {
    if (name === undefined) return this.home;
    return this.#control.workspace.conversations.has(name) ? name : this.#client.channel(name.replace(/^#/, ''));
  }

  #find(pattern: RegExp | string, channel: string | undefined, after: Seen | undefined): Seen | undefined {
    const since = after?.kind === 'message' ? after.message.ts : '';
    const message = this.messages(channel).findLast(
      (each) => each.ts > since && matches(textOf({ kind: 'message', message: each }), pattern),
    );
    return message === undefined ? undefined : { kind: 'message', message };
  }

  #isThere(seen: Seen): boolean {
    return seen.kind === 'message' ? this.messages().includes(seen.message) : true;
  }

  async #use(label: string, options: { readonly in?: Seen; readonly nth?: number }, entry: Entry): Promise<void> {
    const seen = options.in ?? this.#last;
    if (seen === null) throw new Error(`${this.user.handle} has not looked at anything yet`);
    const found = elementsOf(blocksOf(seen)).filter((each) => labelOf(each) === label || each.actionId === label);
    const element = found[options.nth ?? 0];
    if (element === undefined)
      throw new Error(`there is no "${label}" on it; there is: ${buttonsOf(seen).join(', ') || 'nothing'}`);
    const place: Place =
      seen.kind === 'message'
        ? { kind: 'message', channel: seen.message.channel, ts: seen.message.ts }
        : { kind: 'view', viewId: seen.view.id };
    await this.#control.acts.use(this.user.id, place, element.blockId, element.actionId, entry);
  }

  #modalText(): string {
    const view = this.#control.workspace.stack(this.user.id).at(-1);
    return view === undefined ? 'none' : textOf({ kind: 'view', view });
  }
}

class Filling {
  readonly #actor: Actor;
  readonly #entries: Readonly<Record<string, Entry>>;

  constructor(actor: Actor, entries: Readonly<Record<string, Entry>>) {
    this.#actor = actor;
    this.#entries = entries;
  }

  async submits(): Promise<void> {
    await this.#actor.enters(this.#entries);
    await this.#actor.submits();
  }
}

/** All text of a message or view that a reader would see, a line per text object. */
export function textOf(seen: Seen | Message | View): string {
  if ('kind' in seen) return seen.kind === 'message' ? textOf(seen.message) : textOf(seen.view);
  if ('ts' in seen) return seen.blocks.length === 0 ? seen.text : [seen.text, ...textsIn(seen.blocks)].join('\n');
  return [...textsIn(seen.content['title']), ...textsIn(seen.blocks), ...textsIn(seen.content['submit'])].join('\n');
}

/** The labels of everything that can be pressed or filled in. */
export function buttonsOf(seen: Seen | Message | View): readonly string[] {
  return elementsOf(blocksOf(seen)).map(labelOf);
}

export function blocksOf(seen: Seen | Message | View): readonly Wire[] {
  if (!('kind' in seen)) return seen.blocks;
  return seen.kind === 'message' ? seen.message.blocks : seen.view.blocks;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isWire(value)) return [];
  const own = asText(value['text']);
  const deeper = Object.entries(value).flatMap(([name, item]) =>
    name === 'confirm' || (name === 'text' && own !== undefined) ? [] : textsIn(asList(item).length > 0 ? item : asWire(item)),
  );
  return own === undefined ? deeper : [own, ...deeper];
}

function matches(text: string, pattern: RegExp | string): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}
