import { asText, asWire } from '../wire.ts';
import type { Conversation, SlackUser, View } from './model.ts';
import type { CommandHint, Screen, ScreenConversation, ScreenPerson, ScreenView } from './screen.ts';
import type { Workspace } from './workspace.ts';

const SHOWN_MESSAGES = 150;

/** A person's screen as it is now. */
export function drawScreen(
  workspace: Workspace,
  userId: string,
  more: { readonly connected: boolean; readonly hints: readonly CommandHint[] },
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
    warnings: workspace.warnings.slice(-20),
  };
}

/** Only what concerns somebody personally, or sits in a private channel; company news would light up everyone. */
function unreadOf(workspace: Workspace, userId: string): number {
  return [...workspace.conversations.values()]
    .filter((conversation) => conversation.isPrivate && conversation.members.has(userId))
    .reduce((sum, conversation) => sum + unread(workspace, userId, conversation.id), 0);
}

function unread(workspace: Workspace, userId: string, channel: string): number {
  const last = workspace.read.get(`${userId}:${channel}`) ?? '';
  return workspace.visible(userId, channel).filter((message) => message.ts > last && message.user !== userId).length;
}

function toConversation(workspace: Workspace, userId: string, conversation: Conversation): ScreenConversation {
  const { id, name, kind, topic, isPrivate, members } = conversation;
  return {
    id,
    name,
    kind,
    topic,
    isPrivate,
    memberCount: members.size,
    unread: unread(workspace, userId, id),
    messages: workspace
      .visible(userId, id)
      .slice(-SHOWN_MESSAGES)
      .map((message) => ({
        ts: message.ts,
        user: message.user,
        text: message.text,
        blocks: message.blocks,
        ephemeral: message.ephemeralTo !== null,
        edited: message.editedAt !== null,
        threadTs: message.threadTs,
      })),
  };
}

function toPerson({ id, handle, realName, title, role }: SlackUser): ScreenPerson {
  return { id, handle, name: realName, title, role };
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
