import { describe, expect, it } from 'vitest';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import type { AppliedPolicy } from '../../src/domain/approval.ts';
import { APP_OWNER, MANAGER, type PolicyScope } from '../../src/domain/settings.ts';
import { approvalsNeeded, neverAlone, underCaps } from '../../src/policies/approvals-needed.ts';
import { countable, unmetStage } from '../../src/policies/can-be-met.ts';
import { confidenceOf } from '../../src/policies/confidence.ts';
import { joinPolicies } from '../../src/policies/join-policies.ts';
import { askedIn, deciders, isFree, listsNamed, mayDecide, sitsIn } from '../../src/policies/may-decide.ts';
import { productOf, regretAbout, regretOf, takenAt } from '../../src/policies/regret.ts';
import { isWorkingTime, nextReminder, remindedAlready, remindNow } from '../../src/policies/reminders.ts';
import { aPolicy, aStage, someSettings } from '../support/settings.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { aMember, aSeat } from '../support/world.ts';

const NOW = '2026-11-23T09:00:00.000Z';
const rules = { now: NOW, inactiveDays: 90, protected: false };

function scope(over: Partial<PolicyScope> = {}): PolicyScope {
  return {
    preset: { id: 'revoke', connector: 'vendor', integration: 'vendor', effect: 'destructive', verb: 'revoke' },
    seat: aSeat(),
    account: null,
    person: { userId: 'UCARA', email: 'cara@example.com', name: 'Cara' },
    requester: { userId: 'UADA', email: 'ada@example.com', name: 'Ada' },
    input: {},
    target: { kind: 'seat', id: 'SEAT000001' },
    trigger: 'person',
    now: NOW,
    time: { hour: 9, weekday: 'monday', date: '2026-11-23' },
    price: null,
    ...over,
  };
}

const free = { effect: 'destructive', startedToday: 0 } as const;

function policyOf(
  over: Partial<PolicyScope>,
  settings: Parameters<typeof someSettings>[0] = {},
  facts: Parameters<typeof approvalsNeeded>[2] = free,
) {
  const ruling = approvalsNeeded(scope(over), someSettings(settings), facts);
  if (ruling.kind === 'denied') throw new Error(ruling.because);
  return ruling;
}

