import type { Conversation, SlackUser } from '../model.ts';
import { channelObject, userObject } from '../objects.ts';
import { ApiError, adviseOnPage, isOn, type MethodContext, type MethodTable, pageOf, required } from './method.ts';

const show = (user: SlackUser, { workspace, hasScope }: MethodContext) =>
  userObject(workspace, user, hasScope('users:read.email'));

export const peopleMethods: MethodTable = {
  'auth.test': {
    run: (_args, { workspace: { options }, baseUrl }) => ({
      url: `${baseUrl()}/`,
      team: options.team.name,
      user: options.bot.handle,
      team_id: options.team.id,
      user_id: options.bot.id,
      bot_id: options.botId,
      is_enterprise_install: false,
    }),
  },
  'team.info': {
    scopes: ['team:read'],
    formOnly: true,
    run: (_args, { workspace }) => ({ team: { ...workspace.options.team, email_domain: '', icon: {} } }),
  },
  'bots.info': {
    scopes: ['users:read'],
    formOnly: true,
    run: (args, { workspace: { options } }) => {
      const wanted = args['bot'];
      if (wanted !== undefined && wanted !== options.botId) throw new ApiError('bot_not_found');
      const { id: userId, realName } = options.bot;
      return { bot: { id: options.botId, app_id: options.appId, user_id: userId, name: realName, deleted: false } };
    },
  },
  'users.list': {
    scopes: ['users:read'],
    formOnly: true,
    run: (args, context) => {
      adviseOnPage(args, context);
      const { page, metadata } = pageOf([...context.workspace.users.values()], args);
      return {
        members: page.map((user) => show(user, context)),
        cache_ts: Math.floor(context.workspace.now().getTime() / 1_000),
        response_metadata: metadata,
      };
    },
  },
  'users.info': {
    scopes: ['users:read'],
    formOnly: true,
    run: (args, context) => ({ user: show(knownUser(required(args, 'user'), context), context) }),
  },
  'users.lookupByEmail': {
    scopes: ['users:read.email'],
    formOnly: true,
    run: (args, context) => {
      const email = required(args, 'email').toLowerCase();
      const user = [...context.workspace.users.values()].find((candidate) => candidate.email?.toLowerCase() === email);
      if (user === undefined || user.role === 'deactivated') throw new ApiError('users_not_found');
      return { user: show(user, context) };
    },
  },
  'users.profile.get': {
    scopes: ['users.profile:read'],
    formOnly: true,
    run: (args, context) => {
      const user = knownUser(required(args, 'user'), context);
      return { profile: show(user, context)['profile'] };
    },
  },
  // A status is set with the token of the person whose it is.
  'users.profile.set': { token: 'user', run: () => ({}) },
  'users.conversations': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    formOnly: true,
    run: (args, { workspace, hasScope }) => {
      const userId = typeof args['user'] === 'string' ? args['user'] : workspace.options.bot.id;
      if (!workspace.users.has(userId)) throw new ApiError('user_not_found');
      const types = typeof args['types'] === 'string' ? args['types'].split(',') : ['public_channel'];
      const bot = workspace.options.bot.id;
      const mine = [...workspace.conversations.values()]
        .filter(({ members }) => members.has(userId))
        .filter((each) => types.includes(typeOf(each)) && hasScope(SCOPE_OF_TYPE[typeOf(each)]))
        .filter((each) => !each.isPrivate || each.members.has(bot))
        .filter((each) => !(isOn(args['exclude_archived']) && each.isArchived));
      const { page, metadata } = pageOf(mine, args, 100);
      return { channels: page.map((each) => channelObject(workspace, each)), response_metadata: metadata };
    },
  },
  'usergroups.list': {
    scopes: ['usergroups:read'],
    formOnly: true,
    run: (args, { workspace: { options } }) => ({
      usergroups: options.groups.map((group) => ({
        id: group.id,
        team_id: options.team.id,
        is_usergroup: true,
        handle: group.handle,
        name: group.name,
        date_delete: 0,
        user_count: group.userIds.length,
        ...(isOn(args['include_users']) ? { users: group.userIds } : {}),
      })),
    }),
  },
  'usergroups.users.list': {
    scopes: ['usergroups:read'],
    formOnly: true,
    run: (args, { workspace: { options } }) => {
      const wanted = required(args, 'usergroup');
      const group = options.groups.find((candidate) => candidate.id === wanted);
      if (group === undefined) throw new ApiError('no_such_subteam');
      return { users: group.userIds };
    },
  },
};

export type ConversationType = 'public_channel' | 'private_channel' | 'im';

export const SCOPE_OF_TYPE: Readonly<Record<ConversationType, string>> = {
  public_channel: 'channels:read',
  private_channel: 'groups:read',
  im: 'im:read',
};

export function typeOf(conversation: Conversation): ConversationType {
  if (conversation.kind === 'dm') return 'im';
  return conversation.isPrivate ? 'private_channel' : 'public_channel';
}

function knownUser(id: string, { workspace }: MethodContext): SlackUser {
  const user = workspace.users.get(id);
  if (user === undefined) throw new ApiError('user_not_found');
  return user;
}
