import type { App, Context } from '@slack/bolt';
import { Answer } from './answer.ts';
import { ACTIONS, CALLBACKS, routeOf } from './ids.ts';
import { answerText, onCommand } from './on-command.ts';
import { onThreadReply } from './on-comment.ts';
import {
  onApprove,
  onDeny,
  onDenySent,
  onDetails,
  onStop,
  onTaskDone,
  onTaskNotDone,
  onTaskNotDoneSent,
  onUndo,
  onUndoSent,
  onWithdraw,
} from './on-decision.ts';
import { onAskHolders, onReclaim, onReclaimSent, onReviewRow, onSnooze, onSnoozeSent } from './on-digest.ts';
import { onActionButton, onFormSent, type SubmitAck } from './on-form.ts';
import { onHomeApp, onHomeOpened, onOpenReport, onShowRequests, publishHome } from './on-home.ts';
import { onAuthorShortcut, onLookupSent, onOpenLookup, onPage } from './on-lookup.ts';
import { onKeepOffer, onReleaseOffer, onRenewTerm } from './on-offer.ts';
import { onRenewAll, onRenewalSent, onRenewChange, onRenewFewer, onRenewNone } from './on-renewal.ts';
import { onReportCsv } from './on-report.ts';
import { onAcceptSession, onCancelSync, onRejectSession, onRerunSync, onSessionCsv } from './on-session.ts';
import type { Room } from './room.ts';
import { Seen } from './seen.ts';
import {
  deliveryKey,
  type Incoming,
  type Press,
  readCommand,
  readHomeOpened,
  readPress,
  readShortcut,
  readSubmission,
  readThreadReply,
  type Shortcut,
  type Submission,
} from './wire.ts';

/** Where the context of a payload keeps the signature of the request that brought it. */
export const SIGNATURE = 'signature';

/** What can be pressed, by action id. */
export const PRESSES: ReadonlyMap<string, (room: Room, press: Press) => Promise<void>> = new Map([
  [ACTIONS.approve, onApprove],
  [ACTIONS.deny, onDeny],
  [ACTIONS.undo, onUndo],
  [ACTIONS.withdraw, onWithdraw],
  [ACTIONS.stop, onStop],
  [ACTIONS.taskDone, onTaskDone],
  [ACTIONS.taskNotDone, onTaskNotDone],
  [ACTIONS.keepOffer, onKeepOffer],
  [ACTIONS.releaseOffer, onReleaseOffer],
  [ACTIONS.renewTerm, onRenewTerm],
  [ACTIONS.details, onDetails],
  [ACTIONS.revoke, onActionButton],
  [ACTIONS.deactivate, onActionButton],
  [ACTIONS.update, onActionButton],
  [ACTIONS.assign, onActionButton],
  [ACTIONS.run, onActionButton],
  [ACTIONS.page, onPage],
  [ACTIONS.open, onOpenLookup],
  [ACTIONS.pick, (room: Room, press: Press) => answerText(room, press, press.value, true)],
  [ACTIONS.acceptSession, onAcceptSession],
  [ACTIONS.rejectSession, onRejectSession],
  [ACTIONS.cancelSync, onCancelSync],
  [ACTIONS.rerunSync, onRerunSync],
  [ACTIONS.showSession, (room: Room, press: Press) => answerText(room, press, `sessions ${press.value}`, false)],
  [ACTIONS.sessionErrors, (room: Room, press: Press) => onSessionCsv(room, press, 'errors')],
  [ACTIONS.sessionChanges, (room: Room, press: Press) => onSessionCsv(room, press, 'changes')],
  [ACTIONS.homeApp, onHomeApp],
  [ACTIONS.openReport, onOpenReport],
  [ACTIONS.reportCsv, onReportCsv],
  [ACTIONS.showRequests, onShowRequests],
  [ACTIONS.reviewRow, onReviewRow],
  [ACTIONS.reclaim, onReclaim],
  [ACTIONS.snooze, onSnooze],
  [ACTIONS.askHolders, onAskHolders],
  [ACTIONS.renewAll, onRenewAll],
  [ACTIONS.renewFewer, onRenewFewer],
  [ACTIONS.renewNone, onRenewNone],
  [ACTIONS.renewChange, onRenewChange],
  [ACTIONS.refreshHome, (room: Room, press: Press) => publishHome(room, press.userId)],
]);