describe('which rule decides', () => {
  it('is none for giving up one’s own seat, but not for an administrator’s account or for being given one', () => {
    const own = { requester: { userId: 'UCARA', email: null, name: 'Cara' } };
    expect(policyOf(own).policy).toMatchObject({ name: 'own seat', approvals: 0, stages: [] });
    expect(policyOf({ ...own, account: { administrator: true } as never }).policy.name).toBe('default');
    const assign = { ...scope().preset, verb: 'assign', effect: 'write' };
    expect(policyOf({ ...own, preset: assign }).policy.name).toBe('default');
    expect(policyOf({ ...own, preset: { ...assign, verb: 'deactivate' } }).policy.name).toBe('own seat');
  });

  it('is the app’s owner for who wants a seat for themselves, where there is one', () => {
    const wish = { requester: scope().person as never, preset: { ...scope().preset, verb: 'assign' } };
    const owned = policyOf(wish, { owners: { vendor: ['UEVE'] } });
    expect(owned.policy).toMatchObject({
      name: 'app owner',
      approvals: 1,
      stages: [{ approvals: 1, approvers: ['UEVE'], notify: ['UEVE'] }],
    });
    expect(policyOf(wish, { owners: { other: ['UEVE'] } }).policy.name).toBe('default');
    expect(policyOf({ preset: wish.preset }, { owners: { vendor: ['UEVE'] } }).policy.name).toBe('default');
  });

  it('carries what the policy says of time, reason and escalation, else what holds for all', () => {
    const reason = { pattern: 'x', example: null, matches: () => true };
    const escalate = { afterMs: 5, to: ['UBOB'] };
    const policies = [aPolicy({ name: 'mine', expireAfterMs: 1, remindAfterMs: 2, reason, escalate })];
    const found = policyOf({}, { approvals: { policies } });
    expect(found).toMatchObject({ expireAfterMs: 1, reason, policy: { name: 'mine', remindAfterMs: 2, escalate } });
    const roles = [aPolicy({ escalate: { afterMs: 5, to: [APP_OWNER, 'UEVE'] } }), aPolicy()];
    expect(policyOf({}, { approvals: { policies: roles }, owners: { vendor: ['UBOB'] } }).policy.escalate).toEqual({
      afterMs: 5,
      to: ['UBOB', 'UEVE'],
    });
    const nobody = [aPolicy({ escalate: { afterMs: 5, to: [APP_OWNER] } })];
    expect(policyOf({}, { approvals: { policies: nobody } }).policy.escalate).toBeNull();
    expect(policyOf({}, { approvals: { expireAfterMs: 7, remindAfterMs: 8 } })).toMatchObject({
      expireAfterMs: 7,
      reason: null,
      policy: { remindAfterMs: 8 },
    });
  });

  it('says in words who must agree in which stage', () => {
    const policies = [
      aPolicy({
        name: 'p',
        when: 'a  \n b',
        stages: [aStage({ approvers: [APP_OWNER] }), aStage({ name: 'sec', approvals: 2 })],
      }),
    ];
    expect(policyOf({}, { approvals: { policies }, owners: { vendor: ['U1'] } }).policy.because).toBe(
      'The policy “p” applies (a b) and asks for 3 approvals: 1 by the owner of the app, then 2 by sec.',
    );
    const long = [aPolicy({ name: 'p', when: 'x'.repeat(130), approvals: 1 })];
    expect(policyOf({}, { approvals: { policies: long } }).policy.because).toBe(
      `The policy “p” applies (${'x'.repeat(119)}…) and asks for 1 approval.`,
    );
    for (const length of [120, 121]) {
      const shown = length === 120 ? 'x'.repeat(120) : `${'x'.repeat(119)}…`;
      const edge = [aPolicy({ name: 'p', when: 'x'.repeat(length), approvals: 1 })];
      expect(policyOf({}, { approvals: { policies: edge } }).policy.because).toContain(`(${shown})`);
    }
    const twoStages = [aPolicy({ name: 'p', stages: [aStage(), aStage()] })];
    expect(policyOf({}, { approvals: { policies: twoStages } }).policy.because).toContain(
      ': 1 by any approver, then 1 by any approver.',
    );
    expect(policyOf({}).policy.because).toContain('It takes something away from a person,');
    expect(
      policyOf({ preset: { ...scope().preset, effect: 'write' } }, {}, { effect: 'write', startedToday: 0 }).policy.because,
    ).toContain('It changes something at the vendor,');
    const everybody = [aPolicy({ name: 'p', stages: [aStage({ approvers: ['*', 'UBOB', MANAGER] })] })];
    expect(policyOf({}, { approvals: { policies: everybody } }).policy).toMatchObject({
      because: expect.stringContaining(': 1 by anybody or UBOB or the manager of the person concerned.'),
      stages: [{ approvers: ['*', 'UBOB'] }],
    });
    const none = [aPolicy({ name: 'p', approvals: 0 })];
    expect(policyOf({}, { approvals: { policies: none } }).policy.because).toContain('asks for no approval.');
  });
});

