import { asText, asWire } from '../wire.ts';
import type { Conversation, Message, SlackFile, SlackUser, View } from './model.ts';
import type { RateMode } from './rates.ts';
import type { CommandHint, Screen, ScreenConversation, ScreenFile, ScreenMessage, ScreenPerson, ScreenView } from './screen.ts';
import type { Workspace } from './workspace.ts';

const SHOWN_MESSAGES = 150;
const SHOWN_BROKEN = 50;
const SHOWN_RUNS = 20;

/** A person's screen as it is now. */
export function drawScreen(
  workspace: Workspace,
  userId: string,
  more: { readonly connected: boolean; readonly hints: readonly CommandHint[]; readonly rateLimits: RateMode },
): Screen | null {
  const me = workspace.users.get(userId);
  if (me === undefined || me.role === 'bot') return null;
  const { manifest, bot, team, groups } = workspace.options;
  workspace.directMessage(userId);
  const mine = [...workspace.conversations.values()].filter((conversation) => conversation.members.has(userId));
  const people = [...workspace.users.values()];
  const stack = workspace.stack(userId);
  const top = stack.at(-1);
  const home = workspace.homes.get(userId);
  return {
    now: workspace.now().toISOString(),
    team: team.name,
    app: {
      userId: bot.id,
      name: bot.realName,
      connected: more.connected,
      commands: manifest.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
      shortcuts: manifest.shortcuts,
    },
    me: toPerson(me),
    people: people.map(toPerson),
    groups: groups.map(({ id, handle }) => ({ id, handle })),
    conversations: mine.map((conversation) => toConversation(workspace, userId, conversation)),
    home: home === undefined ? null : toView(home, 1),
    modal: top === undefined ? null : toView(top, stack.length),
    notices: workspace.notices.filter((notice) => notice.userId === userId).map(({ id, text }) => ({ id, text })),
    waiting: Object.fromEntries(
      people.flatMap((person) => {
        const count = person.id === userId ? 0 : unreadOf(workspace, person.id);
        return count === 0 ? [] : [[person.id, count]];
      }),
    ),
    hints: more.hints,
    trafficCount: workspace.traffic.at(-1)?.id ?? 0,
    broken: workspace.broken.slice(-SHOWN_BROKEN),
    brokenCount: workspace.broken.length,
    scheduled: workspace.scheduled.map(({ id, channel, text, postAt }) => ({
      id,
      channel,
      text,
      postAt: new Date(postAt * 1_000).toISOString(),
    })),
    rateLimits: more.rateLimits,
    steps: manifest.steps.map(({ callbackId, title, inputs }) => ({
      callbackId,
      title,
      inputs: inputs.map((input) => input.name),
    })),
    stepRuns: [...workspace.stepRuns.values()]
      .slice(-SHOWN_RUNS)
      .map(({ id, callbackId, state, outputs, error }) => ({ id, callbackId, state, outputs, error })),
  };
}

/** Only what concerns somebody personally, or sits in a private channel; company news would light up everyone. */
function unreadOf(workspace: Workspace, userId: string): number {
  return [...workspace.conversations.values()]
    .filter((conversation) => conversation.isPrivate && conversation.members.has(userId))
    .reduce((sum, conversation) => sum + unread(workspace, userId, conversation.id), 0);
}

function unread(workspace: Workspace, userId: string, channel: string): number {
  return unreadMessages(workspace, userId, channel).length;
}

function unreadMessages(workspace: Workspace, userId: string, channel: string): readonly Message[] {
  const last = workspace.read.get(`${userId}:${channel}`) ?? '';
  return workspace.visible(userId, channel).filter((message) => message.ts > last && message.user !== userId);
}

function toConversation(workspace: Workspace, userId: string, conversation: Conversation): ScreenConversation {
  const { id, name, kind, topic, isPrivate, members } = conversation;
  const news = unreadMessages(workspace, userId, id);
  return {
    id,
    name,
    kind,
    topic,
    isPrivate,
    memberCount: members.size,
    unread: news.length,
    mentions: kind === 'dm' ? news.length : news.filter((message) => rings(workspace, message, userId)).length,
    lastRead: workspace.read.get(`${userId}:${id}`) ?? '',
    messages: workspace
      .visible(userId, id)
      .slice(-SHOWN_MESSAGES)
      .map((message) => toMessage(workspace, userId, message)),
  };
}

/** Whether one of the message's mentions means this person. */
function rings(workspace: Workspace, message: Message, userId: string): boolean {
  return mentionsOf(workspace, message).some((mention) => {
    if (/^<!(channel|here|everyone)/.test(mention)) return true;
    const group = /^<!subteam\^(\w+)/.exec(mention)?.[1];
    if (group !== undefined) return workspace.options.groups.find((each) => each.id === group)?.userIds.includes(userId) === true;
    return mention.startsWith(`<@${userId}`);
  });
}

function mentionsOf(workspace: Workspace, message: Message): readonly string[] {
  return workspace.rings.filter((ring) => ring.channel === message.channel && ring.ts === message.ts).map((ring) => ring.mention);
}

function toMessage(workspace: Workspace, userId: string, message: Message): ScreenMessage {
  const replies = message.threadTs === null ? workspace.replies(message) : [];
  const last = replies.at(-1);
  return {
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    ephemeral: message.ephemeralTo !== null,
    edited: message.editedAt !== null,
    threadTs: message.threadTs,
    broadcast: message.broadcast,
    thread:
      last === undefined
        ? null
        : { replies: replies.length, users: [...new Set(replies.map((reply) => reply.user))], lastTs: last.ts },
    reactions: [...message.reactions].map(([name, users]) => ({ name, users: [...users] })),
    pinned: message.pinned,
    files: message.files.map(toFile),
    values: workspace.messageValues.get(`${userId}:${message.channel}:${message.ts}`) ?? {},
    rings: mentionsOf(workspace, message),
  };
}

function toFile({ id, name, title, mimetype, bytes, user, deleted }: SlackFile): ScreenFile {
  const url = `/sandbox/files/${id}/${encodeURIComponent(name)}`;
  return { id, name, title, mimetype, size: bytes.length, url, by: user, deleted };
}

function toPerson({ id, handle, realName, title, role, timezone, status }: SlackUser): ScreenPerson {
  return { id, handle, name: realName, title, role, timezone, status: status ?? null };
}

function toView(view: View, depth: number): ScreenView {
  const label = (name: string): string | undefined => asText(asWire(view.content[name])['text']);
  return {
    id: view.id,
    hash: view.hash,
    title: label('title') ?? '',
    submit: label('submit') ?? null,
    close: label('close') ?? 'Cancel',
    depth,
    blocks: view.blocks,
    values: view.values,
    errors: view.errors,
    trouble: view.trouble,
    busy: view.busy,
  };
}
