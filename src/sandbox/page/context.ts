import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Screen } from '../slack/screen.ts';
import type { Wire } from '../wire.ts';

export interface PageContext {
  readonly screen: Screen;
  /** Does something as the person on screen; a problem becomes a toast. */
  act(body: Wire): Promise<Wire | null>;
  /** Asks before going on, in a dialog; resolves at once without a `confirm` object. */
  confirm(wanted: unknown): Promise<boolean>;
  toast(text: string): void;
}

export const Page = createContext<PageContext | null>(null);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === null) throw new Error('used outside the page');
  return page;
}