describe('a cap', () => {
  const rule = { name: 'r', approvals: 1, because: 'b', stages: [aStage({ approvers: ['UBOB'] })] };
  const settings = someSettings({ safety: { maxPerDay: 5, maxPerRun: 3, maxSharePerRun: 0.5 } });

  it.each([
    ['below the cap of a day', { startedToday: 4 }, 1],
    ['at the cap of a day', { startedToday: 5 }, 2],
    ['rows up to the cap of a day', { startedToday: 2, count: 3 }, 1],
    ['rows over the cap of a day', { startedToday: 3, count: 3 }, 2],
    ['rows at the cap of a run', { startedToday: 0, count: 3 }, 1],
    ['rows over the cap of a run', { startedToday: 0, count: 4 }, 2],
    ['a share at the cap', { startedToday: 0, count: 2, share: 0.5 }, 1],
    ['a share over the cap', { startedToday: 0, count: 2, share: 0.51 }, 2],
    ['one thing, whatever its share', { startedToday: 0, count: 1, share: 1 }, 1],
  ])('holds for %s', (_what, facts, approvals) => {
    const found = underCaps(rule, settings, { effect: 'destructive', ...facts });
    expect(found.approvals).toBe(approvals);
    // The further approval may come from any approver; the policy's own stage stays as it is.
    if (approvals === 2) expect(found.stages?.map((stage) => stage.approvers)).toEqual([['UBOB'], null]);
  });

  it('of a day is for what takes something away, and asks no more of who needs two anyhow', () => {
    expect(underCaps(rule, settings, { effect: 'write', startedToday: 50 })).toBe(rule);
    const two = { ...rule, approvals: 2 };
    expect(underCaps(two, settings, { effect: 'destructive', startedToday: 50 })).toBe(two);
    expect(underCaps(rule, settings, { effect: 'destructive', startedToday: 5 }).because).toContain('5 seats were');
    const one = someSettings({ safety: { maxPerDay: 1 } });
    expect(underCaps(rule, one, { effect: 'destructive', startedToday: 1 }).because).toContain(
      '1 seat was taken away in the last 24 hours; the cap is 1,',
    );
  });

  it('of a share is told in percent', () => {
    expect(underCaps(rule, settings, { effect: 'destructive', startedToday: 0, count: 2, share: 0.514 }).because).toContain(
      'It would take 51 % of a product’s seats; the cap is 50 %,',
    );
  });
});

describe('the rule of what is decided together', () => {
  const rule = (name: string, stages: Parameters<typeof aStage>[0][], over: Partial<AppliedPolicy> = {}): AppliedPolicy => {
    const made = stages.map((stage) => aStage(stage));
    const approvals = made.reduce((sum, stage) => sum + stage.approvals, 0);
    return { name, approvals, because: `${name} applies.`, stages: made, ...over };
  };

  it('is the only rule there is, as it is', () => {
    const one = rule('a', [{ approvers: ['U1'] }]);
    expect(joinPolicies([one, { ...one, because: 'other words' }])).toBe(one);
    const none = rule('none', []);
    expect(joinPolicies([none, rule('another', [])])).toBe(none);
    expect(joinPolicies([none, one])).toBe(one);
    expect(joinPolicies([])).toBeNull();
  });

  it('asks for the stages of every rule, those they share once and with the most approvals', () => {
    const joined = joinPolicies([
      rule('a', [{ name: 'owner', approvers: ['U1', 'U2'], notify: ['U1'] }, {}]),
      rule('b', [{ approvals: 2, approvers: ['U2', 'U1'], notify: ['U2', 'U1'] }]),
      rule('c', [{ approvers: ['U3'] }]),
    ]);
    expect(joined).toMatchObject({
      name: 'a, b and c',
      approvals: 4,
      because: 'Its rows fall under 3 policies, and all of them have to be met: a applies. b applies. c applies.',
      stages: [
        { name: 'owner', approvals: 2, approvers: ['U1', 'U2'], notify: ['U1', 'U2'] },
        { approvals: 1, approvers: null, notify: null },
        { approvals: 1, approvers: ['U3'] },
      ],
    });
    const twice = [rule('a', [{}]), rule('b', [{}, { notify: ['U1'] }])];
    expect(joinPolicies(twice)).toMatchObject({ name: 'a and b', approvals: 2, stages: [{ notify: null }, { notify: ['U1'] }] });
    expect(joinPolicies([rule('a', [{}, {}]), rule('b', [{}])])?.approvals).toBe(2);
    expect(joinPolicies([rule('a', [{ approvals: 3 }]), rule('b', [{ approvals: 2 }])])?.approvals).toBe(3);
    expect(joinPolicies([rule('a', [{ notify: ['U1'] }]), rule('b', [{}])])?.stages?.[0]?.notify).toEqual(['U1']);
  });

  it('reminds as the soonest of them, and calls in only whom all of them call in', () => {
    const escalate = { afterMs: 5, to: ['U9'] };
    const [a, b] = [rule('a', [{}], { remindAfterMs: 7, escalate }), rule('b', [{}], { remindAfterMs: 3, escalate })];
    expect(joinPolicies([a, b])).toMatchObject({ remindAfterMs: 3, escalate });
    expect(joinPolicies([a, rule('b', [{}])])).toMatchObject({ remindAfterMs: 7 });
    expect(joinPolicies([a, rule('b', [{}])])).not.toHaveProperty('escalate');
    expect(joinPolicies([a, rule('b', [{}], { escalate: null })])).not.toHaveProperty('escalate');
    expect(joinPolicies([rule('a', [{}], { escalate: null }), rule('b', [{}])])).not.toHaveProperty('escalate');
    expect(joinPolicies([rule('a', [{}]), rule('b', [{}])])).not.toHaveProperty('remindAfterMs');
    expect(joinPolicies([a, { ...a, escalate: null }])?.name).toBe('a and a');
  });
});

