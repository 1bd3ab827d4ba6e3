import { describe, expect, it } from 'vitest';
import { celExpressions } from '../../src/adapters/cel-expressions.ts';
import { previewFilter } from '../../src/services/preview-filter.ts';
import { proposeMapping } from '../../src/services/propose-mapping.ts';
import { sessionCsv } from '../../src/services/session-csv.ts';
import { replyView } from '../../src/slack/views/reply.ts';
import { sessionCard } from '../../src/slack/views/session-card.ts';
import { mrkdwnOf } from '../support/slack-views.ts';
import { anAccount, recordOf } from '../support/sync-builders.ts';
import { staff, syncWorld } from '../support/sync-world.ts';

const raw = (count: number) =>
  staff(count).map((record, at) => ({ ...record, raw: { email: `p${at}@example.com`, team: at % 2 === 0 ? 'Web' : 'Sandbox' } }));

describe('the preview of a filter', () => {
  it('says how many pass and fail, with samples of both sides', async () => {
    const { world, gives } = syncWorld();
    Object.assign(world, { expressions: celExpressions });
    gives(raw(11));
    const preview = await previewFilter(world, world.as('Ada'), 'vendor', "record.team != 'Sandbox'");
    expect(preview).toMatchObject({ records: 11, passing: 6, failing: 0, more: false, problem: null });
    expect(preview.inside[0]).toContain('"team":"Web"');
    expect(preview.outside[0]).toContain('"team":"Sandbox"');
    expect(await previewFilter(world, world.as('Ada'), 'vendor', 'record.team > 3')).toMatchObject({ passing: 0, failing: 11 });
  });

  it('says when there are more records than it looked at, and when the listing broke off', async () => {
    const { world, gives } = syncWorld();
    Object.assign(world, { expressions: celExpressions });
    gives({ pages: [raw(4)], reasons: [{ code: 'limit' }] });
    const first = await previewFilter(world, world.as('Ada'), 'vendor', "record.team == 'Web'");
    expect(mrkdwnOf(replyView({ kind: 'filter', preview: first }).blocks)).toMatch(
      /2 of the first 4 records of Vendor pass.*There are more/s,
    );
    gives({ pages: [raw(4)], reasons: [{ code: 'vendor', message: 'Vendor says no.' }] });
    const broken = await previewFilter(world, world.as('Ada'), 'vendor', "record.team == 'Web'");
    expect(mrkdwnOf(replyView({ kind: 'filter', preview: broken }).blocks)).toContain('These are not all: Vendor says no.');
  });
});

describe('smart mapping', () => {
  it('proposes pairs with confidence and samples, says what is still missing, and maps nothing', async () => {
    const { world, gives, people } = syncWorld({ mapping: {}, role: null });
    gives(raw(6));
    const report = await proposeMapping(world, world.as('Ada'), 'vendor');
    const text = mrkdwnOf(replyView({ kind: 'mapping', report }).blocks);
    expect(text).toMatch(
      /mapping\.email.*record\.email.*100 %: the name fits, and 6 of 6 values do\. For example “p0@example\.com”/,
    );
    expect(text).toContain('Nothing is mapped by itself');
    expect(text).toMatch(/Still missing.*role/s);
    expect(await people()).toEqual({});
  });
});

describe('a test run', () => {
  it('shows created, updated field by field, missing, skipped and failed in one card and one file, and writes nothing', async () => {
    const { world, gives, run, people } = syncWorld({ mode: 'create-and-update' });
    gives(staff(10));
    await run();
    const renamed = recordOf(anAccount('p0@example.com', { name: 'Petra' }));
    const bad = {
      ...recordOf(anAccount('p1@example.com')),
      faults: [{ id: 'A1', as: 'account' as const, field: 'name', sample: '{}', reason: 'Should be text.' }],
    };
    gives([renamed, bad, ...staff(7, 2), recordOf(anAccount('new@example.com'))]);
    const session = await run({ test: true });
    expect(session).toMatchObject({
      people: { created: 1 },
      holdings: { created: 1, updated: 1 },
      departuresTotal: 2,
      failed: 1,
    });
    const card = mrkdwnOf(sessionCard(session, null).blocks);
    expect(card).toMatch(
      /Missing or inactive.*p9@example\.com: not in the listing.*Would change.*name p0@example\.com → Petra.*new@example\.com.*Errors.*Should be text/s,
    );
    const { text } = await sessionCsv(world, world.as('Ada'), session.id, 'changes');
    for (const row of [
      /^account,A-p0@example\.com,.*,updated,,name: p0@example\.com -> Petra,/m,
      /^person,new@example\.com,.*,created,/m,
      /^account,A-p9@example\.com,.*,missing or inactive,missing,/m,
      /^person,p9@example\.com,.*,missing or inactive,missing,/m,
    ])
      expect(text).toMatch(row);
    expect(Object.keys(await people())).toHaveLength(10);
    expect(world.inventories.writes).toHaveLength(1);
  });

  it('counts what the mode leaves out', async () => {
    const { plan, gives, run } = syncWorld();
    gives(staff(3));
    await run();
    plan({ mode: 'update-only' });
    gives(staff(5));
    expect(await run({ test: true })).toMatchObject({ people: { created: 0, unchanged: 3 }, skipped: 4 });
  });
});
