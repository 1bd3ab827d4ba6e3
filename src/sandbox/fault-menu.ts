import type { Fault } from './faults.ts';

/** A fault ready to be switched on, with words for people. */
export interface FaultOffer {
  readonly kind: string;
  readonly name: string;
  readonly help: string;
  readonly for: 'vendor' | 'slack' | 'all';
  readonly fault: Fault;
}

export const FAULT_MENU: readonly FaultOffer[] = [
  {
    kind: 'too-many',
    name: 'Too many requests (429)',
    help: 'Refuses with 429 and asks to come back in 3 seconds.',
    for: 'all',
    fault: { kind: 'status', status: 429, retryAfter: 3 },
  },
  {
    kind: 'error',
    name: 'Server error (500)',
    help: 'Answers 500 and does nothing.',
    for: 'all',
    fault: { kind: 'status', status: 500 },
  },
  {
    kind: 'unauthorised',
    name: 'Key refused (401)',
    help: 'Says that the key is not known, as after it was rotated.',
    for: 'vendor',
    fault: { kind: 'status', status: 401 },
  },
  {
    kind: 'html',
    name: 'HTML instead of JSON',
    help: 'An error page, as from a proxy or a maintenance window.',
    for: 'all',
    fault: { kind: 'html' },
  },
  {
    kind: 'short-page',
    name: 'Half a page',
    help: 'Leaves out half of the items of a list and still tells the full total.',
    for: 'vendor',
    fault: { kind: 'short-page' },
  },
  {
    kind: 'empty-page',
    name: 'Empty page',
    help: 'A list without items.',
    for: 'vendor',
    fault: { kind: 'empty-page' },
  },
  {
    kind: 'wrong-total',
    name: 'Wrong total',
    help: 'All items, and a total that does not fit them.',
    for: 'vendor',
    fault: { kind: 'wrong-total' },
  },
  {
    kind: 'half-body',
    name: 'Answer cut in half',
    help: 'The right answer, and the connection breaks in the middle of it.',
    for: 'all',
    fault: { kind: 'half-body' },
  },
  { kind: 'slow', name: 'Slow', help: 'Answers after 5 seconds.', for: 'all', fault: { kind: 'delay', ms: 5_000 } },
  { kind: 'hang', name: 'No answer', help: 'Takes the call and never answers.', for: 'all', fault: { kind: 'hang' } },
  {
    kind: 'reset',
    name: 'Connection refused',
    help: 'Cuts the connection before it does anything.',
    for: 'all',
    fault: { kind: 'reset' },
  },
  {
    kind: 'lose-answer',
    name: 'Answer lost',
    help: 'Does what was asked, and the answer never arrives.',
    for: 'all',
    fault: { kind: 'lose-answer' },
  },
];

/** Kinds that mean something in a list of records only. */
const LISTS_ONLY: ReadonlySet<Fault['kind']> = new Set(['short-page', 'empty-page', 'wrong-total']);

export function fitsSlack(fault: Fault): boolean {
  return !LISTS_ONLY.has(fault.kind);
}

export function describeFault(fault: Fault): string {
  if (fault.kind === 'status') {
    const named = FAULT_MENU.find((offer) => offer.fault.kind === 'status' && offer.fault.status === fault.status);
    return named?.name ?? `Status ${fault.status}`;
  }
  return FAULT_MENU.find((offer) => offer.fault.kind === fault.kind)?.name ?? fault.kind;
}