describe('what no rule decides alone', () => {
  const none: AppliedPolicy = { name: 'auto', approvals: 0, because: 'b', stages: [] };
  const special = { tier: 'excluded', because: 'it is special' } as const;
  const cara = { userId: 'UCARA', email: 'cara@example.com', name: 'Cara' };

  it('is what is protected or special, unless its holder gives it up or a hand-over moves it', () => {
    expect(neverAlone(none, scope(), special)).toMatchObject({
      name: 'never by automation',
      approvals: 1,
      because: 'No automation decides on this alone, because it is special; one person must agree.',
    });
    expect(neverAlone(none, scope(), { tier: 'certain', because: 'x' })).toBe(none);
    expect(neverAlone(none, scope(), null)).toBe(none);
    expect(neverAlone(none, scope({ trigger: 'saga' }), special)).toBe(none);
    expect(neverAlone(none, scope({ requester: cara }), special)).toBe(none);
    expect(neverAlone(none, scope({ requester: cara, trigger: 'timer' }), special).approvals).toBe(1);
    const two = { ...none, approvals: 2 };
    expect(neverAlone(two, scope(), special)).toBe(two);
  });
});

describe('whether a policy can be met', () => {
  it.each([
    [[{ approvals: 1, candidates: ['a'] }], null],
    [[{ approvals: 2, candidates: ['a'] }], 0],
    [
      [
        { approvals: 1, candidates: ['a', 'b'] },
        { approvals: 1, candidates: ['a'] },
      ],
      null,
    ],
    [
      [
        { approvals: 1, candidates: ['a'] },
        { approvals: 1, candidates: ['a'] },
      ],
      1,
    ],
    [
      [
        { approvals: 2, candidates: ['a', 'b'] },
        { approvals: 1, candidates: null },
      ],
      null,
    ],
    [
      [
        { approvals: 1, candidates: ['a', 'b'] },
        { approvals: 2, candidates: ['a', 'b', 'c'] },
      ],
      null,
    ],
    [[{ approvals: 0, candidates: [] }], null],
  ])('%j: the stage that cannot is %j', (stages, unmet) => {
    expect(unmetStage(stages)).toBe(unmet);
  });

  it.each([
    [
      ['U1', 'U1', 'Bob@Example.com', 'bob@example.com'],
      ['U1', 'bob@example.com'],
    ],
    [['U1', '*'], null],
    [['U1', 'S0ITOPS'], null],
    [[APP_OWNER], null],
    [[MANAGER], null],
    [null, null],
    [[], []],
  ])('counts %j as %j', (list, people) => {
    expect(countable(list)).toEqual(people);
  });
});

