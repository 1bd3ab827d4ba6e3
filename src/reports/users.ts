import type { Holding } from '../domain/seat.ts';
import { count, joinWords, originWords } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { byName, column, narrowed, personOf, productOf, rowKey, SLICE, sourceNotes, sourcesOf, targetOf } from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('role', 'Role', 'text', 'statement'),
  column('lastUse', 'Last activity', 'date'),
  column('use', 'Use', 'text', 'unsaid'),
  column('source', 'Source', 'text', 'unsaid'),
  column('synced', 'Connector Sync Time', 'moment', 'unsaid'),
  column('id', 'Id', 'text', 'unsaid'),
];

export const users: ReportDefinition = {
  id: 'users',
  title: 'Users of apps',
  summary: 'Everybody who has a seat or account in an app, with role, last activity and where that is from.',
  needs: [],
  *build(all, _settings, request, now) {
    const facts = narrowed(all, request.integrationId);
    const rows: ReportRow[] = [];
    const people = new Set<string>();
    const apps = new Map<string, Set<string>>();
    for (const integration of facts.integrations) {
      for (const [at, { holding, active }] of integration.holdings.entries()) {
        if (at % SLICE === 0) yield;
        if (!active || !isUser(holding)) continue;
        const row = toRow(holding, integration, facts);
        const who = row.target?.email ?? row.key;
        people.add(who);
        apps.set(integration.app, (apps.get(integration.app) ?? new Set()).add(who));
        rows.push(row);
      }
    }
    rows.sort(
      (a, b) =>
        byName(String(a.cells['app']), String(b.cells['app'])) ||
        byName(a.target?.email ?? '', b.target?.email ?? '') ||
        byName(a.key, b.key),
    );
    const sources = sourcesOf(facts, now);
    const told = [...apps].map(([app, ofApp]) => `${ofApp.size.toLocaleString('en-US')} in ${app}`);
    return {
      id: 'users',
      title: 'Users of apps',
      asOf: now,
      headline: [
        people.size === 0
          ? 'Nobody has a seat or account.'
          : `${count(people.size, 'person has', 'people have')} ${count(rows.length, 'seat or account', 'seats and accounts')}: ${joinWords(told)}.`,
      ],
      counts: [
        { key: 'people', label: 'People', value: people.size },
        { key: 'holdings', label: 'Seats and accounts', value: rows.length },
        { key: 'apps', label: 'Apps', value: apps.size },
      ],
      money: [],
      columns: COLUMNS,
      rows,
      charts: [],
      sources,
      notes: sourceNotes(sources),
    };
  },
};

/** A free seat is nobody's, and a user that is switched off uses nothing. */
function isUser(holding: Holding): boolean {
  return holding.kind === 'account' ? holding.enabled : holding.holder !== null;
}

function toRow(holding: Holding, integration: IntegrationFacts, facts: ReportFacts): ReportRow {
  const { lastActivity } = holding;
  const origin = originWords(integration.origin);
  return {
    key: rowKey(holding),
    tone: 'note',
    cells: {
      person: personOf(holding, facts),
      app: integration.app,
      product: productOf(holding, integration).name,
      role: roleOf(holding),
      lastUse: lastActivity.kind === 'at' ? lastActivity.at : null,
      use: USE[lastActivity.kind],
      source: origin === '' ? integration.id : `${integration.id}: ${origin}`,
      synced: integration.confirmedAt,
      id: holding.externalId,
    },
    target: targetOf(holding),
    tier: null,
    reason: null,
  };
}

const USE = { at: 'used', never: 'never used', unknown: 'not known' } as const;

function roleOf(holding: Holding): string | null {
  if (holding.kind === 'seat') return holding.role;
  const roles = holding.roles.map(({ name, scopes }) => (scopes.length === 0 ? name : `${name} (${scopes.join(', ')})`));
  if (holding.administrator) roles.unshift('Administrator');
  return roles.length === 0 ? null : roles.join('; ');
}
