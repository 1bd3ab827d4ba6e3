import type { Message } from './model.ts';
import type { Workspace } from './workspace.ts';

/** A trigger id lives this long and opens one view (https://docs.slack.dev/interactivity/handling-user-interaction). */
const TRIGGER_MS = 3_000;
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;

export interface ResponsePass {
  readonly channel: string;
  readonly userId: string;
  /** The message whose button was pressed; null for a slash command. */
  readonly original: Message | null;
  readonly madeAt: number;
  uses: number;
}

export type PassProblem = 'invalid_trigger_id' | 'expired_trigger_id' | 'exchanged_trigger_id';

/** Trigger ids and response URLs: short-lived rights that a payload carries. */
export class Passes {
  readonly #workspace: Workspace;
  readonly #responseBase: () => string;
  readonly #triggers = new Map<string, { userId: string; madeAt: number; used: boolean }>();
  readonly #responses = new Map<string, ResponsePass>();

  constructor(workspace: Workspace, responseBase: () => string) {
    this.#workspace = workspace;
    this.#responseBase = responseBase;
  }

  trigger(userId: string): string {
    const id = `${this.#workspace.nextId('')}.${userId}.trigger`;
    this.#triggers.set(id, { userId, madeAt: this.#workspace.now().getTime(), used: false });
    return id;
  }

  /** Uses a trigger up; answers whose it was. */
  exchange(id: string): { readonly userId: string } | { readonly problem: PassProblem; readonly what: string } {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined) return { problem: 'invalid_trigger_id', what: 'Slack never gave out that trigger_id' };
    if (trigger.used) return { problem: 'exchanged_trigger_id', what: 'the trigger_id has opened a view already' };
    const age = this.#workspace.now().getTime() - trigger.madeAt;
    if (age > TRIGGER_MS) return { problem: 'expired_trigger_id', what: `the trigger_id is ${Math.round(age / 100) / 10} s old` };
    trigger.used = true;
    return { userId: trigger.userId };
  }

  responseUrl(channel: string, userId: string, original: Message | null): string {
    const id = this.#workspace.nextId('R');
    this.#responses.set(id, { channel, userId, original, madeAt: this.#workspace.now().getTime(), uses: 0 });
    return `${this.#responseBase()}/response/${id}`;
  }

  /** Takes one of a response URL's five uses. */
  useResponse(id: string): ResponsePass | 'expired_url' | 'used_url' {
    const pass = this.#responses.get(id);
    if (pass === undefined || this.#workspace.now().getTime() - pass.madeAt > RESPONSE_URL_MS) return 'expired_url';
    if (pass.uses >= RESPONSE_URL_USES) return 'used_url';
    pass.uses += 1;
    return pass;
  }
}
