import { type CompanyPerson, PEOPLE } from './company.ts';
import type { CopilotAssignee, CopilotSeat } from './vendors/copilot.ts';

const DAY_MS = 86_400_000;
const EMBEDDED = { id: 9001, name: 'Embedded', slug: 'embedded' } as const;
const EDITORS = ['jetbrains/2026.2/copilot/1.9.1', 'vscode/1.99.0/copilot/1.300.0', 'neovim/0.11.2/copilot/1.40.0'];

interface Sketch {
  readonly handle: string;
  readonly createdDaysAgo: number;
  /** Null when GitHub never saw the person use it. */
  readonly seenDaysAgo: number | null;
  readonly byTeam?: boolean;
  /** It ends with the billing cycle that runs. */
  readonly ending?: boolean;
}

const STORIES: readonly Sketch[] = [
  { handle: 'nadia', createdDaysAgo: 312, seenDaysAgo: 0 },
  { handle: 'zofie', createdDaysAgo: 266, seenDaysAgo: null, byTeam: true },
  { handle: 'sofia', createdDaysAgo: 266, seenDaysAgo: 3, byTeam: true },
  { handle: 'ingrid', createdDaysAgo: 479, seenDaysAgo: 146, ending: true },
  { handle: 'cara', createdDaysAgo: 300, seenDaysAgo: 111 },
  { handle: 'bob', createdDaysAgo: 290, seenDaysAgo: 1 },
  { handle: 'finn', createdDaysAgo: 470, seenDaysAgo: 61 },
];

const PATTERN = /developer|engineer/i;
const PATTERN_SEEN: readonly (number | null)[] = [0, 2, 1, 98, 0, 5, null, 1, 33];

/** The name a person has at GitHub. It holds no e-mail: who is who stands nowhere in GitHub's answers. */
export function loginOf(person: CompanyPerson): string {
  return `${person.handle.replace(/[^a-z]/g, '')}-larkspur`;
}

/** Everybody of the company who is a member of its GitHub organisation. */
export function companyMembers(): CopilotAssignee[] {
  return PEOPLE.map((person, index) => ({ login: loginOf(person), id: 5_010_001 + index, type: 'User', site_admin: false }));
}

/** Every Copilot seat of the company, counted back from `now`. */
export function companyCopilotSeats(now: Date): CopilotSeat[] {
  const told = new Set(STORIES.map((story) => story.handle));
  const others = PEOPLE.filter((person) => person.role === 'member' && !told.has(person.handle) && PATTERN.test(person.title));
  const pattern = others.slice(0, 16).map(
    (person, index): Sketch => ({
      handle: person.handle,
      createdDaysAgo: 40 + ((index * 37) % 300),
      seenDaysAgo: PATTERN_SEEN[index % PATTERN_SEEN.length] ?? null,
    }),
  );
  const members = new Map(companyMembers().map((member) => [member.login, member]));
  const seats = [...STORIES, ...pattern].map((sketch, index) => toSeat(sketch, index, members, now));
  // GitHub no longer shows whose it is.
  const hidden: CopilotSeat = {
    created_at: ago(now, 566),
    pending_cancellation_date: null,
    last_activity_at: ago(now, 334),
    plan_type: 'unknown',
    assignee: null,
  };
  return [...seats, hidden];
}

function toSeat(sketch: Sketch, index: number, members: ReadonlyMap<string, CopilotAssignee>, now: Date): CopilotSeat {
  const person = PEOPLE.find((candidate) => candidate.handle === sketch.handle);
  if (person === undefined) throw new Error(`no colleague "${sketch.handle}" for a Copilot seat`);
  const created = ago(now, sketch.createdDaysAgo);
  const seen = sketch.seenDaysAgo === null ? null : ago(now, sketch.seenDaysAgo);
  return {
    created_at: created,
    updated_at: created,
    pending_cancellation_date: sketch.ending === true ? nextMonth(now) : null,
    last_activity_at: seen,
    last_activity_editor: seen === null ? null : (EDITORS[index % EDITORS.length] ?? null),
    last_authenticated_at: seen,
    plan_type: 'business',
    assignee: members.get(loginOf(person)) ?? null,
    ...(sketch.byTeam === true ? { assigning_team: EMBEDDED } : {}),
  };
}

/** GitHub writes the organisation's own offset. */
function ago(now: Date, days: number): string {
  const at = new Date(now.getTime() - days * DAY_MS - 2_700_000 + 3_600_000);
  return `${at.toISOString().slice(0, 19)}+01:00`;
}

function nextMonth(now: Date): string {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
