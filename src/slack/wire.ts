import { createHash } from 'node:crypto';
import type { ViewValues } from './views/form-inputs.ts';

/** Slack's payloads, read once where they come in: https://docs.slack.dev/reference/interaction-payloads */

type Wire = Readonly<Record<string, unknown>>;

export interface MessagePlace {
  readonly channel: string;
  readonly ts: string;
  /** Seen by one person only: it cannot be updated by channel and time. */
  readonly ephemeral: boolean;
}

/** What every payload of a person has. Who it was comes from the payload's user and from nowhere else. */
export interface Incoming {
  readonly userId: string;
  readonly triggerId: string;
  readonly channel: string | null;
  readonly responseUrl: string | null;
  /** The window or Home it came from. */
  readonly view: { readonly id: string; readonly type: string } | null;
}

export interface CommandCall extends Incoming {
  readonly command: string;
  readonly text: string;
}

export interface Press extends Incoming {
  readonly actionId: string;
  readonly value: string;
  readonly message: MessagePlace | null;
}

export interface Submission extends Incoming {
  readonly callbackId: string;
  readonly metadata: string;
  readonly values: ViewValues;
}

export interface Shortcut extends Incoming {
  readonly callbackId: string;
  /** Who wrote the message it was used on. */
  readonly author: string | null;
}

export function readCommand(body: unknown): CommandCall | null {
  const wire = asWire(body);
  const userId = asText(wire['user_id']);
  if (userId === '') return null;
  return {
    userId,
    triggerId: asText(wire['trigger_id']),
    channel: orNull(wire['channel_id']),
    responseUrl: orNull(wire['response_url']),
    view: null,
    command: asText(wire['command']),
    text: asText(wire['text']),
  };
}

export function readPress(body: unknown): Press | null {
  const wire = asWire(body);
  const incoming = readIncoming(wire);
  const [first] = asList(wire['actions']);
  const action = asWire(first);
  if (incoming === null || asText(action['action_id']) === '') return null;
  const container = asWire(wire['container']);
  const channel = incoming.channel ?? orNull(container['channel_id']);
  const ts = orNull(asWire(wire['message'])['ts']) ?? orNull(container['message_ts']);
  return {
    ...incoming,
    channel,
    actionId: asText(action['action_id']),
    value: asText(action['value']) || asText(asWire(action['selected_option'])['value']),
    message: channel === null || ts === null ? null : { channel, ts, ephemeral: container['is_ephemeral'] === true },
  };
}

export function readSubmission(body: unknown): Submission | null {
  const wire = asWire(body);
  const incoming = readIncoming(wire);
  const view = asWire(wire['view']);
  if (incoming === null || incoming.view === null) return null;
  return {
    ...incoming,
    callbackId: asText(view['callback_id']),
    metadata: asText(view['private_metadata']),
    values: valuesOf(asWire(asWire(view['state'])['values'])),
  };
}

export function readShortcut(body: unknown): Shortcut | null {
  const wire = asWire(body);
  const incoming = readIncoming(wire);
  if (incoming === null) return null;
  return { ...incoming, callbackId: asText(wire['callback_id']), author: orNull(asWire(wire['message'])['user']) };
}

/** The person who opened the app's Home; null when another tab was opened. */
export function readHomeOpened(event: unknown): string | null {
  const wire = asWire(event);
  return wire['type'] === 'app_home_opened' && (wire['tab'] ?? 'home') === 'home' ? orNull(wire['user']) : null;
}

/** Something a person wrote in a thread; null for anything else, such as what bots write and changes of what was written. */
export interface ThreadReply {
  readonly userId: string;
  readonly channel: string;
  readonly threadTs: string;
  readonly ts: string;
  readonly text: string;
}

export function readThreadReply(event: unknown): ThreadReply | null {
  const wire = asWire(event);
  const [userId, channel, threadTs, ts] = ['user', 'channel', 'thread_ts', 'ts'].map((name) => asText(wire[name]));
  if (wire['type'] !== 'message' || wire['bot_id'] !== undefined) return null;
  // A file that comes with words, or a reply that is shown in the channel as well, is said by a person all the same.
  if (![undefined, 'file_share', 'thread_broadcast'].includes(wire['subtype'] as string | undefined)) return null;
  if (!userId || !channel || !threadTs || !ts || ts === threadTs) return null;
  return { userId, channel, threadTs, ts, text: asText(wire['text']) };
}

/**
 * Names one delivery of one payload. Slack sends events again under the same `event_id`. Nothing else is sent again by Slack
 * (https://docs.slack.dev/apis/events-api/#retries), so for what people press only the same signed request, or over a socket
 * the very same payload, counts as one; and a command over HTTP is new whenever it comes, since it changes nothing by itself.
 */
export function deliveryKey(body: unknown, signature: unknown): string | null {
  const wire = asWire(body);
  const eventId = orNull(wire['event_id']);
  if (eventId !== null) return eventId;
  if (typeof signature === 'string') return wire['command'] === undefined ? signature : null;
  return orNull(wire['trigger_id']) === null ? null : createHash('sha256').update(JSON.stringify(body)).digest('base64');
}

const OF_PEOPLE = ['block_actions', 'view_submission', 'view_closed', 'shortcut', 'message_action', 'block_suggestion'];

/** False for a signed payload that Slack would never send and that Bolt stumbles over: nobody sent it, or nothing was pressed. */
export function isReadable(body: unknown): boolean {
  const wire = asWire(body);
  if (wire['type'] === 'block_actions') return readPress(wire) !== null;
  return !OF_PEOPLE.includes(asText(wire['type'])) || readIncoming(wire) !== null;
}

function readIncoming(wire: Wire): Incoming | null {
  const userId = asText(asWire(wire['user'])['id']);
  if (userId === '') return null;
  const view = asWire(wire['view']);
  const viewId = asText(view['id']);
  return {
    userId,
    triggerId: asText(wire['trigger_id']),
    channel: orNull(asWire(wire['channel'])['id']),
    responseUrl: orNull(wire['response_url']),
    view: viewId === '' ? null : { id: viewId, type: asText(view['type']) },
  };
}

/** Only objects of objects get through, so that a form reader never meets anything else. */
function valuesOf(wire: Wire): ViewValues {
  const blocks = Object.entries(wire).map(([blockId, elements]) => {
    const states = Object.entries(asWire(elements)).map(([actionId, state]) => [actionId, stateOf(asWire(state))] as const);
    return [blockId, Object.fromEntries(states)] as const;
  });
  return Object.fromEntries(blocks);
}

function stateOf(wire: Wire): ViewValues[string][string] {
  const option = asWire(wire['selected_option']);
  return {
    value: orNull(wire['value']),
    selected_option: option['value'] === undefined ? null : { value: asText(option['value']) },
    selected_options: asList(wire['selected_options']).map((each) => ({ value: asText(asWire(each)['value']) })),
    selected_user: orNull(wire['selected_user']),
  };
}

export function asWire(value: unknown): Wire {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Wire) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function orNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
