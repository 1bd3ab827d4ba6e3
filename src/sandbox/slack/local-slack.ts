import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../ports/clock.ts';
import { FaultQueue } from '../faults.ts';
import { BodyTooLarge, listen, sendJson } from '../http.ts';
import { Dispatch } from './dispatch.ts';
import { FileServer } from './file-server.ts';
import { HttpDelivery } from './http-delivery.ts';
import { readManifest } from './manifest.ts';
import { manifestProblems } from './manifest-problems.ts';
import type { Conversation, SlackGroup, SlackUser } from './model.ts';
import { Passes } from './passes.ts';
import { PeopleActs } from './people-acts.ts';
import { RateLimits } from './rates.ts';
import { ResponseUrls } from './response-urls.ts';
import { SocketDelivery } from './socket-delivery.ts';
import { TeamActs } from './team-acts.ts';
import { Uploads } from './uploads.ts';
import { WebApi } from './web-api.ts';
import { Workspace } from './workspace.ts';

export type DeliverTo = { readonly kind: 'socket' } | { readonly kind: 'http'; readonly url: string };

export interface LocalSlackOptions {
  readonly people: readonly SlackUser[];
  readonly channels: readonly Omit<Conversation, 'isArchived'>[];
  readonly groups?: readonly SlackGroup[];
  readonly bot?: Partial<SlackUser>;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** The app's manifest, parsed; without it nothing is limited. */
  readonly manifest?: unknown;
  readonly clock: Clock;
  readonly deliver: DeliverTo;
  readonly teamName?: string;
  /** How long the app has to acknowledge; Slack gives three seconds. */
  readonly ackMs?: number;
  readonly port?: number;
}

/** What tests and the page steer a local Slack with. */
export interface SlackControl {
  readonly workspace: Workspace;
  readonly acts: PeopleActs;
  readonly team: TeamActs;
  readonly rates: RateLimits;
  /** Faults of the Web API, by method name; `path: 'response_url'` for those answers. */
  readonly faults: FaultQueue;
  /** Connected Socket Mode clients. */
  connections(): number;
  delivers(): DeliverTo['kind'];
  dropSockets(how: 'warning' | 'refresh' | 'cut'): void;
  deliverTo(target: DeliverTo): void;
  reset(): void;
}

export interface LocalSlack {
  /** The Web API's base, with the slash at its end that clients expect. */
  readonly apiUrl: string;
  readonly url: string;
  readonly control: SlackControl;
  /** Serves the Web API's paths on another server, too; false when the path is not one of them. */
  handler(request: IncomingMessage, response: ServerResponse): boolean;
  /** Lets another handler answer what is not Slack's (the page). */
  mount(handler: RequestHandler): void;
  close(): Promise<void>;
}

/** Answers a request and says so; false leaves it to somebody else. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => boolean;

export const BOT_USER_ID = 'U00SEATWARDEN';
const ACK_MS = 3_000;
/** First parts of the paths that are Slack's own. */
const ROOMS = ['api', 'response', 'upload', 'files-pri'];

/**
 * Starts a Slack of one's own on a loopback port: Web API, response URLs, signed HTTP or Socket Mode delivery, and people
 * to act as. It follows Slack's documented limits and refuses what Slack refuses.
 */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const manifest = readManifest(options.manifest);
  const ackMs = options.ackMs ?? ACK_MS;
  const appId = 'A00SEATWARDEN';
  const workspace = new Workspace({
    clock: options.clock,
    team: { id: 'T00SANDBOX', name: options.teamName ?? 'Sandbox', domain: 'sandbox' },
    appId,
    botId: 'B00SEATWARDEN',
    bot: {
      id: BOT_USER_ID,
      handle: 'seatwarden',
      realName: manifest.appName,
      email: null,
      title: 'App',
      timezone: 'Etc/UTC',
      role: 'bot',
      ...options.bot,
    },
    people: options.people,
    groups: options.groups ?? [],
    channels: options.channels,
    manifest,
  });
  const faults = new FaultQueue();
  const rates = new RateLimits(options.clock);
  const uploads = new Uploads();
  const dispatch = new Dispatch(workspace);
  let url = '';
  let socket: SocketDelivery | null = null;
  const passes = new Passes(workspace, () => url);
  const responses = new ResponseUrls(workspace, passes, faults);
  const acts = new PeopleActs(workspace, dispatch, passes, responses);
  const team = new TeamActs(workspace, dispatch);
  const files = new FileServer(workspace, uploads, options.botToken);
  const api = new WebApi({
    botToken: options.botToken,
    appToken: options.appToken,
    uploads,
    faults,
    rates,
    context: {
      workspace,
      passes,
      baseUrl: () => url,
      socketUrl: () => (socket === null ? null : `${url.replace('http', 'ws')}${socket.ticket()}`),
      hasScope: (scope) => manifest.scopes === null || manifest.scopes.has(scope),
      emit: (subscription, event) => void dispatch.event(subscription, event),
    },
  });

  const answer = async (request: IncomingMessage, response: ServerResponse, room: string, rest: string): Promise<void> => {
    if (room === 'api') return api.handle(request, response, rest);
    if (room === 'response') return responses.handle(request, response, rest);
    return files.handle(request, response);
  };
  const handler: RequestHandler = (request, response) => {
    const [, room = '', rest = ''] = (request.url ?? '/').split(/[/?]/);
    if (!ROOMS.includes(room)) return false;
    answer(request, response, room, rest).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, error instanceof BodyTooLarge ? 413 : 500, { ok: false, error: 'internal_error' });
    });
    return true;
  };
  const mounted: RequestHandler[] = [handler];
  const listening = await listen((request, response) => {
    if (!mounted.some((each) => each(request, response))) sendJson(response, 404, { ok: false, error: 'not_found' });
  }, options.port);
  url = listening.url;

  const onTooMany = (what: string): void => workspace.breaks('sockets.connections', 'apps.connections.open', what);
  const inspectManifest = (): void => {
    if (options.manifest === undefined) return;
    for (const problem of manifestProblems(options.manifest)) workspace.breaks('manifest.limits', 'manifest', problem);
  };
  inspectManifest();
  let delivery = options.deliver;
  const deliverTo = (target: DeliverTo): void => {
    delivery = target;
    if (target.kind === 'http') {
      dispatch.use(new HttpDelivery({ url: target.url, signingSecret: options.signingSecret, ackMs }));
      return;
    }
    if (socket === null) {
      socket = new SocketDelivery({ appId, ackMs, onChange: () => workspace.changed(), onTooMany });
      socket.attach(listening.server);
    }
    dispatch.use(socket);
  };
  deliverTo(options.deliver);

  const control: SlackControl = {
    workspace,
    acts,
    team,
    rates,
    faults,
    connections: () => socket?.connections ?? 0,
    delivers: () => delivery.kind,
    dropSockets: (how) => socket?.drop(how),
    deliverTo,
    reset: () => {
      faults.clear();
      rates.clear();
      workspace.reset();
      inspectManifest();
    },
  };
  return {
    apiUrl: `${url}/api/`,
    url,
    control,
    handler,
    mount: (other) => mounted.push(other),
    close: async () => {
      workspace.timetable.clear();
      await dispatch.close();
      await socket?.close();
      await listening.close();
    },
  };
}
