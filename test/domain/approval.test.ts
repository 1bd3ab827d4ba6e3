import { describe, expect, it } from 'vitest';
import { approvalsMissing, type Decision } from '../../src/domain/approval.ts';

const stage = (name: string, approvals: number) => ({ name, approvals, approvers: null, notify: null });
const two = { name: 'two stages', approvals: 3, because: 'b', stages: [stage('team', 2), stage('security', 1)] };
const agreed = (at: number): Decision => ({
  by: { userId: 'U1', email: 'dan@example.com', name: 'Dan' },
  verdict: 'approve',
  at: '2026-11-23T10:00:00.000Z',
  reason: null,
  via: 'slack',
  stage: at,
});

describe('approvals that are missing', () => {
  it.each([
    [[], 3],
    [[0], 2],
    [[0, 0], 1],
    [[0, 0, 1], 0],
    // One more than a stage needs makes up for nothing in another.
    [[0, 0, 0], 1],
  ])('after approvals at the stages %j are %i', (stages, missing) => {
    expect(approvalsMissing(two, stages.map(agreed))).toBe(missing);
  });

  it('are none where nobody has to approve', () => {
    expect(approvalsMissing({ name: 'free', approvals: 0, because: 'b' }, [])).toBe(0);
  });
});
