import { describe, expect, it } from 'vitest';
import { ConflictError, ForbiddenError } from '../../src/domain/errors.ts';
import { APP_OWNER, MANAGER } from '../../src/domain/settings.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { explainPolicy } from '../../src/services/explain-policy.ts';
import { getRequest } from '../../src/services/get-request.ts';
import { prepareForm } from '../../src/services/prepare-form.ts';
import { remindApprovers } from '../../src/services/remind-approvers.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { approveAs, askRevoke, SEAT, stateOf } from '../support/asking.ts';
import { aPolicy, aStage } from '../support/settings.ts';
import { aMember, aSeat, fakeVendor, type TestWorld, testWorld } from '../support/world.ts';

const HOUR_MS = 3_600_000;

function under(...policies: ReturnType<typeof aPolicy>[]): TestWorld {
  return testWorld({ settings: { approvals: { policies } } });
}

describe('a policy', () => {
  it('that denies beats every other one, wherever it stands, and the attempt is written down', async () => {
    const world = under(aPolicy({ approvals: 0 }), aPolicy({ name: 'never', deny: 'these seats are counted by the vendor' }));
    await expect(askRevoke(world)).rejects.toThrow(/“never” forbids it: these seats are counted/);
    await expect(askRevoke(world, 'Cara')).rejects.toBeInstanceOf(ForbiddenError);
    expect(world.store.events.map((event) => event.verb)).toEqual(['request.refused', 'request.refused']);
    expect(world.vendor.writes).toEqual([]);
  });

  it('lets pass what its further condition allows, and says so', async () => {
    const world = under(aPolicy({ approvals: 2, auto: { when: 'seat.trial', holds: (scope) => scope.seat?.trial === true } }));
    world.vendor.seats.set('TRIAL', aSeat({ externalId: 'TRIAL', trial: true }));
    expect((await getRequest(world, await askRevoke(world, 'Ada', 'TRIAL'))).policy.because).toContain(
      'lets it pass, because seat.trial',
    );
    expect((await getRequest(world, await askRevoke(world))).policy.approvals).toBe(2);
    expect(world.vendor.writes).toEqual(['revoke TRIAL']);
  });

  it('never lets one person alone take what is protected or special, whatever it lets pass', async () => {
    const policies = [aPolicy({ approvals: 2, auto: { when: 'true', holds: () => true } })];
    const world = testWorld({ settings: { approvals: { policies }, safety: { protected: ['cara@example.com'] } } });
    const { policy, state } = await getRequest(world, await askRevoke(world));
    expect([state, policy.name, policy.approvals]).toEqual(['pending', 'never by automation', 1]);
    expect(policy.because).toContain('the person is protected');
    const revoke = world.vendor.presets.get('revoke');
    if (revoke === undefined) throw new Error('no preset');
    const told = await explainPolicy(world, world.as('Dan'), world.vendor, revoke, world.as('Cara').person);
    expect(told[0]?.ruling).toMatchObject({ policy: { approvals: 1 } });
    const form = await prepareForm(world, world.as('Dan'), { presetId: 'revoke', target: SEAT, given: {} });
    expect(form.approvalsNeeded).toBe(1);
    expect(world.vendor.writes).toEqual([]);
    // Whose seat it is may give it up alone all the same.
    await askRevoke(testWorldOf(world), 'Cara', 'OWN');
    expect(world.vendor.writes).toEqual(['revoke OWN']);
  });

  it('calls in the owner of the app or the manager where it names them so', async () => {
    const escalate = { afterMs: 2 * HOUR_MS, to: [APP_OWNER, MANAGER] };
    const policies = [aPolicy({ stages: [aStage({ approvers: ['UEVE'] })], escalate })];
    const managers = { 'cara@example.com': 'UDAN' };
    const world = testWorld({ settings: { approvals: { policies, managers }, owners: { vendor: ['UBOB'] } } });
    const id = await askRevoke(world);
    world.pass(3 * HOUR_MS);
    await remindApprovers(world);
    await world.background.idle();
    expect((await getRequest(world, id)).escalatedTo).toEqual(['UBOB', 'UDAN']);
    expect(world.notifier.asked.map((one) => one.userId)).toEqual(expect.arrayContaining(['UBOB', 'UDAN']));
    expect((await approveAs(world, 'Bob', id)).state).toBe('succeeded');
  });

  it('has its stages decided in order, each person once, and asks the next when it is their turn', async () => {
    const world = under(
      aPolicy({
        stages: [
          aStage({ name: 'owner', approvers: ['UBOB'], notify: ['UBOB'] }),
          aStage({ name: 'security', approvers: ['UBOB', 'UEVE'], notify: ['UEVE'] }),
        ],
      }),
    );
    const id = await askRevoke(world);
    expect(world.notifier.asked.map((one) => one.userId)).toEqual(['UBOB']);
    await expect(decideRequest(world, world.as('Eve'), id, 'approve', null)).rejects.toThrow(/not your turn yet: “owner”/);
    expect((await approveAs(world, 'Bob', id)).state).toBe('pending');
    expect(world.notifier.asked.map((one) => one.userId)).toEqual(['UBOB', 'UEVE']);
    await expect(decideRequest(world, world.as('Bob'), id, 'approve', null)).rejects.toThrow(/counts once/);
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
    expect(world.notifier.told.find((notice) => notice.event === 'stage')?.to.name).toBe('Ada');
  });

  it('may be denied by an approver of a later stage', async () => {
    const world = under(aPolicy({ stages: [aStage({ approvers: ['UBOB'] }), aStage({ approvers: ['UEVE'] })] }));
    const id = await askRevoke(world);
    await decideRequest(world, world.as('Eve'), id, 'deny', 'not now');
    expect(await stateOf(world, id)).toBe('denied');
  });

  it('keeps others from deciding than those it names', async () => {
    const world = under(aPolicy({ stages: [aStage({ approvers: ['UBOB'] })] }));
    const id = await askRevoke(world);
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toThrow(/not among the approvers/);
    expect((await approveAs(world, 'Bob', id)).state).toBe('succeeded');
  });

  it('finds the owner of the app and the manager of the person concerned, and says when nobody is known', async () => {
    const roles = aPolicy({ stages: [aStage({ approvers: [APP_OWNER] }), aStage({ approvers: [MANAGER] })] });
    const world = testWorld({
      settings: {
        approvals: { policies: [roles], managers: { 'cara@example.com': 'eve@example.com' } },
        owners: { vendor: ['bob@example.com'] },
      },
    });
    const id = await askRevoke(world);
    await approveAs(world, 'Bob', id);
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
    const nobody = under(aPolicy({ stages: [aStage({ approvers: [MANAGER] })] }));
    const other = await getRequest(nobody, await askRevoke(nobody));
    expect(other.policy.because).toContain('Nobody is known as the manager of the person concerned, so any approver decides');
    expect((await approveAs(nobody, 'Dan', other.id)).state).toBe('succeeded');
  });

  it('wants a ticket in the reason where it says so', async () => {
    const world = under(
      aPolicy({ reason: { pattern: 'OPS-\\d+', example: 'OPS-123', matches: (text) => /OPS-\d+/.test(text) } }),
    );
    const ask = { presetId: 'revoke', target: SEAT, inputs: {}, reason: 'idle' };
    expect(await requestAction(world, world.as('Ada'), ask)).toMatchObject({ ok: false, problems: [{ input: 'reason' }] });
    await askRevoke(world, 'Ada', SEAT.id, 'OPS-77 idle');
  });

  it('that nobody could satisfy is refused when somebody asks, not left waiting', async () => {
    const world = under(aPolicy({ stages: [aStage({ name: 'owners', approvals: 2, approvers: ['UADA', 'UCARA', 'UBOB'] })] }));
    await expect(askRevoke(world)).rejects.toThrow(/Nobody could approve this: 2 must agree in “owners”.*only 1 can/);
    expect(await world.store.list('requests')).toEqual([]);
  });

  it('leaves quiet approvers in peace, who may approve all the same', async () => {
    const world = under(aPolicy({ stages: [aStage({ approvers: ['UDAN', 'UEVE'], notify: ['UDAN'] })] }));
    const id = await askRevoke(world);
    expect(world.notifier.asked.map((one) => one.userId)).toEqual(['UDAN']);
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
  });

  it('sends whoever wants a seat for themselves to the owner of the app', async () => {
    const vendor = fakeVendor([aSeat({ holder: null, status: 'free' })]);
    const world = testWorld({ vendor, settings: { owners: { vendor: ['UEVE'] } } });
    const scope = { presetId: 'assign', target: SEAT, inputs: { email: 'bob@example.com' }, reason: null };
    const asked = await requestAction(world, world.as('Ada'), scope);
    expect(asked.ok && asked.request.policy.name).toBe('default');
  });
});

