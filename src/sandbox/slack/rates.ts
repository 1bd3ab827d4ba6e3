import type { Clock } from '../../ports/clock.ts';
import { asText, type Wire } from '../wire.ts';

/** `documented` holds every method to its tier; `off` answers 429 only where a fault asks for it. */
export type RateMode = 'off' | 'documented';

const MINUTE_MS = 60_000;
const PER_MINUTE = { 1: 1, 2: 20, 3: 50, 4: 100 } as const;
export type Tier = keyof typeof PER_MINUTE;

/** Tiers as on the methods' pages (https://docs.slack.dev/apis/web-api/rate-limits); what is not named has a special one. */
export const TIERS: Readonly<Record<string, Tier>> = {
  'apps.connections.open': 1,
  'bots.info': 3,
  'chat.delete': 3,
  'chat.deleteScheduledMessage': 3,
  'chat.postEphemeral': 4,
  'chat.scheduledMessages.list': 3,
  'chat.scheduleMessage': 3,
  'chat.update': 3,
  'apps.manifest.validate': 3,
  'conversations.history': 3,
  'conversations.info': 3,
  'conversations.list': 2,
  'conversations.members': 4,
  'conversations.open': 3,
  'conversations.replies': 3,
  'files.completeUploadExternal': 4,
  'files.delete': 3,
  'files.getUploadURLExternal': 4,
  'files.info': 4,
  'files.list': 3,
  'functions.completeError': 3,
  'functions.completeSuccess': 3,
  'pins.add': 2,
  'pins.list': 2,
  'pins.remove': 2,
  'reactions.add': 3,
  'reactions.get': 3,
  'reactions.list': 2,
  'reactions.remove': 2,
  'team.info': 3,
  'usergroups.list': 2,
  'usergroups.users.list': 2,
  'users.conversations': 3,
  'users.info': 4,
  'users.list': 2,
  'users.lookupByEmail': 3,
  'users.profile.get': 4,
  'users.profile.set': 3,
  'views.open': 4,
  'views.publish': 4,
  'views.push': 4,
  'views.update': 4,
};

/** The messages that a channel takes in a second; a few more pass in a burst. */
const POST_EVERY_MS = 1_000;
const POST_BURST = 5;

/** A call that came too soon: what it ran into, and how many whole seconds to wait. */
export interface TooMany {
  readonly rule: 'api.rate' | 'api.rate-post';
  readonly what: string;
  readonly retryAfter: number;
}

/** Counts the calls of each method over the last minute of the sandbox's clock. */
export class RateLimits {
  mode: RateMode = 'off';
  readonly #clock: Clock;
  readonly #calls = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Null when the call may go on; then it counts. */
  take(method: string, args: Wire): TooMany | null {
    if (this.mode === 'off') return null;
    if (method === 'chat.postMessage') {
      const channel = asText(args['channel']) ?? '';
      const retryAfter = this.#count(`post:${channel}`, POST_BURST, POST_BURST * POST_EVERY_MS);
      if (retryAfter === null) return null;
      return { rule: 'api.rate-post', what: `more than one message a second to ${channel}`, retryAfter };
    }
    const tier = TIERS[method];
    if (tier === undefined) return null;
    const retryAfter = this.#count(method, PER_MINUTE[tier], MINUTE_MS);
    if (retryAfter === null) return null;
    return { rule: 'api.rate', what: `more than ${PER_MINUTE[tier]} calls a minute (Tier ${tier})`, retryAfter };
  }

  clear(): void {
    this.#calls.clear();
    this.mode = 'off';
  }

  #count(key: string, allowed: number, windowMs: number): number | null {
    const now = this.#clock.now().getTime();
    const recent = (this.#calls.get(key) ?? []).filter((at) => at <= now && now - at < windowMs);
    this.#calls.set(key, recent);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= allowed) return Math.max(1, Math.ceil((oldest + windowMs - now) / 1_000));
    recent.push(now);
    return null;
  }
}
