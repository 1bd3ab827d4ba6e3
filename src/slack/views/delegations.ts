import type { Delegation } from '../../domain/approval.ts';
import { type MessageView, message, sections } from './blocks.ts';
import { bold, foreign, momentToken } from './text.ts';

/** Who decides in whose place, and until when. */
export function delegationsView(given: readonly Delegation[]): MessageView {
  if (given.length === 0)
    return message('Nobody decides in another’s place now.', sections(['Nobody decides in another’s place now.']));
  const lines = given.map(
    ({ from, to, until }) => `${bold(foreign(to.name))} decides for ${bold(foreign(from.name))} until ${momentToken(until)}.`,
  );
  const hint = 'End yours earlier with `/licenses delegate off`.';
  return message(
    `${foreign(given[0]?.to.name ?? '')} decides for ${foreign(given[0]?.from.name ?? '')}.`,
    sections([...lines, hint]),
  );
}
