import { describe, expect, it } from 'vitest';
import type { SyncChange } from '../../../src/domain/sync-change.ts';
import { type SyncProgress, type SyncSession, startedSession } from '../../../src/domain/sync-session.ts';
import type { SyncNotice } from '../../../src/ports/store.ts';
import type { Reply } from '../../../src/reply.ts';
import { replyView } from '../../../src/slack/views/reply.ts';
import { sessionCard } from '../../../src/slack/views/session-card.ts';
import { syncNoticeView } from '../../../src/slack/views/sync-notice.ts';
import { dangersIn, HOSTILE, messageProblems, mrkdwnOf, NOW } from '../../support/slack-views.ts';

const many = <Item>(item: (index: number) => Item, length = 300): Item[] => Array.from({ length }, (_, index) => item(index));

const change = (index: number): SyncChange => ({
  kind: 'person',
  id: HOSTILE,
  change: 'updated',
  person: HOSTILE,
  formerly: null,
  title: HOSTILE,
  fields: [[HOSTILE, HOSTILE, index]],
  because: null,
});

function aSession(over: Partial<SyncSession> = {}): SyncSession {
  const started = startedSession({
    id: 'S1',
    origin: [['Connect: Credentials', HOSTILE]],
    integrationId: 'vendor',
    name: HOSTILE,
    trigger: 'person',
    test: false,
    limit: null,
    by: { userId: 'UADA', email: null, name: HOSTILE },
    fingerprint: 'f',
    startedAt: NOW,
  });
  return { ...started, ...over };
}

const full: Partial<SyncSession> = {
  state: 'ended',
  outcome: 'incomplete',
  endedAt: NOW,
  reasons: [{ code: 'vendor', message: HOSTILE, hint: HOSTILE }],
  changes: many(change, 200),
  faults: many((index) => ({ index, id: HOSTILE, field: HOSTILE, sample: HOSTILE, reason: HOSTILE }), 50),
  people: { created: 1, updated: 200, unchanged: 3, deactivated: 4, reactivated: 5 },
};
const departures = many(
  (index) => ({ kind: 'person' as const, id: `p${index}`, title: HOSTILE, reason: 'missing' as const, again: false }),
  50,
);
const progress: SyncProgress = {
  sessionId: 'S1',
  pages: 3,
  records: 300,
  total: 1_200,
  perSecond: 150,
  waitedMs: 12_000,
  leftMs: 6_000,
  step: 'loading',
};
const trouble = { kind: 'failed', message: HOSTILE, hint: HOSTILE, since: NOW, attempts: 1, retryAt: NOW } as const;

const SESSIONS: Readonly<Record<string, SyncSession>> = {
  running: aSession(),
  'a test': aSession({ ...full, test: true, outcome: 'succeeded' }),
  incomplete: aSession(full),
  held: aSession({ ...full, state: 'held', outcome: 'held', departures, departuresTotal: 4_000 }),
  rejected: aSession({
    ...full,
    outcome: 'cancelled',
    decisions: [{ by: { userId: 'UDAN', email: null, name: HOSTILE }, verdict: 'reject', at: NOW, via: 'slack' }],
  }),
};

