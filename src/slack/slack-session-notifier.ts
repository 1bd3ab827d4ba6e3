import { isEmail, normaliseEmail } from '../domain/person.ts';
import type { Log } from '../ports/log.ts';
import type { SessionNotifier } from '../ports/session-notifier.ts';
import { callSlack, FOR_A_JOB, POST, refusalOf } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';
import type { SlackDirectory } from './slack-directory.ts';
import type { MessageView } from './views/blocks.ts';
import { sessionCard } from './views/session-card.ts';
import { syncNoticeView } from './views/sync-notice.ts';

/** Sessions and the state of integrations, on Slack. */
export function createSlackSessionNotifier(options: {
  readonly client: SlackWebClient;
  readonly directory: SlackDirectory;
  readonly log: Log;
}): SessionNotifier {
  const { client, directory, log } = options;

  /** Null when Slack refuses for a reason that will not pass; what may pass is thrown. */
  async function post(channel: string, view: MessageView): Promise<{ channel: string; ts: string } | null> {
    try {
      const sent = await callSlack(
        () =>
          client.chat.postMessage({
            channel,
            text: view.text,
            blocks: [...view.blocks],
            unfurl_links: false,
            unfurl_media: false,
          }),
        POST,
      );
      return { channel: sent.channel ?? channel, ts: sent.ts ?? '' };
    } catch (error) {
      const code = refusalOf(error);
      if (code === null) throw error;
      log.warn('slack.post-refused', { channel, code });
      return null;
    }
  }

  return {
    post: (to, session, progress) => post(to, sessionCard(session, progress)),
    async update({ channel, ts }, session, progress) {
      const view = sessionCard(session, progress);
      try {
        await callSlack(() => client.chat.update({ channel, ts, text: view.text, blocks: [...view.blocks] }), FOR_A_JOB);
        return true;
      } catch (error) {
        const code = refusalOf(error);
        if (code === null) throw error;
        log.warn('slack.card-fixed', { session: session.id, channel, code });
        return false;
      }
    },
    async tell(notice) {
      const member = isEmail(notice.to) ? await directory.byEmail(normaliseEmail(notice.to)) : null;
      const to = isEmail(notice.to) ? member?.userId : notice.to;
      return to !== undefined && (await post(to, syncNoticeView(notice))) !== null;
    },
  };
}
