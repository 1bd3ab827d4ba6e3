import { count, joinWords, syncTroubleWords } from '../words.ts';
import type { IntegrationFacts } from './facts.ts';
import { column, narrowed, sourceNotes, sourcesOf } from './parts.ts';
import type { ReportDefinition, ReportRow, Source } from './report.ts';

const COLUMNS = [
  column('app', 'App', 'text', 'title'),
  column('state', 'State', 'text'),
  column('confirmed', 'Last good sync', 'moment'),
  column('last', 'Last sync', 'moment'),
  column('outcome', 'Outcome', 'text', 'figure'),
  column('errors', 'Errors', 'number'),
  column('people', 'People', 'number'),
  column('holdings', 'Seats and accounts', 'number'),
  column('trouble', 'Trouble', 'text', 'statement'),
  column('since', 'Since', 'moment'),
  column('schedule', 'Schedule', 'text', 'unsaid'),
];

export const syncHealth: ReportDefinition = {
  id: 'sync-health',
  title: 'Sync health',
  summary: 'How fresh the facts of each app are, and what keeps a sync from going well.',
  needs: [],
  *build(all, _settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const sources = sourcesOf(facts, now);
    const sick = facts.integrations.filter((one) => one.trouble !== null);
    const never = sources.filter((one) => one.confirmedAt === null);
    const old = sources.filter((one) => one.old);
    const rows = facts.integrations.map((one, at) => toRow(one, sources[at]));
    const rank = { wrong: 0, warn: 1, note: 2 } as const;
    return {
      id: 'sync-health',
      title: 'Sync health',
      asOf: now,
      headline: [
        sick.length === 0
          ? `${count(facts.integrations.length, 'app')}, none in trouble.`
          : `${joinWords(sick.map((one) => `${one.name}: ${syncTroubleWords(one.trouble?.kind ?? 'failed')}`))}.`,
        ...(never.length === 0 ? [] : [`${count(never.length, 'app was', 'apps were')} never synced whole.`]),
        ...(old.length === 0 ? [] : [`The facts of ${count(old.length, 'app')} are old.`]),
      ],
      counts: [
        { key: 'apps', label: 'Apps', value: facts.integrations.length },
        { key: 'trouble', label: 'In trouble', value: sick.length },
        { key: 'old', label: 'Old facts', value: old.length },
        { key: 'never', label: 'Never synced', value: never.length },
      ],
      money: [],
      columns: COLUMNS,
      rows: rows.toSorted((a, b) => rank[a.tone] - rank[b.tone]),
      charts: [],
      sources,
      notes: sourceNotes(sources),
    };
  },
};

function toRow(one: IntegrationFacts, source: Source | undefined): ReportRow {
  const { trouble, lastSession } = one;
  const tone = trouble !== null ? 'wrong' : one.confirmedAt === null || source?.old === true ? 'warn' : 'note';
  return {
    // News when the trouble becomes another, not each day it goes on.
    key: `${one.id}/${trouble?.kind ?? tone}`,
    tone,
    cells: {
      app: one.name,
      state: one.state,
      confirmed: one.confirmedAt,
      last: lastSession?.at ?? null,
      outcome: lastSession === null ? null : (lastSession.outcome ?? 'running'),
      errors: lastSession?.faults ?? null,
      people: one.people,
      holdings: one.holdings.length,
      trouble: trouble === null ? null : trouble.message,
      since: trouble?.since ?? null,
      schedule: `${one.schedule.cron} ${one.schedule.timezone}`,
    },
    target: null,
    tier: null,
    reason: trouble?.hint ?? null,
  };
}
