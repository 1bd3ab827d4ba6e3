import { describe, expect, it } from 'vitest';
import type { ActionRequest, RequestState } from '../../../src/domain/action-request.ts';
import type { Decision } from '../../../src/domain/approval.ts';
import type { OwedNotice } from '../../../src/ports/store.ts';
import { elementsOf, labelOf } from '../../../src/sandbox/slack/form.ts';
import type { Wire } from '../../../src/sandbox/wire.ts';
import { approvalCard } from '../../../src/slack/views/approval-card.ts';
import { denyForm } from '../../../src/slack/views/deny-form.ts';
import { noticeView } from '../../../src/slack/views/notice.ts';
import { requestsView } from '../../../src/slack/views/requests.ts';
import { undoForm } from '../../../src/slack/views/undo-form.ts';
import { dangersIn, HOSTILE, messageProblems, modalProblems, mrkdwnOf, NOW } from '../../support/slack-views.ts';
import { aStoredRequest } from '../../support/store-builders.ts';

const DAN: Decision = {
  by: { userId: 'UDAN', email: 'dan@example.com', name: 'Dan' },
  verdict: 'approve',
  at: '2026-11-23T14:02:00.000Z',
  reason: null,
  via: 'slack',
};
const NO: Decision = { ...DAN, verdict: 'deny', reason: 'She is on leave.' };
const OUTCOME = { at: '2026-11-23T14:02:09.000Z', message: 'The licence is free again.', code: null, response: {} };
const UNDO = { presetId: 'assign-license', target: aStoredRequest('R1').target, inputs: {}, sentence: 'Give it back to Cara.' };

const STATES: Readonly<Record<RequestState, Partial<ActionRequest>>> = {
  pending: {},
  approved: { decisions: [DAN] },
  executing: { decisions: [DAN] },
  succeeded: { decisions: [DAN], outcome: OUTCOME, undo: UNDO },
  failed: { decisions: [DAN], outcome: { ...OUTCOME, message: 'JetBrains refuses a revoke until 9 Dec.' } },
  'by-hand': { decisions: [DAN], task: { steps: ['Open the member list.'], link: 'https://app.example/members' } },
  scheduled: {
    decisions: [DAN],
    outcome: { ...OUTCOME, message: 'It ends with the billing cycle.', until: '2026-12-01T00:00:00.000Z' },
  },
  unknown: { decisions: [DAN], outcome: { ...OUTCOME, message: 'No answer came.' } },
  denied: { decisions: [NO] },
  expired: {},
  withdrawn: {},
  undone: { decisions: [DAN], outcome: OUTCOME, undo: UNDO, undoneBy: 'R2' },
};

const aRequest = (state: RequestState, over: Partial<ActionRequest> = {}): ActionRequest =>
  aStoredRequest('R1', { state, ...STATES[state], ...over });
const labels = (view: { readonly blocks: readonly unknown[] }): readonly string[] =>
  elementsOf(view.blocks as unknown as readonly Wire[]).map(labelOf);
const text = (view: { readonly blocks: readonly unknown[] }): string => mrkdwnOf(view.blocks);