describe('who may decide', () => {
  const members = ['Ada', 'Dan', 'Eve', 'Bob', 'Cara'].map((name) => aMember(name));
  const member = (name: string) => members.find((one) => one.name === name) as (typeof members)[number];
  const access = someSettings({ access: { approvers: ['UDAN', 'UEVE', 'S0OPS'] } }).access;
  const groups = new Map([['S0OPS', ['UBOB']]]);
  const facts = { access, groups, inPlaceOf: [] };
  const ask = (over: Partial<ActionRequest> = {}): ActionRequest =>
    aStoredRequest('R1', { state: 'pending', requester: member('Ada'), affected: member('Cara'), decisions: [], ...over });
  const staged = (...stages: ReturnType<typeof aStage>[]) => ({
    policy: { name: 'p', approvals: stages.length, because: 'b', stages },
  });
  const vote = (by: string, stage = 0, insteadOf?: string) =>
    ({
      by: member(by),
      verdict: 'approve',
      at: NOW,
      reason: null,
      via: 'slack',
      stage,
      ...(insteadOf ? { insteadOf: member(insteadOf) } : {}),
    }) as const;

  it.each([
    ['Dan', ask(), true],
    ['Bob', ask(), true],
    ['Ada', ask(), 'forbidden.own-request'],
    ['Cara', ask(), 'forbidden.own-seat'],
    ['Dan', ask({ decisions: [vote('Dan')], ...staged(aStage(), aStage()) }), 'forbidden.decided'],
    ['Dan', ask({ decisions: [vote('Bob', 0, 'Dan')], ...staged(aStage(), aStage()) }), 'forbidden.decided'],
    ['Eve', ask(staged(aStage({ approvers: ['UDAN'] }), aStage({ approvers: ['UEVE'] }))), 'forbidden.stage'],
    [
      'Dan',
      ask({ decisions: [vote('Bob')], ...staged(aStage({ approvers: ['UDAN', 'UBOB'] }), aStage({ approvers: ['UEVE'] })) }),
      'forbidden.stage',
    ],
    ['Eve', ask({ ...staged(aStage({ approvers: ['UDAN'] })), escalatedTo: ['UEVE'] }), true],
    ['Eve', ask(staged(aStage({ approvers: ['UDAN'] }))), 'forbidden.approve'],
  ] as const)('%s at %#', (who, request, answer) => {
    const found = mayDecide(request, member(who), 'approve', facts);
    expect(found.ok ? true : found.code).toBe(answer);
  });

  it('denies from any stage, and counts for the stage one sits in', () => {
    const request = ask(staged(aStage({ approvers: ['UDAN'] }), aStage({ approvers: ['UEVE'] })));
    expect(mayDecide(request, member('Eve'), 'deny', facts)).toEqual({ ok: true, stage: 1, insteadOf: null });
    expect(mayDecide(request, member('Bob'), 'deny', facts).ok).toBe(false);
    const turn = mayDecide(request, member('Eve'), 'approve', facts);
    expect(turn).toMatchObject({ because: expect.stringContaining('not your turn yet: “others”'), hint: expect.any(String) });
    const past = mayDecide(
      ask({
        decisions: [vote('Bob')],
        ...staged(aStage({ approvers: ['UDAN', 'UBOB'] }), aStage({ name: 'sec', approvers: ['UEVE'] })),
      }),
      member('Dan'),
      'approve',
      facts,
    );
    expect(past).toMatchObject({ because: 'Your stage is decided already; “sec” decides now.', hint: null });
  });

  it('counts in the first stage where every stage is agreed already and the request has not moved on yet', () => {
    const agreed = ask({ decisions: [vote('Dan')], ...staged(aStage()) });
    expect(mayDecide(agreed, member('Eve'), 'approve', facts)).toEqual({ ok: true, stage: 0, insteadOf: null });
  });

  it('stands in only for who could decide themselves', () => {
    const inPlaceOf = [member('Cara'), member('Ada'), member('Eve')];
    const outsider = aMember('Zoe');
    expect(mayDecide(ask(), outsider, 'approve', { ...facts, inPlaceOf })).toMatchObject({
      ok: true,
      insteadOf: { name: 'Eve' },
    });
    expect(
      mayDecide(ask({ decisions: [vote('Eve')], ...staged(aStage(), aStage()) }), outsider, 'approve', { ...facts, inPlaceOf })
        .ok,
    ).toBe(false);
    expect(mayDecide(ask(), member('Dan'), 'approve', { ...facts, inPlaceOf })).toMatchObject({ insteadOf: null });
    for (const flags of [{ active: false }, { isGuest: true }, { isBot: true }, { isExternal: true }])
      expect(mayDecide(ask(), aMember('Dan', flags), 'approve', facts)).toMatchObject({ code: 'forbidden.inactive' });
    expect(sitsIn(aStage({ approvers: ['UDAN'] }), ask(), aMember('Dan', { active: false }), access, groups)).toBe(false);
  });

  it('asks those the policy tells, or everybody where there is no channel', () => {
    const hasChannel = { access, groups, hasChannel: true };
    const names = (request: ActionRequest, where: typeof hasChannel) => askedIn(request, members, where).map((one) => one.name);
    expect(names(ask(), hasChannel)).toEqual([]);
    expect(names(ask(), { ...hasChannel, hasChannel: false })).toEqual(['Dan', 'Eve', 'Bob']);
    expect(names(ask(staged(aStage({ notify: ['UEVE', 'UADA', 'UCARA'] }))), { ...hasChannel, hasChannel: false })).toEqual([
      'Eve',
    ]);
    expect(names(ask({ ...staged(aStage({ approvers: ['UDAN'] })), escalatedTo: ['UBOB'] }), hasChannel)).toEqual(['Bob']);
    expect(names(ask({ policy: { name: 'n', approvals: 0, because: 'b' } }), { ...hasChannel, hasChannel: false })).toEqual([]);
    expect(
      deciders(ask({ decisions: [vote('Dan')], ...staged(aStage(), aStage()) }), members, access, groups).map((one) => one.name),
    ).toEqual(['Eve', 'Bob']);
    // A card that is posted late, when all have agreed, still goes to the others of the first stage.
    const agreed = ask({ decisions: [vote('Dan')], ...staged(aStage()) });
    expect(deciders(agreed, members, access, groups).map((one) => one.name)).toEqual(['Eve', 'Bob']);
    expect(names(agreed, { ...hasChannel, hasChannel: false })).toEqual(['Eve', 'Bob']);
    expect(isFree(ask(), member('Dan'))).toBe(true);
    expect(listsNamed(ask({ ...staged(aStage({ approvers: ['U1'], notify: ['U2'] })), escalatedTo: ['U3'] }))).toEqual([
      ['U1'],
      ['U2'],
      ['U3'],
    ]);
  });
});

