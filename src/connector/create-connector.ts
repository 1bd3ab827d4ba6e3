import type { Dispatcher } from 'undici';
import { ConfigError, type ConfigMistake, SeatwardenError } from '../domain/errors.ts';
import type { Member } from '../domain/person.ts';
import { normaliseEmail } from '../domain/person.ts';
import { type Holding, ORIGIN_LABEL, type OriginField } from '../domain/seat.ts';
import type { Secret } from '../domain/secret.ts';
import { toInstant } from '../domain/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckReport, Connector, Target } from '../ports/connector.ts';
import type { Log } from '../ports/log.ts';
import { EvaluationFault, type Scope } from '../preset/expression.ts';
import { LOAD_ALL, type LoadSettings } from '../preset/load-settings.ts';
import type { LoadedConnector } from '../preset/loaded.ts';
import { personOf } from './action-scope.ts';
import { Actions } from './actions.ts';
import { createAuthoriser } from './authorise.ts';
import { baseUrlProblem, schemeProblem } from './base-url.ts';
import { createHttp, type Exchange } from './http.ts';
import { type Identities, IdentityTable, NO_IDENTITIES } from './identities.ts';
import { Joins } from './joins.ts';
import { type Sleep, sleep as sleepFor } from './limiter.ts';
import { Limiters } from './limiters.ts';
import { Loader } from './load.ts';
import type { Network } from './network.ts';
import { expecting, Reads } from './reads.ts';
import { Sources } from './sources.ts';
import { TokenSource } from './token-source.ts';
import { VendorClient } from './vendor-client.ts';

export interface ConnectorOptions {
  /** The integration's id. */
  readonly id: string;
  /** What people call it; the connector's name when left out. */
  readonly name?: string;
  readonly connector: LoadedConnector;
  readonly credential: Readonly<Record<string, Secret>>;
  /** The credential's name in the configuration, for records that tell where they came from. */
  readonly credentialName?: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Instead of the connector's own, for proxies and tests. */
  readonly baseUrl?: string;
  /** Instead of the connector's own address for tokens, likewise. */
  readonly tokenUrl?: string;
  /** Lets plain http go to other machines. */
  readonly allowHttp?: boolean;
  /** Where the limits of credentials are kept; shared by all integrations of a bot. */
  readonly limiters?: Limiters;
  /** Proxies and authorities. */
  readonly network?: Network;
  readonly clock: Clock;
  readonly log: Log;
  /** undici dispatcher to send through; stays open when the connector is closed. */
  readonly dispatcher?: Dispatcher;
  readonly timeoutMs?: number;
  readonly sleep?: Sleep;
  /** For the User-Agent. */
  readonly version?: string;
  /** What the integration says about its loads; all records when left out. */
  readonly loading?: LoadSettings;
  /** Where relative paths of tables start; the working directory when left out. */
  readonly folder?: string;
  /** The people of the Slack workspace, those who left included, for connectors that read them. */
  readonly everyone?: (fresh: boolean) => Promise<readonly Member[]>;
  /** Whether the connector's files were changed for this integration alone. */
  readonly overridden?: boolean;
  /** Whose e-mail a vendor's login stands for. */
  readonly identities?: Identities;
  /** Told of every call as it went over the wire, secrets included; for somebody who looks at one call. */
  readonly trace?: (exchange: Exchange) => void;
}

/** The base URL of a connector that calls nothing; names below `.invalid` lead nowhere by definition (RFC 2606). */
const NOWHERE = 'https://nowhere.invalid';

/**
 * An integration: a connector's presets with one tenant's credential and variables.
 * @throws ConfigError listing every variable or credential field that is missing or has the wrong form, and a base URL that
 * is not https (plain http only to this machine).
 */
