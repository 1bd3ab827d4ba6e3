import type { AuditEvent } from '../../domain/audit.ts';
import type { PersonRef } from '../../domain/person.ts';
import { count, personWords } from '../../words.ts';
import { context, header, type MessageView, message, sections } from './blocks.ts';
import { fitBlocks, LIMITS } from './limits.ts';
import { foreign, momentToken } from './text.ts';

/** What is in the audit log about one person, the newest first. */
export function auditView(person: PersonRef, events: readonly AuditEvent[], earlier: number): MessageView {
  const who = foreign(personWords(person));
  if (events.length === 0)
    return message(`The audit log has nothing about ${who}.`, sections([`The audit log has nothing about ${who}.`]));
  const lines = events.toReversed().map(eventLine);
  const left =
    earlier === 0
      ? 'This is all there is.'
      : `${count(earlier, 'earlier event')} not shown; \`seatwarden audit export\` has all.`;
  return message(
    `${count(events.length, 'event')} about ${who}.`,
    fitBlocks([header(`Audit log: ${person.name}`), ...sections(lines), context(left)], LIMITS.messageBlocks),
  );
}

function eventLine(event: AuditEvent): string {
  const sentence = event.detail['sentence'] ?? event.detail['message'] ?? event.detail['reason'] ?? event.subject;
  const request = event.requestId === null ? '' : `  ·  \`${foreign(event.requestId)}\``;
  return `*${event.seq}*  ${momentToken(event.at)}  ${foreign(event.actor.name)}: \`${foreign(event.verb)}\` ${foreign(String(sentence), 200)}${request}`;
}
