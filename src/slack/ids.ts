import type { InputValues, TargetKind, TargetRef } from '../domain/action-request.ts';
import { REPORT_IDS, type ReportId, type ReportRequest } from '../domain/report-settings.ts';
import type { Verb } from '../ports/connector.ts';
import type { FormOpening } from '../reply.ts';

/** `noun:verb` of everything that can be pressed. */
export const ACTIONS = {
  approve: 'request:approve',
  deny: 'request:deny',
  undo: 'request:undo',
  withdraw: 'request:withdraw',
  stop: 'request:stop',
  taskDone: 'request:task-done',
  taskNotDone: 'request:task-not-done',
  details: 'request:details',
  keepOffer: 'offer:keep',
  releaseOffer: 'offer:release',
  renewTerm: 'term:renew',
  revoke: 'seat:revoke',
  deactivate: 'account:deactivate',
  update: 'account:update',
  assign: 'person:assign',
  run: 'holding:run',
  page: 'lookup:page',
  open: 'lookup:open',
  pick: 'choose:pick',
  refreshHome: 'home:refresh',
  acceptSession: 'session:accept',
  rejectSession: 'session:reject',
  cancelSync: 'session:cancel',
  rerunSync: 'session:rerun',
  showSession: 'session:show',
  sessionErrors: 'session:errors',
  sessionChanges: 'session:changes',
  homeApp: 'home:app',
  openReport: 'report:open',
  reportCsv: 'report:csv',
  showRequests: 'home:requests',
  reviewRow: 'digest:review',
  reclaim: 'digest:reclaim',
  snooze: 'digest:snooze',
  askHolders: 'digest:ask-holders',
  renewAll: 'renewal:all',
  renewFewer: 'renewal:fewer',
  renewNone: 'renewal:none',
  renewChange: 'renewal:change',
} as const;

/** `callback_id`s of windows and shortcuts. */
export const CALLBACKS = {
  create: 'request:create',
  deny: 'request:deny',
  undo: 'request:undo',
  taskNotDone: 'request:task-not-done',
  lookup: 'lookup:show',
  lookupShortcut: 'lookup:open',
  authorShortcut: 'lookup:author',
  reclaim: 'digest:reclaim',
  snooze: 'digest:snooze',
  renewal: 'renewal:decide',
} as const;

/** The part of an id that names the handler; a number may follow where one block holds several alike. */
export function routeOf(id: string): string {
  return id.split(':').slice(0, 2).join(':');
}

const BY_VERB: Readonly<Record<Verb, string>> = {
  read: ACTIONS.run,
  run: ACTIONS.run,
  assign: ACTIONS.assign,
  revoke: ACTIONS.revoke,
  deactivate: ACTIONS.deactivate,
  update: ACTIONS.update,
};

export function actionIdFor(verb: Verb): string {
  return BY_VERB[verb];
}

/** A button's value: https://docs.slack.dev/reference/block-kit/block-elements/button-element */
const VALUE_MAX = 2_000;
const KINDS: readonly TargetKind[] = ['seat', 'account', 'person', 'none'];

/**
 * Names what a button is about and nothing more: every fact is read again when it is pressed. `given` holds what the person
 * already said, such as a product's code, and is left out when it would not fit.
 */
export function openingValue(presetId: string, target: TargetRef, given: InputValues = {}): string {
  const ids = [presetId, target.integrationId, target.kind, target.id];
  const whole = JSON.stringify(Object.keys(given).length === 0 ? ids : [...ids, given]);
  return whole.length <= VALUE_MAX ? whole : JSON.stringify(ids);
}

/** Null for a value that is forged or from an older version. */
export function readOpening(value: string): FormOpening | null {
  const parts: unknown = readJson(value);
  if (!Array.isArray(parts) || parts.length < 4) return null;
  const [presetId, integrationId, kind, id, given] = parts as unknown[];
  if (typeof presetId !== 'string' || typeof integrationId !== 'string' || typeof id !== 'string') return null;
  const known = KINDS.find((each) => each === kind);
  if (known === undefined) return null;
  return { presetId, target: { integrationId, kind: known, id }, given: readGiven(given) };
}

function readGiven(value: unknown): InputValues {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item === null || ['string', 'number', 'boolean'].includes(typeof item)),
  );
}

export function pageValue(email: string, page: number): string {
  return JSON.stringify([email, page]);
}

export function readPage(value: string): { readonly email: string; readonly page: number } | null {
  const parts = readJson(value);
  if (!Array.isArray(parts)) return null;
  const [email, page] = parts as unknown[];
  return typeof email === 'string' && typeof page === 'number' ? { email, page } : null;
}

/** Which report, and what was asked of it. The report itself is made anew when the button is pressed. */
export function reportValue(id: ReportId, { days, at, integrationId }: ReportRequest): string {
  return JSON.stringify([id, days ?? null, at ?? null, integrationId ?? null]);
}

/** Null for a value that is forged or from an older version. */
export function readReportValue(value: string): { readonly id: ReportId; readonly request: ReportRequest } | null {
  const parts = readJson(value);
  if (!Array.isArray(parts)) return null;
  const [name, days, at, integrationId] = parts as unknown[];
  const id = REPORT_IDS.find((one) => one === name);
  if (id === undefined) return null;
  const request = {
    ...(typeof days === 'number' ? { days } : {}),
    ...(typeof at === 'string' ? { at } : {}),
    ...(typeof integrationId === 'string' ? { integrationId } : {}),
  };
  return { id, request };
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
