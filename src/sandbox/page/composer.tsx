import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { completionFor, type Suggestion } from './completion.ts';
import { usePage } from './context.ts';
import { Icon } from './icons.tsx';
import { Menu } from './popup.tsx';

export function Composer(props: {
  readonly channel: string;
  readonly threadTs?: string;
  /** What is written to: `#it-licences`, a person, a thread. */
  readonly name: string;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
  readonly takesFocus?: boolean;
}) {
  const { draft, onDraft } = props;
  const { screen, act } = usePage();
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [marked, setMarked] = useState(0);
  const [dismissed, setDismissed] = useState('');
  const completion = completionFor(draft, screen);
  const found = dismissed === draft ? [] : completion.suggestions;
  const chosen = found[Math.min(marked, found.length - 1)];
  useEffect(() => {
    if (performance.getEntriesByName('usable').length === 0) performance.mark('usable');
    if (props.takesFocus !== false) box.current?.focus();
  }, [props.channel, props.threadTs, screen.me.id]);
  useEffect(() => {
    setMarked(0);
    // A text put here by a press elsewhere is one Enter away from being sent.
    if (draft !== '' && props.takesFocus !== false) box.current?.focus();
  }, [draft]);
  if (screen.me.role === 'deactivated')
    return (
      <p class="composer signed-out" role="note">
        <Icon name="lock" /> {screen.me.name} has left and cannot sign in any more. This is what was last seen here.
      </p>
    );

  const take = (suggestion: Suggestion): void => {
    onDraft(suggestion.becomes);
    box.current?.focus();
  };
  const send = (): void => {
    if (draft.trim() === '') return;
    onDraft('');
    const thread = props.threadTs === undefined ? {} : { threadTs: props.threadTs };
    void act({ act: 'say', channel: props.channel, text: draft, ...thread });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (found.length > 0 && move !== undefined) {
      event.preventDefault();
      setMarked((marked + move + found.length) % found.length);
    } else if (event.key === 'ArrowUp' && draft === '') {
      event.preventDefault();
      const messages = box.current?.closest('main, aside')?.querySelectorAll<HTMLElement>('article.message');
      messages?.[messages.length - 1]?.focus();
    } else if (event.key === 'Tab' && !event.shiftKey && chosen !== undefined) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Escape' && found.length > 0) {
      event.preventDefault();
      setDismissed(draft);
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      // Enter sends what is a command already, unless somebody chose a line with the arrow keys.
      if (chosen !== undefined && (marked > 0 || chosen.completesOnEnter)) take(chosen);
      else send();
    }
  };
  const shortcuts = screen.app.shortcuts.filter((shortcut) => shortcut.kind === 'global');
  return (
    <div class="composer">
      {found.length > 0 && <Suggestions id={listId} found={found} chosen={chosen} onTake={take} />}
      {found.length === 0 && completion.usage !== null && (
        <p class="usage" role="note">
          <code>{completion.usage.text}</code> <span>{completion.usage.summary}</span>
        </p>
      )}
      <div class="box">
        {shortcuts.length > 0 && (
          <Menu
            label="Shortcuts"
            class="ghost square"
            items={shortcuts.map((shortcut) => ({
              key: shortcut.callbackId,
              label: (
                <>
                  {shortcut.name} <small>{screen.app.name}</small>
                </>
              ),
              onChoose: () => void act({ act: 'shortcut', callbackId: shortcut.callbackId }),
            }))}
          >
            <Icon name="bolt" />
          </Menu>
        )}
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          value={draft}
          placeholder={props.threadTs === undefined ? `Message ${props.name}, or type /` : 'Reply…'}
          aria-label={props.threadTs === undefined ? `Message ${props.name}` : `Reply to ${props.name}`}
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `${listId}-${found.indexOf(chosen)}`}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="send" aria-label="Send" title="Send" disabled={draft.trim() === ''} onClick={send}>
          <Icon name="send" />
        </button>
      </div>
    </div>
  );
}

function Suggestions(props: {
  readonly id: string;
  readonly found: readonly Suggestion[];
  readonly chosen: Suggestion | undefined;
  readonly onTake: (suggestion: Suggestion) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [props.chosen?.key]);
  return (
    <div class="popover suggestions">
      <div role="listbox" id={props.id} aria-label="Suggestions" ref={list}>
        {props.found.map((suggestion, index) => (
          <div
            key={suggestion.key}
            id={`${props.id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={suggestion === props.chosen}
            onMouseDown={(event) => {
              event.preventDefault();
              props.onTake(suggestion);
            }}
          >
            <span class="what">{suggestion.label}</span>
            <span class="note">{suggestion.note}</span>
          </div>
        ))}
      </div>
      <p class="keys" aria-hidden="true">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Tab</kbd> complete
        </span>
        <span>
          <kbd>Enter</kbd> send
        </span>
        <span>
          <kbd>Esc</kbd> close
        </span>
      </p>
    </div>
  );
}
