import { describe, expect, it } from 'vitest';
import type { ActionForm } from '../../../src/reply.ts';
import { elementsOf } from '../../../src/sandbox/slack/form.ts';
import { viewTooLarge } from '../../../src/sandbox/slack/validate/views.ts';
import type { Wire } from '../../../src/sandbox/wire.ts';
import { formView, loadingForm, readForm, readMetadata, sendingView } from '../../../src/slack/views/action-form.ts';
import type { ModalView } from '../../../src/slack/views/blocks.ts';
import type { ViewValues } from '../../../src/slack/views/form-inputs.ts';
import {
  anAccount,
  anInput,
  aPreset,
  aRow,
  dangersIn,
  HOSTILE,
  modalProblems,
  mrkdwnOf,
  NOW,
} from '../../support/slack-views.ts';
import { aSeat } from '../../support/world.ts';

const UPDATE = aPreset({
  id: 'update-user',
  title: 'Update user details',
  verb: 'update',
  effect: 'write',
  target: 'account',
  inputs: [
    anInput({ name: 'userId', hidden: true }),
    anInput({ name: 'firstName', changedOnly: true }),
    anInput({ name: 'email', title: 'E-mail', kind: 'email', changedOnly: true }),
    anInput({ name: 'enabled', title: 'Enabled', kind: 'boolean', required: false, changedOnly: true }),
    anInput({ name: 'seats', title: 'Seats', kind: 'number', required: false }),
    anInput({
      name: 'role',
      title: 'Role',
      kind: 'choice',
      required: false,
      choices: [
        { value: 'owner', title: 'Owner' },
        { value: 'viewer', title: 'Viewer' },
      ],
    }),
  ],
});

const ASSIGN = aPreset({
  id: 'assign-license',
  title: 'Assign license to user',
  verb: 'assign',
  effect: 'write',
  target: 'person',
  inputs: [
    anInput({ name: 'email', hidden: true }),
    anInput({ name: 'licenseId', title: 'License id', required: false }),
    anInput({ name: 'productCode', title: 'Product code', required: false }),
    anInput({ name: 'team', title: 'Team id', kind: 'number', required: false }),
  ],
});

function aForm(over: Partial<ActionForm> = {}): ActionForm {
  return {
    integrationId: 'aha',
    connectorName: 'Aha!',
    preset: UPDATE,
    target: { integrationId: 'aha', kind: 'account', id: '6012345' },
    affected: { userId: 'UCARA', email: 'cara@example.com', name: 'Cara Lind' },
    sentence: null,
    prefill: { userId: '6012345', firstName: 'Cara', email: 'cara@example.com', enabled: true, role: 'owner' },
    pool: null,
    holding: aRow(anAccount()),
    warnings: [],
    reasonRequired: false,
    approvalsNeeded: 1,
    policyWords: 'No policy applies, so one other person must agree.',
    peopleAsked: 0,
    reasonLike: null,
    until: null,
    asksAt: NOW,
    ...over,
  };
}

const assignForm = (over: Partial<ActionForm> = {}): ActionForm =>
  aForm({
    preset: ASSIGN,
    target: { integrationId: 'jetbrains', kind: 'person', id: 'cara@example.com' },
    prefill: {},
    holding: null,
    ...over,
  });

const pool = (products: number) =>
  Array.from({ length: products }, (_, index) =>
    aSeat({
      externalId: `F${index}`,
      status: 'free',
      holder: null,
      product: { code: `P${index}`, name: `Product ${String(index).padStart(3, '0')}` },
    }),
  );

/** What Slack would send if somebody pressed the button without touching anything, but for `typed`. */
function sent(view: ModalView, typed: Readonly<Record<string, Record<string, unknown>>> = {}): ViewValues {
  const values: Record<string, Record<string, object>> = {};
  for (const { blockId, actionId, element } of elementsOf(view.blocks as unknown as readonly Wire[])) {
    values[blockId] = {
      [actionId]: {
        value: element['initial_value'] ?? null,
        selected_option: element['initial_option'] ?? null,
        selected_options: element['initial_options'] ?? [],
        ...typed[blockId],
      },
    };
  }
  return values as ViewValues;
}

