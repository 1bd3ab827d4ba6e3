import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { DigestNotifier, Refused } from '../ports/digest-notifier.ts';
import type { Log } from '../ports/log.ts';
import type { Place } from '../ports/notifier.ts';
import { callSlack, FOR_A_JOB, POST, refusalOf } from './call-slack.ts';
import { refusal } from './refusal.ts';
import type { SlackWebClient } from './slack-client.ts';
import type { SlackDirectory } from './slack-directory.ts';
import type { Block, MessageView } from './views/blocks.ts';
import { digestBlockId, digestLine, digestView, tableView } from './views/digest.ts';
import { messageView } from './views/message.ts';

/** Messages looked through for a digest that may have gone out; more would have been said since within minutes. */
const LOOKED_THROUGH = 200;
const CHANNEL = /^[CG]/;

/** Digests on Slack. */
export function createSlackDigestNotifier(options: {
  readonly client: SlackWebClient;
  readonly directory: SlackDirectory;
  readonly log: Log;
}): DigestNotifier {
  const { client, directory, log } = options;

  async function channelOf(to: string): Promise<string | null> {
    if (!isEmail(to)) return to;
    return (await directory.byEmail(normaliseEmail(to)))?.userId ?? null;
  }

  async function send(channel: string, view: MessageView, threadTs?: string): Promise<Place> {
    const sent = await callSlack(
      () =>
        client.chat.postMessage({
          channel,
          text: view.text,
          blocks: [...view.blocks],
          unfurl_links: false,
          unfurl_media: false,
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        }),
      POST,
    );
    return { channel: sent.channel ?? channel, ts: sent.ts ?? '' };
  }

  /** What may pass is thrown. */
  async function sendOrRefused(to: string, view: MessageView): Promise<Place | Refused> {
    const channel = await channelOf(to);
    if (channel === null) {
      log.error('digest.nobody', { to });
      return { refused: `nobody in Slack has the e-mail ${to}. Name somebody else in the configuration.` };
    }
    try {
      return await send(channel, view);
    } catch (error) {
      const code = refusalOf(error);
      if (code === null) throw error;
      if (code !== 'invalid_blocks' || !view.blocks.some(isChart)) {
        log.error('digest.refused', { to, code });
        return refusal(client, channel, code);
      }
      // Where Slack does not draw charts yet, their pictures are in the thread all the same.
      log.warn('digest.no-charts', { to });
      return sendOrRefused(to, { ...view, blocks: view.blocks.filter((block) => !isChart(block)) });
    }
  }

  return {
    post: (to, digest) => sendOrRefused(to, digestView(digest)),
    postLine: (to, digest) => sendOrRefused(to, digestLine(digest)),
    async find(to, digest, since) {
      // Direct messages may not be read by the bot: it has no scope for them.
      if (!CHANNEL.test(to)) return 'unknown';
      try {
        const oldest = String(Math.floor(Date.parse(since) / 1_000));
        const { messages = [] } = await callSlack(
          () => client.conversations.history({ channel: to, oldest, inclusive: true, limit: LOOKED_THROUGH }),
          FOR_A_JOB,
        );
        const wanted = digestBlockId(digest);
        const found = messages.find(({ blocks = [] }) =>
          blocks.some((block) => 'block_id' in block && block.block_id === wanted),
        );
        return found?.ts === undefined ? null : { channel: to, ts: found.ts };
      } catch (error) {
        const code = refusalOf(error);
        if (code === null) throw error;
        log.warn('digest.unreadable', { to, code });
        return 'unknown';
      }
    },
    async warn(userId, words) {
      return 'ts' in (await sendOrRefused(userId, messageView(words)));
    },
    async attach({ channel, ts }, table, files) {
      const view = table === null ? null : tableView(table);
      if (view !== null) await quietly('table', () => send(channel, view, ts));
      for (const file of files) {
        const { name, title, content } = file;
        const data = typeof content === 'string' ? { content } : { file: Buffer.from(content) };
        await quietly(name, () =>
          callSlack(
            () => client.filesUploadV2({ channel_id: channel, thread_ts: ts, filename: name, title, ...data }),
            FOR_A_JOB,
          ),
        );
      }
    },
  };

  async function quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (cause) {
      log.warn('digest.not-attached', { what, cause });
    }
  }
}

function isChart(block: Block): boolean {
  return (block.type as string) === 'data_visualization';
}
