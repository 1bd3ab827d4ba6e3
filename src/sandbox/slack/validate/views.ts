import { asList, asWire, isWire } from '../../wire.ts';
import { blockMistakes } from './blocks.ts';
import { plainText } from './elements.ts';
import { anything, choice, flag, type Mistake, Report, ruled, shape, text } from './rules.ts';

export const MAX_VIEW_BYTES = 250_000;

const common = {
  callback_id: text(255, 0),
  private_metadata: text(3000, 0),
  external_id: text(255, 0),
};

const modal = ruled(
  'views.fields',
  shape(
    { type: choice('modal'), title: plainText(24), blocks: anything },
    {
      ...common,
      submit: plainText(24),
      close: plainText(24),
      clear_on_close: flag,
      notify_on_close: flag,
      submit_disabled: flag,
    },
  ),
);

const home = ruled('views.fields', shape({ type: choice('home'), blocks: anything }, common));

/** Every way in which a view breaks Slack's documented rules (https://docs.slack.dev/reference/views); empty when it is fine. */
export function viewProblems(view: unknown, expected: 'modal' | 'home'): readonly string[] {
  return viewMistakes(view, expected).map(({ problem }) => problem);
}

/** The same, each with the rule that is broken. */
export function viewMistakes(view: unknown, expected: 'modal' | 'home'): readonly Mistake[] {
  const report = new Report();
  if (!isWire(view)) {
    report.add('/view', 'must be an object', 'views.fields');
    return report.mistakes;
  }
  (expected === 'modal' ? modal : home)(view, '/view', report);
  const hasInput = asList(view['blocks']).some((block) => asWire(block)['type'] === 'input');
  if (expected === 'modal' && hasInput && view['submit'] === undefined)
    report.add('/view/submit', 'a modal with an input block needs a submit button', 'views.submit');
  return [...report.mistakes, ...blockMistakes(view['blocks'], expected, '/view/blocks')];
}

export function viewTooLarge(view: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(view ?? null)) > MAX_VIEW_BYTES;
}
