// biome-ignore lint/style/noRestrictedImports: a response URL is no Web API call, and the global fetch takes three times the CPU
import { getGlobalDispatcher } from 'undici';
import { exchange } from '../exchange.ts';
import { callSlack, POST, refusalOf } from './call-slack.ts';
import { explain } from './explain.ts';
import type { Room } from './room.ts';
import type { MessageView } from './views/blocks.ts';
import { messageView } from './views/message.ts';
import type { Incoming } from './wire.ts';

/** The answer to it is a word or two. */
const LIMITS = { totalMs: 10_000, maxBytes: 64 * 1024 };

/**
 * Answers one person where they are. A response_url works five times within 30 minutes
 * (https://docs.slack.dev/interactivity/handling-user-interaction); where there is none, or it does not work any more, the
 * person gets an ephemeral message, and at last a direct one.
 */
export class Answer {
  readonly #room: Room;
  readonly #to: Incoming;

  constructor(room: Room, to: Incoming) {
    this.#room = room;
    this.#to = to;
  }

  /** For their eyes only. `replace` puts it in the place of the message they pressed on. */
  async say(view: MessageView, replace = false): Promise<void> {
    if (await this.#byUrl(view, replace)) return;
    if (await this.#ephemeral(view)) return;
    await this.directly(view);
  }

  /** The error as one sentence; never throws, since nobody is left to tell. */
  async sorry(what: string, error: unknown): Promise<void> {
    const { message, hint } = explain(this.#room.world, what, error);
    try {
      await this.say(messageView(message, hint));
    } catch (cause) {
      this.#room.log.warn('slack.unheard', { what, user: this.#to.userId, cause });
    }
  }

  async directly(view: MessageView): Promise<void> {
    await callSlack(
      () =>
        this.#room.client.chat.postMessage({
          channel: this.#to.userId,
          text: view.text,
          blocks: [...view.blocks],
          unfurl_links: false,
          unfurl_media: false,
        }),
      POST,
    );
  }

  async #byUrl(view: MessageView, replace: boolean): Promise<boolean> {
    const { responseUrl } = this.#to;
    if (responseUrl === null) return false;
    try {
      // A redirect is not followed, so that nobody else is told what was asked.
      const { origin, pathname, search } = new URL(responseUrl);
      const { status, text } = await exchange(
        getGlobalDispatcher(),
        {
          origin,
          path: pathname + search,
          method: 'POST',
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({
            response_type: 'ephemeral',
            replace_original: replace,
            text: view.text,
            blocks: view.blocks,
            unfurl_links: false,
            unfurl_media: false,
          }),
        },
        LIMITS,
      );
      if (status >= 200 && status < 300) return true;
      this.#room.log.warn('slack.response-url', { status, answer: text.slice(0, 200) });
    } catch (cause) {
      this.#room.log.warn('slack.response-url', { cause });
    }
    return false;
  }

  async #ephemeral(view: MessageView): Promise<boolean> {
    const { channel, userId } = this.#to;
    if (channel === null) return false;
    try {
      await callSlack(
        () => this.#room.client.chat.postEphemeral({ channel, user: userId, text: view.text, blocks: [...view.blocks] }),
        POST,
      );
      return true;
    } catch (cause) {
      this.#room.log.debug('slack.ephemeral', { code: refusalOf(cause), cause });
      return false;
    }
  }
}
