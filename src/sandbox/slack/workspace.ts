import type { Clock } from '../../ports/clock.ts';
import type { Wire } from '../wire.ts';
import { completeBlocks, initialValues } from './form.ts';
import type { Manifest } from './manifest.ts';
import { findMentions } from './mentions.ts';
import type {
  Conversation,
  FormValues,
  Message,
  Notice,
  Ring,
  SlackGroup,
  SlackUser,
  TrafficEntry,
  View,
  Warning,
} from './model.ts';

const MAX_TRAFFIC = 400;
/** A `text` longer than this is cut (chat.postMessage reference). */
const MAX_TEXT = 40_000;

export interface WorkspaceOptions {
  readonly clock: Clock;
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly appId: string;
  readonly bot: SlackUser;
  readonly botId: string;
  readonly people: readonly SlackUser[];
  readonly groups: readonly SlackGroup[];
  readonly channels: readonly Omit<Conversation, 'isArchived'>[];
  readonly manifest: Manifest;
}

export interface Draft {
  readonly channel: string;
  readonly user: string;
  readonly text?: string | undefined;
  readonly blocks?: readonly Wire[] | undefined;
  readonly ephemeralTo?: string | null;
  readonly threadTs?: string | null;
  readonly metadata?: unknown;
}

/** Everything a Slack workspace remembers. Others change it through these methods, which keep its rules and tell listeners. */
export class Workspace {
  readonly options: WorkspaceOptions;
  readonly users = new Map<string, SlackUser>();
  readonly conversations = new Map<string, Conversation>();
  readonly homes = new Map<string, View>();
  readonly stacks = new Map<string, View[]>();
  readonly messageValues = new Map<string, FormValues>();
  messages: Message[] = [];
  traffic: TrafficEntry[] = [];
  rings: Ring[] = [];
  warnings: Warning[] = [];
  notices: Notice[] = [];
  /** When each person last looked at each conversation: `user:channel` to ts. */
  readonly read = new Map<string, string>();
  /** Messages older than this many ms may not be edited any more; null is the workspace default, no limit. */
  editWindowMs: number | null = null;
  #listeners = new Set<() => void>();
  #sequence = 0;
  #lastTs = 0;

  constructor(options: WorkspaceOptions) {
    this.options = options;
    this.reset();
  }

  reset(): void {
    this.users.clear();
    for (const user of [...this.options.people, this.options.bot]) this.users.set(user.id, user);
    this.conversations.clear();
    for (const channel of this.options.channels)
      this.conversations.set(channel.id, { ...channel, members: new Set(channel.members), isArchived: false });
    for (const map of [this.homes, this.stacks, this.messageValues, this.read]) map.clear();
    this.messages = [];
    this.traffic = [];
    this.rings = [];
    this.warnings = [];
    this.notices = [];
    this.editWindowMs = null;
    this.#lastTs = 0;
    this.changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  now(): Date {
    return this.options.clock.now();
  }

  nextId(prefix: string): string {
    this.#sequence += 1;
    return `${prefix}${String(this.#sequence).padStart(8, '0')}`;
  }

  /** Slack's message id: seconds with six digits, never the same twice. */
  nextTs(): string {
    const micros = Math.max(this.now().getTime() * 1_000, this.#lastTs + 1);
    this.#lastTs = micros;
    return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, '0')}`;
  }

  /** The conversation between the app and a person, made when first needed. */
  directMessage(userId: string): Conversation {
    const id = `D${userId.slice(1)}`;
    const known = this.conversations.get(id);
    if (known !== undefined) return known;
    const members = new Set([userId, this.options.bot.id]);
    const made: Conversation = { id, name: 'directmessage', kind: 'dm', topic: '', isPrivate: true, members, isArchived: false };
    this.conversations.set(id, made);
    return made;
  }

  post(draft: Draft): Message {
    const text = draft.text ?? '';
    const message: Message = {
      channel: draft.channel,
      ts: this.nextTs(),
      user: draft.user,
      text: text.slice(0, MAX_TEXT),
      blocks: completeBlocks(draft.blocks ?? [], () => this.nextId('b')),
      ephemeralTo: draft.ephemeralTo ?? null,
      threadTs: draft.threadTs ?? null,
      metadata: draft.metadata,
      editedAt: null,
    };
    this.messages.push(message);
    this.#ring(message);
    this.changed();
    return message;
  }

  /** Fields left undefined stay as they are. */
  edit(message: Message, change: { readonly text?: string | undefined; readonly blocks?: readonly Wire[] | undefined }): void {
    if (change.text !== undefined) message.text = change.text.slice(0, MAX_TEXT);
    if (change.blocks !== undefined) message.blocks = completeBlocks(change.blocks, () => this.nextId('b'));
    message.editedAt = this.nextTs();
    this.#ring(message);
    this.changed();
  }

  remove(message: Message): void {
    this.messages = this.messages.filter((other) => other !== message);
    this.changed();
  }

  find(channel: string, ts: string): Message | undefined {
    return this.messages.find((message) => message.channel === channel && message.ts === ts);
  }

  /** What a person sees in a conversation, oldest first. */
  visible(userId: string, channel: string): readonly Message[] {
    if (this.conversations.get(channel)?.members.has(userId) !== true) return [];
    return this.messages.filter(
      (message) => message.channel === channel && (message.ephemeralTo === null || message.ephemeralTo === userId),
    );
  }

  makeView(userId: string, content: Wire, place: { readonly rootId?: string; readonly previousId?: string } = {}): View {
    const id = this.nextId('V');
    const blocks = completeBlocks(content['blocks'], () => this.nextId('b'));
    return {
      id,
      userId,
      content,
      blocks,
      values: initialValues(blocks),
      hash: this.nextTs(),
      rootId: place.rootId ?? id,
      previousId: place.previousId ?? null,
      errors: {},
      trouble: null,
      busy: false,
    };
  }

  /** Replaces what a view shows; what the person typed stays where block and action ids are the same. */
  replaceView(view: View, content: Wire): void {
    view.content = content;
    view.blocks = completeBlocks(content['blocks'], () => this.nextId('b'));
    const fresh = initialValues(view.blocks);
    for (const [block, actions] of Object.entries(fresh)) {
      for (const action of Object.keys(actions)) {
        const typed = view.values[block]?.[action];
        if (typed !== undefined) actions[action] = typed;
      }
    }
    view.values = fresh;
    view.hash = this.nextTs();
    view.errors = {};
    view.trouble = null;
    this.changed();
  }

  stack(userId: string): View[] {
    const known = this.stacks.get(userId) ?? [];
    this.stacks.set(userId, known);
    return known;
  }

  findView(id: string): View | undefined {
    return [...this.homes.values(), ...[...this.stacks.values()].flat()].find((view) => view.id === id);
  }

  warn(where: string, problem: string): void {
    this.warnings.push({ where, problem });
    this.changed();
  }

  tell(userId: string, text: string): void {
    this.#sequence += 1;
    this.notices.push({ id: this.#sequence, userId, text });
    this.changed();
  }

  log(entry: Omit<TrafficEntry, 'id' | 'at'>): void {
    this.#sequence += 1;
    this.traffic.push({ id: this.#sequence, at: this.now().toISOString(), ...entry });
    if (this.traffic.length > MAX_TRAFFIC) this.traffic.splice(0, this.traffic.length - MAX_TRAFFIC);
    this.changed();
  }

  #ring(message: Message): void {
    if (message.user !== this.options.bot.id) return;
    for (const mention of findMentions(message.text, message.blocks))
      this.rings.push({ channel: message.channel, ts: message.ts, mention });
  }
}