describe('waiting for a decision', () => {
  it('reminds four times at most, with pauses that double, and only while people are at work', async () => {
    const world = testWorld({
      settings: {
        approvals: {
          expireAfterMs: 1e12,
          remindAfterMs: HOUR_MS,
          policies: [aPolicy({ stages: [aStage({ notify: ['UDAN'] })] })],
        },
      },
    });
    // Monday 09:00 UTC, 10:00 where Dan is.
    await askRevoke(world);
    const at: number[] = [];
    for (let hour = 0; hour < 24 * 7; hour += 1) {
      const before = world.notifier.reminded.length;
      await remindApprovers(world);
      if (world.notifier.reminded.length > before) at.push(hour);
      world.pass(HOUR_MS);
    }
    // After 1 and 3 hours; the third falls on 17:00, after work, and waits for the morning, as the fourth has since midnight.
    expect(at).toEqual([1, 3, 23, 24]);
    expect(world.notifier.reminded.every((one) => one.userIds?.join() === 'UDAN')).toBe(true);
  });

  it('reminds in the channel, without a ping, where nobody is to be asked by name', async () => {
    const world = testWorld({ settings: { approvals: { remindAfterMs: HOUR_MS } } });
    const id = await askRevoke(world);
    world.pass(HOUR_MS);
    await remindApprovers(world);
    await remindApprovers(world);
    expect(world.notifier.reminded).toEqual([{ requestId: id, userIds: null }]);
  });

  it('calls in further people when nobody decides, who may decide from then on', async () => {
    const escalate = { afterMs: HOUR_MS, to: ['UBOB'] };
    const world = under(aPolicy({ stages: [aStage({ approvers: ['UDAN'], notify: ['UDAN'] })], escalate }));
    const id = await askRevoke(world);
    await expect(decideRequest(world, world.as('Bob'), id, 'approve', null)).rejects.toBeInstanceOf(ForbiddenError);
    world.pass(HOUR_MS);
    await remindApprovers(world);
    await world.background.idle();
    expect(world.notifier.asked.map((one) => one.userId)).toEqual(['UDAN', 'UBOB']);
    expect((await approveAs(world, 'Bob', id)).state).toBe('succeeded');
    expect(world.store.events.map((event) => event.verb)).toContain('request.escalated');
  });
});

