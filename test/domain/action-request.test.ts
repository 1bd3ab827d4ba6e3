import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ActionRequest,
  describeState,
  FINAL_STATES,
  isOpen,
  type RequestEvent,
  transition,
} from '../../src/domain/action-request.ts';
import { ConflictError } from '../../src/domain/errors.ts';
import { aStoredRequest } from '../support/store-builders.ts';

const NOW = '2026-11-23T10:00:00.000Z';
const outcome = { at: NOW, message: 'done', code: null, response: {} };
const dan = { userId: 'U1', email: 'dan@example.com', name: 'Dan' };
const eve = { userId: 'U2', email: 'eve@example.com', name: 'Eve' };
const decision = (verdict: 'approve' | 'deny', by = dan): RequestEvent => ({
  kind: 'decided',
  decision: { by, verdict, at: NOW, reason: 'r', via: 'slack' },
});

const EVENTS: readonly RequestEvent[] = [
  decision('approve'),
  decision('approve', eve),
  decision('deny'),
  { kind: 'withdrawn' },
  { kind: 'expired' },
  { kind: 'started' },
  { kind: 'succeeded', outcome, undo: null },
  { kind: 'failed', outcome },
  { kind: 'unknown', outcome },
  { kind: 'looked', outcome },
  { kind: 'undone', by: 'R2' },
  { kind: 'undo-ended' },
];

function pending(approvals = 1): ActionRequest {
  return aStoredRequest('R1', {
    state: 'pending',
    version: 1,
    decisions: [],
    policy: { name: 'default', approvals, because: 'b' },
  });
}

function tryStep(request: ActionRequest, event: RequestEvent): ActionRequest | null {
  try {
    return transition(request, event, NOW);
  } catch (error) {
    if (error instanceof ConflictError) return null;
    throw error;
  }
}

describe('transition', () => {
  it('never starts before enough people agreed, never leaves a final state but to undone, and counts every step', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...EVENTS), { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        (events, approvals) => {
          let request = pending(approvals);
          let steps = 0;
          let starts = 0;
          for (const event of events) {
            const next = tryStep(request, event);
            if (next === null) continue;
            steps += 1;
            const after = event.kind === 'undo-ended' ? 'succeeded' : 'undone';
            if (FINAL_STATES.includes(request.state)) expect([request.state, next.state]).toEqual(['succeeded', after]);
            if (event.kind === 'started') {
              starts += 1;
              expect(request.decisions.filter((item) => item.verdict === 'approve').length).toBeGreaterThanOrEqual(approvals);
              expect(request.decisions.every((item) => item.verdict === 'approve')).toBe(true);
            }
            expect(next.version).toBe(request.version + 1);
            request = next;
          }
          expect(starts).toBeLessThanOrEqual(1);
          expect(request.version).toBe(1 + steps);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('leaves the request it was given as it was', () => {
    const request = Object.freeze(pending());
    expect(transition(request, decision('approve'), NOW)).toMatchObject({ state: 'approved', version: 2 });
    expect(request.state).toBe('pending');
  });

  it('keeps waiting until the last approval that is needed', () => {
    const first = transition(pending(2), decision('approve'), NOW);
    expect(first.state).toBe('pending');
    expect(transition(first, decision('approve', eve), NOW).state).toBe('approved');
  });

  it('lets an approved request fail without having started, when the seat changed meanwhile', () => {
    const approved = transition(pending(), decision('approve'), NOW);
    expect(transition(approved, { kind: 'failed', outcome }, NOW)).toMatchObject({ state: 'failed', startedAt: null });
  });
});

describe('what a transition writes down', () => {
  const running = aStoredRequest('R1', { state: 'executing' });
  const undo = { presetId: 'vendor/assign', inputs: {}, target: running.target } as never;

  it('keeps until when an effect can be undone, where it can be undone at all', () => {
    const until = '2026-12-23T10:00:00.000Z';
    expect(transition(running, { kind: 'succeeded', outcome, undo, undoUntil: until }, NOW).undoUntil).toBe(until);
    expect(transition(running, { kind: 'succeeded', outcome, undo }, NOW)).not.toHaveProperty('undoUntil');
    expect(transition(running, { kind: 'succeeded', outcome, undo: null, undoUntil: until }, NOW)).not.toHaveProperty(
      'undoUntil',
    );
  });

  it('counts every look at what is in doubt', () => {
    const unknown = aStoredRequest('R1', { state: 'unknown', looks: 2 });
    expect(transition(unknown, { kind: 'looked', outcome }, NOW).looks).toBe(3);
  });

  it('has no rows for a request about one thing', () => {
    const event = { kind: 'row', index: 0, state: 'succeeded', message: 'done' } as const;
    expect(() => transition(running, event, NOW)).toThrow('Request R1 is about one thing alone.');
    const row = { state: 'open', message: null, affected: null } as never;
    const bulk = aStoredRequest('R1', { state: 'executing', bulk: { rows: [row, row] } as never });
    expect(transition(bulk, event, NOW).bulk?.rows.map(({ state }) => state)).toEqual(['succeeded', 'open']);
  });

  it('says from when on a vendor acts, where it said so', () => {
    const scheduled = (until?: string): string =>
      describeState(
        aStoredRequest('R1', {
          state: 'scheduled',
          outcome: { ...outcome, ...(until === undefined ? {} : { until }) },
        }),
      );
    expect(scheduled('2026-12-01T00:00:00.000Z')).toMatch(/takes effect on 2026-12-01\.$/);
    expect(scheduled()).toMatch(/takes effect later\.$/);
  });

  it('names who approved what is done, where somebody did', () => {
    const by = { by: dan, verdict: 'approve', at: NOW, reason: 'r', via: 'slack' } as const;
    expect(describeState(aStoredRequest('R1', { state: 'succeeded', decisions: [by] }))).toMatch(/; Dan approved it\.$/);
    expect(describeState(aStoredRequest('R1', { state: 'succeeded', decisions: [] }))).toMatch(/UTC\.$/);
  });
});

describe('describeState', () => {
  it('says who decided and when, for every state', () => {
    const states = [
      'pending',
      'approved',
      'executing',
      'succeeded',
      'failed',
      'unknown',
      'denied',
      'expired',
      'withdrawn',
      'undone',
    ] as const;
    for (const state of states) {
      const text = describeState({
        ...pending(),
        state,
        decisions: [{ by: dan, verdict: 'deny', at: NOW, reason: null, via: 'slack' }],
      });
      expect(text).toMatch(/^Request R1 .*\.$/);
      expect(text).not.toMatch(/undefined|null/);
    }
    expect(
      describeState({
        ...pending(),
        state: 'denied',
        decisions: [{ by: dan, verdict: 'deny', at: NOW, reason: null, via: 'slack' }],
      }),
    ).toBe('Request R1 was already denied by Dan at 2026-11-23 10:00 UTC.');
  });

  it('counts a request as open until it has ended', () => {
    expect((['pending', 'approved', 'executing', 'unknown'] as const).every((state) => isOpen({ ...pending(), state }))).toBe(
      true,
    );
    expect(FINAL_STATES.some((state) => isOpen({ ...pending(), state }))).toBe(false);
  });
});
