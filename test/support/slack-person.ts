import { type Entry, elementsOf, labelOf } from '../../src/sandbox/slack/form.ts';
import type { SlackControl } from '../../src/sandbox/slack/local-slack.ts';
import type { Message, SlackUser, View } from '../../src/sandbox/slack/model.ts';
import type { Place } from '../../src/sandbox/slack/people-acts.ts';
import { asWire } from '../../src/sandbox/wire.ts';
import { blocksOf, buttonsOf, DEADLINE_MS, isThere, matches, type Pattern, type Seen, textOf, until } from './slack-seen.ts';

/** What people need to know of where they work. */
export interface Workplace {
  readonly control: SlackControl;
  /** What was posted up to this time stamp is old news. */
  readonly since: string;
  /** A channel's id by its name. */
  channel(name: string): string;
}

/** Somebody at work in Slack, and what they do there. */
export class Person {
  readonly user: SlackUser;
  readonly #client: Workplace;
  /** Where the person types when no channel is named: the conversation with the app. */
  readonly home: string;
  #last: Seen | null = null;

  constructor(client: Workplace, user: SlackUser) {
    this.#client = client;
    this.user = user;
    this.home = client.control.workspace.directMessage(user.id).id;
  }

  /** Types a message or command; resolves when Slack has the app's acknowledgement. */
  async types(text: string, options: { readonly in?: string } = {}): Promise<void> {
    await this.#control.acts.say(this.user.id, this.#channel(options.in), text);
  }

  /** Answers a message in its thread. */
  async replies(seen: Seen, text: string): Promise<void> {
    const { channel, ts } = messageOf(seen);
    await this.#control.acts.say(this.user.id, channel, text, ts);
  }

  /** Puts an emoji under a message, or takes it away again. */
  async reacts(seen: Seen, emoji: string): Promise<void> {
    const { channel, ts } = messageOf(seen);
    await this.#control.acts.react(this.user.id, channel, ts, emoji);
  }

  /** Looks at a conversation: everything in it is read. */
  reads(channel: string): void {
    this.#control.acts.markRead(this.user.id, this.#channel(channel));
  }

  /** The newest message that the person sees and whose text matches, posted `after` another if given; waits for it. */
  async sees(
    pattern: Pattern,
    options: { readonly in?: string; readonly after?: Seen; readonly deadlineMs?: number } = {},
  ): Promise<Seen> {
    const seen = await until(
      this.#control,
      () => `${this.user.handle} never saw ${String(pattern)}. On the screen:\n${this.screen(options.in)}`,
      () => this.#find(pattern, options.in, options.after),
      options.deadlineMs,
    );
    this.#last = seen;
    return seen;
  }

  /** Waits until something seen has changed so that its text matches. */
  async seesChange(seen: Seen, pattern: Pattern, deadlineMs = DEADLINE_MS): Promise<Seen> {
    return until(
      this.#control,
      () => `it never came to say ${String(pattern)}:\n${textOf(seen)}`,
      () => (isThere(seen) && matches(textOf(seen), pattern) ? seen : undefined),
      deadlineMs,
    );
  }

  /** Waits for a modal whose title or text matches. */
  async seesModal(pattern: Pattern = /(?:)/, deadlineMs = DEADLINE_MS): Promise<Seen> {
    const seen = await until(
      this.#control,
      () => `${this.user.handle} never saw a window with ${String(pattern)}; open now: ${this.#modalText()}`,
      () => {
        const view = this.#control.workspace.stack(this.user.id).at(-1);
        return view !== undefined && matches(textOf(this.#view(view)), pattern) ? this.#view(view) : undefined;
      },
      deadlineMs,
    );
    this.#last = seen;
    return seen;
  }

  async seesNoModal(deadlineMs = DEADLINE_MS): Promise<void> {
    await until(
      this.#control,
      () => `the window stayed open: ${this.#modalText()}`,
      () => (this.#control.workspace.stack(this.user.id).length === 0 ? true : undefined),
      deadlineMs,
    );
  }

  /** Opens the app's Home and waits for what it publishes. */
  async opensHome(pattern: Pattern = /(?:)/, deadlineMs = DEADLINE_MS): Promise<Seen> {
    await this.#control.acts.openHome(this.user.id);
    return until(
      this.#control,
      () => `${this.user.handle} never saw a Home with ${String(pattern)}`,
      () => {
        const view = this.#control.workspace.homes.get(this.user.id);
        return view !== undefined && matches(textOf(this.#view(view)), pattern) ? this.#view(view) : undefined;
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

  /** What an external select of the open modal offers for what is typed into it. */
  async isOffered(label: string, query: string): Promise<readonly string[]> {
    const seen = await this.seesModal();
    const found = elementsOf(blocksOf(seen)).find((each) => labelOf(each) === label || each.actionId === label);
    if (found === undefined) throw new Error(`there is no "${label}" on it`);
    const options = await this.#control.acts.suggest(this.user.id, placeOf(seen), found.blockId, found.actionId, query);
    return options.map((option) => String(asWire(option['text'])['text']));
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
      .map((message) => `- [${message.channel}] ${textOf(this.#message(message)).replaceAll('\n', '\n    ')}`)
      .join('\n');
  }

  #view(view: View): Seen {
    return { kind: 'view', view, control: this.#control };
  }

  #message(message: Message): Seen {
    return { kind: 'message', message, control: this.#control };
  }

  get #control(): SlackControl {
    return this.#client.control;
  }

  #channel(name: string | undefined): string {
    if (name === undefined) return this.home;
    return this.#control.workspace.conversations.has(name) ? name : this.#client.channel(name.replace(/^#/, ''));
  }

  #find(pattern: Pattern, channel: string | undefined, after: Seen | undefined): Seen | undefined {
    const since = after?.kind === 'message' ? after.message.ts : this.#client.since;
    const message = this.messages(channel).findLast((each) => each.ts > since && matches(textOf(each), pattern));
    return message === undefined ? undefined : this.#message(message);
  }

  async #use(label: string, options: { readonly in?: Seen; readonly nth?: number }, entry: Entry): Promise<void> {
    const seen = options.in ?? this.#last;
    if (seen === null) throw new Error(`${this.user.handle} has not looked at anything yet`);
    const found = elementsOf(blocksOf(seen)).filter((each) => labelOf(each) === label || each.actionId === label);
    const element = found[options.nth ?? 0];
    if (element === undefined)
      throw new Error(`there is no "${label}" on it; there is: ${buttonsOf(seen).join(', ') || 'nothing'}`);
    await this.#control.acts.use(this.user.id, placeOf(seen), element.blockId, element.actionId, entry);
  }

  #modalText(): string {
    const view = this.#control.workspace.stack(this.user.id).at(-1);
    return view === undefined ? 'none' : textOf(this.#view(view));
  }
}

function messageOf(seen: Seen): Message {
  if (seen.kind !== 'message') throw new Error('that is no message');
  return seen.message;
}

function placeOf(seen: Seen): Place {
  return seen.kind === 'message'
    ? { kind: 'message', channel: seen.message.channel, ts: seen.message.ts }
    : { kind: 'view', viewId: seen.view.id };
}

class Filling {
  readonly #person: Person;
  readonly #entries: Readonly<Record<string, Entry>>;

  constructor(person: Person, entries: Readonly<Record<string, Entry>>) {
    this.#person = person;
    this.#entries = entries;
  }

  async submits(): Promise<void> {
    await this.#person.enters(this.#entries);
    await this.#person.submits();
  }
}
