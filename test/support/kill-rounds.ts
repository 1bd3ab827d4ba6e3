import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '../../src/adapters/lowdb-store.ts';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { verifyAudit } from '../../src/adapters/verify-audit.ts';
import type { ActionRequest } from '../../src/domain/action-request.ts';
import type { Message } from '../../src/sandbox/slack/model.ts';
import { type CompanyBot, type SlackMode, startCompanyBot } from './company-bot.ts';
import { quietLog } from './quiet-log.ts';
import { buttonsOf, textOf } from './slack.ts';

export interface KillReport {
  readonly kills: number;
  readonly asked: number;
  readonly byState: Readonly<Record<string, number>>;
  readonly lostAnswers: number;
  /** Promises that did not hold, in words; empty when all is well. */
  readonly broken: readonly string[];
}

/** Each kill falls within this long after one of the steps. */
const AFTER_STEP_MS = 300;
/** An approved request is where a crash can hurt, so most kills fall there, and close to the press. */
const STEPS = ['typed', 'submitted', 'asked', 'approved', 'approved', 'approved', 'approved'] as const;
type Step = (typeof STEPS)[number];

const STEP_MS = 3_000;
const ASKERS = ['ada', 'bob', 'wouter', 'priya', 'jonas', 'leonor', 'daan', 'hugo', 'lotte', 'tomas', 'mira', 'nadia'] as const;
/** A call that was cut off before it left is called failed only by a look a minute later, so an end can take that long. */
const SETTLE_MS = 110_000;

/**
 * Kills the bot with SIGKILL at random moments of requests' lives and starts it again. In each round two people ask for a
 * licence to be revoked, two approvers press at the same instant, and some answers of the vendor are lost after it acted.
 * In the end every request the bot acknowledged must be there, none may have acted twice, states must agree with the
 * vendor, and no card may have a button that its request's state does not allow.
 */
export async function killRounds(rounds: number, random: () => number, mode: SlackMode = 'http'): Promise<KillReport> {
  // Far more seats are revoked here than the daily cap lets one approver take away.
  const company = await startCompanyBot(mode, { safety: { maxPerDay: 100_000 } });
  // Whoever is killed between a press and its answer is late.
  company.slack.allows('ack.late', 'views.trigger-life');
  const acknowledged = new Set<string>();
  let lostAnswers = 0;
  try {
    const seats = plantSeats(company, rounds * 2);
    const lives: Promise<unknown>[] = [];
    for (let round = 0; round < rounds; round += 1) {
      if (random() < 0.3) {
        lostAnswers += 1;
        company.sandbox.jetbrains.faults.add({ kind: 'lose-answer', method: 'POST', times: 1 });
      }
      const step = STEPS[Math.floor(random() * STEPS.length)] as Step;
      let atStep = (): void => undefined;
      const stepTaken = new Promise<void>((resolve) => {
        atStep = resolve;
      });
      const onStep = (taken: Step): void => {
        if (taken === step) atStep();
      };
      const both = Promise.allSettled(
        [0, 1].map((nth) => {
          const asker = ASKERS[(round * 2 + nth) % ASKERS.length] as string;
          return liveOnce(company, asker, seats[round * 2 + nth] as string, acknowledged, onStep);
        }),
      );
      // People whose bot died give up after a while; others ask meanwhile.
      lives.push(both);
      await Promise.race([stepTaken, both]);
      await delay(random() * AFTER_STEP_MS);
      await company.bot.kill();
      await company.bot.start();
    }
    await Promise.all(lives);
    await settled(company);
    await company.bot.stop();
    const requests = await storedRequests(company);
    const broken = [...brokenPromises(company, seats, requests, acknowledged)];
    const audit = await verifyAudit(company.bot.dataDir);
    if (!audit.ok) broken.push(`the audit chain is broken: ${audit.problem}`);
    return { kills: rounds, asked: requests.length, byState: countStates(requests), lostAnswers, broken };
  } finally {
    await company.close();
  }
}

