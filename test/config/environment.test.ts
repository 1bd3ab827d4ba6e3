import { describe, expect, it } from 'vitest';
import { withDotEnv } from '../../src/config/dotenv.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigError } from '../../src/domain/errors.ts';

function refusalOf(env: Record<string, string>): ConfigError {
  try {
    readEnvironment(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('The environment was accepted.');
}

describe('the environment', () => {
  it('listens on this machine alone at port 3000 and keeps its data in ./data, unless told otherwise', () => {
    expect(readEnvironment({})).toEqual({
      slack: null,
      host: '127.0.0.1',
      port: 3000,
      configPath: null,
      dataDir: './data',
      presetsDir: null,
      network: { httpsProxy: null, httpProxy: null, noProxy: '', caFiles: [] },
      logLevel: 'info',
    });
  });

  it('prefers Socket Mode when both ways to Slack are set', () => {
    const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_SIGNING_SECRET: 's' };
    expect(readEnvironment(env).slack?.mode).toBe('socket');
  });

  it('takes signed HTTP with a signing secret, against another Web API when told so', () => {
    const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', SLACK_API_URL: 'http://127.0.0.1:9/api' };
    expect(readEnvironment(env).slack).toMatchObject({ mode: 'http', apiUrl: 'http://127.0.0.1:9/api/' });
  });

  it.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /^SLACK_APP_TOKEN is missing, while SLACK_BOT_TOKEN is set/],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN is missing, while SLACK_APP_TOKEN is set/],
    [{ SLACK_SIGNING_SECRET: 'x' }, /^SLACK_BOT_TOKEN is missing, while SLACK_SIGNING_SECRET is set/],
    [{ SLACK_BOT_TOKEN: 'xapp-1', SLACK_APP_TOKEN: 'xapp-1' }, /^SLACK_BOT_TOKEN is an app-level token/],
    [{ PORT: '80a' }, /^PORT must be a whole number from 0 to 65535/],
    [{ PORT: '65536' }, /^PORT must/],
    [{ HOST: 'not a host' }, /^HOST must be a host name or an address/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is not one of/],
    [{ SLACK_API_URL: 'slack.com' }, /^SLACK_API_URL must be an http or https address/],
    [{ DATABASE_URL: 'postgres://u:p@h/d' }, /^DATABASE_URL is set, but PostgreSQL is not supported yet/],
  ])('refuses %j in one sentence', (env, sentence) => {
    const { message } = refusalOf(env as Record<string, string>);
    expect(message).toMatch(sentence);
    expect(message).not.toContain('u:p@');
  });

  it('lists several mistakes together', () => {
    expect(refusalOf({ PORT: '-1', LOG_LEVEL: 'x' }).mistakes.map((mistake) => mistake.path)).toEqual(['PORT', 'LOG_LEVEL']);
  });

  it('takes an empty value for not set', () => {
    expect(readEnvironment({ SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: ' ', PORT: '' })).toMatchObject({ slack: null, port: 3000 });
  });

  it('reads .env, and lets the process win over it', () => {
    expect(withDotEnv({ PORT: '1', HOST: undefined }, 'PORT=2\nHOST="0.0.0.0"\n# no\n')).toEqual({ PORT: '1', HOST: '0.0.0.0' });
  });
});

describe('the way to vendors', () => {
  it('leads through the proxies that are named, in capitals or not', () => {
    expect(
      readEnvironment({ HTTPS_PROXY: 'http://u:p@proxy.example:3128', http_proxy: 'proxy.example:80', no_proxy: '.corp' })
        .network,
    ).toEqual({
      httpsProxy: 'http://u:p@proxy.example:3128',
      httpProxy: 'http://proxy.example:80',
      noProxy: '.corp',
      caFiles: [],
    });
  });

  it('refuses what is no proxy, without repeating it', () => {
    expect(() => readEnvironment({ HTTPS_PROXY: 'socks5://u:s3cr3t@proxy.example' })).toThrow(
      /^HTTPS_PROXY must be the http or https address of a proxy, such as [^@]*\.$/,
    );
  });

  it('trusts the authorities of a file besides those Node was told of', () => {
    expect(readEnvironment({ SEATWARDEN_CA_FILE: 'house.pem', NODE_EXTRA_CA_CERTS: '/etc/x.pem' }).network.caFiles).toEqual([
      'house.pem',
      '/etc/x.pem',
    ]);
    expect(readEnvironment({ NODE_EXTRA_CA_CERTS: '/etc/x.pem' }).network.caFiles).toEqual([]);
  });
});
