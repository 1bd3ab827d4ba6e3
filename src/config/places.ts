import type { Members, Place } from '../preset/expression.ts';

const PERSON: Members = { userId: null, email: null, name: null };

export const RECORD_PLACE: Place = { name: 'in a filter or mapping of an integration', variables: { record: null } };

export const POLICY_PLACE: Place = {
  name: 'in an approval policy',
  variables: {
    preset: { id: null, connector: null, integration: null, effect: null, verb: null },
    seat: {
      kind: null,
      integrationId: null,
      connectorId: null,
      externalId: null,
      product: { code: null, name: null },
      team: { id: null, name: null },
      status: null,
      holder: null,
      role: null,
      lastActivity: null,
      assignedAt: null,
      validUntil: null,
      trial: null,
      autoRenews: null,
      offlineCode: null,
      fields: null,
      readAt: null,
    },
    account: {
      kind: null,
      integrationId: null,
      connectorId: null,
      externalId: null,
      email: null,
      name: null,
      enabled: null,
      administrator: null,
      isAdministrator: null,
      paidSeat: null,
      roles: null,
      lastActivity: null,
      createdAt: null,
      fields: null,
      readAt: null,
    },
    person: PERSON,
    requester: PERSON,
    input: null,
    target: { kind: null, id: null },
    trigger: null,
    now: null,
    time: { hour: null, weekday: null, date: null },
    price: { amount: null, currency: null, per: null },
  },
};
