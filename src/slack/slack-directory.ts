import { type Member, normaliseEmail } from '../domain/person.ts';
import type { Clock } from '../ports/clock.ts';
import type { Directory } from '../ports/directory.ts';
import type { Log } from '../ports/log.ts';
import { callSlack, FOR_A_PERSON, refusalOf } from './call-slack.ts';
import type { SlackWebClient } from './slack-client.ts';

export interface SlackDirectory extends Directory {
  /** Every member, at most ten minutes old unless `fresh`. Good for finding people, not for deciding rights. */
  everyone(fresh?: boolean): Promise<readonly Member[]>;
}

const FRESH_MS = 60_000;
const LIST_FRESH_MS = 600_000;
const CACHED_MAX = 2_000;
const PAGE = 200;
const NOBODY = ['users_not_found', 'user_not_found', 'user_not_visible', 'no_such_subteam', 'subteam_not_found'];

interface Listed {
  readonly member: Member;
  /** Lower-case words one may be found by, without accents. */
  readonly names: readonly string[];
}

/**
 * The workspace's people from `users.info`, `users.lookupByEmail`, `users.list` and `usergroups.users.list`
 * (https://docs.slack.dev/reference/methods). Every method throws TransportError when Slack cannot be asked.
 */
export function createSlackDirectory(options: {
  readonly client: SlackWebClient;
  readonly clock: Clock;
  readonly log: Log;
}): SlackDirectory {
  const { client, clock, log } = options;
  const ids = new FreshMap<Member | null>(clock);
  const emails = new FreshMap<Member | null>(clock);
  const groups = new FreshMap<readonly string[]>(clock);
  const teams = new FreshMap<string>(clock);
  let list: { readonly at: number; readonly people: Promise<readonly Listed[]> } | null = null;

  const ownTeam = (): Promise<string> =>
    teams.get('own', LIST_FRESH_MS, async () => (await callSlack(() => client.auth.test(), FOR_A_PERSON)).team_id ?? '');

  /** Null where Slack says there is no such person or group. */
  async function orNobody<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
    try {
      return await callSlack(ask, FOR_A_PERSON);
    } catch (error) {
      if (NOBODY.includes(refusalOf(error) ?? '')) return null;
      throw error;
    }
  }

  async function readEveryone(): Promise<readonly Listed[]> {
    const team = await ownTeam();
    const people: Listed[] = [];
    let cursor = '';
    do {
      const page = await callSlack(() => client.users.list({ limit: PAGE, ...(cursor === '' ? {} : { cursor }) }), FOR_A_PERSON);
      for (const user of page.members ?? [])
        people.push({ member: toMember(user as WireUser, team), names: namesOf(user as WireUser) });
      cursor = page.response_metadata?.next_cursor ?? '';
    } while (cursor !== '');
    return people;
  }

  async function listed(fresh = false): Promise<readonly Listed[]> {
    const now = clock.now().getTime();
    if (!fresh && list !== null && now - list.at < LIST_FRESH_MS) return list.people;
    const before = list;
    const people = readEveryone();
    list = { at: now, people };
    try {
      return await people;
    } catch (error) {
      list = before;
      if (fresh || before === null) throw error;
      log.warn('directory.list-stale', { cause: error });
      return before.people;
    }
  }

  return {
    byId: (userId) =>
      ids.get(userId, FRESH_MS, async () => {
        const answer = await orNobody(() => client.users.info({ user: userId }));
        return answer?.user === undefined ? null : toMember(answer.user as WireUser, await ownTeam());
      }),
    byEmail: (email) =>
      emails.get(normaliseEmail(email), FRESH_MS, async () => {
        const answer = await orNobody(() => client.users.lookupByEmail({ email: normaliseEmail(email) }));
        return answer?.user === undefined ? null : toMember(answer.user as WireUser, await ownTeam());
      }),
    search: async (text) => matching(await listed(), text),
    group: (groupId) =>
      groups.get(
        groupId,
        FRESH_MS,
        async () => (await orNobody(() => client.usergroups.users.list({ usergroup: groupId })))?.users ?? [],
      ),
    everyone: async (fresh) => (await listed(fresh)).map((entry) => entry.member),
  };
}

