import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { companyCopilotSeats, companyMembers } from '../../src/sandbox/company-copilot.ts';
import { type CopilotOptions, type CopilotVendor, startCopilotVendor } from '../../src/sandbox/vendors/copilot.ts';

const NOW = new Date('2026-11-23T09:00:00Z');

let vendor: CopilotVendor;

async function start(more: Partial<CopilotOptions> = {}): Promise<void> {
  vendor = await startCopilotVendor({ now: () => NOW, seats: companyCopilotSeats(NOW), members: companyMembers(), ...more });
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(path.startsWith('http') ? path : `${vendor.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${vendor.token}`, 'user-agent': 'test', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    json: JSON.parse(await response.text()) as Record<string, unknown>,
  };
}

const SEATS = '/orgs/larkspur-labs/copilot/billing/seats';
const SELECTED = '/orgs/larkspur-labs/copilot/billing/selected_users';
const cancel = (...selected_usernames: string[]) => call('DELETE', SELECTED, { selected_usernames });

describe('the local GitHub Copilot', () => {
  beforeEach(() => start());
  afterEach(() => vendor.close());

  it('pages seats with the total, and links to the next page', async () => {
    const seen: unknown[] = [];
    let next: string | undefined = `${SEATS}?per_page=10`;
    while (next !== undefined) {
      const page = await call('GET', next);
      expect(page.json['total_seats']).toBe(vendor.state.seats.length);
      seen.push(...(page.json['seats'] as unknown[]));
      next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(vendor.state.seats);
  });

  it('gives at most 100 seats a page', async () => {
    await vendor.close();
    const [model] = companyCopilotSeats(NOW);
    if (model === undefined) throw new Error('the company has no Copilot seat');
    await start({ seats: Array.from({ length: 130 }, () => model) });
    expect((await call('GET', `${SEATS}?per_page=500`)).json['seats']).toHaveLength(100);
    expect((await call('GET', SEATS)).json['seats']).toHaveLength(50);
  });

  it('lets a cancelled seat stay until the billing cycle ends, and cancels once', async () => {
    expect((await cancel('bob-larkspur')).json).toEqual({ seats_cancelled: 1 });
    expect(vendor.state.find('BOB-larkspur')?.pending_cancellation_date).toBe('2026-12-01');
    expect((await cancel('bob-larkspur')).json).toEqual({ seats_cancelled: 0 });
    expect(vendor.state.effects.count('bob-larkspur', 'cancel')).toBe(1);
  });

  it('refuses a seat that a team gave, and then cancels none of the call', async () => {
    expect((await cancel('bob-larkspur', 'zofie-larkspur')).status).toBe(422);
    expect(vendor.state.effects.total()).toBe(0);
  });

  it('takes a cancellation back, and gives members a seat', async () => {
    await cancel('bob-larkspur');
    const back = await call('POST', SELECTED, { selected_usernames: ['bob-larkspur', 'olena-larkspur'] });
    expect(back).toMatchObject({ status: 201, json: { seats_created: 2 } });
    expect(vendor.state.find('bob-larkspur')?.pending_cancellation_date).toBeNull();
    expect(vendor.state.find('olena-larkspur')).toMatchObject({ last_activity_at: null });
    expect((await call('POST', SELECTED, { selected_usernames: ['nobody'] })).status).toBe(422);
  });

  it('reads one seat, and counts them', async () => {
    expect((await call('GET', '/orgs/larkspur-labs/members/bob-larkspur/copilot')).json).toMatchObject({
      assignee: { login: 'bob-larkspur' },
    });
    const { json } = await call('GET', '/orgs/larkspur-labs/copilot/billing');
    expect(json).toMatchObject({ seat_breakdown: { total: vendor.state.seats.length, pending_cancellation: 1 } });
  });

  it.each([
    ['no token', { authorization: '' }, 401],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401],
  ])('answers %s', async (_why, headers, status) => {
    expect((await call('GET', SEATS, undefined, headers)).status).toBe(status);
  });

  it('knows no other organisation, and lets a reading token not write', async () => {
    expect((await call('GET', SEATS.replace('larkspur-labs', 'other'))).status).toBe(404);
    expect((await call('DELETE', SELECTED, {})).status).toBe(422);
    await vendor.close();
    await start({ scopes: ['read:org'] });
    expect((await call('GET', SEATS)).status).toBe(200);
    expect((await cancel('bob-larkspur')).status).toBe(403);
  });
});
