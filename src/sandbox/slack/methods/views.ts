import type { Wire } from '../../wire.ts';
import { readView } from '../content.ts';
import type { View } from '../model.ts';
import { viewObject } from '../objects.ts';
import type { Passes } from '../passes.ts';
import type { Workspace } from '../workspace.ts';
import { ApiError, breaks, type MethodContext, type MethodTable, required } from './method.ts';

const MAX_STACK = 3;

export const viewMethods: MethodTable = {
  'views.open': {
    run: (args, { workspace, passes }) => {
      const content = readView(args['view'], 'modal', workspace, 'views.open');
      const userId = exchange(args, passes);
      const view = workspace.makeView(userId, content);
      workspace.stacks.set(userId, [view]);
      workspace.changed();
      return { view: viewObject(workspace, view) };
    },
  },
  'views.push': {
    run: (args, { workspace, passes }) => {
      const content = readView(args['view'], 'modal', workspace, 'views.push');
      const userId = exchange(args, passes);
      return { view: viewObject(workspace, pushView(workspace, userId, content)) };
    },
  },
  'views.update': {
    run: (args, { workspace }) => {
      const id = args['view_id'];
      const externalId = args['external_id'];
      const view = typeof id === 'string' ? workspace.findView(id) : workspace.findByExternalId(String(externalId ?? ''));
      if (view === undefined) throw new ApiError('not_found');
      const content = readView(args['view'], view.content['type'] === 'home' ? 'home' : 'modal', workspace, 'views.update');
      checkHash(args, view);
      workspace.replaceView(view, content);
      return { view: viewObject(workspace, view) };
    },
  },
  'views.publish': {
    run: (args, context) => publish(args, context),
  },
};

function publish(args: Wire, { workspace }: MethodContext): Wire {
  const userId = required(args, 'user_id');
  if (!workspace.options.manifest.homeTab) throw new ApiError('not_enabled');
  if (!workspace.users.has(userId)) throw new ApiError('user_not_found');
  const content = readView(args['view'], 'home', workspace, 'views.publish');
  const known = workspace.homes.get(userId);
  if (known !== undefined) checkHash(args, known);
  const view = known ?? workspace.makeView(userId, content);
  workspace.homes.set(userId, view);
  workspace.replaceView(view, content);
  return { view: viewObject(workspace, view) };
}

/** Puts a view on top of a person's open modal. Throws ApiError when none is open or three are. */
export function pushView(workspace: Workspace, userId: string, content: Wire): View {
  const stack = workspace.stack(userId);
  const top = stack.at(-1);
  if (top === undefined) throw new ApiError('not_found');
  if (stack.length >= MAX_STACK)
    throw breaks('views.stack', 'push_limit_reached', `${MAX_STACK} views are open on top of each other`);
  const view = workspace.makeView(userId, content, { rootId: top.rootId, previousId: top.id });
  stack.push(view);
  workspace.changed();
  return view;
}

const PROBLEM_RULES = {
  invalid_trigger_id: 'views.trigger-once',
  expired_trigger_id: 'views.trigger-life',
  exchanged_trigger_id: 'views.trigger-once',
} as const;

function exchange(args: Wire, passes: Passes): string {
  const found = passes.exchange(required(args, 'trigger_id'));
  if ('problem' in found) throw breaks(PROBLEM_RULES[found.problem], found.problem, found.what);
  return found.userId;
}

function checkHash(args: Wire, view: View): void {
  if (typeof args['hash'] === 'string' && args['hash'] !== '' && args['hash'] !== view.hash) throw new ApiError('hash_conflict');
}