/** Licences of Cara's, alike but for their ids, so that each life has a fresh one. */
function plantSeats(company: CompanyBot, count: number): readonly string[] {
  const { state } = company.sandbox.jetbrains;
  const model = state.find('CARA0WS094');
  if (model === undefined) throw new Error('the company has lost its model licence');
  const ids = Array.from({ length: count }, (_, index) => `KILL${String(index).padStart(6, '0')}`);
  state.licences.push(...ids.map((licenseId) => ({ ...structuredClone(model), licenseId })));
  return ids;
}

/** Asks, and has two people approve at once. Fails somewhere on the way when the bot dies; that is the point. */
async function liveOnce(
  company: CompanyBot,
  who: string,
  seat: string,
  acknowledged: Set<string>,
  onStep: (step: Step) => void,
): Promise<void> {
  const { slack } = company;
  const asker = slack.as(who);
  await asker.closes().catch(() => undefined);
  onStep('typed');
  await asker.types(`/licenses revoke ${seat}`);
  await asker.seesModal(new RegExp(seat), STEP_MS);
  onStep('submitted');
  await asker.fills({ Reason: 'idle' }).submits();
  const asked = await asker.seesModal(/Asked/, STEP_MS);
  const id = /R[0-9A-Z]{8}/.exec(textOf(asked))?.[0];
  if (id !== undefined) acknowledged.add(id);
  onStep('asked');
  const [dan, joost] = [slack.as('dan'), slack.as('joost')];
  const card = await dan.sees(new RegExp(`${seat}[^]*\\nApprove`), { in: '#it-licences', deadlineMs: STEP_MS });
  onStep('approved');
  await Promise.all([dan.presses('Approve', { in: card }), joost.presses('Approve', { in: card })]);
}

const UNFINISHED = /seatwarden_requests\{state="(approved|executing|unknown)"\} ([1-9]\d*)/;

/** Waits until nothing is between states any more and the cards have caught up. */
async function settled(company: CompanyBot): Promise<void> {
  const until = Date.now() + SETTLE_MS;
  while (Date.now() < until) {
    const metrics = await (await fetch(`${company.bot.url}/metrics`)).text();
    if (!UNFINISHED.test(metrics)) break;
    await delay(100);
  }
  await delay(1_000);
}

async function storedRequests(company: CompanyBot): Promise<readonly ActionRequest[]> {
  const store = await openStore({ dir: company.bot.dataDir, clock: systemClock, log: quietLog });
  try {
    return await store.list('requests');
  } finally {
    await store.close();
  }
}

function* brokenPromises(
  company: CompanyBot,
  seats: readonly string[],
  requests: readonly ActionRequest[],
  acknowledged: ReadonlySet<string>,
): Generator<string> {
  const { state } = company.sandbox.jetbrains;
  const byId = new Map(requests.map((request) => [request.id, request]));
  for (const id of acknowledged) if (!byId.has(id)) yield `request ${id} was acknowledged and is lost`;
  for (const seat of seats) {
    const effects = state.effects.count(seat, 'revoke');
    if (effects > 1) yield `licence ${seat} was revoked ${effects} times`;
    const done = requests.filter((request) => request.target.id === seat && request.state === 'succeeded').length;
    if (done !== effects) yield `licence ${seat}: the vendor acted ${effects} times, the bot says ${done}`;
  }
  for (const request of requests) {
    if (['approved', 'executing', 'unknown'].includes(request.state))
      yield `request ${request.id} never came to an end: ${request.state}`;
    if (request.decisions.length > 1) yield `request ${request.id} has ${request.decisions.length} decisions`;
  }
  for (const card of company.slack.as('dan').messages('#it-licences')) yield* liveButtons(card, byId);
}

function* liveButtons(card: Message, byId: ReadonlyMap<string, ActionRequest>): Generator<string> {
  const buttons = buttonsOf(card);
  const id = /R[0-9A-HJKMNP-TV-Z]{8}/.exec(JSON.stringify(card.blocks))?.[0];
  const state = id === undefined ? undefined : byId.get(id)?.state;
  if (buttons.includes('Approve') && state !== 'pending')
    yield `the card of ${id} has a live Approve button, and the request is ${state}`;
  if (buttons.includes('Undo') && state !== 'succeeded')
    yield `the card of ${id} has a live Undo button, and the request is ${state}`;
}

function countStates(requests: readonly ActionRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of requests) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Numbers in [0, 1) that come again with the same seed (mulberry32), so that a failing run can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