describe('the approval card', () => {
  it.each([
    ['pending', 'Waiting for 1 approval.', ['Approve', 'Deny']],
    ['approved', 'Approved by Dan', []],
    ['executing', 'Running now.', []],
    ['by-hand', 'To be done by hand', ['Done', 'Could not be done']],
    ['scheduled', 'Scheduled for', []],
    ['succeeded', 'Done', ['Undo']],
    ['failed', 'Not done.', []],
    ['unknown', 'Outcome not known yet.', []],
    ['denied', 'Denied* by Dan', []],
    ['expired', 'Expired', []],
    ['withdrawn', 'Withdrawn* by Ada', []],
    ['undone', 'Done and then undone', []],
  ] as const)('says that a request is %s first, and shows only the buttons that do something', (state, words, buttons) => {
    const card = approvalCard(aRequest(state), { buttons: true });
    expect(messageProblems(card)).toEqual([]);
    expect(mrkdwnOf(card.blocks[0])).toContain(words);
    expect(labels(card)).toEqual(buttons);
    expect(card.text).toContain('Take the IntelliJ IDEA Ultimate seat K7Q2MZ41XA from Cara.');
  });

  it('shows who asks, for whom, what, why, on what evidence, under which rule and until when', () => {
    const shown = text(approvalCard(aRequest('pending'), { buttons: true }));
    for (const part of [
      'Ada (ada@example.com)',
      'Cara (cara@example.com)',
      'idle for 94 days',
      'Last active: *94 days ago*',
      'need one approval',
      'Expires',
      '`R1`',
    ])
      expect(shown).toContain(part);
  });

  it('shows what the holder answered before, what was asked before and why it was denied', () => {
    const earlier = [
      { id: 'R0', at: NOW, sentence: 'Take it.', state: 'denied', by: 'Eve', why: 'Dan: She is on leave.' } as const,
    ];
    const answers = [{ at: NOW, by: 'Cara', answer: 'kept', asked: 'not used for 95 days' } as const];
    const { evidence } = aRequest('pending');
    const shown = text(approvalCard(aRequest('pending', { evidence: { ...evidence, earlier, answers } }), { buttons: true }));
    expect(shown).toContain('• Earlier: Take it. denied, asked by Eve');
    expect(shown).toContain('“Dan: She is on leave.”');
    expect(shown).toContain('• Cara kept it');
    expect(shown).toContain('(then not used for 95 days)');
  });

  it.each(Object.keys(STATES) as RequestState[])('leads to the sources of its facts when it is %s', (state) => {
    const { evidence } = aRequest(state);
    const facts = [{ label: 'Last active', value: '94 days ago', source: 'lastSeenDate' }];
    expect(labels(approvalCard(aRequest(state, { evidence: { ...evidence, facts } }), { buttons: true }))).toContain('Sources');
    const bulk = { rows: [], stoppedBy: null };
    expect(labels(approvalCard(aRequest(state, { bulk }), { buttons: true }))).toContain('Full list');
  });

  it('is first posted without buttons', () => {
    expect(labels(approvalCard(aRequest('pending'), { buttons: false }))).toEqual([]);
  });

  it('carries the request id in its buttons and nothing else', () => {
    const values = elementsOf(approvalCard(aRequest('pending'), { buttons: true }).blocks as unknown as readonly Wire[]).map(
      (each) => each.element['value'],
    );
    expect(values).toEqual(['R1', 'R1']);
  });

  it('counts down approvals where several are needed', () => {
    const policy = { name: 'two', approvals: 2, because: 'two' };
    expect(text(approvalCard(aRequest('pending', { policy, decisions: [DAN] }), { buttons: true }))).toContain(
      'Waiting for 1 more approval.* Approved by Dan',
    );
    expect(text(approvalCard(aRequest('pending', { policy }), { buttons: true }))).toContain('Waiting for 2 approvals');
  });

  it('has no Undo where nothing can be undone (any more), and says until when it can be', () => {
    const undoUntil = '2026-12-23T14:02:09.000Z';
    const open = approvalCard(aRequest('succeeded', { undoUntil }), { buttons: true });
    expect([labels(open), text(open)]).toEqual([['Undo'], expect.stringMatching(/Undo until <!date/)]);
    const ended = approvalCard(aRequest('succeeded', { undoUntil, undoEnded: true }), { buttons: true });
    expect(labels(ended)).toEqual([]);
    expect(text(ended)).not.toContain('Undo until');
    expect(labels(approvalCard(aRequest('succeeded', { undo: null }), { buttons: true }))).toEqual([]);
  });

  it('says that what was taken away and given back counts as regret, and nothing of it where something was given', () => {
    const said = (effect: 'destructive' | 'write') => text(approvalCard(aRequest('undone', { effect }), { buttons: true }));
    expect(said('destructive')).toContain('given back, which reports count as regret. Approved by Dan');
    expect(said('write')).not.toContain('regret');
  });

  it('keeps within the limits and notifies nobody, whatever people and vendors write', () => {
    const long = HOSTILE.repeat(60);
    const person = { userId: 'U1', email: HOSTILE, name: long };
    const facts = Array.from({ length: 200 }, () => ({ label: long, value: long }));
    for (const state of Object.keys(STATES) as RequestState[]) {
      const card = approvalCard(
        aRequest(state, {
          id: 'R1',
          sentence: long,
          reason: `${long}\n`.repeat(40),
          requester: person,
          affected: person,
          connectorName: HOSTILE,
          presetTitle: HOSTILE,
          evidence: { readAt: NOW, holdings: [], facts, pinned: {}, warnings: Array.from({ length: 50 }, () => long) },
          decisions: Array.from({ length: 5 }, () => ({ ...NO, by: person, reason: long })),
          outcome: { ...OUTCOME, message: long },
        }),
        { buttons: true },
      );
      expect(messageProblems(card)).toEqual([]);
      expect(dangersIn(text(card))).toEqual([]);
      expect(dangersIn(card.text)).toEqual([]);
    }
  });
});

