import { usePage } from './context.ts';
import { Icon } from './icons.tsx';

/** A step of the tour: who does what where. */
interface Step {
  readonly title: string;
  readonly text: string;
  readonly as?: string;
  readonly go?: 'dm' | 'it-licences' | 'home';
  readonly draft?: string;
}

const STEPS: readonly Step[] = [
  {
    title: 'Look Cara up',
    text: 'As Ada, ask what Cara holds. One WebStorm seat has been idle for 94 days.',
    as: 'ada',
    go: 'dm',
    draft: '/licenses cara@example.com',
  },
  { title: 'Ask to revoke it', text: 'Press the button next to that seat and give a reason. A card goes to #it-licences.' },
  { title: 'Decide as Dan', text: 'Ada may not approve her own request. Dan may.', as: 'dan', go: 'it-licences' },
  { title: 'Hear about it as Cara', text: 'She lost a seat, so she is told.', as: 'cara', go: 'dm' },
  { title: 'Undo', text: 'The card keeps an Undo button. It asks for a decision, too.', as: 'dan', go: 'it-licences' },
  {
    title: 'See it as Bob',
    text: 'A developer sees his own seats and may release them.',
    as: 'bob',
    go: 'dm',
    draft: '/licenses',
  },
  { title: 'Open the app home', text: 'Your own licences, and the requests that wait.', as: 'ada', go: 'home' },
];

const TROUBLE: readonly { readonly label: string; readonly target: string; readonly fault: Readonly<Record<string, unknown>> }[] =
  [
    { label: 'JetBrains answers 500', target: 'jetbrains', fault: { kind: 'status', status: 500 } },
    { label: 'JetBrains loses the answer to a revoke', target: 'jetbrains', fault: { kind: 'lose-answer', path: '/revoke' } },
    { label: 'JetBrains sends half a list', target: 'jetbrains', fault: { kind: 'half-body', method: 'GET' } },
    { label: 'Aha! says 429, wait 2 s', target: 'aha', fault: { kind: 'status', status: 429, retryAfter: 2 } },
    { label: 'Slack says 429 to a post', target: 'slack', fault: { kind: 'status', status: 429, retryAfter: 1, path: 'chat.' } },
  ];

export function Guide(props: {
  readonly onStep: (step: { as?: string; go?: string; draft?: string }) => void;
  readonly done: ReadonlySet<number>;
  readonly setDone: (done: ReadonlySet<number>) => void;
  readonly post: (verb: string, body: Readonly<Record<string, unknown>>) => Promise<unknown>;
}) {
  const { screen, toast } = usePage();
  const { done, setDone } = props;
  const next = STEPS.findIndex((_step, index) => !done.has(index));
  const run = (step: Step, index: number): void => {
    setDone(new Set([...done, index]));
    const { as, go, draft } = step;
    props.onStep({ ...(as ? { as } : {}), ...(go ? { go } : {}), ...(draft ? { draft } : {}) });
  };
  return (
    <aside class="guide" aria-label="What to try">
      <h2>
        <Icon name="compass" /> What to try
      </h2>
      <ol>
        {STEPS.map((step, index) => (
          <li key={step.title} class={done.has(index) ? 'done' : index === next ? 'next' : ''}>
            <button type="button" onClick={() => run(step, index)}>
              <i aria-hidden="true">{done.has(index) ? <Icon name="check" /> : index + 1}</i>
              <span>
                <strong>{step.title}</strong>
                <small>{step.text}</small>
              </span>
            </button>
          </li>
        ))}
      </ol>
      <details>
        <summary>Make trouble</summary>
        <p>The next matching call fails once. Nothing leaves this machine.</p>
        {TROUBLE.map((trouble) => (
          <button
            key={trouble.label}
            type="button"
            class="chip"
            onClick={() =>
              void props
                .post('faults', { target: trouble.target, fault: trouble.fault })
                .then(() => toast(`Ready: ${trouble.label}.`))
            }
          >
            {trouble.label}
          </button>
        ))}
        <button
          type="button"
          class="chip"
          onClick={() => void props.post('sockets', { how: 'cut' }).then(() => toast('The socket was cut.'))}
        >
          Cut the socket
        </button>
        <button
          type="button"
          class="chip"
          onClick={() => void props.post('clock', { advanceMs: 86_400_000 }).then(() => toast('It is a day later.'))}
        >
          One day later
        </button>
        <p class="clock">
          Sandbox time: <time>{screen.now.slice(0, 16).replace('T', ' ')} UTC</time>
        </p>
      </details>
    </aside>
  );
}