function read(form: ActionForm, typed: Readonly<Record<string, Record<string, unknown>>> = {}) {
  const view = formView(form, {});
  const meta = readMetadata(view.private_metadata ?? '');
  if (meta === null) throw new Error('the metadata cannot be read');
  return readForm(form.preset, meta, sent(view, typed));
}

describe('the form of an action', () => {
  it('shows the person, how things stand and every input that is not hidden', () => {
    const view = formView(aForm({ warnings: ['Cara is an administrator.'] }), {});
    expect(modalProblems(view)).toEqual([]);
    expect(view.callback_id).toBe('request:create');
    expect(elementsOf(view.blocks as unknown as readonly Wire[]).map((each) => each.blockId)).toEqual([
      'input:firstName',
      'input:email',
      'input:enabled',
      'input:seats',
      'input:role',
      'reason',
    ]);
    expect(mrkdwnOf(view.blocks)).toContain(':warning: Cara is an administrator.');
    expect(mrkdwnOf(view.blocks)).toContain('1 other person must approve');
  });

  it('keeps ids in its metadata and no fact', () => {
    const metadata = formView(aForm(), {}).private_metadata ?? '';
    expect(metadata).toContain('6012345');
    expect(metadata).not.toMatch(/cara|owner|true/i);
    expect(readMetadata(metadata)?.target).toEqual({ integrationId: 'aha', kind: 'account', id: '6012345' });
    for (const forged of ['', '{}', 'null', '[]', '{"p":[1,2,3,4]}', '{"p":["a","b","planet","c"]}'])
      expect(readMetadata(forged)).toBeNull();
  });

  it('sends what was changed and not what was only prefilled', () => {
    expect(read(aForm())).toEqual({ inputs: { role: 'owner' }, reason: '', errors: {} });
    const changed = read(aForm(), {
      'input:firstName': { value: ' Carla ' },
      'input:enabled': { selected_options: [] },
      'input:seats': { value: '3' },
      reason: { value: ' married ' },
    });
    expect(changed).toEqual({
      inputs: { firstName: 'Carla', enabled: false, seats: 3, role: 'owner' },
      reason: 'married',
      errors: {},
    });
  });

  it('names what is missing or wrong at its field', () => {
    expect(read(aForm(), { 'input:firstName': { value: '  ' }, 'input:seats': { value: 'many' } }).errors).toEqual({
      'input:firstName': 'First name is needed.',
      'input:seats': 'Seats must be a number, and “many” is not one.',
    });
    expect(read(aForm({ preset: aPreset(), reasonRequired: true }), { reason: { value: '   ' } }).errors).toEqual({
      reason: 'Say why: the approver and the person concerned will read it.',
    });
  });

  it('comes back as it was filled in, with the problems beside their fields', () => {
    const filled = { inputs: { firstName: 'X', email: 'nope' }, reason: 'because' };
    const problems = [
      { input: 'email', message: 'This is not an e-mail.' },
      { input: 'reason', message: 'Say more.' },
      { input: 'userId', message: 'Aha! does not know this user.' },
      { input: null, message: 'Nothing would change.' },
    ];
    const view = formView(aForm(), {}, filled, problems);
    expect(modalProblems(view)).toEqual([]);
    const ids = view.blocks.map((block) => block.block_id ?? (block.type === 'section' ? mrkdwnOf(block) : block.type));
    expect(ids.indexOf(':x: This is not an e-mail.')).toBe(ids.indexOf('input:email') + 1);
    expect(ids.indexOf(':x: Say more.')).toBe(ids.indexOf('reason') + 1);
    expect(ids[0]).toBe(':x: Aha! does not know this user.\n:x: Nothing would change.');
    expect(JSON.stringify(view.blocks)).toContain('"initial_value":"because"');
  });

  it('keeps what was already said for inputs that are not shown', () => {
    const view = formView(aForm(), { userId: '6012345', firstName: 'shown anyway' });
    expect(readMetadata(view.private_metadata ?? '')?.given).toEqual({ userId: '6012345' });
  });

  it('is valid with hostile words everywhere', () => {
    const preset = aPreset({
      title: HOSTILE.repeat(9),
      description: HOSTILE,
      inputs: (['text', 'email', 'number', 'boolean', 'choice'] as const).map((kind, index) =>
        anInput({
          name: `in${index}`,
          title: HOSTILE.repeat(40),
          help: HOSTILE.repeat(40),
          kind,
          choices: [{ value: 'a', title: HOSTILE.repeat(9) }],
        }),
      ),
    });
    const prefill = { in0: HOSTILE.repeat(200), in1: HOSTILE, in2: 'NaN', in3: true, in4: 'gone' };
    const view = formView(aForm({ preset, prefill, sentence: HOSTILE.repeat(50), warnings: [HOSTILE] }), {}, null, [
      { input: null, message: HOSTILE },
    ]);
    expect(modalProblems(view)).toEqual([]);
    expect(dangersIn(mrkdwnOf(view.blocks))).toEqual([]);
    expect(modalProblems(loadingForm())).toEqual([]);
    expect(modalProblems(sendingView())).toEqual([]);
  });

  it('offers a text field where a menu could not hold the choices', () => {
    const choices = Array.from({ length: 150 }, (_, index) => ({ value: `v${index}`, title: `V ${index}` }));
    const view = formView(aForm({ preset: aPreset({ inputs: [anInput({ name: 'plan', kind: 'choice', choices })] }) }), {});
    expect(modalProblems(view)).toEqual([]);
    expect(JSON.stringify(view.blocks)).not.toContain('static_select');
  });
});