describe('the windows for a reason', () => {
  it('hold the request id alone and show what it is about', () => {
    for (const view of [denyForm(aRequest('pending')), undoForm(aRequest('succeeded'))]) {
      expect(modalProblems(view)).toEqual([]);
      expect(view.private_metadata).toBe('R1');
    }
    expect(mrkdwnOf(undoForm(aRequest('succeeded')).blocks)).toContain('Give it back to Cara.');
  });
});

describe('direct messages', () => {
  const events: readonly OwedNotice['event'][] = [
    'asked',
    'approved',
    'denied',
    'expired',
    'withdrawn',
    'succeeded',
    'failed',
    'unknown',
    'undone',
    'stage',
    'escalated',
    'scheduled',
    'task',
    'broke-glass',
  ];
  const notice = (event: OwedNotice['event'], as: OwedNotice['as']): OwedNotice => ({
    id: 'N',
    version: 1,
    requestId: 'R1',
    to: DAN.by,
    as,
    event,
    owedSince: NOW,
    attempts: 0,
  });

  it.each(events)('tell of “%s” in whole sentences', (event) => {
    const state = event === 'task' ? 'by-hand' : event in STATES ? (event as RequestState) : 'pending';
    for (const as of ['requester', 'affected', 'approver'] as const) {
      const view = noticeView(notice(event, as), aRequest(state));
      expect(messageProblems(view)).toEqual([]);
      expect(text(view)).toContain('Take the IntelliJ IDEA Ultimate seat');
    }
  });

  it('tell the person concerned who asked, who agreed and why', () => {
    const shown = text(noticeView(notice('succeeded', 'affected'), aRequest('succeeded')));
    expect(shown).toContain('Ada asked for it, approved by Dan. If this is wrong, write to Ada.');
    expect(shown).toContain('> idle for 94 days');
  });

  it('tell the requester why it was denied', () => {
    expect(text(noticeView(notice('denied', 'requester'), aRequest('denied')))).toContain('> She is on leave.');
  });
});

describe('the list of requests', () => {
  it('offers to decide what waits, to withdraw and to undo one’s own', () => {
    const view = requestsView(
      [aRequest('pending'), aRequest('executing')],
      [aRequest('pending'), aRequest('succeeded'), aRequest('denied')],
      NOW,
    );
    expect(messageProblems(view)).toEqual([]);
    expect(labels(view)).toEqual(['Approve', 'Deny', 'Withdraw', 'Undo']);
  });

  it('says how many are not shown', () => {
    const many = Array.from({ length: 60 }, (_, index) => aRequest('pending', { id: `R${index}` }));
    const view = requestsView(many, many, NOW);
    expect(messageProblems(view)).toEqual([]);
    expect(text(view)).toContain('48 more requests not shown here');
    expect(text(view)).toContain('51 more requests not shown here');
    expect(text(requestsView([], [], NOW))).toBe('There are no requests.');
  });
});