/** Answers that are kept for a while; one question at a time for one key, and a failed one is not kept. */
class FreshMap<Value> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { readonly at: number; readonly value: Promise<Value> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(key: string, freshMs: number, read: () => Promise<Value>): Promise<Value> {
    const now = this.#clock.now().getTime();
    const kept = this.#entries.get(key);
    if (kept !== undefined && now - kept.at < freshMs) return kept.value;
    const entry = { at: now, value: read() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > CACHED_MAX && oldest !== undefined) this.#entries.delete(oldest);
    entry.value.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    });
    return entry.value;
  }
}

/** The fields we read of https://docs.slack.dev/reference/objects/user-object. */
interface WireUser {
  readonly id?: string;
  readonly team_id?: string;
  readonly name?: string;
  readonly real_name?: string;
  readonly deleted?: boolean;
  readonly is_bot?: boolean;
  readonly is_restricted?: boolean;
  readonly is_ultra_restricted?: boolean;
  readonly is_stranger?: boolean;
  readonly is_admin?: boolean;
  readonly is_owner?: boolean;
  readonly is_primary_owner?: boolean;
  readonly tz?: string;
  readonly profile?: {
    readonly email?: string;
    readonly real_name?: string;
    readonly display_name?: string;
    readonly status_emoji?: string;
    readonly status_text?: string;
  };
  readonly enterprise_user?: { readonly teams?: readonly string[] };
}

/** Slackbot is a person to the API, by its fixed id. */
const SLACKBOT = 'USLACKBOT';

function toMember(user: WireUser, ownTeam: string): Member {
  const email = user.profile?.email ?? '';
  const id = user.id ?? '';
  // In an Enterprise organisation one user belongs to several workspaces.
  const ours = user.team_id === undefined || user.team_id === ownTeam || (user.enterprise_user?.teams ?? []).includes(ownTeam);
  return {
    userId: id,
    email: email === '' ? null : normaliseEmail(email),
    name: user.profile?.real_name || user.real_name || user.profile?.display_name || user.name || id,
    active: user.deleted !== true,
    isBot: user.is_bot === true || id === SLACKBOT,
    isGuest: user.is_restricted === true || user.is_ultra_restricted === true,
    isExternal: user.is_stranger === true || !ours,
    isWorkspaceAdmin: user.is_admin === true || user.is_owner === true || user.is_primary_owner === true,
    timezone: user.tz ?? null,
    ...statusOf(user),
  };
}

function statusOf({ profile }: WireUser): Pick<Member, 'status'> {
  const [emoji, text] = [profile?.status_emoji ?? '', profile?.status_text ?? ''];
  return emoji === '' && text === '' ? {} : { status: { emoji, text } };
}

function namesOf(user: WireUser): readonly string[] {
  const names = [user.profile?.display_name, user.profile?.real_name, user.real_name, user.name];
  return [...new Set(names.flatMap((name) => (name === undefined || name === '' ? [] : [folded(name)])))];
}

/** Lower case without accents, so that `zoe` finds Zoë. */
function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

function matching(people: readonly Listed[], text: string): readonly Member[] {
  const wanted = folded(text);
  if (wanted === '') return [];
  return people
    .filter(({ member }) => member.active && !member.isBot)
    .map((entry) => ({ member: entry.member, rank: Math.min(...entry.names.map((name) => rankOf(name, wanted)), 9) }))
    .filter((entry) => entry.rank < 9)
    .toSorted((a, b) => a.rank - b.rank || a.member.name.localeCompare(b.member.name, 'en'))
    .map((entry) => entry.member);
}

function rankOf(name: string, wanted: string): number {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.split(/[\s.\-_]+/).some((word) => word.startsWith(wanted))) return 2;
  return name.includes(wanted) ? 3 : 9;
}
