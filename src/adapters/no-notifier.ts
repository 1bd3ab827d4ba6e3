import { TransportError } from '../domain/errors.ts';
import type { DigestNotifier } from '../ports/digest-notifier.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { RenewalNotifier } from '../ports/renewal-notifier.ts';
import type { SessionNotifier } from '../ports/session-notifier.ts';

/** Where no chat is connected, cards and messages stay owed: the bot sends them once it runs with Slack. */
export function createNoNotifier(): Notifier {
  return {
    postCard: owed,
    askAlso: owed,
    updateCard: owed,
    tell: owed,
    remind: owed,
    offer: owed,
    tellTerm: owed,
    announce: owed,
  };
}

export function createNoSessionNotifier(): SessionNotifier {
  return { post: owed, update: owed, tell: owed };
}

export function createNoDigestNotifier(): DigestNotifier {
  return { post: owed, postLine: owed, find: owed, attach: owed, warn: owed };
}

export function createNoRenewalNotifier(): RenewalNotifier {
  return { post: owed, find: owed, update: owed };
}

async function owed(): Promise<never> {
  throw new TransportError('transport.no-slack', true, 'Slack is not connected, so nobody was told yet.');
}
