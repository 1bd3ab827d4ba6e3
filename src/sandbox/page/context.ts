import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Screen } from '../slack/screen.ts';
import type { Wire } from '../wire.ts';
import type { World } from './world.ts';

export interface PageContext {
  readonly screen: Screen;
  /** The state of clock, bot, vendors and faults; null where nobody can change them. */
  readonly world: World | null;
  /** Does something as the person on screen; a problem becomes a toast. */
  act(body: Wire): Promise<Wire | null>;
  /** Changes the world around the bot; a problem becomes a toast. */
  change(verb: string, body?: Wire): Promise<Wire | null>;
  /** Asks before going on, in a dialog; resolves at once without a `confirm` object. */
  confirm(wanted: unknown): Promise<boolean>;
  toast(text: string): void;
  /** Opens a conversation, and in it a thread. */
  go(where: string, part?: string): void;
}

export const Page = createContext<PageContext | null>(null);

export function usePage(): PageContext {
  const page = useContext(Page);
  if (page === null) throw new Error('used outside the page');
  return page;
}