export function createConnector(options: ConnectorOptions): Connector & { close(): Promise<void> } {
  const { id, connector, clock, log } = options;
  const mistakes = fieldMistakes(options);
  const address = options.baseUrl ?? connector.baseUrl?.render({ variables: options.variables }) ?? NOWHERE;
  const problem = baseUrlProblem(address, options.allowHttp);
  if (problem !== null) mistakes.push({ file: '', path: `integrations.${id}.baseUrl`, problem });
  const tokenUrl = problem === null ? tokenAddress(options, address, mistakes) : null;
  if (mistakes.length > 0)
    throw new ConfigError(
      `The integration "${id}" is not set up right: ${mistakes.map((m) => `${m.path} ${m.problem}`).join('; ')}.`,
      mistakes,
      {
        hint: `See ${connector.docs}`,
      },
    );

  const base = new URL(address);
  const name = options.name ?? connector.name;
  const wait = options.sleep ?? sleepFor;
  const integration = { id, name, credential: options.credentialName ?? id };
  const scope = { variables: options.variables, integration };
  const totalMs = options.timeoutMs ?? connector.timeoutMs;
  const openHttp = (origin: string, connections: number) =>
    createHttp({
      vendor: connector.name,
      origin,
      connections,
      timeouts: {
        connectMs: connector.connectTimeoutMs,
        readMs: Math.min(connector.readTimeoutMs, totalMs),
        totalMs,
      },
      maxBytes: connector.limits.maxAnswerMb * MB,
      userAgent: `Seatwarden/${options.version ?? 'dev'} (+self-hosted licence bot)`,
      network: options.network,
      dispatcher: options.dispatcher,
      trace: options.trace,
    });
  const http = openHttp(base.origin, connector.limits.concurrency);
  const tokenHttp = tokenUrl === null ? null : openHttp(tokenUrl.origin, 1);
  const credential = Object.fromEntries(Object.entries(options.credential).map(([field, secret]) => [field, secret.reveal()]));
  const secretScope = { variables: options.variables, credential };
  const tokens =
    tokenUrl === null || tokenHttp === null || connector.auth?.kind !== 'oauth2'
      ? null
      : new TokenSource({
          auth: connector.auth,
          vendor: connector.name,
          integrationId: id,
          tokenUrl,
          http: tokenHttp,
          scope: secretScope,
          clock,
          log,
          sleep: wait,
        });
  const limiters = options.limiters ?? new Limiters(wait);
  const authoriser = createAuthoriser(connector.auth, secretScope, tokens);
  const client = new VendorClient({
    integrationId: id,
    connector,
    origin: base.origin,
    common: { basePath: base.pathname.replace(/\/+$/, ''), headers: connector.headers },
    http,
    limiter: limiters.of(integration.credential, base.origin, connector.limits),
    authoriser,
    clock,
    log,
    sleep: wait,
    scope: secretScope,
  });
  const { folder = '.', everyone = null, dispatcher, network, identities = NO_IDENTITIES } = options;
  const sources = new Sources({ connector, client, scope, credential, authoriser, folder, everyone, network, dispatcher });
  const joins = new Joins({ connector, client, clock, scope });
  const settings = options.loading ?? LOAD_ALL;
  const reads = new Reads({ integrationId: id, connector, client, sources, joins, clock, scope, identities });
  const loader = new Loader({ integrationId: id, connector, sources, joins, clock, scope, settings, identities });
  const actions = new Actions({ integrationId: id, connector, client, reads, clock, sleep: wait, scope });
  const readAt = (): string => toInstant(clock.now());

  return {
    id,
    overridden: options.overridden ?? false,
    connectorId: connector.id,
    name,
    origin: originOf(connector, scope),
    presets: new Map([...connector.presets].map(([presetId, preset]) => [presetId, preset.info])),
    check: (signal) =>
      connector.check === null
        ? peek(sources, connector, signal)
        : check(client, connector.check, { ...scope, now: readAt() }, signal),
    load: (load, onPage, signal) => loader.load(load, onPage, signal),
    async lookup(email, signal) {
      const own = normaliseEmail(email);
      const { table, problem } = await tableOr(identities, signal);
      const scope = { email: own, login: table.loginOf(own) };
      const read = await reads.use(connector.lookup, scope, false, signal, table);
      const { seats, accounts, rejected, readAt: at } = read;
      // Where nothing came, it may be just because nobody knows by which login to look.
      if (problem !== null && seats.length + accounts.length === 0) throw problem;
      return { seats, accounts, rejected, readAt: at, gap: problem?.message ?? null };
    },
    listsFree: connector.pool !== null,
    async free(signal) {
      return connector.pool === null ? [] : (await reads.use(connector.pool, {}, false, signal)).seats;
    },
    async run(presetId, inputs, signal) {
      return expecting(connector.name, presetId, async () => {
        const { seats, accounts, response } = await reads.run(presetId, inputs, false, signal);
        return { holdings: [...seats, ...accounts], response };
      });
    },
    readsOne: { seat: connector.targets.seat !== null, account: connector.targets.account !== null },
    async target(ref, signal): Promise<Target | null> {
      const unread = { ref, seat: null, account: null };
      if (ref.kind === 'none') return { ...unread, person: null, readAt: readAt() };
      if (ref.kind === 'person') return { ...unread, person: personOf(ref, null, null), readAt: readAt() };
      const use = connector.targets[ref.kind];
      if (use === null) return null;
      const read = await reads.use(use, { target: { kind: ref.kind, id: ref.id } }, true, signal);
      const isIt = (holding: Holding): boolean => holding.externalId === ref.id;
      const seat = ref.kind === 'seat' ? (read.seats.find(isIt) ?? null) : null;
      const account = ref.kind === 'account' ? (read.accounts.find(isIt) ?? null) : null;
      if (seat === null && account === null) return null;
      return { ref, seat, account, person: personOf(ref, seat, account), readAt: read.readAt };
    },
    offers: (target, now) => actions.offers(target, now),
    prefill: (presetId, target, now) => actions.prefill(presetId, target, now),
    plan: (presetId, target, inputs, signal) =>
      expecting(connector.name, presetId, () => actions.plan(presetId, target, inputs, signal)),
    recheck: (call, seen, signal) => expecting(connector.name, call.presetId, () => actions.recheck(call, seen, signal)),
    task: (call, before) => actions.task(call, before),
    perform: (call, before, signal) => actions.perform(call, before, signal),
    verify: (call, before, signal) => expecting(connector.name, call.presetId, () => actions.verify(call, before, signal)),
    inverse: (call, before, after, response) => actions.inverse(call, before, after, response),
    async close() {
      await Promise.all([http.close(), tokenHttp?.close()]);
    },
  };
}

