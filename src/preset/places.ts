import type { Members, Place } from './expression.ts';

const ANY: Members = null;

const any = (...names: readonly string[]): { readonly [name: string]: Members } =>
  Object.fromEntries(names.map((name) => [name, ANY]));

const texts = (...names: readonly string[]): { readonly [name: string]: Members } =>
  Object.fromEntries(names.map((name) => [name, 'text' as const]));

const ACTIVITY: Members = { kind: ['at', 'never', 'unknown'], at: 'text' };

/** Where a seat or an account comes from. */
const ORIGIN = texts('integrationId', 'connectorId', 'externalId', 'readAt');

const SEAT: Members = {
  ...ORIGIN,
  kind: ['seat'],
  status: ['active', 'free', 'suspended', 'expired', 'unavailable'],
  ...texts('role', 'assignedAt', 'validUntil'),
  trial: 'flag',
  autoRenews: 'flag',
  offlineCode: 'flag',
  fields: ANY,
  product: texts('code', 'name'),
  team: texts('id', 'name'),
  holder: { kind: ['person', 'server', 'key', 'domain', 'login'], ...texts('email', 'name', 'label') },
  lastActivity: ACTIVITY,
};

const ACCOUNT: Members = {
  ...ORIGIN,
  kind: ['account'],
  ...texts('email', 'name', 'createdAt'),
  enabled: 'flag',
  administrator: 'flag',
  paidSeat: 'flag',
  roles: 'list',
  fields: ANY,
  lastActivity: ACTIVITY,
};

/** What a read gave: every seat and account, and the one the action is about. */
const READ = { seats: 'list', accounts: 'list', seat: SEAT, account: ACCOUNT } as const;

const PERSON: Members = texts('email', 'name');
const TARGET: Members = { kind: ['seat', 'account', 'person', 'none'], id: 'text' };
const INTEGRATION: Members = texts('id', 'name', 'credential');

/** The names a preset may use because its connector or itself declares them. */
export interface Declared {
  /** By name, with what they can be. */
  readonly inputs: { readonly [name: string]: Members };
  readonly variables: readonly string[];
  readonly credential: readonly string[];
  readonly consult: readonly string[];
  readonly joined: readonly string[];
}

/** Every position of the preset language, with the variables that exist there. */
export function placesFor(declared: Declared) {
  const input: Members = declared.inputs;
  const variables: Members = texts(...declared.variables);
  const credential: Members = texts(...declared.credential);
  const consult: Members = Object.fromEntries(
    declared.consult.map((name) => [name, { ...READ, response: ANY } satisfies Members]),
  );
  const joined: Members = any(...declared.joined);
  const page: Members = { number: 'number', offset: 'number', cursor: 'text', size: 'number' };
  const mapped: { readonly [name: string]: Members } = { record: ANY, joined, variables, integration: INTEGRATION, now: 'text' };
  const offer: { readonly [name: string]: Members } = {
    target: TARGET,
    seat: SEAT,
    account: ACCOUNT,
    person: PERSON,
    variables,
    now: 'text',
  };
  const plan = { ...offer, input, before: READ, consult, integration: INTEGRATION };
  const verify: { readonly [name: string]: Members } = {
    input,
    target: TARGET,
    before: READ,
    after: READ,
    seat: SEAT,
    account: ACCOUNT,
    variables,
    now: 'text',
  };
  const answer = { response: ANY, status: 'number', headers: ANY } as const;
  return {
    baseUrl: place('in a base URL', { variables }),
    commonHeader: place('in a header', { variables, credential }),
    header: place('in a header', { variables, credential, input, target: TARGET }),
    request: place('in a request', { variables, input, target: TARGET }),
    listRequest: place('in the request of a list', { variables, page }),
    listHeader: place('in a header', { variables, credential, page }),
    inputListRequest: place('in the request of a list', { variables, input, target: TARGET, page }),
    inputListHeader: place('in a header', { variables, credential, input, target: TARGET, page }),
    detailRequest: place('in the request of a detail', { variables, record: ANY }),
    detailHeader: place('in a header', { variables, credential, record: ANY }),
    joinKey: place('in a join', { record: ANY, variables }),
    address: place('in an address', { variables }),
    page: place('in pagination', answer),
    answer: place('in an answer', answer),
    check: place('in a check', { ...answer, variables, now: 'text', integration: INTEGRATION }),
    record: place('in a record mapping', mapped),
    each: place('in a record mapping with "each"', { ...mapped, item: ANY }),
    filter: place('in a filter', { record: ANY, input, variables }),
    keep: place('in keep', { seat: SEAT, account: ACCOUNT, input, variables }),
    readResponse: place('in a response mapping', { ...answer, input }),
    // Not the answer itself: it may hold what "redact" took out of the records.
    listResponse: place('in a response mapping', {
      records: 'list',
      seats: 'list',
      accounts: 'list',
      status: 'number',
      headers: ANY,
      input,
    }),
    writeResponse: place('in a response mapping', { ...answer, input, target: TARGET }),
    offer: place('in a rule about the target', offer),
    plan: place('in the plan of an action', plan),
    pinned: place('in the sentence of a change', { ...plan, was: ANY, is: ANY }),
    clean: place('in clean', { value: ANY }),
    verify: place('in verify', verify),
    undo: place('in undo', { input, target: TARGET, before: READ, after: READ, response: ANY, variables }),
    byHand: place('in a task done by hand', { ...plan }),
    lookup: place('in lookup', { email: 'text', login: 'text' }),
    target: place('in targets', { target: TARGET }),
    pool: place('in pool', {}),
  };
}

/** Where an integration says which records it loads. */
export const FILTER_PLACE: Place = place('in a filter of an integration', { record: ANY });

/** Where an integration says which login an account of another one stands for. */
export const LOGIN_PLACE: Place = place('in the login of identities', { account: ACCOUNT });

/** What a mapping of an integration knows of its connector. */
export interface MappedConnector {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Its standard fields. */
  readonly fields?: readonly { readonly label: string }[];
}

/**
 * Where an integration says what to make of a record: `joined` is what its connector reads besides, `fields` are the
 * connector's standard fields by label. The time is not among them: a value of it would change every record in every run.
 */
export function recordPlace(connector: MappedConnector | null): Place {
  const labels = connector?.fields?.map((field) => field.label) ?? [];
  return place('in a mapping of an integration', {
    record: ANY,
    joined: ANY,
    fields: labels.length === 0 ? ANY : any(...labels),
    variables: connector === null ? ANY : texts(...Object.keys(connector.variables)),
    integration: INTEGRATION,
  });
}

export type Places = ReturnType<typeof placesFor>;

function place(name: string, variables: { readonly [name: string]: Members }): Place {
  return { name, variables };
}
