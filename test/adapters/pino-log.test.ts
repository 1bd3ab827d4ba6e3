import { describe, expect, it } from 'vitest';
import { createPinoLog, type LogLevel, type PinoLog } from '../../src/adapters/pino-log.ts';
import { VendorError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';

function aLog(level: LogLevel = 'debug'): { log: PinoLog; text: () => string; lines: () => Record<string, unknown>[] } {
  const written: string[] = [];
  const log = createPinoLog({
    level,
    clock: { now: () => new Date('2026-11-23T09:00:00.000Z') },
    to: { write: (line) => void written.push(line) },
  });
  return {
    log,
    text: () => written.join(''),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
}

describe('the log', () => {
  it('is one JSON object a line: level, time, event and details', () => {
    const { log, lines, text } = aLog();
    log.info('sync.ended', { integration: 'jetbrains', seats: 12 });
    log.error('store.write-failed');
    expect(lines()).toEqual([
      { level: 'info', time: '2026-11-23T09:00:00.000Z', event: 'sync.ended', integration: 'jetbrains', seats: 12 },
      { level: 'error', time: '2026-11-23T09:00:00.000Z', event: 'store.write-failed' },
    ]);
    expect(text().split('\n')).toHaveLength(3);
  });

  it('leaves out what is below its level', () => {
    const { log, lines } = aLog('warn');
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines().map((line) => line['event'])).toEqual(['c', 'd']);
    const silent = aLog('silent');
    silent.log.error('a');
    expect(silent.text()).toBe('');
  });

  it('keeps details that are named like its own fields', () => {
    const { log, lines } = aLog();
    log.info('request.created', { level: 'high', time: 'noon', event: 'party' });
    expect(lines()[0]).toMatchObject({ level: 'info', event: 'request.created', level_: 'high', time_: 'noon', event_: 'party' });
  });

  it('writes an error with its code, cause and stack', () => {
    const { log, lines } = aLog();
    log.warn('job.failed', { error: new VendorError('vendor.refused', 403, 'JetBrains said no.', { cause: new Error('403') }) });
    expect(lines()[0]?.['error']).toMatchObject({
      name: 'VendorError',
      code: 'vendor.refused',
      status: 403,
      message: 'JetBrains said no.',
      stack: expect.stringContaining('pino-log.test.ts'),
      cause: { message: '403' },
    });
  });

  it('stands whatever it is given', () => {
    const { log, lines } = aLog();
    const loop: Record<string, unknown> = {
      big: 1n,
      map: new Map([['a', 1]]),
      set: new Set([1]),
      url: new URL('https://example.com/a'),
    };
    loop['self'] = loop;
    let deep: unknown = 'end';
    for (let depth = 0; depth < 50; depth += 1) deep = { deep };
    log.info('odd', {
      loop,
      deep,
      list: Array.from({ length: 500 }, (_, index) => index),
      buffer: Buffer.alloc(9),
      run: () => 1,
      bad: new Date('x'),
    });
    log.info('trap', {
      get trap(): never {
        throw new Error('no');
      },
    });
    log.error('many', { error: new AggregateError([new Error('one'), new Error('two')], 'both failed') });
    const [odd, trap, many] = lines();
    expect(odd).toMatchObject({
      loop: { big: '1', map: { a: 1 }, set: [1], url: 'https://example.com/a', self: '[circular]' },
      buffer: '[9 bytes]',
      run: '[function]',
      bad: null,
    });
    expect(odd?.['list']).toEqual([...Array.from({ length: 200 }, (_, index) => index), '[300 more]']);
    expect(trap).toMatchObject({ event: 'trap', unreadable: ['trap'] });
    expect(many).toMatchObject({ error: { errors: [{ message: 'one' }, { message: 'two' }] } });
  });
});

describe('secrets in the log', () => {
  const VALUE = 's3cr"et/with+odd\\chars\nand lines';

  it('are hidden wherever they turn up once they are known', () => {
    const { log, text, lines } = aLog();
    log.register(new Secret(VALUE), 'second-secret-value', '98765432');
    const error = new Error(`401 for ${VALUE}`, { cause: new Error(`key second-secret-value`) });
    log.error(`bad second-secret-value`, {
      error,
      nested: {
        list: [`x${VALUE}y`, { [VALUE]: 1 }],
        number: 98_765_432,
        url: `https://v.example/?q=${encodeURIComponent(VALUE)}`,
      },
      body: JSON.stringify({ key: VALUE }),
      basic: Buffer.from(VALUE).toString('base64'),
      secret: new Secret(VALUE),
    });
    expect(lines()).toHaveLength(1);
    for (const part of ['s3cr', 'odd', 'second-secret', '98765432', Buffer.from(VALUE).toString('base64').slice(0, 20)]) {
      expect(text()).not.toContain(part);
    }
    expect(lines()[0]).toMatchObject({
      event: 'bad [secret]',
      error: { message: '401 for [secret]', cause: { message: 'key [secret]' } },
    });
    expect(lines()[0]).toMatchObject({ error: { stack: expect.stringContaining('401 for [secret]') } });
  });

  it('that are part of one another are hidden whole', () => {
    const { log, text } = aLog();
    log.register('abcd', 'abcd-and-more');
    log.info('a', { text: 'abcd-and-more abcd' });
    expect(text()).toContain('"text":"[secret] [secret]"');
  });

  it('too short to be secrets do not blot out the log', () => {
    const { log, text } = aLog();
    log.register('', 'a', 'abc');
    log.info('abc', { text: 'abc' });
    expect(text()).toContain('"text":"abc"');
  });

  it.each([
    ['xoxb-1234567890-abcdefghij', '[secret]'],
    ['xapp-1-A02-123-abcdef', '[secret]'],
    ['xoxe.xoxp-1-Mi0yLTEyMzQ1Njc4', '[secret]'],
    ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [secret]'],
    ['Basic dXNlcjpwYXNzd29yZA==', 'Basic [secret]'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl', '[secret]'],
    ['postgres://bot:hunter22@db/seatwarden', 'postgres://bot:[secret]@db/seatwarden'],
    ['https://hooks.slack.com/commands/T1/2/abc', 'https://hooks.slack.com/[secret]'.replace('.com/', '.com/commands/')],
    ['https://api.example/v1?page=2&api_key=abc&x=1', 'https://api.example/v1?page=2&api_key=[secret]&x=1'],
    ['nothing to hide: Bearer of bad news', 'nothing to hide: Bearer of bad news'],
  ])('are known by their form: %s', (text, shown) => {
    const { log, lines } = aLog();
    log.info('seen', { text });
    expect(lines()[0]?.['text']).toBe(shown);
  });

  it('are hidden by the name of their field', () => {
    const { log, lines } = aLog();
    const headers = { authorization: 'anything', 'x-api-key': 'k', 'X-Slack-Signature-Key': 'k', Cookie: 'c', accept: 'json' };
    log.info('sent', { headers, trigger_id: '1.2.abc', password: 'p', tokens: 7 });
    expect(lines()[0]).toMatchObject({
      headers: {
        authorization: '[secret]',
        'x-api-key': '[secret]',
        'X-Slack-Signature-Key': '[secret]',
        Cookie: '[secret]',
        accept: 'json',
      },
      trigger_id: '[secret]',
      password: '[secret]',
      tokens: 7,
    });
  });
});
