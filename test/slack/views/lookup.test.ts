import { describe, expect, it } from 'vitest';
import { elementsOf } from '../../../src/sandbox/slack/form.ts';
import type { Wire } from '../../../src/sandbox/wire.ts';
import { readPage } from '../../../src/slack/ids.ts';
import { lookupSurface, lookupView } from '../../../src/slack/views/lookup.ts';
import {
  aLookup,
  anAccount,
  aPreset,
  aRow,
  aSection,
  dangersIn,
  HOSTILE,
  messageProblems,
  mrkdwnOf,
  NOW,
  REVOKE,
} from '../../support/slack-views.ts';
import { aSeat } from '../../support/world.ts';

const text = (view: { readonly blocks: readonly unknown[] }): string => mrkdwnOf(view.blocks);
const buttons = (view: { readonly blocks: readonly unknown[] }) => elementsOf(view.blocks as readonly Wire[]);

describe('a look-up', () => {
  it.each([
    [
      'used a while ago',
      { lastActivity: { kind: 'at', at: '2026-08-21T09:00:00.000Z' } },
      'Last used 94 days ago',
      'Idle for 94 days',
    ],
    ['never used', { lastActivity: { kind: 'never' } }, 'Never used', 'Never used in the 317 days since it was given'],
    ['activity not told', { lastActivity: { kind: 'unknown' } }, 'Activity unknown', 'does not count as idle'],
    ['offline code', { offlineCode: true }, 'the last use may be newer', 'Offline code issued'],
    [
      'offline code, never seen online',
      { offlineCode: true, lastActivity: { kind: 'never' } },
      'it may be in use',
      'Offline code issued',
    ],
    ['expired', { status: 'expired', validUntil: '2026-11-11T00:00:00.000Z' }, 'Last used', 'Expired on'],
    ['expiring', { validUntil: '2026-12-05T09:00:00.000Z', autoRenews: false }, '(in 12 days)', 'Expires in 12 days'],
    ['suspended', { status: 'suspended' }, 'Last used', 'Suspended at the vendor'],
    [
      'held by a server',
      { holder: { kind: 'server', label: 'build farm' } },
      'Last used',
      'Not held by a person but by build farm',
    ],
  ] as const)('tells a seat %s from the others', (_what, over, line, problem) => {
    const shown = text(lookupView(aLookup([aSection([aRow(aSeat(over))])])));
    expect(shown).toContain(line);
    expect(shown).toContain(problem);
  });

  it('shows product, licence id and team, and the roles of an account with what they apply to', () => {
    const view = lookupView(aLookup([aSection([aRow()]), aSection([aRow(anAccount())], { name: 'Aha!' })]));
    expect(messageProblems(view)).toEqual([]);
    expect(text(view)).toContain('*WebStorm*  `SEAT000001`  ·  team Platform');
    expect(text(view)).toContain('• *Product owner*: Mobile, Web');
    expect(text(view)).toContain('1 licence and 1 account');
    expect(view.text).toContain('Cara Lind holds 1 licence and 1 account. JetBrains: WebStorm; Aha!: Cara Lind');
  });

  it('offers what fits, names the target by ids alone, and says why the rest does not', () => {
    const update = aPreset({ id: 'update-user', title: 'Update user', verb: 'update', effect: 'write' });
    const view = lookupView(
      aLookup([
        aSection([
          aRow(aSeat(), [REVOKE, { preset: update, available: false, because: 'JetBrains refuses a revoke until 9 Dec' }]),
        ]),
      ]),
    );
    expect(buttons(view).map((each) => [each.actionId, each.element['value'], each.element['style']])).toEqual([
      ['seat:revoke', '["revoke-license","vendor","seat","SEAT000001"]', 'danger'],
    ]);
    expect(text(view)).toContain(':lock: No “Update user”: JetBrains refuses a revoke until 9 Dec');
  });

  it('gives two actions of one kind ids of their own', () => {
    const run = (id: string) => ({
      preset: aPreset({ id, title: `Run ${id}`, verb: 'run', effect: 'write' }),
      available: true as const,
    });
    const view = lookupView(aLookup([aSection([aRow(aSeat(), [run('a'), run('b')])])]));
    expect(messageProblems(view)).toEqual([]);
    expect(buttons(view).map((each) => each.actionId)).toEqual(['holding:run', 'holding:run:2']);
  });

  it('says what one vendor answered instead, and that this is not everything', () => {
    const view = lookupView(
      aLookup([
        aSection([aRow()]),
        { integrationId: 'aha', name: 'Aha!', ok: false, message: 'Aha! refuses the key.', hint: 'Make a new one.' },
      ]),
    );
    expect(text(view)).toContain('Aha! could not be read, so this is not everything.');
    expect(text(view)).toContain(':warning: Aha! refuses the key.\nMake a new one.');
    expect(view.text).toContain('Aha! refuses the key.');
  });

  it('says how many records could not be read', () => {
    const rejected = Array.from({ length: 8 }, (_, index) => `record ${index} has no id`);
    const shown = text(lookupView(aLookup([aSection([aRow()], { rejected })])));
    expect(shown).toContain('8 records could not be read');
    expect(shown).toContain('and 3 more (see the log)');
  });

  it('shows 200 licences on pages and loses none', () => {
    const rows = Array.from({ length: 200 }, (_, index) =>
      aRow(aSeat({ externalId: `SEAT${index}` }), [REVOKE, { preset: aPreset({ id: 'x', verb: 'run' }), available: true }]),
    );
    const lookup = aLookup([aSection(rows)]);
    const seen = new Set<string>();
    for (let page = 1; page <= 20; page += 1) {
      const view = lookupView(lookup, page);
      expect(messageProblems(view)).toEqual([]);
      for (const found of text(view).matchAll(/`(SEAT\d+)`/g)) seen.add(found[1] ?? '');
    }
    expect(seen.size).toBe(200);
    const first = lookupView(lookup);
    expect(text(first)).toContain('Showing 1-10 of 200');
    const next = buttons(first).find((each) => each.actionId === 'lookup:page');
    expect(readPage(String(next?.element['value']))).toEqual({ email: 'cara@example.com', page: 2 });
    expect(lookupView(lookup, 999).blocks).toEqual(lookupView(lookup, 20).blocks);
    expect(lookupView(lookup, Number.NaN).blocks).toEqual(first.blocks);
  });

  it('says on Home and in windows what is left out', () => {
    const rows = Array.from({ length: 40 }, (_, index) => aRow(aSeat({ externalId: `SEAT${index}` })));
    expect(mrkdwnOf(lookupSurface(aLookup([aSection(rows)]), 15))).toContain(
      '25 more licences not shown here: `/licenses cara@example.com` lists all.',
    );
  });

  it('shows an account with 300 roles within the limits, and how many are left out', () => {
    const roles = Array.from({ length: 300 }, (_, index) => ({
      name: `Role ${index}`,
      scopes: Array.from({ length: 60 }, (_each, scope) => `A product with a rather long name ${scope}`),
    }));
    const view = lookupView(aLookup([aSection([aRow(anAccount({ roles }))], { name: 'Aha!' })]));
    expect(messageProblems(view)).toEqual([]);
    expect(text(view)).toContain('and 285 more roles');
    expect(text(view)).toContain('and 40 more');
  });

  it('stays within the limits with many integrations, and says what did not fit', () => {
    const sections = Array.from({ length: 40 }, (_, index) =>
      aSection([aRow(aSeat({ externalId: `S${index}` }))], { name: `App ${index}`, rejected: ['broken'] }),
    );
    const view = lookupView(aLookup(sections));
    expect(messageProblems(view)).toEqual([]);
    expect(text(view)).toContain('did not fit and is left out');
  });

  it('does nothing with hostile names but show them', () => {
    const seat = aSeat({
      externalId: HOSTILE,
      product: { code: HOSTILE, name: HOSTILE.repeat(30) },
      team: { id: '1', name: HOSTILE },
    });
    const account = anAccount({ name: HOSTILE, roles: [{ name: HOSTILE, scopes: [HOSTILE, 'a'.repeat(3_000)] }] });
    const view = lookupView(
      aLookup(
        [
          aSection(
            [aRow(seat, [REVOKE]), aRow(account, [{ preset: aPreset({ title: HOSTILE }), available: false, because: HOSTILE }])],
            { name: HOSTILE, rejected: [HOSTILE] },
          ),
        ],
        {
          person: { userId: 'U1', email: HOSTILE, name: HOSTILE.repeat(40) },
        },
      ),
    );
    expect(messageProblems(view)).toEqual([]);
    expect(dangersIn(text(view))).toEqual([]);
    expect(dangersIn(view.text)).toEqual([]);
  });

  it('says so when somebody holds nothing, and when nothing could be read', () => {
    expect(text(lookupView(aLookup([aSection([]), aSection([], { name: 'Aha!' })])))).toContain(
      'Cara Lind holds nothing in JetBrains or Aha!.',
    );
    const silent = lookupView(aLookup([{ integrationId: 'a', name: 'Aha!', ok: false, message: 'No answer.', hint: null }]));
    expect(messageProblems(silent)).toEqual([]);
    expect(text(silent)).toContain('Nothing could be read.');
    expect(messageProblems(lookupView(aLookup([], { askedAt: NOW })))).toEqual([]);
  });

  it('names the apps in which somebody holds nothing, beside those in which they hold something', () => {
    const view = lookupView(aLookup([aSection([aRow()]), aSection([], { name: 'Aha!' }), aSection([], { name: 'Miro' })]));
    expect(messageProblems(view)).toEqual([]);
    expect(text(view)).toContain('Nothing in Aha! or Miro.');
  });

  it('counts the days to an end the same way everywhere', () => {
    const seat = aSeat({ validUntil: '2026-12-01T21:00:00.000Z', autoRenews: false });
    const shown = text(lookupView(aLookup([aSection([aRow(seat)])])));
    expect(shown).toContain('(in 8 days)');
    expect(shown).toContain('Expires in 8 days');
    const today = text(lookupView(aLookup([aSection([aRow({ ...seat, validUntil: '2026-11-23T00:00:00.000Z' })])])));
    expect(today).toContain('(today)');
    expect(today).toContain('Expires today');
  });
});
