import { ConfigError, type ConfigMistake } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';

/** The environment as the process and `.env` give it. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

export type SlackAccess =
  | { readonly mode: 'socket'; readonly botToken: Secret; readonly appToken: Secret; readonly apiUrl: string | null }
  | { readonly mode: 'http'; readonly botToken: Secret; readonly signingSecret: Secret; readonly apiUrl: string | null };

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says about one run of the bot. Paths are as given, relative to the working directory. */
export interface Environment {
  /** Null when no Slack token is set at all. */
  readonly slack: SlackAccess | null;
  readonly host: string;
  readonly port: number;
  /** Null: `seatwarden.config.json` in the working directory, if there is one. */
  readonly configPath: string | null;
  readonly dataDir: string;
  /** Null: `presets` in the working directory, else those that came with the program. */
  readonly presetsDir: string | null;
  readonly logLevel: LogLevel;
  readonly network: NetworkAccess;
}

/** How vendors are reached. Proxies are addresses and may hold a name and a password. */
export interface NetworkAccess {
  readonly httpsProxy: string | null;
  readonly httpProxy: string | null;
  readonly noProxy: string;
  /** Files with certificates of authorities to trust besides the usual ones. */
  readonly caFiles: readonly string[];
}

/**
 * Reads the variables Seatwarden knows. An empty value counts as not set, since that is how compose files pass on nothing.
 * @throws ConfigError with every mistake; tokens are never repeated.
 */
export function readEnvironment(env: EnvironmentVariables): Environment {
  const mistakes: ConfigMistake[] = [];
  const refuse = (path: string, problem: string, allowed?: readonly string[]): void => {
    mistakes.push({ file: 'environment', path, problem, ...(allowed === undefined ? {} : { allowed }) });
  };
  const get = (name: string): string | null => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? null : value;
  };

  if (get('DATABASE_URL') !== null)
    refuse('DATABASE_URL', 'is set, but PostgreSQL is not supported yet; unset it, and everything is kept in SEATWARDEN_DATA');
  const environment: Environment = {
    slack: readSlack(get, refuse),
    host: readHost(get('HOST'), refuse),
    port: readPort(get('PORT'), refuse),
    configPath: get('SEATWARDEN_CONFIG'),
    dataDir: get('SEATWARDEN_DATA') ?? './data',
    presetsDir: get('SEATWARDEN_PRESETS'),
    logLevel: readLogLevel(get('LOG_LEVEL'), refuse),
    network: readNetwork(get, refuse),
  };
  if (mistakes.length > 0) throw new ConfigError(summary(mistakes), mistakes, { hint: 'See docs/configuration.md.' });
  return environment;
}

type Get = (name: string) => string | null;
type Refuse = (path: string, problem: string, allowed?: readonly string[]) => void;

/** One mistake is the message itself, so that a terminal shows it in one sentence. */
function summary(mistakes: readonly ConfigMistake[]): string {
  const [first] = mistakes;
  if (mistakes.length === 1 && first !== undefined) return `${first.path} ${first.problem}.`;
  return `The environment has ${mistakes.length} mistakes.`;
}

function readSlack(get: Get, refuse: Refuse): SlackAccess | null {
  const [bot, app, signing] = [get('SLACK_BOT_TOKEN'), get('SLACK_APP_TOKEN'), get('SLACK_SIGNING_SECRET')];
  const apiUrl = readApiUrl(get('SLACK_API_URL'), refuse);
  if (bot === null) {
    const half = app !== null ? 'SLACK_APP_TOKEN' : signing !== null ? 'SLACK_SIGNING_SECRET' : null;
    if (half !== null) refuse('SLACK_BOT_TOKEN', `is missing, while ${half} is set; both are needed to connect to Slack`);
    return null;
  }
  if (bot.startsWith('xapp-')) refuse('SLACK_BOT_TOKEN', 'is an app-level token (xapp-…); the bot token begins with xoxb-');
  if (app?.startsWith('xoxb-') === true)
    refuse('SLACK_APP_TOKEN', 'is a bot token (xoxb-…); the app-level token begins with xapp-');
  const botToken = new Secret(bot);
  if (app !== null) return { mode: 'socket', botToken, appToken: new Secret(app), apiUrl };
  if (signing !== null) return { mode: 'http', botToken, signingSecret: new Secret(signing), apiUrl };
  refuse(
    'SLACK_APP_TOKEN',
    'is missing, while SLACK_BOT_TOKEN is set; set it (Socket Mode), or SLACK_SIGNING_SECRET (signed HTTP at /slack/events)',
  );
  return null;
}

function readApiUrl(text: string | null, refuse: Refuse): string | null {
  if (text === null) return null;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    refuse('SLACK_API_URL', 'must be an http or https address, such as https://slack.com/api/');
    return null;
  }
  return text.endsWith('/') ? text : `${text}/`;
}

function readNetwork(get: Get, refuse: Refuse): NetworkAccess {
  const either = (name: string): string | null => readProxy(name, get(name) ?? get(name.toLowerCase()), refuse);
  const caFile = get('SEATWARDEN_CA_FILE');
  const nodes = get('NODE_EXTRA_CA_CERTS');
  return {
    httpsProxy: either('HTTPS_PROXY'),
    httpProxy: either('HTTP_PROXY'),
    noProxy: get('NO_PROXY') ?? get('no_proxy') ?? '',
    // Node reads its own by itself, unless another is named.
    caFiles: caFile === null ? [] : [caFile, ...(nodes === null ? [] : [nodes])],
  };
}

function readProxy(name: string, text: string | null, refuse: Refuse): string | null {
  if (text === null) return null;
  const address = text.includes('://') ? text : `http://${text}`;
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address;
  refuse(name, 'must be the http or https address of a proxy, such as http://proxy.example.com:3128');
  return null;
}

function readHost(text: string | null, refuse: Refuse): string {
  if (text === null) return '127.0.0.1';
  if (!/^(\[?[0-9a-fA-F:]+(%[\w.]+)?\]?|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/.test(text)) {
    refuse('HOST', 'must be a host name or an address, such as 127.0.0.1 or 0.0.0.0');
  }
  return text.replace(/^\[(.*)\]$/, '$1');
}

function readPort(text: string | null, refuse: Refuse): number {
  if (text === null) return 3000;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535)) {
    refuse('PORT', 'must be a whole number from 0 to 65535');
    return 3000;
  }
  return port;
}

function readLogLevel(text: string | null, refuse: Refuse): LogLevel {
  const level = text?.toLowerCase() ?? 'info';
  const known = LOG_LEVELS.find((name) => name === level);
  if (known === undefined) refuse('LOG_LEVEL', 'is not one of the allowed values', LOG_LEVELS);
  return known ?? 'info';
}
