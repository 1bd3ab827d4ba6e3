import type { CommandHint, Screen } from '../slack/screen.ts';

/** A way to go on with what somebody is typing. */
export interface Suggestion {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  /** What the whole draft becomes. */
  readonly becomes: string;
  /** The draft is nothing one could send, so Enter completes it. */
  readonly completesOnEnter: boolean;
}

export interface Completion {
  readonly suggestions: readonly Suggestion[];
  /** How the command that is being typed goes on. */
  readonly usage: { readonly text: string; readonly summary: string } | null;
}

const NOTHING: Completion = { suggestions: [], usage: null };
const MAX_PEOPLE = 6;

export function completionFor(draft: string, screen: Screen): Completion {
  const mention = /(^|\s)@([\p{L}.<>&' -]{0,30})$/u.exec(draft);
  if (mention !== null) {
    const typed = mention[2] ?? '';
    return { ...NOTHING, suggestions: peopleFor(typed, draft.slice(0, draft.length - typed.length - 1), screen, true) };
  }
  if (!draft.startsWith('/')) return NOTHING;
  const command = screen.app.commands.find((each) => draft.startsWith(`${each.command} `));
  if (command === undefined) return { ...NOTHING, suggestions: commandsFor(draft, screen) };
  const typed = draft.slice(command.command.length).trimStart();
  const hints = screen.hints.map((hint) => ({ ...hint, text: hint.text.replace(`${command.command} `, '') }));
  const usage = usageFor(typed, hints);
  if (usage !== null) {
    const rest = /^\S+\s+(\S*)$/.exec(typed)?.[1];
    const wantsPerson = /^\S+ [<[]?person/.test(usage.text);
    const people = wantsPerson && rest ? peopleFor(rest, draft.slice(0, draft.length - rest.length), screen, false) : [];
    return { suggestions: people, usage: { text: `${command.command} ${usage.text}`, summary: usage.summary } };
  }
  const lines = hints
    .filter((hint) => hint.text !== '' && verbOf(hint).startsWith(typed))
    .filter((hint) => typed === '' || hint.text.trim() !== typed)
    .map((hint) => ({
      key: hint.text,
      label: `${command.command} ${hint.text}`,
      note: hint.summary,
      becomes: `${command.command} ${verbOf(hint)}${hint.text === verbOf(hint) ? '' : ' '}`,
      completesOnEnter: false,
    }));
  // A name as the first word is a look-up.
  const people = /^\p{L}[\p{L}.]+$/u.test(typed) ? peopleFor(typed, `${command.command} `, screen, false).slice(0, 3) : [];
  return { suggestions: [...lines, ...people], usage: null };
}

function verbOf(hint: CommandHint): string {
  return (hint.text.split(/[<[]/)[0] ?? '').trim();
}

/** The command whose word is written already, with its arguments to come. */
function usageFor(typed: string, hints: readonly CommandHint[]): CommandHint | null {
  return hints.find((hint) => verbOf(hint) !== '' && hint.text !== verbOf(hint) && typed.startsWith(`${verbOf(hint)} `)) ?? null;
}

function commandsFor(draft: string, screen: Screen): readonly Suggestion[] {
  const commands = screen.app.commands.filter((each) => each.command.startsWith(draft));
  return commands.map((each) => ({
    key: each.command,
    label: `${each.command} ${each.usageHint}`,
    note: each.description,
    becomes: `${each.command} `,
    completesOnEnter: each.command !== draft,
  }));
}

function peopleFor(typed: string, before: string, screen: Screen, onEnter: boolean): readonly Suggestion[] {
  const wanted = typed.toLowerCase();
  const startsAWord = (name: string): boolean => name.startsWith(wanted) || name.includes(` ${wanted}`);
  return screen.people
    .filter((person) => person.role !== 'bot' && person.role !== 'deactivated')
    .filter((person) => person.handle.startsWith(wanted) || startsAWord(person.name.toLowerCase()))
    .slice(0, MAX_PEOPLE)
    .map((person) => ({
      key: person.id,
      label: person.name,
      note: `@${person.handle} · ${person.title}`,
      becomes: `${before}@${person.handle} `,
      completesOnEnter: onEnter,
    }))
    .filter((suggestion) => suggestion.becomes.trim() !== `${before}@${typed}`.trim());
}
