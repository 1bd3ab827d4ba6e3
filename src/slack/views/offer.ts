import type { SeatOffer, Term } from '../../domain/records.ts';
import type { TermEvent } from '../../ports/notifier.ts';
import { ACTIONS } from '../ids.ts';
import { actions, button, context, type MessageView, message, sections } from './blocks.ts';
import { bold, dayToken, foreign, lastDayToken } from './text.ts';

/** Can you spare it? Positive words, two buttons, and the promise of an easy way back. */
export function offerView(offer: SeatOffer): MessageView {
  const product = foreign(offer.product.name);
  const waits = offer.waitingId !== null;
  const words = waits
    ? `A colleague would like to use ${product}, and no seat is free.`
    : `You have a seat of ${product} that seems not to be used.`;
  const where = waits ? 'it goes to them' : 'it can be given to somebody else';
  return message(`${words} Can you spare ${waits ? 'yours' : 'it'}?`, [
    ...sections([
      bold(words),
      `Yours was ${foreign(offer.because, 200)}. If you can spare it, press Release and ${where}.`,
      'If you need it again, ask with `/licenses request`.',
    ]),
    actions([
      button({ actionId: ACTIONS.keepOffer, text: 'Keep', value: offer.id, label: `Keep ${offer.product.name}` }),
      button({
        actionId: ACTIONS.releaseOffer,
        text: 'Release',
        value: offer.id,
        style: 'primary',
        label: `Release ${offer.product.name}`,
      }),
    ]),
    context(`If you do not answer, nothing happens. The question ends ${dayToken(offer.endsAt)}.`),
  ]);
}

/** What was given ends soon, somebody wants it for longer, or has it for longer now. */
export function termView(term: Term, what: TermEvent): MessageView {
  const [words, more] = termWords(term, what);
  const renew = button({ actionId: ACTIONS.renewTerm, text: 'Renew', value: term.id, label: `Renew request ${term.id}` });
  return message(words, [...sections([`:hourglass: ${words}`, more]), ...(what === 'renewed' ? [] : [actions([renew])])]);
}

function termWords(term: Term, what: TermEvent): readonly [string, string] {
  const given = foreign(term.sentence, 600);
  const ends = `It ends ${lastDayToken(term.until)}`;
  if (what === 'ends')
    return [
      `This ends ${lastDayToken(term.until)}: ${given}`,
      'Then it is asked back. Press Renew to ask those who decide for as long again.',
    ];
  if (what === 'late') {
    const why = foreign(term.late ?? 'It could not be asked back.', 300);
    return [
      `This should have ended ${lastDayToken(term.until)}: ${given}`,
      `It is not taken back yet: ${why} It is tried again each day.`,
    ];
  }
  if (what === 'renewed') return [`This goes on: ${given}`, `${ends} now, and is asked back then.`];
  const { moreTime } = term;
  const who = foreign((moreTime?.askedBy ?? term.requester).name);
  const longer = moreTime === undefined ? '' : ` until ${lastDayToken(moreTime.until)}`;
  return [`${who} would like to keep this${longer}: ${given}`, `${ends} otherwise. Press Renew if you agree.`];
}
