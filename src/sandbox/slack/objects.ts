import type { Wire } from '../wire.ts';
import type { Conversation, Message, SlackFile, SlackUser, View } from './model.ts';
import type { Workspace } from './workspace.ts';

/** Slack's own JSON objects, made from what the workspace remembers. */

export function userObject(workspace: Workspace, user: SlackUser, withEmail: boolean): Wire {
  const { team } = workspace.options;
  const [first = '', ...rest] = user.realName.split(' ');
  return {
    id: user.id,
    team_id: team.id,
    name: user.handle,
    deleted: user.role === 'deactivated',
    real_name: user.realName,
    tz: user.timezone,
    is_admin: user.role === 'owner' || user.role === 'admin',
    is_owner: user.role === 'owner',
    is_primary_owner: user.role === 'owner',
    is_restricted: user.role === 'guest',
    is_ultra_restricted: false,
    is_bot: user.role === 'bot',
    is_app_user: false,
    updated: 1_700_000_000,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.handle,
      display_name_normalized: user.handle,
      first_name: first,
      last_name: rest.join(' '),
      title: user.title,
      status_text: user.status?.text ?? '',
      status_emoji: user.status?.emoji ?? '',
      team: team.id,
      ...(withEmail && user.email !== null ? { email: user.email } : {}),
    },
  };
}

export function channelObject(workspace: Workspace, conversation: Conversation): Wire {
  const dm = conversation.kind === 'dm';
  const partner = [...conversation.members].find((id) => id !== workspace.options.bot.id);
  return {
    id: conversation.id,
    is_channel: !dm && !conversation.isPrivate,
    is_group: !dm && conversation.isPrivate,
    is_im: dm,
    is_private: conversation.isPrivate,
    is_archived: conversation.isArchived,
    is_member: conversation.members.has(workspace.options.bot.id),
    ...(dm ? { user: partner } : { name: conversation.name, num_members: conversation.members.size }),
    topic: { value: conversation.topic },
  };
}

export function messageObject(workspace: Workspace, message: Message): Wire {
  const isApp = message.user === workspace.options.bot.id;
  return {
    type: 'message',
    user: message.user,
    ts: message.ts,
    text: message.text,
    team: workspace.options.team.id,
    ...(isApp ? { bot_id: workspace.options.botId, app_id: workspace.options.appId } : {}),
    ...(message.blocks.length === 0 ? {} : { blocks: message.blocks }),
    ...threadFields(workspace, message),
    ...(message.editedAt === null ? {} : { edited: { user: message.user, ts: message.editedAt } }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
    ...(message.files.length === 0 ? {} : { files: message.files.map(({ id, name, title }) => ({ id, name, title })) }),
    ...(message.pinned ? { pinned_to: [message.channel] } : {}),
    ...(message.reactions.size === 0
      ? {}
      : { reactions: [...message.reactions].map(([name, users]) => ({ name, count: users.size, users: [...users] })) }),
  };
}

function threadFields(workspace: Workspace, message: Message): Wire {
  if (message.threadTs !== null) {
    const parent = workspace.find(message.channel, message.threadTs);
    return { thread_ts: message.threadTs, ...(parent === undefined ? {} : { parent_user_id: parent.user }) };
  }
  const replies = workspace.replies(message);
  const last = replies.at(-1);
  if (last === undefined) return {};
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    thread_ts: message.ts,
    reply_count: replies.length,
    reply_users: users,
    reply_users_count: users.length,
    latest_reply: last.ts,
  };
}

export function fileObject(workspace: Workspace, file: SlackFile, baseUrl: string): Wire {
  const address = `${baseUrl}/files-pri/${file.id}`;
  const shared = [...file.channels];
  const isDm = (id: string): boolean => workspace.conversations.get(id)?.kind === 'dm';
  const isGroup = (id: string): boolean => !isDm(id) && workspace.conversations.get(id)?.isPrivate === true;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: /\.(\w+)$/.exec(file.name)?.[1] ?? '',
    user: file.user,
    size: file.bytes.length,
    mode: 'hosted',
    is_external: false,
    is_public: shared.some((id) => !isDm(id) && !isGroup(id)),
    url_private: `${address}/${encodeURIComponent(file.name)}`,
    url_private_download: `${address}/download/${encodeURIComponent(file.name)}`,
    permalink: `${baseUrl}/files/${file.user}/${file.id}`,
    channels: shared.filter((id) => !isDm(id) && !isGroup(id)),
    groups: shared.filter(isGroup),
    ims: shared.filter(isDm),
  };
}

export function viewObject(workspace: Workspace, view: View): Wire {
  const { content } = view;
  return {
    id: view.id,
    team_id: workspace.options.team.id,
    app_id: workspace.options.appId,
    bot_id: workspace.options.botId,
    type: content['type'],
    callback_id: content['callback_id'] ?? '',
    private_metadata: content['private_metadata'] ?? '',
    external_id: content['external_id'] ?? '',
    title: content['title'] ?? null,
    submit: content['submit'] ?? null,
    close: content['close'] ?? null,
    clear_on_close: content['clear_on_close'] === true,
    notify_on_close: content['notify_on_close'] === true,
    blocks: view.blocks,
    state: { values: view.values },
    hash: view.hash,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
  };
}
