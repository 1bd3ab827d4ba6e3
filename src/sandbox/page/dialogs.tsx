import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ScreenView } from '../slack/screen.ts';
import { asText, asWire } from '../wire.ts';
import type { PageEntry } from './api.ts';
import { Blocks } from './blocks/blocks.tsx';
import type { Form } from './blocks/entry.ts';
import { usePage } from './context.ts';
import { Avatar, Icon } from './icons.tsx';
import { TextObject } from './text.tsx';

/** A native modal dialog: the browser keeps the focus inside and closes it on Escape. */
function Dialog(props: {
  readonly label: string;
  readonly class: string;
  /** Changes when the dialog shows other fields or other mistakes. */
  readonly fields?: string;
  readonly onCancel: () => void;
  readonly children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    const shown = dialog.current;
    shown?.showModal();
    return () => {
      // Nothing behind a modal window takes the focus while it is open.
      shown?.close();
      // What was in focus may be gone, an earlier window for one; then one goes on writing.
      const back = before?.isConnected === true && before !== document.body ? before : document.querySelector('main textarea');
      if (back instanceof HTMLElement) back.focus();
    };
  }, []);
  useEffect(() => {
    const body = dialog.current?.querySelector<HTMLElement>('.modal-body');
    const wrong = body?.querySelector<HTMLElement>('[aria-invalid="true"]');
    // Somebody who is filling in a field is not taken out of it.
    if (wrong == null && body?.contains(document.activeElement) === true) return;
    (wrong ?? body?.querySelector<HTMLElement>('[autofocus], input, textarea'))?.focus();
  }, [props.fields]);
  return (
    <dialog
      ref={dialog}
      class={props.class}
      aria-label={props.label}
      onCancel={(event) => {
        event.preventDefault();
        props.onCancel();
      }}
    >
      {props.children}
    </dialog>
  );
}

export function ViewDialog({ view }: { readonly view: ScreenView }) {
  const page = usePage();
  const fills = useRef(new Map<string, { blockId: string; actionId: string; entry: PageEntry }>());
  const place = { kind: 'view', viewId: view.id } as const;
  const blocks = useRef(view.blocks);
  blocks.current = view.blocks;
  const taken = (): { blockId: string; actionId: string; entry: PageEntry }[] => {
    const present = new Set(blocks.current.map((block) => block['block_id']));
    const entries = [...fills.current.values()].filter((fill) => present.has(fill.blockId));
    fills.current.clear();
    return entries;
  };
  const form = useMemo(
    (): Form => ({
      collect: (blockId, actionId, entry) => {
        fills.current.set(`${blockId}\n${actionId}`, { blockId, actionId, entry });
      },
      flush: async () => {
        for (const fill of taken()) await page.act({ act: 'use', place, ...fill });
      },
    }),
    [view.id],
  );
  const submit = async (): Promise<void> => {
    await page.act({ act: 'submit', place, fills: taken() });
  };
  const back = (): void => void page.act({ act: 'close' });
  const closeAll = (): void => void page.act({ act: 'close', all: true });
  return (
    <Dialog label={view.title} class="modal" fields={fieldsOf(view)} onCancel={back}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          {view.depth > 1 ? (
            <button type="button" class="ghost square" aria-label="Back" title="Back" onClick={back}>
              <Icon name="back" />
            </button>
          ) : (
            <Avatar name={page.screen.app.name} id={page.screen.app.userId} bot />
          )}
          <h2 dir="auto">{view.title}</h2>
          <button type="button" class="ghost square" aria-label="Close" title="Close" onClick={closeAll}>
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body">
          {view.trouble !== null && (
            <div class="block-alert error" role="alert">
              <Icon name="stop" />
              <div>{view.trouble}</div>
            </div>
          )}
          <Blocks blocks={view.blocks} place={place} values={view.values} errors={view.errors} form={form} />
        </div>
        <footer>
          <button type="button" class="button" onClick={back}>
            {view.close}
          </button>
          {view.submit !== null && (
            <button type="submit" class="button primary" aria-busy={view.busy} disabled={view.busy}>
              {view.submit}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

function fieldsOf(view: ScreenView): string {
  return JSON.stringify([view.blocks.map((block) => [block['type'], block['block_id']]), view.errors]);
}

export interface Question {
  readonly wanted: unknown;
  answer(yes: boolean): void;
}

/** The `confirm` object of an element. */
export function ConfirmDialog({ question }: { readonly question: Question }) {
  const wanted = asWire(question.wanted);
  const label = (name: string): string => asText(asWire(wanted[name])['text']) ?? '';
  return (
    <Dialog label={label('title')} class="modal confirm" onCancel={() => question.answer(false)}>
      <header>
        <h2 dir="auto">{label('title')}</h2>
      </header>
      <div class="modal-body" dir="auto">
        <TextObject value={wanted['text']} />
      </div>
      <footer>
        <button type="button" class="button" onClick={() => question.answer(false)}>
          {label('deny') || 'Cancel'}
        </button>
        <button
          type="button"
          class={`button primary ${wanted['style'] === 'danger' ? 'danger' : ''}`}
          onClick={() => question.answer(true)}
        >
          {label('confirm') || 'OK'}
        </button>
      </footer>
    </Dialog>
  );
}

/** Asks one question at a time. */
export function useQuestion(): readonly [Question | null, (wanted: unknown) => Promise<boolean>] {
  const [question, setQuestion] = useState<Question | null>(null);
  const ask = (wanted: unknown): Promise<boolean> => {
    if (wanted === undefined || wanted === null) return Promise.resolve(true);
    return new Promise((resolve) => {
      setQuestion({
        wanted,
        answer: (yes) => {
          setQuestion(null);
          resolve(yes);
        },
      });
    });
  };
  return [question, ask];
}
