import { applyEntry, type HistoryEntry, type HistoryState } from '../domain/history.ts';
import { normaliseEmail } from '../domain/person.ts';
import { addMs, DAY_MS, daysBetween, type Instant } from '../domain/time.ts';
import { count, plainDay } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { byName, column, narrowed, SLICE, sourceNotes, sourcesOf } from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';

const DEFAULT_BACK_DAYS = 90;

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('days', 'Idle then', 'days'),
  column('lastUse', 'Last used then', 'date'),
  column('after', 'What came after', 'text'),
  column('back', 'Used again', 'date'),
  column('backAfter', 'Days until then', 'days'),
  column('id', 'Id', 'text'),
];

/** `back`: used again by the same person · `moved`: released or somebody else’s since · `idle`: never used again. */
type After = 'back' | 'moved' | 'idle';
const AFTER_WORDS: Readonly<Record<After, string>> = {
  back: 'Used again',
  moved: 'Given up or moved since',
  idle: 'Still not used',
};

interface Hit {
  readonly state: HistoryState;
  readonly integration: IntegrationFacts;
  readonly days: number;
  readonly after: After;
  readonly back: Instant | null;
}

export const backTest: ReportDefinition = {
  id: 'back-test',
  title: 'Back-test',
  summary: 'Whom a threshold would have hit on a past day, and who came back after it.',
  needs: ['history'],
  *build(all, { idle }, request, now) {
    const facts = narrowed(all, request.integrationId);
    const at = request.at ?? addMs(now, -DEFAULT_BACK_DAYS * DAY_MS);
    const threshold = request.days ?? idle.inactiveDays;
    const begins = facts.integrations.flatMap(({ history }) => history[0]?.at ?? []).toSorted(byName);
    const late = facts.integrations.filter(({ history }) => (history[0]?.at ?? now) > at).map((one) => one.name);
    let held = 0;
    const hits: Hit[] = [];
    for (const integration of facts.integrations) {
      const found = yield* hitsOf(integration, at, threshold, idle.newDays);
      held += found.held;
      hits.push(...found.hits);
    }
    const rows = hits.map((hit) => toRow(hit, at, facts));
    rows.sort((a, b) => byName(String(a.tone), String(b.tone)) * -1 || Number(b.cells['days']) - Number(a.cells['days']));
    const back = hits.filter((hit) => hit.after === 'back').length;
    const share = hits.length === 0 ? 0 : Math.round((back / hits.length) * 1000) / 10;
    const sources = sourcesOf(facts, now);
    const day = plainDay(at);
    return {
      id: 'back-test',
      title: `Back-test: ${count(threshold, 'day')} on ${day}`,
      asOf: now,
      headline:
        held === 0
          ? [
              `The history knows of nothing that was held on ${day}${begins[0] === undefined ? '' : `; it begins on ${plainDay(begins[0])}`}.`,
            ]
          : [
              `${count(threshold, 'day')} on ${day} would have hit ${count(hits.length, 'seat')} of ${held}.`,
              `${back} of them ${back === 1 ? 'was' : 'were'} used again by the same person since: ${share} % would have been wrong.`,
            ],
      counts: [
        { key: 'hit', label: 'Hit', value: hits.length },
        { key: 'back', label: 'Came back', value: back },
        { key: 'moved', label: 'Given up since', value: hits.filter((hit) => hit.after === 'moved').length },
        { key: 'idle', label: 'Still not used', value: hits.filter((hit) => hit.after === 'idle').length },
        { key: 'held', label: 'Held then', value: held },
      ],
      money: [],
      columns: COLUMNS,
      rows,
      charts: [],
      sources,
      notes: [
        ...(late.length === 0 ? [] : [`The history begins after ${day} for: ${late.join(', ')}. Nothing of it is in here.`]),
        'What is on the lists of today (people on leave, service accounts) is not known of that day, so nobody is left out for it.',
        ...sourceNotes(sources),
      ],
    };
  },
};

