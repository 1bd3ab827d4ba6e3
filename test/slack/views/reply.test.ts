import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/reply.ts';
import type { Report } from '../../../src/reports/report.ts';
import { elementsOf } from '../../../src/sandbox/slack/form.ts';
import type { Wire } from '../../../src/sandbox/wire.ts';
import { homeView } from '../../../src/slack/views/home.ts';
import { lookupForm, readLookup } from '../../../src/slack/views/lookup-form.ts';
import { replyView } from '../../../src/slack/views/reply.ts';
import { askedView, doneView, failedView } from '../../../src/slack/views/result.ts';
import {
  aLookup,
  anAccount,
  aPreset,
  aRow,
  aSection,
  dangersIn,
  HOSTILE,
  homeProblems,
  messageProblems,
  modalProblems,
  mrkdwnOf,
  NOW,
  REVOKE,
} from '../../support/slack-views.ts';
import { aStoredRequest } from '../../support/store-builders.ts';
import { aSeat } from '../../support/world.ts';

type Shown = Exclude<Reply, { kind: 'form' }>;

const many = <Item>(item: (index: number) => Item, length = 300): Item[] => Array.from({ length }, (_, index) => item(index));
const group = (index: number) => ({
  integrationId: 'jetbrains',
  connectorName: HOSTILE,
  product: { code: `P${index}`, name: HOSTILE },
  team: { id: '1', name: HOSTILE },
  free: 2,
});

const aReport = (rows: number): Report => ({
  id: 'inactive-users',
  title: HOSTILE,
  asOf: NOW,
  headline: [HOSTILE, HOSTILE],
  counts: [{ key: 'certain', label: 'Certain', value: 1234 }],
  money: [{ key: 'all', label: HOSTILE, perYear: [{ amount: 599.5, currency: 'EUR' }], seats: 2, unpriced: 1 }],
  columns: [
    { key: 'person', label: 'Person', kind: 'person', align: 'left', say: 'title' },
    { key: 'product', label: HOSTILE, kind: 'text', align: 'left', say: 'name' },
    { key: 'on', label: 'On', kind: 'date', align: 'left', say: 'figure' },
    { key: 'cost', label: 'A year', kind: 'money', align: 'right', say: 'figure' },
  ],
  rows: many(
    (index): Report['rows'][number] => ({
      key: `row-${index}`,
      tone: 'wrong',
      cells: {
        person: { name: HOSTILE, email: null },
        product: HOSTILE.repeat(9),
        on: NOW,
        cost: [{ amount: 1, currency: 'EUR' }],
      },
      target: null,
      tier: 'certain',
      reason: HOSTILE,
    }),
    rows,
  ),
  charts: [],
  sources: [],
  notes: many(() => HOSTILE, 12),
});

const REPLIES: Readonly<Record<string, Shown>> = {
  'an empty report': { kind: 'report', report: aReport(0), request: {} },
  'a long report': { kind: 'report', report: aReport(300), request: { days: 90, integrationId: 'jetbrains' } },
  'a sentence': { kind: 'message', text: `Nobody is called “${HOSTILE}”.`, hint: 'Try an e-mail.' },
  'a long sentence': { kind: 'message', text: HOSTILE.repeat(500) },
  'an empty sentence': { kind: 'message', text: 'x', hint: '' },
  'a look-up': { kind: 'lookup', result: aLookup([aSection([aRow(aSeat(), [REVOKE]), aRow(anAccount())])]) },
  'few choices': {
    kind: 'choose',
    text: 'Whom do you mean?',
    command: 'revoke {}',
    options: many((index) => ({ title: HOSTILE, detail: HOSTILE, value: `p${index}@example.com` }), 3),
  },
  'many choices': {
    kind: 'choose',
    text: 'Whom do you mean?',
    command: '{}',
    options: many((index) => ({ title: `P ${index}`, detail: HOSTILE, value: `p${index}@example.com` })),
  },
  'choices too long for a menu': {
    kind: 'choose',
    text: 'Which?',
    command: '{}',
    options: many((index) => ({ title: 'P', detail: '', value: `${'v'.repeat(90)}${index}` }), 20),
  },
  requests: {
    kind: 'requests',
    waiting: many((index) => aStoredRequest(`R${index}`, { sentence: HOSTILE })),
    mine: [],
    now: NOW,
  },
  'free seats': { kind: 'free-seats', groups: many(group), problems: [HOSTILE] },
  'no free seats': { kind: 'free-seats', groups: [], problems: [] },
  presets: {
    kind: 'presets',
    integrations: many(
      (index) => ({ id: `i${index}`, name: HOSTILE.repeat(9), presets: [aPreset({ description: HOSTILE })] }),
      60,
    ),
  },
  'no presets': { kind: 'presets', integrations: [] },
  setup: {
    kind: 'setup',
    report: {
      integrations: [
        { id: 'jetbrains', name: 'JetBrains', ok: true, message: 'The key belongs to ACME.', hint: null },
        { id: 'aha', name: 'Aha!', ok: false, message: `Aha! refuses the key ${HOSTILE}.`, hint: 'Make a new one.' },
      ],
      slack: [{ ok: false, message: 'The bot is not in #licences.', hint: 'Invite it.' }],
    },
  },
  'an empty setup': { kind: 'setup', report: { integrations: [], slack: [] } },
  help: {
    kind: 'help',
    intro: 'Licences.',
    entries: many(
      () => ({ usage: 'revoke <person|licence id>', summary: HOSTILE, examples: ['revoke cara@example.com', ''] }),
      80,
    ),
  },
};

