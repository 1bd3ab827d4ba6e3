import type { Wire } from '../wire.ts';
import type { Message, SlackUser } from './model.ts';
import { messageObject } from './objects.ts';
import type { Passes } from './passes.ts';
import type { Workspace } from './workspace.ts';

/** The parts that payloads to the app have in common. */
export class Payloads {
  readonly #workspace: Workspace;
  readonly #passes: Passes;

  constructor(workspace: Workspace, passes: Passes) {
    this.#workspace = workspace;
    this.#passes = passes;
  }

  trigger(userId: string): string {
    return this.#passes.trigger(userId);
  }

  responseUrl(channel: string, userId: string): string {
    return this.#passes.responseUrl(channel, userId, null);
  }

  /** What a payload says of the message in which something was pressed. */
  message(userId: string, message: Message, values: Record<string, Record<string, Wire>>): Wire {
    const ephemeral = message.ephemeralTo !== null;
    return {
      channel: this.channel(message.channel),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: message.channel,
        is_ephemeral: ephemeral,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
      },
      ...this.#step(message),
      // An ephemeral message is not in the payload; the app must not count on it.
      ...(ephemeral ? {} : { message: messageObject(this.#workspace, message) }),
      state: { values },
      response_url: this.#passes.responseUrl(message.channel, userId, message),
    };
  }

  /** A message that a custom step posted tells its buttons' listeners which run it was. */
  #step(message: Message): Wire {
    const run = message.stepRunId === null ? undefined : this.#workspace.stepRuns.get(message.stepRunId);
    if (run === undefined) return {};
    return {
      function_data: { execution_id: run.id, function: { callback_id: run.callbackId }, inputs: run.inputs },
      bot_access_token: `xwfp-${run.id}`,
    };
  }

  /** What every payload about a person begins with. */
  envelope(user: SlackUser): Wire {
    const { team, appId } = this.#workspace.options;
    return {
      team: { id: team.id, domain: team.domain },
      user: { id: user.id, username: user.handle, name: user.handle, team_id: team.id },
      api_app_id: appId,
      token: 'sandbox',
      enterprise: null,
      is_enterprise_install: false,
    };
  }

  channel(channelId: string): Wire {
    const conversation = this.#workspace.conversations.get(channelId);
    return { id: channelId, name: conversation?.isPrivate === true ? 'privategroup' : (conversation?.name ?? '') };
  }
}
