import { normaliseEmail } from '../domain/person.ts';
import type { ReportRequest, ReportSettings } from '../domain/report-settings.ts';
import { addMs, DAY_MS, daysBetween, type Instant, toInstant } from '../domain/time.ts';
import { count, plainDay } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { byName, column, narrowed, sourceNotes, sourcesOf } from './parts.ts';
import type { After, Hit, PastQuestion } from './past-use.ts';
import type { ReportDefinition, ReportRow } from './report.ts';

const DEFAULT_BACK_DAYS = 90;

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('days', 'Idle then', 'days'),
  column('lastUse', 'Last used then', 'date'),
  column('after', 'What came after', 'text', 'statement'),
  column('back', 'Used again', 'date'),
  column('backAfter', 'Days until then', 'days'),
  column('id', 'Id', 'text', 'unsaid'),
];

const AFTER_WORDS: Readonly<Record<After, string>> = {
  back: 'Used again',
  moved: 'Given up or moved since',
  idle: 'Still not used',
};

interface Found {
  readonly hit: Hit;
  readonly integration: IntegrationFacts;
}

/** Rows between two turns of the event loop. */
const SLICE = 1_000;

/** What a back-test asks of the past. */
export function pastQuestion({ idle }: ReportSettings, request: ReportRequest, now: Instant): PastQuestion {
  return {
    at: request.at ?? addMs(now, -DEFAULT_BACK_DAYS * DAY_MS),
    threshold: request.days ?? idle.inactiveDays,
    newDays: idle.newDays,
  };
}

export const backTest: ReportDefinition = {
  id: 'back-test',
  title: 'Back-test',
  summary: 'Whom a threshold would have hit on a past day, and who came back after it.',
  needs: ['past'],
  *build(all, settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const { at, threshold } = pastQuestion(settings, request, now);
    const begins = facts.integrations.flatMap(({ past }) => past?.begins ?? []).toSorted(byName);
    const late = facts.integrations.filter(({ past }) => (past?.begins ?? now) > at).map((one) => one.name);
    let held = 0;
    const hits: Found[] = [];
    for (const integration of facts.integrations) {
      yield;
      held += integration.past?.held ?? 0;
      for (const hit of integration.past?.hits ?? []) hits.push({ hit, integration });
    }
    // Those who came back first.
    const rank = ({ hit }: Found): number => (hit.after === 'back' ? 1 : 0);
    hits.sort((a, b) => rank(b) - rank(a) || b.hit.days - a.hit.days);
    const rows: ReportRow[] = [];
    for (const found of hits) {
      if (rows.length % SLICE === SLICE - 1) yield;
      rows.push(toRow(found, at, facts));
    }
    const number = (after: After): number => hits.filter(({ hit }) => hit.after === after).length;
    const back = number('back');
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
        { key: 'moved', label: 'Given up since', value: number('moved') },
        { key: 'idle', label: 'Still not used', value: number('idle') },
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

function toRow({ hit, integration }: Found, at: Instant, facts: ReportFacts): ReportRow {
  const { state, days, after, back } = hit;
  const named = state.holder ?? state.person;
  const email = typeof named === 'string' && named.includes('@') ? normaliseEmail(named) : null;
  const name =
    (email === null ? undefined : facts.directory?.get(email)?.name) ??
    (typeof state.holderName === 'string' ? state.holderName : (email ?? state.id));
  const last = state.lastActivity;
  return {
    key: `${integration.id}/${state.kind}/${state.id}`,
    tone: after === 'back' ? 'wrong' : 'note',
    cells: {
      person: { name, email },
      app: integration.name,
      product: state.kind === 'seat' ? state.product : integration.app,
      days,
      lastUse: typeof last === 'number' ? toInstant(new Date(last)) : null,
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
