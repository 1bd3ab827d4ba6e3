import type { Wire } from '../wire.ts';
import type { Conversation, Message, SlackUser, View } from './model.ts';
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
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
    ...(message.editedAt === null ? {} : { edited: { user: message.user, ts: message.editedAt } }),
    ...(message.metadata === undefined ? {} : { metadata: message.metadata }),
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
