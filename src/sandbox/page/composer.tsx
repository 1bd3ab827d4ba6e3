import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Screen } from '../slack/screen.ts';
import { usePage } from './context.ts';
import { Icon } from './icons.tsx';

interface Suggestion {
  readonly key: string;
  readonly label: string;
  readonly note: string;
  /** What the whole draft becomes. */
  readonly becomes: string;
  /** The draft is nothing one could send, so Enter completes it. */
  readonly completesOnEnter: boolean;
}

const MAX_SUGGESTIONS = 8;

export function Composer(props: {
  readonly channel: string;
  readonly name: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
}) {
  const { draft, onDraft } = props;
  const { screen, act } = usePage();
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [marked, setMarked] = useState(0);
  const [dismissed, setDismissed] = useState('');
  const found = dismissed === draft ? [] : suggestionsFor(draft, screen);
  const chosen = found[Math.min(marked, found.length - 1)];
  useEffect(() => box.current?.focus(), [props.channel, screen.me.id]);
  useEffect(() => {
    setMarked(0);
    // A text put here by a press elsewhere is one Enter away from being sent.
    if (draft !== '') box.current?.focus();
  }, [draft]);

  const take = (suggestion: Suggestion): void => {
    onDraft(suggestion.becomes);
    box.current?.focus();
  };
  const send = (): void => {
    if (draft.trim() === '') return;
    onDraft('');
    void act({ act: 'say', channel: props.channel, text: draft });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length > 0 && move !== undefined) {
      event.preventDefault();
      setMarked((marked + move + found.length) % found.length);
    } else if (event.key === 'Tab' && !event.shiftKey && chosen !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && found.length > 0) {
      setDismissed(draft);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      // Enter sends what is a command already, unless somebody chose a line with the arrow keys.
      if (chosen !== undefined && (marked > 0 || chosen.completesOnEnter)) take(chosen);
      else send();
    }
  };
  return (
    <div class="composer">
      {found.length > 0 && (
        <div class="popover suggestions" role="listbox" id={listId} aria-label="Suggestions">
          {found.map((suggestion, index) => (
            <div
              key={suggestion.key}
              id={`${listId}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={suggestion === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                take(suggestion);
              }}
            >
              <span class="what">{suggestion.label}</span>
              <span class="note">{suggestion.note}</span>
            </div>
          ))}
          <p class="keys" aria-hidden="true">
            <kbd>Tab</kbd> complete <kbd>↑</kbd>
            <kbd>↓</kbd> choose <kbd>Enter</kbd> send
          </p>
        </div>
      )}
      <div class="box">
        <textarea
          ref={box}
          rows={1}
          value={draft}
          placeholder={`Message ${props.name} as ${screen.me.name}, or type /`}
          aria-label={`Message ${props.name}`}
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-activedescendant={chosen === undefined ? undefined : `${listId}-${found.indexOf(chosen)}`}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="send" aria-label="Send" disabled={draft.trim() === ''} onClick={send}>
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}

function suggestionsFor(draft: string, screen: Screen): readonly Suggestion[] {
  const mention = /(^|\s)@([\p{L}.<>&' -]{0,30})$/u.exec(draft);
  if (mention !== null) return peopleFor(mention[2] ?? '', draft.slice(0, draft.length - (mention[2] ?? '').length - 1), screen);
  if (!draft.startsWith('/')) return [];
  const command = screen.app.commands.find((each) => draft === each.command || draft.startsWith(`${each.command} `));
  if (command === undefined) {
    return screen.app.commands
      .filter((each) => each.command.startsWith(draft))
      .map((each) => ({
        key: each.command,
        label: `${each.command} ${each.usageHint}`,
        note: each.description,
        becomes: `${each.command} `,
        completesOnEnter: true,
      }));
  }
  const typed = draft.slice(command.command.length).trimStart();
  return screen.hints
    .filter((hint) => hint.text !== '' && hint.text.split(/[<[]/)[0]?.trim().startsWith(typed))
    .filter((hint) => typed === '' || hint.text.trim() !== typed)
    .slice(0, MAX_SUGGESTIONS)
    .map((hint) => ({
      key: hint.text,
      label: `${command.command} ${hint.text}`,
      note: hint.summary,
      becomes: `${command.command} ${hint.text.split(/[<[]/)[0] ?? ''}`.replace(/\s+$/, ' '),
      completesOnEnter: false,
    }));
}

function peopleFor(typed: string, before: string, screen: Screen): readonly Suggestion[] {
  const wanted = typed.toLowerCase();
  return screen.people
    .filter((person) => person.role !== 'bot' && person.role !== 'deactivated')
    .filter((person) => person.handle.startsWith(wanted) || person.name.toLowerCase().includes(wanted))
    .slice(0, 6)
    .map((person) => ({
      key: person.id,
      label: person.name,
      note: `@${person.handle} · ${person.title}`,
      becomes: `${before}@${person.handle} `,
      completesOnEnter: true,
    }))
    .filter((suggestion) => suggestion.becomes.trim() !== `${before}@${typed}`.trim());
}
