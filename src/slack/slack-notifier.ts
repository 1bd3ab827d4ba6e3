import { type GroupMembers, groupsNamed } from '../domain/access.ts';
import type { ActionRequest } from '../domain/action-request.ts';
import { ConfigError, TransportError } from '../domain/errors.ts';
import type { Member, PersonRef } from '../domain/person.ts';
import type { Settings } from '../domain/settings.ts';
import type { Log } from '../ports/log.ts';
import type { Notifier, Place } from '../ports/notifier.ts';
import { rowsCsv } from '../services/rows-csv.ts';
import { askedIn, listsNamed } from '../services/who-decides.ts';
import { count } from '../words.ts';
import { callSlack, FOR_A_JOB, POST, refusalOf } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';
import type { SlackDirectory } from './slack-directory.ts';
import { approvalCard, statusLine } from './views/approval-card.ts';
import type { MessageView } from './views/blocks.ts';
import { messageView } from './views/message.ts';
import { noticeView, reminderView } from './views/notice.ts';
import { offerView, termView } from './views/offer.ts';
import { foreign } from './views/text.ts';

/** As many people as one request is worth disturbing; more approvers belong into a channel. */
const APPROVERS_ASKED = 20;

interface NotifierOptions {
  readonly client: SlackWebClient;
  readonly directory: SlackDirectory;
  readonly settings: () => Settings;
  readonly log: Log;
}

/**
 * Cards and direct messages on Slack. A card for approvers without a channel is one direct message each; all of them are
 * kept as one place (ids joined by commas, which Slack's ids never hold) and are updated together.
 */
