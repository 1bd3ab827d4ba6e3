import type { ServerResponse } from 'node:http';
import { drawScreen } from './slack/draw-screen.ts';
import { sendFileBytes } from './slack/file-server.ts';
import type { Entry } from './slack/form.ts';
import type { SlackControl } from './slack/local-slack.ts';
import type { Place } from './slack/people-acts.ts';
import type { CommandHint } from './slack/screen.ts';
import { asList, asText, asWire, type Wire } from './wire.ts';

/** Steers the local Slack: everything a person, a test or the page can do there. Both answer null for what is not theirs. */
export interface SlackApi {
  get(verb: string, query: URLSearchParams): unknown;
  post(verb: string, body: Wire): Promise<Wire | null>;
  /** A file that people see in a conversation; false when there is none. */
  file(id: string, response: ServerResponse): boolean;
}

export function createSlackApi(control: SlackControl, hints: readonly CommandHint[]): SlackApi {
  const { workspace } = control;
  return {
    get(verb, query) {
      switch (verb) {
        case 'traffic': {
          const after = Number(query.get('after') ?? 0);
          return workspace.traffic.filter((entry) => entry.id > after);
        }
        case 'broken':
          return workspace.broken;
        case 'rings':
          return workspace.rings;
        case 'screen':
          return drawScreen(workspace, query.get('as') ?? '', {
            connected: isConnected(control),
            hints,
            rateLimits: control.rates.mode,
          });
        default:
          return null;
      }
    },
    async post(verb, body) {
      switch (verb) {
        case 'act':
          return act(body, control);
        case 'rates':
          control.rates.mode = body['mode'] === 'documented' ? 'documented' : 'off';
          workspace.changed();
          return { ok: true };
        case 'sockets':
          control.dropSockets(body['how'] === 'cut' ? 'cut' : body['how'] === 'warning' ? 'warning' : 'refresh');
          return { ok: true };
        case 'join':
          return join(body, control);
        case 'leave':
          await control.team.leave(asText(body['userId']) ?? '');
          return { ok: true };
        default:
          return null;
      }
    },
    file(id, response) {
      const file = workspace.files.get(id);
      if (file === undefined || file.deleted) return false;
      sendFileBytes(file, response);
      return true;
    },
  };
}

export function isConnected(control: SlackControl): boolean {
  return control.connections() > 0 || control.delivers() === 'http';
}

async function join(body: Wire, { team }: SlackControl): Promise<Wire> {
  const handle = asText(body['handle']) ?? '';
  const id = `U01${handle.replace(/[^a-z0-9]/gi, '').toUpperCase()}`;
  const realName = asText(body['name']) ?? handle;
  const email = asText(body['email']) ?? `${handle}@example.com`;
  await team.join({ id, handle, realName, email, title: asText(body['title']) ?? '', timezone: 'Europe/Amsterdam' });
  return { ok: true, id };
}

async function act(body: Wire, { acts, team }: SlackControl): Promise<Wire | null> {
  const text = (name: string): string => asText(body[name]) ?? '';
  const as = text('as');
  switch (body['act']) {
    case 'say':
      await acts.say(as, text('channel'), text('text'), asText(body['threadTs']) ?? null);
      return { ok: true };
    case 'use':
      await acts.use(as, toPlace(body['place']), text('blockId'), text('actionId'), toEntry(body['entry']));
      return { ok: true };
    case 'submit':
      for (const fill of asList(body['fills']).map(asWire)) {
        const [blockId, actionId] = [asText(fill['blockId']) ?? '', asText(fill['actionId']) ?? ''];
        await acts.use(as, toPlace(body['place']), blockId, actionId, toEntry(fill['entry']));
      }
      await acts.submit(as);
      return { ok: true };
    case 'close':
      await acts.close(as, body['all'] === true);
      return { ok: true };
    case 'home':
      await acts.openHome(as, body['tab'] === 'messages' ? 'messages' : 'home');
      return { ok: true };
    case 'shortcut': {
      const on = asWire(body['on']);
      const message = { channel: asText(on['channel']) ?? '', ts: asText(on['ts']) ?? '' };
      await acts.shortcut(as, text('callbackId'), message.ts === '' ? undefined : message);
      return { ok: true };
    }
    case 'suggest':
      return {
        options: await acts.suggest(as, toPlace(body['place']), text('blockId'), text('actionId'), text('query')),
      };
    case 'react':
      await acts.react(as, text('channel'), text('ts'), text('name'));
      return { ok: true };
    case 'pin':
      await acts.pin(as, text('channel'), text('ts'));
      return { ok: true };
    case 'status':
      await team.setStatus(as, text('text') === '' && text('emoji') === '' ? null : { emoji: text('emoji'), text: text('text') });
      return { ok: true };
    case 'step':
      return { ok: true, run: (await team.runStep(as, text('callbackId'), asWire(body['inputs']))).id };
    case 'read':
      acts.markRead(as, text('channel'));
      return { ok: true };
    default:
      return null;
  }
}

function toPlace(value: unknown): Place {
  const place = asWire(value);
  if (place['kind'] === 'view') return { kind: 'view', viewId: asText(place['viewId']) ?? '' };
  return { kind: 'message', channel: asText(place['channel']) ?? '', ts: asText(place['ts']) ?? '' };
}

function toEntry(value: unknown): Entry {
  if (Array.isArray(value)) return value.map(String);
  return asText(value) ?? null;
}