const MB = 1024 * 1024;

/** Where tokens come from; null for connectors that need none. A secret is sent there, so it must be https as well. */
function tokenAddress(
  { id, connector, variables, tokenUrl, allowHttp }: ConnectorOptions,
  baseUrl: string,
  mistakes: ConfigMistake[],
): URL | null {
  if (connector.auth?.kind !== 'oauth2') return null;
  const address = tokenUrl ?? connector.auth.tokenUrl.render({ variables });
  const url = URL.canParse(address, baseUrl) ? new URL(address, baseUrl) : null;
  const problem = url === null ? `"${address}" is not an address` : schemeProblem(url, allowHttp === true);
  if (problem !== null) mistakes.push({ file: '', path: `integrations.${id}.tokenUrl`, problem });
  return url;
}

/** The identities; when they cannot be read nobody is known by login, and `problem` says why. */
async function tableOr(
  identities: Identities,
  signal: AbortSignal,
): Promise<{ readonly table: IdentityTable; readonly problem: SeatwardenError | null }> {
  try {
    return { table: await identities.table(signal), problem: null };
  } catch (error) {
    if (!(error instanceof SeatwardenError) || signal.aborted) throw error;
    return { table: NOBODY, problem: error };
  }
}

const NOBODY = new IdentityTable([]);

/** Where nothing is called, the records are looked at instead. */
async function peek(sources: Sources, connector: LoadedConnector, signal: AbortSignal): Promise<CheckReport> {
  try {
    for (const listing of connector.load.listings) {
      const pages = sources.walk(listing.source, { readAhead: false }, signal);
      await pages.next();
      await pages.return([]);
    }
    return { ok: true, message: `${connector.name} can be read.`, hint: null, facts: [] };
  } catch (error) {
    if (!(error instanceof SeatwardenError)) throw error;
    return { ok: false, message: error.message, hint: error.hint, facts: [] };
  }
}

/** A report is what the person wants, so whatever is wrong with the vendor is told in it instead of being thrown. */
async function check(
  client: VendorClient,
  check: NonNullable<LoadedConnector['check']>,
  scope: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<CheckReport> {
  try {
    const answer = await client.read(check.request, { scope }, signal);
    const answered = { ...scope, ...answer };
    const facts = check.facts
      .map((fact) => ({ label: fact.label, value: fact.value.render(answered) }))
      .filter((fact) => fact.value !== '');
    const warnings = check.warnings.filter((rule) => rule.when.holds(answered));
    return {
      ok: true,
      message: [check.sentence, ...warnings.map((rule) => rule.because)].map((text) => text.render(answered)).join(' '),
      hint: warnings.find((rule) => rule.hint !== null)?.hint ?? null,
      facts,
    };
  } catch (error) {
    if (!(error instanceof SeatwardenError)) throw error;
    return { ok: false, message: error.message, hint: error.hint, facts: [] };
  }
}

/** The standard fields that say where a record comes from, without one. */
function originOf({ fields }: LoadedConnector, scope: Scope): readonly OriginField[] {
  return fields.flatMap(({ label, value: template }): OriginField[] => {
    if (!label.startsWith(ORIGIN_LABEL)) return [];
    try {
      const value = template.render(scope);
      return value === null || value === '' || typeof value === 'object' ? [] : [[label, String(value)]];
    } catch (error) {
      // One that looks at the record is told with each record.
      if (error instanceof EvaluationFault) return [];
      throw error;
    }
  });
}

function fieldMistakes({ id, connector, credential, variables }: ConnectorOptions): ConfigMistake[] {
  const mistakes: ConfigMistake[] = [];
  const mistake = (path: string, problem: string): void =>
    void mistakes.push({ file: '', path: `integrations.${id}.${path}`, problem });
  for (const [name, field] of Object.entries(connector.variables)) {
    const value = variables[name];
    if (value === undefined || value === '') {
      if (field.required) mistake(`variables.${name}`, `is missing: ${field.title}`);
    } else if (connector.patterns[name]?.fits(value) === false)
      mistake(
        `variables.${name}`,
        `has the wrong form: ${field.help}${field.example === undefined ? '' : ` Example: ${field.example}`}`,
      );
  }
  for (const [name, field] of Object.entries(connector.credential)) {
    const value = credential[name]?.reveal();
    if (value === undefined || value === '') {
      if (field.required) mistake(`credential.${name}`, `is missing: ${field.title}`);
    } else if (!(connector.auth?.kind === 'basic' || connector.auth?.kind === 'oauth2') && !/^[\x21-\x7e]+$/.test(value))
      mistake(`credential.${name}`, 'holds blanks or characters that cannot be sent in a header');
    else if (connector.patterns[name]?.fits(value) === false) mistake(`credential.${name}`, 'has the wrong form');
  }
  return mistakes;
}
