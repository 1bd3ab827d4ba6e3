import { asList, asText, asWire, isWire, type Wire } from '../../wire.ts';
import type { PageEntry, PagePlace } from '../api.ts';
import { usePage } from '../context.ts';

/** What somebody fills in before it is sent: kept in the page, handed over together. */
export interface Form {
  collect(blockId: string, actionId: string, entry: PageEntry): void;
  /** Hands over what was collected, so that an action in the same window sees it. */
  flush(): Promise<void>;
}

export interface ElementProps {
  readonly element: Wire;
  readonly blockId: string;
  readonly place: PagePlace;
  /** The element's state as the server keeps it. */
  readonly state: Wire;
  /** The window it is in; a message has none. */
  readonly form?: Form | undefined;
  /** An input that only remembers what is put into it. */
  readonly isInput?: boolean;
  readonly labelledBy?: string;
  readonly describedBy?: string | undefined;
  readonly invalid?: boolean;
  readonly required?: boolean;
}

/** Sends an entry as an action, or keeps it until the window is submitted. */
export function useSend({ element, blockId, place, form, isInput }: ElementProps): (entry: PageEntry) => Promise<void> {
  const page = usePage();
  const actionId = asText(element['action_id']) ?? '';
  return async (entry) => {
    if (isInput === true && form !== undefined) return form.collect(blockId, actionId, entry);
    await form?.flush();
    await page.act({ act: 'use', place, blockId, actionId, entry });
  };
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly raw: Wire;
}

export function options(element: Wire): readonly Option[] {
  return asList(element['options'])
    .filter(isWire)
    .map((raw) => ({ value: asText(raw['value']) ?? '', label: asText(asWire(raw['text'])['text']) ?? '', raw }));
}

/** The options chosen in an element's state. */
export function chosenOptions(state: Wire): readonly Option[] {
  const one = state['selected_option'];
  return options({ options: isWire(one) ? [one] : asList(state['selected_options']) });
}
