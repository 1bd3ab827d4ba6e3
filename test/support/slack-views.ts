import { accountProblems, seatProblems } from '../../src/domain/problems.ts';
import type { Account, Seat } from '../../src/domain/seat.ts';
import type { ActionOffer, InputInfo, PresetInfo } from '../../src/ports/connector.ts';
import type { HoldingRow, LookupResult, LookupSection } from '../../src/reply.ts';
import { blockProblems } from '../../src/sandbox/slack/validate/blocks.ts';
import { viewProblems } from '../../src/sandbox/slack/validate/views.ts';
import type { HomeView, MessageView, ModalView } from '../../src/slack/views/blocks.ts';
import { aSeat } from './world.ts';

export const NOW = '2026-11-23T09:00:00.000Z';

/** Text that people and vendors may send, and that must do nothing but be read. */
export const HOSTILE = '<!channel> <@U1> <https://evil.example|click> & *b* `c` \u202eabc :smile: \u0000';

export function messageProblems(view: MessageView): readonly string[] {
  const problems = [...blockProblems(view.blocks, 'message', '/blocks')];
  if (view.text.trim() === '') problems.push('no text');
  if (view.text.length > 4_000) problems.push(`text of ${view.text.length} characters`);
  return problems;
}

export function modalProblems(view: ModalView): readonly string[] {
  return viewProblems(view, 'modal');
}

export function homeProblems(view: HomeView): readonly string[] {
  return viewProblems(view, 'home');
}

/** Everything mrkdwn in a view, for asking what it would notify or link. */
export function mrkdwnOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(mrkdwnOf).join('\n');
  if (value === null || typeof value !== 'object') return '';
  const wire = value as Record<string, unknown>;
  const own = wire['type'] === 'mrkdwn' ? [String(wire['text'])] : [];
  return [...own, ...Object.values(wire).map(mrkdwnOf)].filter((text) => text !== '').join('\n');
}

/** Control sequences that notify somebody or link somewhere; date tokens do neither. */
export function dangersIn(text: string): readonly string[] {
  return (text.match(/<[^>]*>/gu) ?? []).filter((token) => !token.startsWith('<!date^'));
}

export function anInput(over: Partial<InputInfo> = {}): InputInfo {
  return {
    name: 'firstName',
    title: 'First name',
    kind: 'text',
    required: true,
    help: null,
    choices: [],
    changedOnly: false,
    hidden: false,
    ...over,
  };
}

export function aPreset(over: Partial<PresetInfo> = {}): PresetInfo {
  return {
    id: 'revoke-license',
    connectorId: 'jetbrains',
    title: 'Revoke license',
    description: 'Takes a license away from the person who has it.',
    effect: 'destructive',
    verb: 'revoke',
    target: 'seat',
    inputs: [anInput({ name: 'licenseId', title: 'License id', hidden: true })],
    ...over,
  };
}

export const REVOKE: ActionOffer = { preset: aPreset(), available: true };

export function anAccount(over: Partial<Account> = {}): Account {
  return {
    kind: 'account',
    integrationId: 'aha',
    connectorId: 'aha',
    externalId: '6012345',
    email: 'cara@example.com',
    name: 'Cara Lind',
    enabled: true,
    administrator: false,
    paidSeat: true,
    roles: [
      { name: 'Product owner', scopes: ['Mobile', 'Web'] },
      { name: 'Reviewer', scopes: ['Desktop'] },
    ],
    lastActivity: { kind: 'at', at: '2026-11-20T09:00:00.000Z' },
    createdAt: '2025-01-01T00:00:00.000Z',
    fields: {},
    readAt: NOW,
    ...over,
  };
}

export function aRow(holding: Seat | Account = aSeat(), offers: readonly ActionOffer[] = []): HoldingRow {
  const rules = { now: NOW, inactiveDays: 90, protected: false };
  return { holding, problems: holding.kind === 'seat' ? seatProblems(holding, rules) : accountProblems(holding, rules), offers };
}

export function aSection(
  rows: readonly HoldingRow[],
  over: { readonly name?: string; readonly rejected?: readonly string[] } = {},
): LookupSection {
  const name = over.name ?? 'JetBrains';
  return { integrationId: name.toLowerCase(), name, ok: true, rows, readAt: NOW, rejected: over.rejected ?? [] };
}

export function aLookup(sections: readonly LookupSection[], over: Partial<LookupResult> = {}): LookupResult {
  return {
    person: { userId: 'UCARA', email: 'cara@example.com', name: 'Cara Lind' },
    askedAt: NOW,
    own: false,
    sections,
    personOffers: [],
    ...over,
  };
}
