import type { Clock } from '../../ports/clock.ts';
import type { Wire } from '../wire.ts';
import { completeBlocks, initialValues } from './form.ts';
import { MAX_TEXT } from './limits.ts';
import type { Manifest } from './manifest.ts';
import { findMentions } from './mentions.ts';
import type {
  BrokenRule,
  Conversation,
  FormValues,
  Message,
  Notice,
  Ring,
  ScheduledMessage,
  SlackFile,
  SlackGroup,
  SlackUser,
  StepRun,
  TrafficEntry,
  View,
} from './model.ts';
import { RULES, type RuleId, sourceOf } from './slack-rules.ts';
import { Timetable } from './timetable.ts';

const MAX_TRAFFIC = 400;
const MAX_BROKEN = 400;

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
  readonly broadcast?: boolean;
  readonly metadata?: unknown;
  readonly files?: readonly SlackFile[];
  readonly stepRunId?: string | null;
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
  broken: BrokenRule[] = [];
  notices: Notice[] = [];
  readonly files = new Map<string, SlackFile>();
  scheduled: ScheduledMessage[] = [];
  readonly stepRuns = new Map<string, StepRun>();
  /** What happens later, at a time of the sandbox's clock. */
  readonly timetable: Timetable;
  /** When each person last looked at each conversation: `user:channel` to ts. */
  readonly read = new Map<string, string>();
  /** Messages older than this many ms may not be edited any more; null is the workspace default, no limit. */
  editWindowMs: number | null = null;
  #listeners = new Set<() => void>();
  readonly #stops = new Map<string, () => void>();
  #sequence = 0;
  #lastTs = 0;

  constructor(options: WorkspaceOptions) {
    this.options = options;
    this.timetable = new Timetable(options.clock);
    this.reset();
  }

  reset(): void {
    this.users.clear();
    for (const user of [...this.options.people, this.options.bot]) this.users.set(user.id, user);
    this.conversations.clear();
    for (const channel of this.options.channels)
      this.conversations.set(channel.id, { ...channel, members: new Set(channel.members), isArchived: false });
    for (const map of [this.homes, this.stacks, this.messageValues, this.read, this.files, this.stepRuns]) map.clear();
    this.timetable.clear();
    this.#stops.clear();
    this.scheduled = [];
    this.messages = [];
    this.traffic = [];
    this.rings = [];
    this.broken = [];
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
      broadcast: draft.broadcast ?? false,
      metadata: draft.metadata,
      files: draft.files ?? [],
      stepRunId: draft.stepRunId ?? null,
      reactions: new Map(),
      pinned: false,
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

  /** Adds or takes away somebody's reaction. */
  react(message: Message, userId: string, name: string, on: boolean): void {
    const users = message.reactions.get(name) ?? new Set();
    if (on) users.add(userId);
    else users.delete(userId);
    if (users.size === 0) message.reactions.delete(name);
    else message.reactions.set(name, users);
    this.changed();
  }

  pin(message: Message, on: boolean): void {
    message.pinned = on;
    this.changed();
  }

  /** Posts the message when its time comes, unless `willPost` is false. */
  schedule(scheduled: ScheduledMessage, willPost = true): void {
    this.scheduled.push(scheduled);
    this.changed();
    const stop = this.timetable.after(scheduled.postAt * 1_000 - this.now().getTime(), () => {
      this.callOff(scheduled.id);
      const { channel, text, blocks, threadTs } = scheduled;
      if (willPost) this.post({ channel, user: this.options.bot.id, text, blocks, threadTs });
    });
    this.#stops.set(scheduled.id, stop);
  }

  callOff(scheduledId: string): void {
    this.#stops.get(scheduledId)?.();
    this.#stops.delete(scheduledId);
    this.scheduled = this.scheduled.filter((each) => each.id !== scheduledId);
    this.changed();
  }

  /** The replies to a message, oldest first. */
  replies(message: Message): readonly Message[] {
    return this.messages.filter(
      (each) => each.channel === message.channel && each.threadTs === message.ts && each.ephemeralTo === null,
    );
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
    return this.#views().find((view) => view.id === id);
  }

  findByExternalId(externalId: string): View | undefined {
    return this.#views().find((view) => view.content['external_id'] === externalId);
  }

  /** Notes that the app did not keep a rule. */
  breaks(rule: RuleId, where: string, what: string, treatment?: BrokenRule['treatment']): void {
    this.#sequence += 1;
    this.broken.push({
      id: this.#sequence,
      at: this.now().toISOString(),
      rule,
      treatment: treatment ?? (RULES[rule].treatment === 'recorded' ? 'recorded' : 'refused'),
      where,
      what,
      source: sourceOf(rule),
      trafficId: null,
    });
    if (this.broken.length > MAX_BROKEN) this.broken.splice(0, this.broken.length - MAX_BROKEN);
    this.changed();
  }

  /** The newest id given out, for `brokenIn`. */
  mark(): number {
    return this.#sequence;
  }

  /** Ties the rules broken since the mark to a traffic entry. */
  brokenIn(trafficId: number, sinceId: number): void {
    this.broken = this.broken.map((each) => (each.id > sinceId && each.trafficId === null ? { ...each, trafficId } : each));
  }

  tell(userId: string, text: string): void {
    this.#sequence += 1;
    this.notices.push({ id: this.#sequence, userId, text });
    this.changed();
  }

  /** Keeps the entry for the inspector; answers its id. */
  log(entry: Omit<TrafficEntry, 'id' | 'at' | 'limitMs' | 'retryNum' | 'via'> & Partial<TrafficEntry>): number {
    this.#sequence += 1;
    const id = this.#sequence;
    this.traffic.push({ limitMs: null, retryNum: 0, via: null, ...entry, id, at: this.now().toISOString() });
    if (this.traffic.length > MAX_TRAFFIC) this.traffic.splice(0, this.traffic.length - MAX_TRAFFIC);
    this.changed();
    return id;
  }

  #views(): readonly View[] {
    return [...this.homes.values(), ...[...this.stacks.values()].flat()];
  }

  #ring(message: Message): void {
    if (message.user !== this.options.bot.id) return;
    for (const mention of findMentions(message.text, message.blocks)) {
      this.rings.push({ channel: message.channel, ts: message.ts, mention });
      this.breaks('mentions.ring', `message in ${message.channel}`, `${mention} notifies people`);
    }
  }
}
