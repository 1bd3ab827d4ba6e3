import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';

/** Closes something open on Escape and on a press anywhere else. */
export function useDismiss(open: boolean, root: RefObject<HTMLElement>, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const away = (event: MouseEvent): void => {
      if (root.current?.contains(event.target as Node) === false) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    document.addEventListener('mousedown', away);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('mousedown', away);
      document.removeEventListener('keydown', onKey);
    };
  }, [open]);
}
