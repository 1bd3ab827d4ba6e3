import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { Caller } from '../../src/command.ts';
import { ForbiddenError } from '../../src/domain/errors.ts';
import { askRenewals } from '../../src/services/ask-renewals.ts';
import { breakGlass } from '../../src/services/break-glass.ts';
import { decideRenewal } from '../../src/services/decide-renewal.ts';
import { decideRequest } from '../../src/services/decide-request.ts';
import { delegate } from '../../src/services/delegate.ts';
import { freezeAll, unfreeze } from '../../src/services/freeze.ts';
import { readDetails } from '../../src/services/read-details.ts';
import { renewTerm } from '../../src/services/renew-term.ts';
import { requestAction } from '../../src/services/request-action.ts';
import { requestBulk } from '../../src/services/request-bulk.ts';
import { runCommand } from '../../src/services/run-command.ts';
import { releaseSeat } from '../../src/services/seat-offers.ts';
import { stopBulk } from '../../src/services/stop-bulk.ts';
import { undoRequest } from '../../src/services/undo-request.ts';
import { withdrawRequest } from '../../src/services/withdraw-request.ts';
import { approveAs, askRevoke, SEAT } from '../support/asking.ts';

import { ASK, companyOfRoles, LOOK, PRESENT, ROLES, type Role } from '../support/roles.ts';
import { someSettings } from '../support/settings.ts';
import { aStoredRequest } from '../support/store-builders.ts';
import { aPlan } from '../support/sync-builders.ts';
import { seatsSynced } from '../support/synced-seats.ts';

import { aSeat, type TestWorld } from '../support/world.ts';

interface Try {
  /** Who is not refused. An admin may also look up and ask. */
  readonly may: readonly Role[];
  run(world: TestWorld, caller: Caller): Promise<unknown>;
}

const typed = (text: string, may: readonly Role[]): Try => ({
  may,
  run: (world, caller) => runCommand(world, commands, caller, text),
});

/** What each subcommand wants. Commands that lead to a form or to other people's seats are checked again by their service. */
const COMMANDS: Readonly<Record<string, Try>> = {
  lookup: typed('cara@example.com', LOOK),
  mine: typed('', [...ROLES]),
  available: typed('available', LOOK),
  request: typed('request Nothing', PRESENT),
  assign: typed('assign cara@example.com', ASK),
  revoke: typed('revoke cara@example.com', LOOK),
  deactivate: typed('deactivate cara@example.com', LOOK),
  update: typed('update cara@example.com', LOOK),
  requests: typed('requests', [...ROLES]),
  renew: typed('renew R1', [...ROLES]),
  delegate: typed('delegate', [...ROLES]),
  policy: typed('policy vendor/revoke cara@example.com', LOOK),
  audit: typed('audit cara@example.com', ['auditor']),
  breakglass: typed('breakglass R1 x', [...ROLES]),
  freeze: typed('freeze', ['approver', 'admin']),
  unfreeze: typed('unfreeze', ['approver', 'admin']),
  presets: typed('presets', LOOK),
  find: typed('find cara', LOOK),
  history: typed('history cara@example.com', LOOK),
  sync: typed('sync vendor', ['admin']),
  sessions: typed('sessions', ['admin']),
  expired: typed('expired', LOOK),
  inactive: typed('inactive', LOOK),
  renewals: typed('renewals', LOOK),
  leavers: typed('leavers', LOOK),
  seats: typed('seats', LOOK),
  savings: typed('savings', LOOK),
  report: typed('report seats', LOOK),
  setup: typed('setup', ['admin']),
  help: typed('help', [...ROLES]),
};

const pending = async (world: TestWorld): Promise<string> => askRevoke(world);

async function decidePack(world: TestWorld, caller: Caller): Promise<unknown> {
  await seatsSynced(world, [aSeat({ validUntil: '2026-12-01T09:00:00.000Z' })]);
  const settings = someSettings({ ...world.settings(), syncs: [aPlan()] });
  Object.assign(world, { settings: () => settings });
  await askRenewals(world, 'C1');
  const [renewal] = await world.store.list('renewals');
  return decideRenewal(world, caller, { id: renewal?.id ?? '', kind: 'all', seats: null, reason: 'x', seen: 0 });
}

