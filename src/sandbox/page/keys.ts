import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Something that opens beside the conversation. It takes the focus from the button that opened it, closes on Escape inside
 * it, and gives the focus back. Modal windows and popovers inside it come first.
 */
export function usePanel(onClose: () => void): { readonly root: RefObject<HTMLElement>; readonly close: () => void } {
  const root = useRef<HTMLElement>(null);
  const before = useRef(document.activeElement);
  const close = (): void => {
    onClose();
    const back = before.current;
    if (back instanceof HTMLElement && back !== document.body && back.isConnected) back.focus();
    else document.querySelector<HTMLElement>('main textarea')?.focus();
  };
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    const panel = root.current;
    if (panel === null) return;
    if (before.current?.getAttribute('aria-pressed') === 'true') panel.focus();
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      latest.current();
    };
    panel.addEventListener('keydown', onKey);
    return () => panel.removeEventListener('keydown', onKey);
  }, []);
  return { root, close };
}

/** Closes a popover on Escape and on a press anywhere else; the focus goes back to what opened it. */
export function useDismiss(open: boolean, root: RefObject<HTMLElement>, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const away = (event: MouseEvent): void => {
      if (root.current?.contains(event.target as Node) === false) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      event.stopPropagation();
      close();
      root.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
    };
    document.addEventListener('mousedown', away);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('mousedown', away);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [open]);
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/**
 * One stop for Tab, arrows inside: moves the focus among the items below the listener. Items carry
 * `tabIndex={current ? 0 : -1}`; Home and End go to the first and the last.
 */
export function rove(event: KeyboardEvent, selector: string): void {
  const root = event.currentTarget as HTMLElement;
  // In a box one types in, these move the cursor.
  if (event.target instanceof HTMLInputElement && /^(Home|End|Arrow(Left|Right))$/.test(event.key)) return;
  const items = [...root.querySelectorAll<HTMLElement>(selector)].filter((item) => item.offsetParent !== null);
  const at = items.indexOf(document.activeElement as HTMLElement);
  const step = STEPS[event.key];
  const next =
    event.key === 'Home'
      ? items[0]
      : event.key === 'End'
        ? items.at(-1)
        : step === undefined || at === -1
          ? undefined
          : items[(at + step + items.length) % items.length];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
