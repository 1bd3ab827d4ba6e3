import { elementsOf, labelOf } from '../../src/sandbox/slack/form.ts';
import type { SlackControl } from '../../src/sandbox/slack/local-slack.ts';
import type { Message, View } from '../../src/sandbox/slack/model.ts';
import { asList, asText, asWire, isWire, type Wire } from '../../src/sandbox/wire.ts';

export const DEADLINE_MS = 5_000;

/** A thing on a person's screen with buttons and inputs on it. It changes as the app changes it. */
export type Seen = { readonly control: SlackControl } & (
  | { readonly kind: 'message'; readonly message: Message }
  | { readonly kind: 'view'; readonly view: View }
);

export type Pattern = RegExp | string;

/** All text of a message or view that a reader would see, a line per text object. */
export function textOf(seen: Seen | Message | View): string {
  if ('kind' in seen) return seen.kind === 'message' ? textOf(seen.message) : textOf(seen.view);
  if ('ts' in seen) return seen.blocks.length === 0 ? seen.text : [seen.text, ...textsIn(seen.blocks)].join('\n');
  return [...textsIn(seen.content['title']), ...textsIn(seen.blocks), ...textsIn(seen.content['submit'])].join('\n');
}

/** The labels of everything that can be pressed or filled in. */
export function buttonsOf(seen: Seen | Message | View): readonly string[] {
  return elementsOf(blocksOf(seen)).map(labelOf);
}

export function blocksOf(seen: Seen | Message | View): readonly Wire[] {
  if (!('kind' in seen)) return seen.blocks;
  return seen.kind === 'message' ? seen.message.blocks : seen.view.blocks;
}

export function matches(text: string, pattern: Pattern): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : pattern.test(text);
}

/** False once the message has been taken away. */
export function isThere(seen: Seen): boolean {
  return seen.kind === 'view' || seen.control.workspace.messages.includes(seen.message);
}

/** Resolves with the first defined answer, asked again at every change; fails with `what` when time is up. */
export async function until<Answer>(
  control: SlackControl,
  what: () => string,
  ask: () => Answer | undefined,
  deadlineMs = DEADLINE_MS,
): Promise<Answer> {
  const now = ask();
  if (now !== undefined) return now;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(what()));
    }, deadlineMs);
    const stop = control.workspace.onChange(() => {
      const answer = ask();
      if (answer === undefined) return;
      clearTimeout(timer);
      stop();
      resolve(answer);
    });
  });
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isWire(value)) return [];
  const own = asText(value['text']);
  const deeper = Object.entries(value).flatMap(([name, item]) =>
    name === 'confirm' || (name === 'text' && own !== undefined) ? [] : textsIn(asList(item).length > 0 ? item : asWire(item)),
  );
  return own === undefined ? deeper : [own, ...deeper];
}