describe.each(Object.entries(REPLIES))('%s', (_name, reply) => {
  it('is a message that Slack takes and that notifies nobody', () => {
    const view = replyView(reply);
    expect(messageProblems(view)).toEqual([]);
    expect(dangersIn(`${mrkdwnOf(view.blocks)}\n${view.text}`)).toEqual([]);
  });
});

describe('choices', () => {
  it('carry the command that asks again, and say how many are not shown', () => {
    const few = replyView(REPLIES['few choices'] as Shown);
    expect(elementsOf(few.blocks as unknown as readonly Wire[]).map((each) => [each.actionId, each.element['value']])[0]).toEqual(
      ['choose:pick', 'revoke p0@example.com'],
    );
    expect(mrkdwnOf(replyView(REPLIES['many choices'] as Shown).blocks)).toContain('200 more choices not shown');
    expect(mrkdwnOf(replyView(REPLIES['choices too long for a menu'] as Shown).blocks)).toContain('20 more choices not shown');
  });
});

describe('the setup', () => {
  it('says of each part in words whether it works', () => {
    const shown = mrkdwnOf(replyView(REPLIES['setup'] as Shown).blocks);
    expect(shown).toContain('2 things need attention.');
    expect(shown).toContain(':white_check_mark: Works  ·  *JetBrains*: The key belongs to ACME.');
    expect(shown).toContain(':x: Does not work  ·  *Aha!*');
    expect(shown).toContain('Make a new one.');
  });
});

describe('Home', () => {
  it('shows one’s own seats and the open requests within the limits', () => {
    const rows = many((index) =>
      aRow(aSeat({ externalId: `S${index}` }), [REVOKE, { preset: aPreset({ verb: 'run' }), available: true }]),
    );
    const waiting = many((index) => aStoredRequest(`R${index}`));
    const view = homeView({ lookup: aLookup([aSection(rows)], { own: true }), waiting, mine: waiting, now: NOW });
    expect(homeProblems(view)).toEqual([]);
    expect(mrkdwnOf(view.blocks)).toContain('285 more licences not shown here');
  });

  it('says why it cannot show them', () => {
    const view = homeView({
      lookup: { problem: 'Slack could not be reached.', hint: 'Try again.' },
      waiting: [],
      mine: [],
      now: NOW,
    });
    expect(homeProblems(view)).toEqual([]);
    expect(mrkdwnOf(view.blocks)).toContain(':warning: Slack could not be reached.');
  });
});

describe('small windows', () => {
  it('are valid, and the look-up reads either field', () => {
    const request = aStoredRequest('R1', { sentence: HOSTILE.repeat(40) });
    const own = { ...request, policy: { ...request.policy, approvals: 0 } };
    for (const view of [
      askedView(request, 'C01'),
      askedView(request, null),
      askedView(own, null),
      doneView('Denied', HOSTILE),
      failedView(HOSTILE, HOSTILE),
      lookupForm(),
    ])
      expect(modalProblems(view)).toEqual([]);
    expect(readLookup({ who: { who: { value: ' cara ' } } })).toEqual({ text: 'cara' });
    expect(readLookup({ member: { member: { selected_user: 'U1' } } })).toEqual({ text: '<@U1>' });
    expect(readLookup({})).toHaveProperty('errors');
  });
});