/** Buttons and what the terminal does, on a request of Ada's about Cara's seat. */
const SERVICES: Readonly<Record<string, Try>> = {
  'ask for a seat to be taken away': {
    may: ASK,
    run: (world, caller) => requestAction(world, caller, { presetId: 'revoke', target: SEAT, inputs: {}, reason: 'x' }),
  },
  'ask for many': {
    may: ASK,
    run: (world, caller) =>
      requestBulk(world, caller, { presetId: 'revoke', integrationId: 'vendor', targets: [SEAT], reason: 'x' }),
  },
  approve: {
    may: ['approver'],
    run: async (world, caller) => decideRequest(world, caller, await pending(world), 'approve', null),
  },
  deny: { may: ['approver'], run: async (world, caller) => decideRequest(world, caller, await pending(world), 'deny', 'no') },
  'withdraw what somebody else asked': {
    may: [],
    run: async (world, caller) => withdrawRequest(world, caller, await pending(world)),
  },
  'decide about a renewal': { may: ['approver', 'admin'], run: decidePack },
  'break the glass': { may: ['admin'], run: async (world, caller) => breakGlass(world, caller, await pending(world), 'x') },
  'look at a request': {
    may: [...LOOK, 'approver', 'auditor'],
    run: async (world, caller) => readDetails(world, caller, await pending(world)),
  },
  undo: {
    may: ASK,
    run: async (world, caller) => {
      const id = await pending(world);
      await approveAs(world, 'Dan', id);
      return undoRequest(world, caller, id, 'x');
    },
  },
  'stop what runs': {
    may: ['approver', 'admin'],
    run: async (world, caller) => {
      const targets = ['SEAT000002', 'SEAT000003'].map((id) => ({ ...SEAT, id }));
      const asked = await requestBulk(world, world.as('Ada'), {
        presetId: 'revoke',
        integrationId: 'vendor',
        targets,
        reason: 'x',
      });
      if (!asked.ok) throw new Error('not asked');
      let stopped: Promise<unknown> | null = null;
      world.vendor.during = async () => {
        stopped ??= stopBulk(world, caller, asked.request.id);
        await stopped.catch(() => undefined);
      };
      await approveAs(world, 'Dan', asked.request.id);
      return stopped;
    },
  },
  freeze: { may: ['approver', 'admin'], run: (world, caller) => freezeAll(world, caller, null) },
  'lift a freeze': {
    may: ['approver', 'admin'],
    run: async (world, caller) => {
      await freezeAll(world, world.as('Dan'), null);
      return unfreeze(world, caller);
    },
  },
  'have somebody stand in for another': {
    may: ['admin'],
    run: (world, caller) => {
      const until = new Date(world.clock.now().getTime() + 3_600_000).toISOString();
      return delegate(world, caller, { from: world.as('Dan').person, to: world.as('Bob').person, until });
    },
  },
  'release a seat somebody else was asked about': {
    may: [],
    run: async (world, caller) => {
      const at = world.clock.now().toISOString();
      const offer = {
        id: 'O1',
        version: 1,
        state: 'open',
        waitingId: 'W1',
        integrationId: 'vendor',
        seatId: SEAT.id,
        product: { code: 'WS', name: 'WebStorm' },
        holder: world.as('Cara').person,
        because: 'idle',
        offeredAt: at,
        endsAt: '2030-01-01T00:00:00.000Z',
      } as const;
      await world.store.commit({ put: [{ collection: 'offers', doc: offer, expected: null }] });
      return releaseSeat(world, caller, 'O1');
    },
  },
  'give more time': {
    may: ['approver'],
    run: async (world, caller) => {
      const plan = { presetId: 'revoke', target: SEAT, inputs: {}, sentence: 'back' };
      const term = {
        id: 'R9',
        version: 1,
        state: 'running',
        integrationId: 'vendor',
        plan,
        sentence: 's',
        person: world.as('Cara').person,
        requester: world.as('Ada').person,
        until: '2026-12-01T00:00:00.000Z',
        reminded: [],
        endedBy: null,
      } as const;
      const gift = aStoredRequest('R9', { version: 1, state: 'succeeded', requester: term.requester, affected: term.person });
      const puts = [
        { collection: 'terms', doc: term, expected: null } as const,
        { collection: 'requests', doc: gift, expected: null } as const,
      ];
      await world.store.commit({ put: puts });
      return renewTerm(world, caller, 'R9', '2026-12-24T00:00:00.000Z');
    },
  },
};

async function mayDo(role: Role, one: Try): Promise<boolean> {
  const world = companyOfRoles();
  try {
    await one.run(world, world.as(role));
    return true;
  } catch (error) {
    return !(error instanceof ForbiddenError);
  } finally {
    await world.background.idle();
  }
}

describe('every right', () => {
  const rows = [
    ...Object.entries(COMMANDS).map(([name, one]) => [`/licenses ${name}`, one] as const),
    ...Object.entries(SERVICES),
  ];

  it.each(rows)('is held to at: %s', async (_name, one) => {
    const allowed = [];
    for (const role of ROLES) if (await mayDo(role, one)) allowed.push(role);
    expect(allowed).toEqual(ROLES.filter((role) => one.may.includes(role)));
  });

  it('has a row for every command', () => {
    expect(Object.keys(COMMANDS).toSorted()).toEqual(commands.map((command) => command.name).toSorted());
  });
});
