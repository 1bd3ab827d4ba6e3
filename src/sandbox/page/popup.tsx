import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { rove, useDismiss } from './keys.ts';

const GAP_PX = 4;
const MARGIN_PX = 8;

export interface Placement {
  readonly left: number;
  readonly top?: number;
  readonly bottom?: number;
  readonly maxHeight: number;
  readonly minWidth: number;
}

/** Where something fits beside its anchor, in the window's coordinates, so that no scrolling box cuts it off. */
export function usePlacement(anchor: RefObject<HTMLElement>, open: boolean, width: number): Placement | null {
  const [placement, setPlacement] = useState<Placement | null>(null);
  useLayoutEffect(() => {
    if (!open) return setPlacement(null);
    const place = (): void => {
      const rect = anchor.current?.getBoundingClientRect();
      if (rect === undefined) return;
      const below = innerHeight - rect.bottom - GAP_PX - MARGIN_PX;
      const above = rect.top - GAP_PX - MARGIN_PX;
      const left = Math.max(MARGIN_PX, Math.min(rect.left, innerWidth - width - MARGIN_PX));
      const common = { left, minWidth: Math.min(rect.width, innerWidth - 2 * MARGIN_PX) };
      setPlacement(
        below >= 220 || below >= above
          ? { ...common, top: rect.bottom + GAP_PX, maxHeight: below }
          : { ...common, bottom: innerHeight - rect.top + GAP_PX, maxHeight: above },
      );
    };
    place();
    addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
    };
  }, [open]);
  return placement;
}

export interface MenuItem {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly onChoose: () => void;
}

const MENU_WIDTH_PX = 260;

/** A button that opens a menu: arrows move, Enter chooses, Escape closes and gives the focus back. */
export function Menu(props: {
  readonly label: string;
  readonly class: string;
  readonly items: readonly MenuItem[];
  readonly children: ComponentChildren;
}) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLSpanElement>(null);
  const placement = usePlacement(root, open, MENU_WIDTH_PX);
  useDismiss(open, root, () => setOpen(false));
  useEffect(() => {
    if (placement !== null) root.current?.querySelector<HTMLElement>('[role="menuitem"]')?.focus();
  }, [placement === null]);
  const choose = (item: MenuItem): void => {
    setOpen(false);
    root.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
    item.onChoose();
  };
  return (
    <span class="menu" ref={root}>
      <button
        type="button"
        class={props.class}
        aria-label={props.label}
        title={props.label}
        aria-haspopup="menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {props.children}
      </button>
      {placement !== null && (
        <div
          class="popover"
          role="menu"
          tabIndex={-1}
          aria-label={props.label}
          style={{ ...placement, width: 'max-content', maxWidth: `${MENU_WIDTH_PX}px` }}
          onKeyDown={(event) => {
            if (event.key === 'Tab') setOpen(false);
            rove(event, '[role="menuitem"]');
          }}
        >
          {props.items.map((item) => (
            <button key={item.key} type="button" role="menuitem" tabIndex={-1} onClick={() => choose(item)}>
              {item.label}
            </button>
          ))}
        </div>
      )}
    </span>
  );
}