const person = { userId: null, email: 'cara@example.com', name: HOSTILE };
const REPLIES: Readonly<Record<string, Exclude<Reply, { kind: 'form' }>>> = {
  started: { kind: 'sync-started', sessionId: 'S1', name: HOSTILE, test: true },
  'many sessions': {
    kind: 'sessions',
    sessions: many(() => aSession(full)),
    health: many(
      (index) => ({
        integrationId: `v${index}`,
        name: HOSTILE,
        app: HOSTILE + index,
        state: 'live' as const,
        schedule: { cron: '0 3 * * *', timezone: 'UTC' },
        confirmedAt: NOW,
        people: 1,
        holdings: 2,
        running: HOSTILE,
        trouble,
        gaps: [{ what: 'role', message: HOSTILE }],
      }),
      30,
    ),
    now: NOW,
  },
  'no sessions': { kind: 'sessions', sessions: [], health: [], now: NOW },
  'one session': { kind: 'session', session: aSession(), progress },
  'a mapping': {
    kind: 'mapping',
    report: {
      integrationId: 'vendor',
      name: HOSTILE,
      records: 100,
      gaps: [{ what: 'role', message: HOSTILE }],
      proposals: many(() => ({
        target: 'email' as const,
        name: 'email',
        value: `{{ record.${HOSTILE} }}`,
        confidence: 0.97,
        because: HOSTILE,
        samples: [HOSTILE],
      })),
    },
  },
  'a filter': {
    kind: 'filter',
    preview: {
      name: HOSTILE,
      filter: HOSTILE,
      records: 10,
      more: true,
      problem: HOSTILE,
      passing: 4,
      failing: 1,
      inside: [HOSTILE],
      outside: [HOSTILE],
    },
  },
  found: {
    kind: 'found',
    text: HOSTILE,
    found: {
      people: many(() => ({ ...person, active: false, integrations: [HOSTILE] })),
      total: 4_000,
      products: many(() => ({ name: HOSTILE, count: 3, integrationId: HOSTILE })),
      teams: [],
      holdings: many(() => ({
        kind: 'seat' as const,
        id: HOSTILE,
        title: HOSTILE,
        email: HOSTILE,
        field: HOSTILE,
        active: false,
        integrationId: HOSTILE,
      })),
      holdingsTotal: 4_000,
      apps: many(() => ({ name: HOSTILE, integrations: [HOSTILE], people: 1, holdings: 2 })),
    },
    profile: {
      person,
      origins: [{ integrationId: HOSTILE, app: HOSTILE, origin: [['Connect: Credentials', HOSTILE]], syncedAt: NOW }],
      merged: { active: true, sources: ['v'], fields: { name: { value: HOSTILE, source: HOSTILE, at: NOW } } },
    },
  },
  'a history': {
    kind: 'history',
    person,
    history: {
      entries: many((index) => ({ ...change(index), at: NOW, sessionId: 'S1', because: null, integrationId: HOSTILE })),
      held: {
        at: NOW,
        states: many(() => ({
          kind: 'seat' as const,
          id: 'S1',
          title: HOSTILE,
          person: 'p',
          active: true,
          values: { product: HOSTILE, team: HOSTILE },
          from: NOW,
          integrationId: HOSTILE,
        })),
      },
    },
  },
  'no history': { kind: 'history', person, history: { entries: [], held: null } },
};

describe('the card of a session', () => {
  it.each(Object.entries(SESSIONS))('that is %s is as Slack takes it, and does nothing but be read', (_name, session) => {
    const view = sessionCard(session, session.state === 'running' ? progress : null);
    expect(messageProblems(view)).toEqual([]);
    expect(dangersIn(`${mrkdwnOf(view.blocks)}${view.text}`)).toEqual([]);
  });

  it('shows how far it is, with an estimate and the time it waited for limits', () => {
    const text = mrkdwnOf(sessionCard(aSession(), progress).blocks);
    expect(text).toContain('█████░░░░░░░░░░░░░░░ 25 %');
    expect(text).toContain('300 of 1,200 records, 3 pages, 150 a second, waited 12 seconds for limits, about 6 seconds to go');
  });

  it('says that it waits, and for how long, while no page comes', () => {
    const text = mrkdwnOf(sessionCard(aSession(), { ...progress, quietMs: 95_000 }).blocks);
    expect(text).toContain('300 records, 3 pages; waiting for 2 minutes: the vendor is slow, or its limit is used up');
  });

  it('says how many are left out of a list, never cuts one silently', () => {
    expect(mrkdwnOf(sessionCard(SESSIONS['held'] as SyncSession, null).blocks)).toContain('and 3,980 others');
  });
});

describe('answers about syncs', () => {
  it.each(Object.entries(REPLIES))('%s is as Slack takes it, and does nothing but be read', (_name, reply) => {
    const view = replyView(reply);
    expect(messageProblems(view)).toEqual([]);
    expect(dangersIn(`${mrkdwnOf(view.blocks)}${view.text}`)).toEqual([]);
  });

  it.each(['trouble', 'recovered'] as const)('a contact reads of %s', (event) => {
    const notice: SyncNotice = {
      id: 'n',
      version: 1,
      integrationId: 'vendor',
      name: HOSTILE,
      to: 'UDAN',
      event,
      trouble,
      sessionId: 'S1',
      owedSince: NOW,
      mailed: false,
      attempts: 0,
    };
    const view = syncNoticeView(notice);
    expect(messageProblems(view)).toEqual([]);
    expect(dangersIn(`${mrkdwnOf(view.blocks)}${view.text}`)).toEqual([]);
  });
});
