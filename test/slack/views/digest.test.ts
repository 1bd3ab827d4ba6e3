import { describe, expect, test } from 'vitest';
import type { Digest, DigestRow } from '../../../src/domain/digest.ts';
import { changeWords, digestLine, digestView, tableView } from '../../../src/slack/views/digest.ts';
import { dangersIn, HOSTILE, messageProblems, mrkdwnOf, NOW } from '../../support/slack-views.ts';
import { SOME_CHARTS } from '../../support/some-charts.ts';

function aRow(over: Partial<DigestRow> = {}): DigestRow {
  return {
    tone: 'wrong',
    title: 'Cara Nunes',
    words: 'WebStorm · not used for 94 days',
    news: null,
    email: 'cara@example.com',
    ...over,
  };
}

function aDigest(over: Partial<Digest> = {}): Digest {
  return {
    reportId: 'inactive-users',
    title: 'Inactive users',
    period: '2026-11-23T08:00:00.000Z',
    asOf: NOW,
    late: false,
    change: { since: '2026-11-20T09:00:00.000Z', added: 1, again: 0, gone: 2, total: 41 },
    headline: ['41 seats are not used for 90 days or more.'],
    counts: [{ label: 'Certain', value: 41 }],
    money: ['Not needed: 4,100 EUR a year'],
    rows: [aRow({ news: 'new' })],
    more: 38,
    names: 'shown',
    charts: Object.values(SOME_CHARTS),
    notes: ['Aha! was never synced.'],
    reclaimable: 12,
    ...over,
  };
}

const WORST = aDigest({
  title: HOSTILE,
  late: true,
  headline: Array.from({ length: 8 }, () => HOSTILE.repeat(20)),
  money: [HOSTILE],
  rows: Array.from({ length: 10 }, () => aRow({ title: HOSTILE, words: HOSTILE.repeat(40) })),
  charts: Object.values(SOME_CHARTS).map((chart) => ({ ...chart, title: HOSTILE })),
  notes: Array.from({ length: 30 }, () => HOSTILE),
});

describe('a digest on Slack', () => {
  test.each(
    Object.entries({
      usual: aDigest(),
      worst: WORST,
      empty: aDigest({ rows: [], more: 0, charts: [], counts: [], headline: [] }),
    }),
  )('is a message Slack takes and that notifies nobody: %s', (_name, digest) => {
    for (const view of [digestView(digest), digestLine(digest)]) {
      expect(messageProblems(view)).toEqual([]);
      expect(dangersIn(`${mrkdwnOf(view.blocks)}\n${view.text}`)).toEqual([]);
    }
  });

  test('tells the whole gist to those who see no blocks', () => {
    expect(digestView(aDigest({ late: true })).text).toBe(
      'Inactive users: 1 new and 2 gone since 20 Nov 2026; 41 in all. Late: due 23 Nov 2026 08:00 UTC. 41 seats are not used for 90 days or more. Certain 41. Not needed: 4,100 EUR a year. New: Cara Nunes: WebStorm · not used for 94 days. 38 more.',
    );
  });

  test('says in a line that there is nothing, or nothing new', () => {
    const change = { since: NOW, added: 0, again: 0, gone: 0, total: 5 };
    expect(digestLine(aDigest({ change })).text).toBe('Inactive users: nothing new since 23 Nov 2026; 5 rows as before.');
    expect(digestLine(aDigest({ change: { ...change, since: null, total: 0 } })).text).toBe('Inactive users: nothing to report.');
  });

  test('says what changed before anything else', () => {
    const [title, first] = digestView(aDigest()).blocks;
    expect(title).toMatchObject({ type: 'header', block_id: 'digest:inactive-users:2026-11-23T08:00:00.000Z' });
    expect(JSON.stringify(first)).toContain('1 new and 2 gone since 20 Nov 2026; 41 in all.');
  });

  test.each([
    [{ since: null, added: 3, again: 0, gone: 0, total: 3 }, 'The first digest: 3 in all.'],
    [{ since: NOW, added: 0, again: 0, gone: 0, total: 5 }, 'Nothing new since 23 Nov 2026; 5 in all.'],
    [{ since: NOW, added: 0, again: 0, gone: 2, total: 3 }, '2 gone since 23 Nov 2026; 3 in all.'],
    [{ since: NOW, added: 0, again: 1, gone: 0, total: 3 }, '1 reminder since 23 Nov 2026; 3 in all.'],
    [{ since: NOW, added: 3, again: 2, gone: 1, total: 9 }, '3 new, 2 reminders and 1 gone since 23 Nov 2026; 9 in all.'],
  ])('says in words %j', (change, words) => {
    expect(changeWords(aDigest({ change }))).toBe(words);
  });

  test('draws its charts and says their numbers beside them', () => {
    const { blocks } = digestView(aDigest());
    expect(blocks.filter(({ type }) => (type as string) === 'data_visualization')).toHaveLength(2);
    expect(mrkdwnOf(blocks)).toContain('Seats bought and used (seats, Jun 2026 to Nov 2026): bought 80 → 90; used 61 → 71.');
  });

  test('draws a line that is longer than Slack allows with fewer points, the last one among them', () => {
    const weeks = Array.from({ length: 27 }, (_, at) => ({ label: `week ${at}`, value: at }));
    const chart = {
      key: 'idle',
      title: 'Idle',
      kind: 'line' as const,
      unit: 'seats',
      series: [{ label: 'Aha!', points: weeks }],
    };
    const [drawn] = digestView(aDigest({ charts: [chart] })).blocks.flatMap((block) =>
      (block.type as string) === 'data_visualization' ? [block as unknown as { chart: { series: { data: object[] }[] } }] : [],
    );
    const data = drawn?.chart.series[0]?.data ?? [];
    expect([data.length, data[0], data.at(-1)]).toEqual([14, { label: 'week 0', value: 0 }, { label: 'week 26', value: 26 }]);
  });

  test('offers nothing that names people where names are kept out', () => {
    const view = digestView(aDigest({ names: 'kept-out', rows: [], more: 41 }));
    const text = JSON.stringify(view);
    expect(text).not.toMatch(/digest:(reclaim|snooze|review)/);
    expect(text).toContain('goes to the reviewers by direct message');
  });
});

describe('the whole list', () => {
  const head = [
    { label: 'Who', isNumber: false },
    { label: 'Days', isNumber: true },
  ];

  test('is a table Slack takes, with numbers as numbers', () => {
    const view = tableView({
      caption: 'All',
      head,
      rows: Array.from({ length: 200 }, (_, at) => [`person${at}@example.com`, at]),
    });
    expect(view === null ? null : messageProblems(view)).toEqual([]);
    expect(JSON.stringify(view)).toContain('"raw_number"');
  });

  test.each([
    ['no rows', []],
    ['more rows than it may have', Array.from({ length: 201 }, () => ['x', 1])],
    ['more text than it may have', Array.from({ length: 199 }, () => ['y'.repeat(110), 1])],
  ])('is left to the file with %s', (_name, rows) => {
    expect(tableView({ caption: 'All', head, rows })).toBeNull();
  });
});
