import type { Wire } from '../wire.ts';
import type { Dispatch } from './dispatch.ts';
import { ImpossibleAct } from './impossible-act.ts';
import type { SlackUser, StepRun, UserStatus } from './model.ts';
import { userObject } from './objects.ts';
import type { Workspace } from './workspace.ts';

/** What happens to the team rather than in a conversation: people come, change and leave, workflows run. */
export class TeamActs {
  readonly #workspace: Workspace;
  readonly #dispatch: Dispatch;

  constructor(workspace: Workspace, dispatch: Dispatch) {
    this.#workspace = workspace;
    this.#dispatch = dispatch;
  }

  /** Somebody joins the workspace, and #general as every new member does. */
  async join(person: Omit<SlackUser, 'role'> & { readonly role?: SlackUser['role'] }): Promise<void> {
    const taken = [...this.#workspace.users.values()].some((user) => user.id === person.id || user.handle === person.handle);
    if (taken) throw new ImpossibleAct(`somebody is called ${person.handle} already`);
    const user: SlackUser = { role: 'member', ...person };
    this.#workspace.users.set(user.id, user);
    const general = [...this.#workspace.conversations.values()].find(({ name, isPrivate }) => name === 'general' && !isPrivate);
    general?.members.add(user.id);
    this.#workspace.changed();
    await this.#tell('team_join', user);
  }

  /** Deactivates somebody's account. */
  async leave(userId: string): Promise<void> {
    for (const conversation of this.#workspace.conversations.values()) {
      if (conversation.kind === 'channel') conversation.members.delete(userId);
    }
    await this.#change(userId, { role: 'deactivated' });
  }

  async setRole(userId: string, role: SlackUser['role']): Promise<void> {
    await this.#change(userId, { role });
  }

  async setStatus(userId: string, status: UserStatus | null): Promise<void> {
    await this.#change(userId, { status });
  }

  /** Runs one of the app's custom steps, as a workflow would; the run ends when the app completes it. */
  async runStep(userId: string, callbackId: string, inputs: Wire): Promise<StepRun> {
    const { manifest, appId } = this.#workspace.options;
    const step = manifest.steps.find((each) => each.callbackId === callbackId);
    if (step === undefined) throw new ImpossibleAct(`the app has no custom step ${callbackId}`);
    const missing = step.inputs.filter((input) => input.isRequired && inputs[input.name] === undefined);
    if (missing.length > 0) throw new ImpossibleAct(`the step needs ${missing.map((input) => input.name).join(', ')}`);
    const run: StepRun = {
      id: this.#workspace.nextId('Fx'),
      callbackId,
      userId,
      inputs,
      state: 'running',
      outputs: {},
      error: null,
    };
    this.#workspace.stepRuns.set(run.id, run);
    this.#workspace.changed();
    const parameters = (all: typeof step.inputs): readonly Wire[] =>
      all.map(({ name, title, type, isRequired }) => ({ name, title, type, is_required: isRequired }));
    const { title, description } = step;
    const definition = { id: `Fn${callbackId}`, callback_id: callbackId, title, description, type: 'app', app_id: appId };
    await this.#dispatch.event('function_executed', {
      type: 'function_executed',
      function: {
        ...definition,
        input_parameters: parameters(step.inputs),
        output_parameters: parameters(step.outputs),
        date_created: 0,
        date_updated: 0,
        date_deleted: 0,
      },
      inputs,
      function_execution_id: run.id,
      workflow_execution_id: this.#workspace.nextId('Wx'),
      event_ts: this.#workspace.nextTs(),
      bot_access_token: `xwfp-${run.id}`,
    });
    return run;
  }

  async #change(userId: string, change: Partial<SlackUser>): Promise<void> {
    const user = this.#workspace.users.get(userId);
    if (user === undefined) throw new ImpossibleAct(`nobody has the id ${userId}`);
    const changed = { ...user, ...change };
    this.#workspace.users.set(userId, changed);
    this.#workspace.changed();
    await this.#tell('user_change', changed);
  }

  async #tell(type: 'team_join' | 'user_change', user: SlackUser): Promise<void> {
    const { scopes } = this.#workspace.options.manifest;
    const withEmail = scopes === null || scopes.has('users:read.email');
    const event = { type, user: userObject(this.#workspace, user, withEmail), event_ts: this.#workspace.nextTs() };
    await this.#dispatch.event(type, event);
  }
}
