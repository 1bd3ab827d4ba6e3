import type { SeatOffer, Term } from '../../domain/records.ts';
import { ACTIONS } from '../ids.ts';
import { actions, button, context, type MessageView, message, sections } from './blocks.ts';
import { bold, dayToken, foreign } from './text.ts';

/** Can you spare it? Positive words, two buttons, and the promise of an easy way back. */
export function offerView(offer: SeatOffer): MessageView {
  const product = foreign(offer.product.name);
  const words = `A colleague would like to use ${product}, and no seat is free.`;
  return message(`${words} Can you spare yours?`, [
    ...sections([
      bold(words),
      `Yours was ${foreign(offer.because, 200)}. If you can spare it, press Release and it goes to them.`,
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

/** What was given ends soon. */
export function termView(term: Term): MessageView {
  const words = `This ends ${dayToken(term.until)}: ${foreign(term.sentence, 600)}`;
  return message(words, [
    ...sections([
      `:hourglass: ${words}`,
      'Then it is asked back. Somebody who approves can renew it for as long as it was given.',
    ]),
    actions([button({ actionId: ACTIONS.renewTerm, text: 'Renew', value: term.id, label: `Renew request ${term.id}` })]),
  ]);
}