describe('a reminder', () => {
  it.each([
    [0, '2026-11-23T10:00:00.000Z'],
    [1, '2026-11-23T12:00:00.000Z'],
    [2, '2026-11-23T16:00:00.000Z'],
    [3, '2026-11-24T00:00:00.000Z'],
    [4, null],
  ])('after %i others is due at %j', (sent, due) => {
    expect(nextReminder(NOW, 3_600_000, sent)).toBe(due);
  });

  it.each([
    ['2026-11-23T08:59:59.000Z', 'UTC', false],
    ['2026-11-23T09:00:00.000Z', 'UTC', true],
    ['2026-11-23T16:59:59.000Z', 'UTC', true],
    ['2026-11-23T17:00:00.000Z', 'UTC', false],
    ['2026-11-21T10:00:00.000Z', 'UTC', false],
    ['2026-11-22T10:00:00.000Z', 'UTC', false],
    ['2026-11-23T08:00:00.000Z', 'Europe/Berlin', true],
    ['2026-11-23T09:00:00.000Z', 'America/New_York', false],
    ['2026-11-23T10:00:00.000Z', 'Nowhere/Land', true],
    ['2026-11-23T10:00:00.000Z', null, true],
  ])('%s is working time in %s: %s', (now, zone, working) => {
    expect(isWorkingTime(now, zone)).toBe(working);
  });

  it('comes when it is due and people are at work', () => {
    const asked = { since: NOW, firstAfterMs: 3_600_000, sent: 0, timezone: 'UTC' };
    expect(remindNow('2026-11-23T09:59:59.999Z', asked)).toBe(false);
    expect(remindNow('2026-11-23T10:00:00.000Z', asked)).toBe(true);
    expect(remindNow('2026-11-23T20:00:00.000Z', asked)).toBe(false);
    expect(remindNow('2026-12-24T10:00:00.000Z', { ...asked, sent: 4 })).toBe(false);
  });
});

