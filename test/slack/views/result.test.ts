import { expect, it } from 'vitest';
import { elementsOf } from '../../../src/sandbox/slack/form.ts';
import type { Wire } from '../../../src/sandbox/wire.ts';
import { inPlaceView } from '../../../src/slack/views/result.ts';
import { HOSTILE, modalProblems } from '../../support/slack-views.ts';
import { aStoredRequest } from '../../support/store-builders.ts';
import { aSeat } from '../../support/world.ts';

const request = aStoredRequest('R1', { affected: { userId: null, email: 'cara@example.com', name: 'Cara' } });
const place = { product: { code: 'WS', name: 'WebStorm' }, integrationId: 'jetbrains' };

const pressable = (view: ReturnType<typeof inPlaceView>) =>
  elementsOf(view.blocks as unknown as readonly Wire[]).map(({ actionId, element }) => [actionId, element['value']]);

it('a seat that is gone is followed by the next free one, one press away', () => {
  const view = inPlaceView('It was given to Bob.', { ...place, free: aSeat({ status: 'free', holder: null }) }, request);
  expect(pressable(view)).toEqual([['choose:pick', 'assign cara@example.com WebStorm']]);
});

it('a seat that is gone is followed by a place in the queue where no other is free', () => {
  const view = inPlaceView('It was given to Bob.', { ...place, free: null }, request);
  expect(pressable(view)).toEqual([['choose:pick', 'request WebStorm']]);
  expect(modalProblems(inPlaceView(HOSTILE, { ...place, product: { code: 'X', name: HOSTILE }, free: null }, request))).toEqual(
    [],
  );
});
