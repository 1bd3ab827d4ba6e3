import type { SlackUser } from '../model.ts';
import { userObject } from '../objects.ts';
import { ApiError, isOn, type MethodContext, type MethodTable, pageOf, required } from './method.ts';

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
    run: (_args, { workspace }) => ({ team: { ...workspace.options.team } }),
  },
  'bots.info': {
    scopes: ['users:read'],
    run: (_args, { workspace: { options } }) => ({
      bot: { id: options.botId, app_id: options.appId, user_id: options.bot.id, name: options.bot.realName, deleted: false },
    }),
  },
  'users.list': {
    scopes: ['users:read'],
    run: (args, context) => {
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
    run: (args, context) => {
      const user = context.workspace.users.get(required(args, 'user'));
      if (user === undefined) throw new ApiError('user_not_found');
      return { user: show(user, context) };
    },
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
  'users.conversations': {
    scopes: ['channels:read', 'groups:read', 'im:read'],
    run: (args, { workspace }) => {
      const userId = typeof args['user'] === 'string' ? args['user'] : workspace.options.bot.id;
      const mine = [...workspace.conversations.values()].filter(({ kind, members }) => kind === 'channel' && members.has(userId));
      const { page, metadata } = pageOf(mine, args);
      return { channels: page.map(({ id, name }) => ({ id, name })), response_metadata: metadata };
    },
  },
  'usergroups.list': {
    scopes: ['usergroups:read'],
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
    run: (args, { workspace: { options } }) => {
      const wanted = required(args, 'usergroup');
      const group = options.groups.find((candidate) => candidate.id === wanted);
      if (group === undefined) throw new ApiError('no_such_subteam');
      return { users: group.userIds };
    },
  },
};