describe('the end of what was given until a day', () => {
  it('is told 7 days and 1 day before', () => {
    const due = (days: number, ms = 0): readonly number[] =>
      remindedAlready(NOW, new Date(Date.parse(NOW) + days * 86_400_000 + ms).toISOString());
    expect([due(7, 1), due(7), due(1, 1), due(1), due(-1)]).toEqual([[], [7], [7], [7, 1], [7, 1]]);
  });
});

describe('how sure it is that a seat is not needed', () => {
  const days = (count: number): string => new Date(Date.parse(NOW) - count * 86_400_000).toISOString();
  const used = (count: number) => ({ lastActivity: { kind: 'at', at: days(count) } as const, assignedAt: days(500) });

  it.each([
    [used(180), 'certain', 'not used for 180 days'],
    [used(179), 'probable', 'not used for 179 days'],
    [used(90), 'probable', 'not used for 90 days'],
    [used(89), 'ask-first', 'used 89 days ago'],
    [{ lastActivity: { kind: 'never' } as const, assignedAt: days(180) }, 'certain', 'never used for 180 days'],
    [{ lastActivity: { kind: 'never' } as const, assignedAt: days(40) }, 'ask-first', 'held for 40 days only'],
    [
      { lastActivity: { kind: 'never' } as const, assignedAt: null },
      'ask-first',
      'it was never used, and nothing says since when it is held',
    ],
    [
      { lastActivity: { kind: 'unknown' } as const, assignedAt: days(500) },
      'ask-first',
      'the vendor does not say when it was used',
    ],
    [{ ...used(200), offlineCode: true }, 'ask-first', 'an offline code was issued, so it may be in use unseen'],
    [{ ...used(200), status: 'suspended' as const }, 'ask-first', 'it is suspended at the vendor'],
    [{ ...used(1), status: 'expired' as const }, 'certain', 'its subscription has ended'],
    [{ ...used(200), assignedAt: days(29) }, 'excluded', 'it was given less than 30 days ago'],
    [{ ...used(200), assignedAt: days(30) }, 'certain', 'not used for 200 days'],
    [{ ...used(200), holder: { kind: 'server', label: 'Server 1' } as const }, 'excluded', 'Server 1 holds it, not a person'],
    [{ ...used(200), holder: null }, 'excluded', 'nobody holds it'],
  ])('%#', (over, tier, because) => {
    expect(confidenceOf(aSeat(over), rules)).toEqual({ tier, because });
  });

  it('is nothing to ask about protected people, administrators and new accounts', () => {
    const account = {
      kind: 'account',
      enabled: true,
      administrator: false,
      createdAt: days(400),
      lastActivity: { kind: 'at', at: days(200) },
    } as never as object;
    const of = (over: object) => confidenceOf({ ...account, ...over } as never, rules);
    expect(confidenceOf(aSeat(), { ...rules, protected: true })).toEqual({
      tier: 'excluded',
      because: 'the person is protected',
    });
    expect(of({})).toEqual({ tier: 'certain', because: 'not used for 200 days' });
    expect(of({ administrator: true })).toEqual({ tier: 'excluded', because: 'it is an administrator’s' });
    expect(of({ createdAt: days(10) })).toEqual({ tier: 'excluded', because: 'it is less than 30 days old' });
    expect(of({ enabled: false })).toEqual({ tier: 'certain', because: 'it is switched off' });
  });
});

