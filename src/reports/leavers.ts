import { isProtected } from '../domain/access.ts';
import { normaliseEmail } from '../domain/person.ts';
import { type Holding, holderEmail } from '../domain/seat.ts';
import type { Instant } from '../domain/time.ts';
import { count } from '../words.ts';
import type { IntegrationFacts, ReportFacts } from './facts.ts';
import { isPaid, leftOutWords } from './judge.ts';
import {
  byName,
  column,
  MoneySum,
  narrowed,
  personOf,
  productOf,
  rowKey,
  SLICE,
  sourceNotes,
  sourcesOf,
  targetOf,
  totalWords,
} from './parts.ts';
import type { ReportDefinition, ReportRow } from './report.ts';

const COLUMNS = [
  column('person', 'Person', 'person'),
  column('app', 'App', 'text'),
  column('product', 'Product', 'text'),
  column('team', 'Team', 'text'),
  column('left', 'Known since', 'date'),
  column('lastUse', 'Last used', 'date'),
  column('cost', 'A year', 'money'),
  column('reason', 'Because', 'text', 'statement'),
  column('id', 'Id', 'text', 'unsaid'),
];

const TONES: readonly ReportRow['tone'][] = ['wrong', 'warn', 'note'];

interface Leaving {
  readonly because: string;
  readonly since: Instant | null;
  /** Not where the chat says otherwise. */
  readonly sure: boolean;
}

export const leavers: ReportDefinition = {
  id: 'leavers',
  title: 'Leavers with seats',
  summary: 'People who left the company and still have seats or accounts.',
  needs: [],
  *build(all, { directories }, request, now) {
    const facts = narrowed(all, request.integrationId);
    const gone = whoLeft(all, directories);
    const money = new MoneySum();
    const rows: ReportRow[] = [];
    const people = new Set<string>();
    const unsure = new Set<string>();
    let unsureRows = 0;
    const strangers = new Set<string>();
    for (const integration of facts.integrations) {
      for (const [at, { holding, active }] of integration.holdings.entries()) {
        if (at % SLICE === 0) yield;
        const email = holderEmail(holding);
        if (!active || email === null || (holding.kind === 'account' && !holding.enabled)) continue;
        const who = normaliseEmail(email);
        const leaving = gone.get(who);
        if (leaving === undefined) {
          if (facts.directory !== null && !facts.directory.has(who)) strangers.add(who);
          continue;
        }
        if (leaving.sure) {
          people.add(who);
          if (isPaid(holding)) money.add(holding, facts);
        } else {
          unsure.add(who);
          unsureRows += 1;
        }
        rows.push(toRow(holding, leaving, integration, facts));
      }
    }
    rows.sort(
      (a, b) =>
        TONES.indexOf(a.tone) - TONES.indexOf(b.tone) ||
        byName(a.target?.email ?? '', b.target?.email ?? '') ||
        byName(a.key, b.key),
    );
    const sources = sourcesOf(facts, now);
    const total = money.total('leavers', 'What leavers still have');
    return {
      id: 'leavers',
      title: 'Leavers with seats',
      asOf: now,
      headline: [
        people.size === 0
          ? 'Nobody who left still has a seat or account.'
          : `${count(people.size, 'person who left', 'people who left')} still ${people.size === 1 ? 'has' : 'have'} ${count(rows.length - unsureRows, 'seat or account', 'seats and accounts')}, costing ${totalWords(total)}.`,
        ...(unsure.size === 0
          ? []
          : [
              `${count(unsure.size, 'person is', 'people are')} switched off in a directory and active in Slack still: ask before anything is taken.`,
            ]),
      ],
      counts: [
        { key: 'people', label: 'People', value: people.size },
        { key: 'holdings', label: 'Seats and accounts', value: rows.length - unsureRows },
        ...(unsure.size === 0 ? [] : [{ key: 'unsure', label: 'Active in Slack still', value: unsure.size }]),
        { key: 'strangers', label: 'Not known to Slack', value: strangers.size },
      ],
      money: [total],
      columns: COLUMNS,
      rows,
      charts: [],
      sources,
      notes: [
        ...(facts.directory === null
          ? ['Slack could not be asked, so only those are here whom another directory shows as switched off.']
          : []),
        ...(strangers.size === 0
          ? []
          : [
              `${count(strangers.size, 'holder is', 'holders are')} not known to Slack at all: people from outside, machines, or other addresses. They are not in the list.`,
            ]),
        ...sourceNotes(sources),
      ],
    };
  },
};

/** By e-mail. Of whoever is active in the chat a directory alone is no proof: it may be about an old account of theirs. */
function whoLeft(facts: ReportFacts, directories: readonly string[]): ReadonlyMap<string, Leaving> {
  const gone = new Map<string, Leaving>();
  for (const integration of facts.integrations) {
    if (!directories.includes(integration.id)) continue;
    for (const { email, since } of integration.gone)
      gone.set(email, { because: `${integration.name} shows the person as switched off`, since, sure: true });
  }
  for (const [email, { active }] of facts.directory ?? []) {
    const known = gone.get(email);
    if (!active) gone.set(email, { because: 'deactivated in Slack', since: known?.since ?? null, sure: true });
    else if (known !== undefined)
      gone.set(email, { ...known, because: `${known.because}; Slack still shows them as active`, sure: false });
  }
  return gone;
}

function toRow(holding: Holding, leaving: Leaving, integration: IntegrationFacts, facts: ReportFacts): ReportRow {
  const cost = new MoneySum();
  if (isPaid(holding)) cost.add(holding, facts);
  const email = normaliseEmail(holderEmail(holding) ?? '');
  const userId = facts.directory?.get(email)?.userId ?? null;
  const special = isProtected({ userId, email, name: email }, facts.protected)
    ? '; the person is protected'
    : holding.kind === 'account' && holding.administrator
      ? '; it is an administrator’s'
      : '';
  const snooze = facts.snoozed.get(email);
  const reason = `${leaving.because}${special}${snooze === undefined ? '' : `; ${leftOutWords(snooze)}`}`;
  return {
    key: rowKey(holding),
    tone: snooze !== undefined ? 'note' : leaving.sure ? 'wrong' : 'warn',
    cells: {
      person: personOf(holding, facts),
      app: integration.name,
      product: productOf(holding, integration).name,
      team: holding.kind === 'seat' ? (holding.team?.name ?? null) : null,
      left: leaving.since,
      lastUse: holding.lastActivity.kind === 'at' ? holding.lastActivity.at : null,
      cost: cost.cell(),
      reason,
      id: holding.externalId,
    },
    target: targetOf(holding),
    tier: special !== '' || snooze !== undefined ? 'excluded' : leaving.sure ? 'certain' : 'ask-first',
    reason,
  };
}
