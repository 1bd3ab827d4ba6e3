import type { ActionRequest } from '../../src/domain/action-request.ts';
import type { AuditDraft } from '../../src/domain/audit.ts';
import type { CardRecord, OwedNotice, Put } from '../../src/ports/store.ts';

const ADA = { userId: 'U01ADA', email: 'ada@example.com', name: 'Ada' };

export function aStoredRequest(id: string, over: Partial<ActionRequest> = {}): ActionRequest {
  const target = { integrationId: 'jetbrains', kind: 'seat', id: 'K7Q2MZ41XA' } as const;
  return {
    id,
    version: 1,
    state: 'pending',
    integrationId: 'jetbrains',
    connectorId: 'jetbrains',
    connectorName: 'JetBrains',
    presetId: 'jetbrains/revoke-license',
    presetTitle: 'Revoke license',
    effect: 'destructive',
    target,
    inputs: { reason: 'idle' },
    sentence: 'Take the IntelliJ IDEA Ultimate seat K7Q2MZ41XA from Cara.',
    affected: { userId: 'U02CARA', email: 'cara@example.com', name: 'Cara' },
    requester: ADA,
    requestedVia: 'slack',
    reason: 'idle for 94 days',
    evidence: {
      readAt: '2026-11-23T09:00:00.000Z',
      holdings: [],
      facts: [{ label: 'Last active', value: '94 days ago' }],
      pinned: { assignee: 'cara@example.com' },
      warnings: [],
    },
    policy: { name: 'default', approvals: 1, because: 'destructive presets need one approval' },
    decisions: [],
    createdAt: '2026-11-23T09:00:00.000Z',
    expiresAt: '2026-11-24T09:00:00.000Z',
    updatedAt: '2026-11-23T09:00:00.000Z',
    startedAt: null,
    looks: 0,
    outcome: null,
    undo: null,
    undoOf: null,
    undoneBy: null,
    ...over,
  };
}

export function putRequest(id: string, over: Partial<ActionRequest> = {}): Put {
  const doc = aStoredRequest(id, over);
  return { collection: 'requests', doc, expected: doc.version === 1 ? null : doc.version - 1 };
}

export function aCard(id: string, version = 1): CardRecord {
  return { id, version, channel: 'C02LIC', ts: '1700000000.000100', shownVersion: 0 };
}

export function anOwedNotice(id: string, requestId: string): OwedNotice {
  return {
    id,
    version: 1,
    requestId,
    to: ADA,
    as: 'requester',
    event: 'approved',
    owedSince: '2026-11-23T09:00:00.000Z',
    attempts: 0,
  };
}

export function aDraft(verb: AuditDraft['verb'], over: Partial<AuditDraft> = {}): AuditDraft {
  return {
    at: '2026-11-23T09:00:00.000Z',
    actor: { kind: 'person', ...ADA, via: 'slack' },
    verb,
    subject: 'jetbrains/seat/K7Q2MZ41XA',
    requestId: 'R1',
    detail: {},
    ...over,
  };
}