describe('regret', () => {
  const taken = (id: string, over: Partial<ActionRequest> = {}): ActionRequest =>
    aStoredRequest(id, {
      state: 'succeeded',
      effect: 'destructive',
      startedAt: NOW,
      evidence: { readAt: NOW, holdings: [aSeat()], facts: [], pinned: {}, warnings: [] },
      ...over,
    });
  const given = (at: string, over: Partial<ActionRequest> = {}): ActionRequest =>
    taken('G', { effect: 'write', createdAt: at, inputs: { productCode: 'WS' }, ...over });

  it('counts what was undone, and what the same person was given again within 30 days', () => {
    expect(regretOf([taken('A'), taken('B', { state: 'undone' })], NOW)).toMatchObject({ reclaimed: 2, rate: 0.5 });
    expect(regretOf([taken('A'), given('2026-12-20T09:00:00.000Z')], NOW).rate).toBe(1);
    expect(regretOf([taken('A'), given('2026-12-23T09:00:00.000Z')], NOW).rate).toBe(1);
    expect(regretOf([taken('A'), given('2026-12-23T09:00:00.001Z')], NOW).rate).toBe(0);
    expect(regretOf([taken('A'), given('2026-11-23T09:00:00.001Z')], NOW).rate).toBe(1);
    expect(regretOf([taken('A'), given(NOW)], NOW).rate).toBe(0);
    expect(regretOf([taken('A'), given('2026-11-30T09:00:00.000Z', { inputs: { productCode: 'II' } })], NOW).rate).toBe(0);
    expect(regretOf([taken('A'), given('2026-11-30T09:00:00.000Z', { integrationId: 'other' })], NOW).rate).toBe(0);
    expect(regretOf([taken('A'), given('2026-11-30T09:00:00.000Z', { state: 'denied' })], NOW).rate).toBe(0);
    const other = { userId: 'UBOB', email: 'bob@example.com', name: 'Bob' };
    expect(regretOf([taken('A'), given('2026-11-30T09:00:00.000Z', { affected: other })], NOW).rate).toBe(0);
    expect(regretOf([taken('A'), given('2026-11-30T09:00:00.000Z', { affected: null })], NOW).rate).toBe(0);
    expect(regretOf([taken('A', { affected: null }), given('2026-11-30T09:00:00.000Z')], NOW).rate).toBe(0);
  });

  it('sees a person who was one of several that something was given to, and nobody where nobody was concerned', () => {
    const other = { userId: 'UBOB', email: 'bob@example.com', name: 'Bob' };
    const several = (one: ActionRequest): ActionRequest => ({
      ...one,
      affected: other,
      bulk: { rows: [{ state: 'asked', affected: taken('A').affected } as never], stoppedBy: null },
    });
    const back = '2026-11-30T09:00:00.000Z';
    expect(regretOf([taken('A'), several(given(back))], NOW).rate).toBe(1);
    expect(regretOf([taken('A'), given(back, { affected: null })], NOW).rate).toBe(0);
    expect(regretOf([taken('A', { affected: null }), given(back)], NOW).rate).toBe(0);
  });

  it('is about the same seat or one of the same product, the last time it was taken', () => {
    const held = { kind: 'seat', integrationId: taken('A').integrationId, externalId: 'OTHER', product: { code: 'WS' } } as const;
    const [first, last] = [taken('A'), taken('B', { startedAt: '2026-11-24T09:00:00.000Z' })];
    expect(regretAbout([last, first], held)?.id).toBe('B');
    expect(regretAbout([], held)).toBeNull();
    expect(regretAbout([first], { ...held, product: { code: 'II' } })).toBeNull();
    const { product: _none, ...account } = held;
    expect(regretAbout([first], account)).toBeNull();
    const itself = { ...held, externalId: first.target.id, product: { code: 'II' } };
    expect(regretAbout([first], itself)?.id).toBe('A');
    expect(regretAbout([first], { ...itself, kind: 'account' })).toBeNull();
    expect(regretAbout([first], { ...itself, integrationId: 'other' })).toBeNull();
    expect(takenAt(taken('A', { startedAt: null, createdAt: NOW }))).toBe(NOW);
  });

  it('looks at what ended since a day, and at nothing else', () => {
    expect(regretOf([], NOW)).toEqual({ reclaimed: 0, regretted: [], rate: 0 });
    expect(regretOf([taken('A', { startedAt: '2026-11-23T08:59:59.999Z' })], NOW).reclaimed).toBe(0);
    expect(regretOf([taken('A', { state: 'failed' })], NOW).reclaimed).toBe(0);
    expect(regretOf([taken('A', { effect: 'write' })], NOW).reclaimed).toBe(0);
    expect(regretOf([taken('A', { bulk: { rows: [], stoppedBy: null } })], NOW).reclaimed).toBe(0);
    expect(productOf(taken('A'))).toBe('WS');
    expect(productOf(taken('A', { evidence: { ...taken('A').evidence, holdings: [] } }))).toBeNull();
    expect(productOf(taken('A', { inputs: { productCode: '' } }))).toBe('WS');
  });
});
