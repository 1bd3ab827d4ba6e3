import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { usePanel } from '../keys.ts';
import { TOUR, type TourStep } from './tour.ts';

/** The tour: one press puts the visitor where the next thing happens. */
export function Guide(props: {
  readonly onStep: (step: TourStep) => void;
  readonly done: ReadonlySet<string>;
  readonly onClose: () => void;
}) {
  const { screen } = usePage();
  const steps = TOUR.filter(
    (step) =>
      step.needs === undefined || screen.hints.some((hint) => hint.text.replace(/^\/\S+ /, '').split(' ')[0] === step.needs),
  );
  const next = steps.findIndex((step) => !props.done.has(step.id));
  const count = steps.filter((step) => props.done.has(step.id)).length;
  const { root, close } = usePanel(props.onClose);
  return (
    <aside class="panel guide" aria-label="Tour" ref={root} tabIndex={-1}>
      <header>
        <h2>
          <Icon name="compass" /> Tour <small>{count === 0 ? 'ten minutes' : `${count} of ${steps.length}`}</small>
        </h2>
        <button type="button" class="ghost square" aria-label="Close the tour" title="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel-body">
        <ol>
          {steps.map((step, index) => {
            const done = props.done.has(step.id);
            return (
              <li key={step.id} class={done ? 'done' : index === next ? 'next' : ''}>
                <button type="button" aria-current={index === next ? 'step' : undefined} onClick={() => props.onStep(step)}>
                  <i aria-hidden="true">{done ? <Icon name="check" /> : index + 1}</i>
                  <span>
                    <strong>{step.title}</strong>
                    <small>{step.text}</small>
                    {done && <span class="unseen">(done)</span>}
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
        <p class="tour-end">
          {next === -1
            ? 'That was the tour. Everything here can be reset.'
            : 'A step puts you in the right place as the right person. Something going wrong? See Controls.'}
        </p>
      </div>
    </aside>
  );
}
