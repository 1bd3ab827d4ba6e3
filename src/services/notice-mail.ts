import type { SyncNotice } from '../ports/store.ts';
import { plainMoment, syncTroubleWords } from '../words.ts';

/** The notice as an e-mail of plain text. */
export function noticeMail(notice: SyncNotice): { readonly subject: string; readonly text: string } {
  const { name, event, trouble, sessionId } = notice;
  const session = sessionId === null ? [] : [`Session ${sessionId}; in Slack: /licenses sessions ${sessionId}`];
  if (event === 'recovered')
    return {
      subject: `Seatwarden: ${name} is well again`,
      text: [
        `The sync of ${name} succeeded. It had been in trouble since ${plainMoment(trouble.since)}:`,
        trouble.message,
        ...session,
      ].join('\n\n'),
    };
  const next = trouble.retryAt === null ? [] : [`It is tried again at ${plainMoment(trouble.retryAt)}.`];
  const hint = trouble.hint === null ? [] : [trouble.hint];
  return {
    subject: `Seatwarden: ${name}: ${syncTroubleWords(trouble.kind)}`,
    text: [trouble.message, ...hint, ...next, ...session].join('\n\n'),
  };
}
