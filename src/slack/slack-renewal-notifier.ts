import type { Log } from '../ports/log.ts';
import type { RenewalNotifier } from '../ports/renewal-notifier.ts';
import { callSlack, FOR_A_JOB, POST, refusalOf } from './call-slack.ts';
import { refusal } from './refusal.ts';
import type { SlackWebClient } from './slack-client.ts';
import { renewalBlockId, renewalCard, renewalPost } from './views/renewal.ts';

/** Messages looked through for a post that may have gone out. */
const LOOKED_THROUGH = 200;

/** Renewals on Slack: a card in the channel and a thread beneath it. */
export function createSlackRenewalNotifier({
  client,
  log,
}: {
  readonly client: SlackWebClient;
  readonly log: Log;
}): RenewalNotifier {
  return {
    async post(renewal, post) {
      const { root } = renewal;
      const view = root === null ? renewalCard(renewal, post) : renewalPost(renewal, post);
      const channel = root?.channel ?? renewal.channel;
      // What waits for a decision is shown in the channel, too: nobody looks into a thread that is weeks old.
      const thread = root === null ? {} : { thread_ts: root.ts, reply_broadcast: renewal.decisions.length === 0 };
      const message = { channel, text: view.text, blocks: [...view.blocks], unfurl_links: false, unfurl_media: false };
      try {
        const sent = await callSlack(() => client.chat.postMessage({ ...message, ...thread } as typeof message), POST);
        return { channel: sent.channel ?? channel, ts: sent.ts ?? '' };
      } catch (error) {
        const code = refusalOf(error);
        if (code === null) throw error;
        log.error('renewal.refused', { channel, post, code });
        return refusal(client, channel, code);
      }
    },
    async find(renewal, post, since) {
      const { root } = renewal;
      const oldest = String(Math.floor(Date.parse(since) / 1_000));
      const page = { oldest, inclusive: true, limit: LOOKED_THROUGH };
      try {
        const { messages = [] } = await callSlack(
          () =>
            root === null
              ? client.conversations.history({ channel: renewal.channel, ...page })
              : client.conversations.replies({ channel: root.channel, ts: root.ts, ...page }),
          FOR_A_JOB,
        );
        const wanted = renewalBlockId(renewal, post);
        const found = messages.find(({ blocks = [] }) =>
          blocks.some((block) => 'block_id' in block && block.block_id === wanted),
        );
        return found?.ts === undefined ? null : { channel: root?.channel ?? renewal.channel, ts: found.ts };
      } catch (error) {
        const code = refusalOf(error);
        if (code === null) throw error;
        log.warn('renewal.unreadable', { channel: renewal.channel, code });
        return 'unknown';
      }
    },
    async update(renewal) {
      const { root } = renewal;
      if (root === null) return false;
      const post = Object.keys(renewal.posts).find((one) => renewal.posts[one]?.ts === root.ts) ?? '';
      const view = renewalCard(renewal, post);
      try {
        await callSlack(
          () => client.chat.update({ channel: root.channel, ts: root.ts, text: view.text, blocks: [...view.blocks] }),
          FOR_A_JOB,
        );
        return true;
      } catch (error) {
        if (refusalOf(error) === null) throw error;
        log.warn('renewal.card-fixed', { renewal: renewal.id, code: refusalOf(error) });
        return false;
      }
    },
  };
}