describe('a preview of a policy', () => {
  it('says which fit, which decides, who may approve and how many people it will notify', async () => {
    const world = under(
      aPolicy({ name: 'other app', when: 'false', applies: () => false }),
      aPolicy({ name: 'two', stages: [aStage({ approvals: 2, notify: ['*'] })] }),
    );
    const connector = world.vendor;
    const preset = connector.presets.get('revoke') as NonNullable<ReturnType<typeof connector.presets.get>>;
    const [found] = await explainPolicy(world, world.as('Bob'), connector, preset, world.as('Cara').person);
    expect(found?.ruling.steps.map((step) => [step.name, step.fits])).toEqual([
      ['other app', false],
      ['two', true],
    ]);
    expect(found?.mayApprove?.map((member) => member.name)).toEqual(['Ada', 'Dan', 'Eve']);
    expect(found?.notified).toHaveLength(3);
    expect(await world.store.list('requests')).toEqual([]);
  });
});

describe('a request of a version without stages', () => {
  it('is decided as it was: one stage, open to every approver', async () => {
    const world = testWorld();
    const id = await askRevoke(world);
    const request = await getRequest(world, id);
    const policy = { name: 'default', approvals: 2, because: 'old' };
    await world.store.commit({
      put: [{ collection: 'requests', doc: { ...request, version: request.version + 1, policy }, expected: request.version }],
    });
    expect((await approveAs(world, 'Dan', id)).state).toBe('pending');
    expect((await approveAs(world, 'Eve', id)).state).toBe('succeeded');
    await expect(decideRequest(world, world.as('Dan'), id, 'approve', null)).rejects.toBeInstanceOf(ConflictError);
  });
});

it('counts a new member by name and by group alike', async () => {
  const world = testWorld({ settings: { access: { approvers: ['*'] } } });
  world.members.push(aMember('Zoe'));
  const id = await askRevoke(world);
  expect((await approveAs(world, 'Zoe', id)).state).toBe('succeeded');
});

/** The same world with a seat of Cara's own. */
function testWorldOf(world: TestWorld): TestWorld {
  world.vendor.seats.set('OWN', aSeat({ externalId: 'OWN' }));
  return world;
}