interface Sent {
  readonly ack: SubmitAck;
  readonly work: (() => Promise<void>) | null;
}

/** What is sent from a window, by callback id. */
export const SUBMISSIONS: ReadonlyMap<string, (room: Room, sent: Submission) => Sent> = new Map([
  [CALLBACKS.create, onFormSent],
  [CALLBACKS.deny, onDenySent],
  [CALLBACKS.undo, onUndoSent],
  [CALLBACKS.taskNotDone, onTaskNotDoneSent],
  [CALLBACKS.lookup, onLookupSent],
  [CALLBACKS.reclaim, onReclaimSent],
  [CALLBACKS.snooze, onSnoozeSent],
  [CALLBACKS.renewal, onRenewalSent],
]);

export const SHORTCUTS: ReadonlyMap<string, (room: Room, shortcut: Shortcut) => Promise<void>> = new Map([
  [CALLBACKS.lookupShortcut, onOpenLookup],
  [CALLBACKS.authorShortcut, onAuthorShortcut],
]);

/**
 * One listener for each kind of payload and a map behind it: many Bolt listeners cost CPU for every payload. Everything is
 * acknowledged before any work, since Slack waits three seconds and the vendors do not hurry.
 */
export function route(app: App, room: Room): void {
  const seen = new Seen();
  const { log } = room;

  const acknowledge = async (ack: () => Promise<unknown>): Promise<void> => {
    try {
      await ack();
    } catch (cause) {
      // The work goes on: a payload that Slack sends again is not taken twice.
      log.warn('slack.ack-failed', { cause });
    }
  };

  const isNew = (body: unknown, context: Context): boolean => {
    if (seen.isNew(deliveryKey(body, context[SIGNATURE]))) return true;
    log.info('slack.delivered-twice');
    return false;
  };

  const start = (name: string, incoming: Incoming | null, work: () => Promise<void>): void => {
    const sorry = async (error: unknown): Promise<void> => {
      if (incoming !== null) return new Answer(room, incoming).sorry(name, error);
      log.warn('slack.failed', { what: name, cause: error });
    };
    room.world.background.run(`slack:${name}`, () => work().catch(sorry));
  };

  app.command(/^/, async ({ body, context, ack }) => {
    await acknowledge(() => ack());
    const call = readCommand(body);
    if (call !== null && isNew(body, context)) start('command', call, () => onCommand(room, call));
  });

  app.action({ type: 'block_actions' }, async ({ body, context, ack }) => {
    await acknowledge(() => ack());
    const press = readPress(body);
    if (press === null || !isNew(body, context)) return;
    const handle = PRESSES.get(routeOf(press.actionId));
    // Selects inside a form report each choice, too; only what has a handler means something by itself.
    if (handle !== undefined) start(routeOf(press.actionId), press, () => handle(room, press));
  });

  app.view({ type: 'view_submission' }, async ({ body, context, ack }) => {
    const sent = readSubmission(body);
    const handle = sent === null ? undefined : SUBMISSIONS.get(sent.callbackId);
    if (sent === null || handle === undefined || !isNew(body, context)) return acknowledge(() => ack());
    const answer = handle(room, sent);
    await acknowledge(() => ack(answer.ack));
    const { work } = answer;
    if (work !== null) start(sent.callbackId, sent, work);
  });

  app.view({ type: 'view_closed' }, ({ ack }) => acknowledge(() => ack()));

  app.shortcut(/^/, async ({ body, context, ack }) => {
    await acknowledge(() => ack());
    const shortcut = readShortcut(body);
    const handle = shortcut === null ? undefined : SHORTCUTS.get(shortcut.callbackId);
    if (shortcut !== null && handle !== undefined && isNew(body, context))
      start(shortcut.callbackId, shortcut, () => handle(room, shortcut));
  });

  app.options(/^/, ({ ack }) => acknowledge(() => ack({ options: [] })));

  app.event(/^/, async ({ event, body, context }) => {
    const userId = readHomeOpened(event);
    if (userId !== null && isNew(body, context)) start('home', null, () => onHomeOpened(room, userId));
    const reply = readThreadReply(event);
    if (reply !== null && isNew(body, context)) start('comment', null, () => onThreadReply(room, reply));
  });

  app.error(async (error) => log.error('slack.unhandled', { cause: error }));
}