describe('the form that gives a seat', () => {
  it('offers each product and team once, with how many are free, instead of asking for codes', () => {
    const seats = [
      ...pool(2),
      aSeat({ externalId: 'F9', status: 'free', holder: null, product: { code: 'P0', name: 'Product 000' } }),
    ];
    const view = formView(assignForm({ pool: seats }), {});
    expect(modalProblems(view)).toEqual([]);
    const ids = elementsOf(view.blocks as unknown as readonly Wire[]).map((each) => each.blockId);
    expect(ids).toEqual(['pool', 'input:licenseId', 'reason']);
    expect(JSON.stringify(view.blocks)).toContain('Product 000 - Platform (2 free)');
  });

  it('turns the choice into product and team, and lets one exact licence win', () => {
    const form = assignForm({ pool: pool(2) });
    const chosen = { selected_option: { value: '["P1","1"]' } };
    expect(read(form, { pool: chosen }).inputs).toEqual({ productCode: 'P1', team: 1 });
    expect(read(form, { pool: chosen, 'input:licenseId': { value: 'ABC123' } }).inputs).toEqual({ licenseId: 'ABC123' });
    expect(read(form).errors).toEqual({ pool: 'Choose what to give, or name one exact licence below.' });
    expect(read(form, { pool: { selected_option: { value: 'forged' } } }).errors).toHaveProperty('pool');
  });

  it('has chosen already what was named in the command', () => {
    const view = formView(assignForm({ pool: pool(3), prefill: { productCode: 'P2', team: '1' } }), {});
    expect(JSON.stringify(view.blocks)).toMatch(/"initial_option":\{[^}]*\{[^}]*Product 002/);
  });

  it.each([
    [100, 100],
    [101, 101],
    [1_250, 1_000],
  ])('holds %i kinds of seats, or says how many are left out', (products, shown) => {
    const view = formView(assignForm({ pool: pool(products) }), {});
    expect(modalProblems(view)).toEqual([]);
    expect(viewTooLarge(view)).toBe(false);
    expect(JSON.stringify(view.blocks).match(/\(1 free\)/g)).toHaveLength(shown);
    expect(mrkdwnOf(view.blocks).includes('more kinds of free seats not shown')).toBe(products > shown);
  });

  it('says so when nothing is free, and cannot be sent then', () => {
    const view = formView(assignForm({ pool: [] }), {});
    expect(modalProblems(view)).toEqual([]);
    expect(view.submit).toBeUndefined();
    expect(mrkdwnOf(view.blocks)).toContain('No seat is free');
  });
});