function* hitsOf(
  integration: IntegrationFacts,
  at: Instant,
  threshold: number,
  newDays: number,
): Generator<void, { readonly held: number; readonly hits: readonly Hit[] }> {
  const { history } = integration;
  const then = new Map<string, HistoryState>();
  let next = 0;
  for (let entry = history[0]; entry !== undefined && entry.at <= at; entry = history[++next]) {
    if (next % SLICE === 0) yield;
    take(then, entry);
  }
  const hits = new Map<string, Hit>();
  let held = 0;
  for (const [id, state] of then) {
    if (!isHeld(state)) continue;
    held += 1;
    if (isSpecial(state)) continue;
    const days = idleDays(state, at, newDays);
    if (days !== null && days >= threshold) hits.set(id, { state, integration, days, after: 'idle', back: null });
  }
  const states = new Map([...hits].map(([id, { state }]) => [id, state]));
  for (let entry = history[next]; entry !== undefined; entry = history[++next]) {
    const id = `${entry.kind}/${entry.id}`;
    if (next % SLICE === 0) yield;
    const hit = hits.get(id);
    if (hit === undefined || hit.after !== 'idle') continue;
    const state = applyEntry(states.get(id) ?? null, entry);
    states.set(id, state);
    if (!isHeld(state) || state.values['holder'] !== hit.state.values['holder']) hits.set(id, { ...hit, after: 'moved' });
    else if (usedAfter(state, at)) hits.set(id, { ...hit, after: 'back', back: String(state.values['lastActivity']) });
  }
  return { held, hits: [...hits.values()] };
}

function take(states: Map<string, HistoryState>, entry: HistoryEntry): void {
  if (entry.kind === 'person') return;
  const id = `${entry.kind}/${entry.id}`;
  states.set(id, applyEntry(states.get(id) ?? null, entry));
}

function isHeld({ kind, active, values, person }: HistoryState): boolean {
  if (!active) return false;
  if (kind === 'account') return values['enabled'] !== false && values['paidSeat'] !== false;
  return (
    values['holder'] !== null && values['status'] !== 'expired' && (person !== null || String(values['holder']).includes('@'))
  );
}

/** What is asked about first or left alone whatever its use; nobody would have been hit by a threshold there. */
function isSpecial({ values }: HistoryState): boolean {
  return values['administrator'] === true || values['offlineCode'] === true || values['status'] === 'suspended';
}

/** Null where nothing tells, and for what was too new then. */
function idleDays({ kind, values }: HistoryState, at: Instant, newDays: number): number | null {
  const since = values[kind === 'seat' ? 'assignedAt' : 'createdAt'];
  if (typeof since === 'string' && daysBetween(since, at) < newDays) return null;
  const last = values['lastActivity'];
  const from = last === 'never' ? since : last;
  return typeof from === 'string' && from !== 'unknown' ? daysBetween(from, at) : null;
}

function usedAfter({ values }: HistoryState, at: Instant): boolean {
  const last = values['lastActivity'];
  return typeof last === 'string' && last !== 'never' && last !== 'unknown' && last > at;
}

function toRow({ state, integration, days, after, back }: Hit, at: Instant, facts: ReportFacts): ReportRow {
  const named = state.values[state.kind === 'seat' ? 'holder' : 'email'] ?? state.person;
  const email = typeof named === 'string' && named.includes('@') ? normaliseEmail(named) : null;
  const own = state.values[state.kind === 'seat' ? 'holderName' : 'name'];
  const name =
    (email === null ? undefined : facts.directory?.get(email)?.name) ?? (typeof own === 'string' ? own : (email ?? state.id));
  const last = state.values['lastActivity'];
  return {
    key: `${integration.id}/${state.kind}/${state.id}`,
    tone: after === 'back' ? 'wrong' : 'note',
    cells: {
      person: { name, email },
      app: integration.name,
      product: state.kind === 'seat' ? String(state.values['product'] ?? state.title) : integration.app,
      days,
      lastUse: typeof last === 'string' && last !== 'never' ? last : null,
      after: AFTER_WORDS[after],
      back,
      backAfter: back === null ? null : daysBetween(at, back),
      id: state.id,
    },
    target: null,
    tier: null,
    reason: AFTER_WORDS[after],
  };
}