export function createSlackNotifier(options: NotifierOptions): Notifier {
  const { client, directory, settings, log } = options;

  async function post(channel: string, view: MessageView, threadTs?: string): Promise<Place> {
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

  /** Null when Slack refuses for a reason that will not pass; what may pass is thrown. */
  async function postOrRefused(channel: string, view: MessageView, threadTs?: string): Promise<Place | null> {
    try {
      return await post(channel, view, threadTs);
    } catch (error) {
      const code = refusalOf(error);
      if (code === null) throw error;
      log.warn('slack.post-refused', { channel, code });
      return null;
    }
  }

  async function postToApprovers(request: ActionRequest, why: string): Promise<Place & { readonly asked: readonly string[] }> {
    const approvers = await approversFor(request, directory, settings(), log);
    const asked = approvers.slice(0, APPROVERS_ASKED);
    const left = approvers.length - asked.length;
    const note = `${why} Sent to ${count(asked.length, 'approver')} directly${left > 0 ? `; ${left} more were not disturbed` : ''}.`;
    const card = approvalCard(request, { buttons: false, note });
    const userIds = asked.map((approver) => approver.userId);
    const { places, failure } = await postToEach(request, userIds, card);
    if (places.length > 0) return { ...joined(places), asked: userIds };
    if (failure !== null) throw failure;
    return { ...(await tellNobodyDecides(request)), asked: [] };
  }

  async function postToEach(
    request: ActionRequest,
    userIds: readonly string[],
    view: MessageView,
  ): Promise<{ readonly places: readonly Place[]; readonly failure: unknown }> {
    const places: Place[] = [];
    let failure: unknown = null;
    for (const userId of userIds) {
      try {
        const place = await postOrRefused(userId, view);
        if (place !== null) places.push(place);
      } catch (error) {
        // One approver missed is better than the others asked twice.
        log.warn('slack.approver-missed', { request: request.id, approver: userId, cause: error });
        failure = error;
      }
    }
    return { places, failure };
  }

  async function tellNobodyDecides(request: ActionRequest): Promise<Place> {
    log.error('slack.no-approver', { request: request.id });
    const note =
      ':warning: Nobody who may approve this could be reached. A Seatwarden admin has to set `approvals.channel` or name approvers.';
    const to = request.requester.userId;
    const place = to === null ? null : await postOrRefused(to, approvalCard(request, { buttons: false, note }));
    if (place !== null) return place;
    throw new ConfigError('Nobody who may approve could be reached.', [], {
      hint: 'Set `approvals.channel` in the configuration.',
    });
  }

  async function updateOne(request: ActionRequest, place: Place): Promise<boolean> {
    const card = approvalCard(request, { buttons: true });
    try {
      await callSlack(
        () => client.chat.update({ channel: place.channel, ts: place.ts, text: card.text, blocks: [...card.blocks] }),
        FOR_A_JOB,
      );
      return true;
    } catch (error) {
      const code = refusalOf(error);
      if (code === null) throw error;
      log.warn('slack.card-fixed', { request: request.id, channel: place.channel, code });
      const status = statusLine(request);
      const words = `${status.symbol} Request \`${foreign(request.id)}\`: ${status.words} Its card cannot be changed any more; \`/licenses requests\` shows what is open.`;
      const note: MessageView = {
        text: words,
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: words, verbatim: true } }],
      };
      await postOrRefused(place.channel, note, code === 'message_not_found' ? undefined : place.ts);
      return false;
    }
  }

  /** The rows of a bulk request as CSV beneath its card. The card stands without it, too. */
  async function attachRows(request: ActionRequest, place: Place): Promise<void> {
    if (request.bulk === undefined) return;
    try {
      await callSlack(
        () =>
          client.filesUploadV2({
            channel_id: place.channel,
            thread_ts: place.ts,
            filename: `${request.id}.csv`,
            title: `All rows of request ${request.id}`,
            content: rowsCsv(request),
          }),
        FOR_A_JOB,
      );
    } catch (cause) {
      log.warn('slack.rows-not-attached', { request: request.id, cause });
    }
  }

  return {
    async postCard(request) {
      const { channel } = settings().approvals;
      if (channel === null) return postToApprovers(request, 'There is no approvals channel.');
      const place = await postOrRefused(channel, approvalCard(request, { buttons: false }));
      if (place !== null) await attachRows(request, place);
      if (place !== null) return place;
      return postToApprovers(request, ':warning: Seatwarden cannot post to the approvals channel; invite it there.');
    },
    async askAlso(request, userIds) {
      const { places, failure } = await postToEach(request, userIds, approvalCard(request, { buttons: false }));
      if (places.length === 0 && failure !== null) throw failure;
      return places;
    },
    async remind(request, card, userIds) {
      const view = reminderView(request);
      if (userIds !== null) {
        await postToEach(request, userIds, view);
        return;
      }
      for (const place of parted(card).slice(0, 1)) await postOrRefused(place.channel, view, place.ts);
    },
    async offer(offer) {
      const userId = offer.holder.userId ?? (await memberOf(offer.holder, directory))?.userId ?? null;
      if (userId !== null) await postOrRefused(userId, offerView(offer));
    },
    async tellTerm(term, person, what) {
      const userId = person.userId ?? (await memberOf(person, directory))?.userId ?? null;
      if (userId !== null) await postOrRefused(userId, termView(term, what));
    },
    async announce(channel, words) {
      return (await postOrRefused(channel, messageView(words))) !== null;
    },
    async updateCard(request, card) {
      let shown = false;
      for (const place of parted(card)) shown = (await updateOne(request, place)) || shown;
      return shown;
    },
    async tell(notice, request) {
      const userId = notice.to.userId ?? (await memberOf(notice.to, directory))?.userId ?? null;
      return userId !== null && (await postOrRefused(userId, noticeView(notice, request))) !== null;
    },
  };
}

async function memberOf(person: PersonRef, directory: SlackDirectory): Promise<Member | null> {
  return person.email === null ? null : directory.byEmail(person.email);
}

function joined(places: readonly Place[]): Place {
  return { channel: places.map((place) => place.channel).join(','), ts: places.map((place) => place.ts).join(',') };
}

function parted(place: Place): readonly Place[] {
  const stamps = place.ts.split(',');
  return place.channel.split(',').flatMap((channel, index) => {
    const ts = stamps[index];
    return ts === undefined ? [] : [{ channel, ts }];
  });
}

/** Those whose turn it is to decide this request, without the one who asked and the one concerned. */
async function approversFor(
  request: ActionRequest,
  directory: SlackDirectory,
  settings: Settings,
  log: Log,
): Promise<readonly Member[]> {
  const groups: GroupMembers = new Map(
    await Promise.all(
      groupsNamed(settings.access, ...listsNamed(request)).map(async (id) => {
        const members = await directory.group(id).catch((cause: unknown) => {
          if (cause instanceof TransportError) throw cause;
          log.warn('access.group-unreadable', { group: id, cause });
          return [];
        });
        return [id, members] as const;
      }),
    ),
  );
  return askedIn(request, await directory.everyone(), { access: settings.access, groups, hasChannel: false });
}
