import type { SandboxClock } from './clock.ts';
import { PEOPLE, personNamed } from './company.ts';
import { AHA_BOT_USER_ID, AHA_PRODUCTS, companyAccounts, companySeatGroups } from './company-accounts.ts';
import { companyCopilotSeats, companyMembers, loginOf } from './company-copilot.ts';
import { crowdAccounts, crowdLicences } from './company-crowd.ts';
import { type CompanyHistory, companyHistory } from './company-history.ts';
import { companyLicences } from './company-licences.ts';
import { liveOn } from './company-life.ts';
import { companyScimUsers, SCIM_PRODUCT } from './company-scim.ts';
import type { VendorInfo } from './control-world.ts';
import { type AhaVendor, startAhaVendor } from './vendors/aha.ts';
import { type CopilotVendor, startCopilotVendor } from './vendors/copilot.ts';
import { type JetBrainsVendor, startJetBrainsVendor } from './vendors/jetbrains.ts';
import { type ScimVendor, startScimVendor } from './vendors/scim.ts';
import type { VendorCall, VendorServer } from './vendors/vendor-server.ts';

export interface Vendors {
  readonly servers: {
    readonly jetbrains: JetBrainsVendor;
    readonly aha: AhaVendor;
    readonly scim: ScimVendor;
    readonly copilot: CopilotVendor;
  };
  readonly infos: readonly VendorInfo[];
  readonly environment: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  onCall(listener: (vendor: { readonly name: string }, call: VendorCall) => void): void;
  /** The twelve months before the company was last put to the start. */
  history(): CompanyHistory;
  /** Puts their records back to the start, as counted from the clock's now. */
  reset(): void;
  close(): Promise<void>;
}

/** Starts the company's vendors, filled with what its people hold. */
export async function startVendors(clock: SandboxClock, crowd: number): Promise<Vendors> {
  const now = (): Date => clock.now();
  const licences = (at: Date) => [...companyLicences(at), ...crowdLicences(crowd, at)];
  const accounts = (at: Date) => [...companyAccounts(at), ...crowdAccounts(crowd, at)];
  let began = now();
  let tell: (vendor: { readonly name: string }, call: VendorCall) => void = () => undefined;
  const [jetbrains, aha, scim, copilot] = await Promise.all([
    startJetBrainsVendor({
      now,
      seats: licences(began),
      accountDomains: ['example.com'],
      onCall: (call) => tell({ name: 'JetBrains' }, call),
    }),
    startAhaVendor({
      now,
      users: accounts(began),
      products: AHA_PRODUCTS,
      seatGroups: companySeatGroups(began),
      ownerId: AHA_BOT_USER_ID,
      onCall: (call) => tell({ name: 'Aha!' }, call),
    }),
    startScimVendor({ now, users: companyScimUsers(began), onCall: (call) => tell({ name: SCIM_PRODUCT }, call) }),
    startCopilotVendor({
      now,
      seats: companyCopilotSeats(began),
      members: companyMembers(),
      onCall: (call) => tell({ name: 'GitHub Copilot' }, call),
    }),
  ]);
  const info = (id: string, name: string, server: VendorServer, records: readonly unknown[]): VendorInfo => ({
    id,
    name,
    records: () => records.length,
    calls: () => server.calls.length,
    faults: server.faults,
  });
  const servers = { jetbrains, aha, scim, copilot };

  let lived = began;
  clock.onJump(() => {
    const [from, to] = [lived, now()];
    if (to < from || liveOn({ licences: jetbrains.state.licences, users: aha.state.users, seats: copilot.state.seats }, from, to))
      lived = to;
  });

  return {
    servers,
    infos: [
      info('jetbrains', 'JetBrains', jetbrains, jetbrains.state.licences),
      info('aha', 'Aha!', aha, aha.state.users),
      info('scim', SCIM_PRODUCT, scim, scim.state.users),
      info('copilot', 'GitHub Copilot', copilot, copilot.state.seats),
    ],
    environment: {
      JETBRAINS_API_KEY: jetbrains.apiKey,
      JETBRAINS_COMPANY_CODE: jetbrains.customerCode,
      AHA_API_KEY: aha.apiKey,
      AHA_SUBDOMAIN: aha.subdomain,
      SCIM_TOKEN: scim.token,
      GITHUB_COPILOT_TOKEN: copilot.token,
    },
    config: {
      variables: {
        'JetBrains.CompanyCode': jetbrains.customerCode,
        'Aha.Subdomain': aha.subdomain,
        'GitHub.Organization': copilot.org,
      },
      credentials: {
        'jetbrains-main': { connector: 'jetbrains', apiKey: 'env:JETBRAINS_API_KEY' },
        'aha-main': { connector: 'aha', apiKey: 'env:AHA_API_KEY' },
        'paperboat-main': { connector: 'scim', token: 'env:SCIM_TOKEN' },
        'copilot-main': { connector: 'github-copilot', token: 'env:GITHUB_COPILOT_TOKEN' },
      },
      integrations: {
        jetbrains: {
          connector: 'jetbrains',
          credential: 'jetbrains-main',
          baseUrl: jetbrains.baseUrl,
          state: 'live',
          ...loadedAs('record.assignee.email', 'record.assignee.name'),
        },
        // A draft, so that a test run and the launch can be tried.
        aha: {
          connector: 'aha',
          credential: 'aha-main',
          baseUrl: aha.baseUrl,
          state: 'draft',
          ...loadedAs('record.email', 'record.name'),
        },
        paperboat: {
          connector: 'scim',
          credential: 'paperboat-main',
          app: SCIM_PRODUCT,
          variables: { address: scim.baseUrl, freeSeats: 'View' },
          state: 'paused',
        },
        'github-copilot': {
          connector: 'github-copilot',
          credential: 'copilot-main',
          baseUrl: copilot.baseUrl,
          // GitHub tells logins only.
          identities: { table: Object.fromEntries(PEOPLE.map((person) => [loginOf(person), person.email])) },
          state: 'paused',
        },
      },
    },
    onCall: (listener) => {
      tell = listener;
    },
    history: () => companyHistory(began),
    reset: () => {
      began = now();
      lived = began;
      for (const server of Object.values(servers)) server.forget();
      jetbrains.state.reset(licences(began));
      aha.state.reset(accounts(began));
      scim.state.reset(companyScimUsers(began));
      copilot.state.reset(companyCopilotSeats(began));
    },
    close: async () => {
      await Promise.all(Object.values(servers).map((server) => server.close()));
    },
  };
}

/** Everything a sync needs to be told, for records that hold the e-mail and the name of their person there. */
function loadedAs(email: string, name: string): Readonly<Record<string, unknown>> {
  return {
    mapping: { email: `{{ ${email} }}`, username: `{{ ${email} }}`, name: `{{ ${name} }}` },
    role: 'Employee',
    deactivate: { enabled: true },
    contacts: [personNamed('ada').id],
  };
}
