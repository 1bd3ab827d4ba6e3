import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

const TOAST_MS = 5_000;
/** More of them would cover the conversation. */
const MOST = 3;

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** Short lines that go away by themselves. */
export function useToasts(): readonly [readonly Toast[], (text: string) => void] {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const next = useRef(0);
  const toast = useCallback((text: string) => {
    next.current += 1;
    const id = next.current;
    setToasts((all) => [...all.filter((each) => each.text !== text), { id, text }].slice(-MOST));
    setTimeout(() => setToasts((all) => all.filter((each) => each.id !== id)), TOAST_MS);
  }, []);
  return [toasts, toast];
}

/** Shown above everything, a modal window as well, and read out. */
export function Toasts({ toasts, lost }: { readonly toasts: readonly Toast[]; readonly lost: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const count = toasts.length + (lost ? 1 : 0);
  useEffect(() => {
    const shown = box.current;
    if (shown === null) return;
    // Opened anew each time, so that it lies above a dialog that was opened meanwhile.
    if (shown.matches(':popover-open')) shown.hidePopover();
    if (count > 0) shown.showPopover();
  }, [count]);
  return (
    <div class="toasts" ref={box} popover="manual" role="status" aria-live="polite">
      {lost && <p>The sandbox does not answer. Trying again…</p>}
      {toasts.map((each) => (
        <p key={each.id}>{each.text}</p>
      ))}
    </div>
  );
}
