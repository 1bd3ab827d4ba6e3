import './slack-matchers.ts';
import type { SlackControl } from '../../src/sandbox/slack/local-slack.ts';
import type { BrokenRule, RuleId } from '../../src/sandbox/slack/model.ts';
import { Person } from './slack-person.ts';
import { until } from './slack-seen.ts';

export { Person } from './slack-person.ts';
export { blocksOf, buttonsOf, type Seen, textOf } from './slack-seen.ts';

/** Drives a local Slack the way its people would, and watches over Slack's rules meanwhile. */
export class SlackClient {
  readonly control: SlackControl;
  /** What was posted up to this time stamp is old news: nobody sees it any more. */
  since = '';
  readonly #allowed = new Set<RuleId>();

  constructor(control: SlackControl) {
    this.control = control;
  }

  /** Somebody by handle (`ada`) or user id. */
  as(who: string): Person {
    const users = [...this.control.workspace.users.values()];
    const user = users.find((candidate) => candidate.handle === who || candidate.id === who);
    if (user === undefined) throw new Error(`nobody in this workspace is called "${who}"`);
    return new Person(this, user);
  }

  /** A channel's id by its name. */
  channel(name: string): string {
    const found = [...this.control.workspace.conversations.values()].find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`there is no channel #${name}`);
    return found.id;
  }

  /** A new story in a workspace that has been lived in: what was posted before it is old news, and no window is open. */
  async begins(): Promise<void> {
    const stamps = this.control.workspace.messages.map(({ ts }) => ts);
    this.since = stamps.toSorted().at(-1) ?? '';
    for (const { id } of this.control.workspace.users.values())
      while (this.control.workspace.stack(id).length > 0) await this.control.acts.close(id);
  }

  /** Resolves with the first defined answer, asked again at every change; fails with `what` when time is up. */
  until<Answer>(what: () => string, ask: () => Answer | undefined, deadlineMs?: number): Promise<Answer> {
    return until(this.control, what, ask, deadlineMs);
  }

  /** Waits for the app to connect over Socket Mode. */
  async connected(deadlineMs?: number): Promise<void> {
    await this.until(
      () => 'the app did not connect',
      () => (this.control.connections() > 0 ? true : undefined),
      deadlineMs,
    );
  }

  /** Says that this test breaks a rule of Slack's on purpose. */
  allows(...rules: readonly RuleId[]): void {
    for (const rule of rules) this.#allowed.add(rule);
  }

  /** What the app did against Slack's rules, but for what the test allows. */
  brokenRules(): readonly BrokenRule[] {
    return this.control.workspace.broken.filter((each) => !this.#allowed.has(each.rule));
  }

  /** Fails when the app rang somebody's device or broke another of Slack's rules. The end of every test with an app. */
  verdict(): void {
    const broken = this.brokenRules();
    if (broken.length === 0) return;
    const lines = broken.map((each) => `- ${each.where}: ${each.what} (${each.rule}, ${each.source})`);
    throw new Error(`the app did not keep Slack's rules:\n${lines.join('\n')}`);
  }
}
