import { useState } from 'preact/hooks';
import type { Screen } from '../../slack/screen.ts';
import { usePage } from '../context.ts';
import { ago } from '../dates.ts';
import { Emoji } from '../emoji.tsx';
import { Icon } from '../icons.tsx';

/** How Slack treats the app, and what happens to the team. */
export function Workspace() {
  const { screen } = usePage();
  return (
    <>
      <Wire />
      <Me key={screen.me.id} />
      {screen.scheduled.length > 0 && <Scheduled />}
      {screen.steps.length > 0 && <Steps />}
    </>
  );
}

function Wire() {
  const { screen, change, toast } = usePage();
  const documented = screen.rateLimits === 'documented';
  const drop = async (how: string, words: string): Promise<void> => {
    if ((await change('sockets', { how })) !== null) toast(words);
  };
  return (
    <section aria-labelledby="controls-slack">
      <h3 id="controls-slack">
        <Icon name="hash" /> Slack
      </h3>
      <div class="chips">
        <button type="button" class="chip" onClick={() => void drop('cut', 'The socket was cut.')}>
          Cut the socket
        </button>
        <button type="button" class="chip" onClick={() => void drop('refresh', 'Slack asked for a new connection.')}>
          Refresh the socket
        </button>
        <button
          type="button"
          class="chip"
          aria-pressed={documented}
          onClick={() => void change('rates', { mode: documented ? 'off' : 'documented' })}
        >
          Keep Slack’s rate limits
        </button>
      </div>
    </section>
  );
}

const STATUSES: readonly (readonly [emoji: string, text: string])[] = [
  ['palm_tree', 'On holiday'],
  ['house_with_garden', 'Working from home'],
  ['spiral_calendar_pad', 'In a meeting'],
];

/** The person one is, as the workspace sees them; and how somebody new comes in. */
function Me() {
  const { screen, act, change, toast } = usePage();
  const { me } = screen;
  const [newcomer, setNewcomer] = useState('');
  const first = me.name.split(' ')[0] ?? me.name;
  const set = (emoji: string, text: string): void => void act({ act: 'status', emoji, text });
  const join = async (): Promise<void> => {
    const name = newcomer.trim();
    const handle = handleFor(name);
    if (handle === '') return toast('A newcomer needs a name in Latin letters.');
    if ((await change('join', { handle, name, email: `${handle}@example.com` })) === null) return;
    setNewcomer('');
    toast(`${name} joined, as ${handle}@example.com.`);
  };
  return (
    <section aria-labelledby="controls-people">
      <h3 id="controls-people">
        <Icon name="people" /> People
      </h3>
      {me.role !== 'deactivated' && (
        <>
          <fieldset class="chips" aria-label={`Status of ${first}`}>
            {STATUSES.map(([emoji, text]) => {
              const chosen = me.status?.text === text;
              return (
                <button
                  key={emoji}
                  type="button"
                  class="chip"
                  aria-pressed={chosen}
                  onClick={() => (chosen ? set('', '') : set(`:${emoji}:`, text))}
                >
                  <Emoji code={emoji} /> {text}
                </button>
              );
            })}
          </fieldset>
          <div class="chips">
            <button
              type="button"
              class="chip"
              onClick={async () => {
                if ((await change('leave', { userId: me.id })) !== null) toast(`${me.name} has left.`);
              }}
            >
              Let {first} leave
            </button>
          </div>
        </>
      )}
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          void join();
        }}
      >
        <input
          aria-label="Name of a newcomer"
          placeholder="Name of a newcomer"
          value={newcomer}
          onInput={(event) => setNewcomer(event.currentTarget.value)}
        />
        <button type="submit" class="chip" disabled={newcomer.trim() === ''}>
          Join
        </button>
      </form>
    </section>
  );
}

/** `Žofie Řeháková` → `zofie.rehakova` */
function handleFor(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[a-z0-9]+/g) ?? []).join('.');
}

function Scheduled() {
  const { screen } = usePage();
  return (
    <section aria-labelledby="controls-scheduled">
      <h3 id="controls-scheduled">
        <Icon name="hourglass" /> Scheduled messages
      </h3>
      <ul class="jobs">
        {screen.scheduled.map((message) => (
          <li key={message.id}>
            <span>
              {message.text} <small>{ago(Date.parse(screen.now) - Date.parse(message.postAt))}</small>
            </span>
            <small>{roomName(screen, message.channel)}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}

function roomName(screen: Screen, id: string): string {
  const room = screen.conversations.find((each) => each.id === id);
  return room === undefined ? 'elsewhere' : room.kind === 'channel' ? `#${room.name}` : room.name;
}

/** The app's steps for workflows, run as a workflow would. */
function Steps() {
  const { screen } = usePage();
  return (
    <section aria-labelledby="controls-steps">
      <h3 id="controls-steps">
        <Icon name="bolt" /> Workflow steps
      </h3>
      {screen.steps.map((step) => (
        <Step key={step.callbackId} step={step} />
      ))}
    </section>
  );
}

function Step({ step }: { readonly step: Screen['steps'][number] }) {
  const { screen, act } = usePage();
  const [inputs, setInputs] = useState<Readonly<Record<string, string>>>({});
  const runs = screen.stepRuns.filter((run) => run.callbackId === step.callbackId);
  // One left empty is not sent, as in a workflow.
  const given = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== ''));
  return (
    <details>
      <summary>{step.title}</summary>
      <form
        class="step"
        aria-label={step.title}
        onSubmit={(event) => {
          event.preventDefault();
          void act({ act: 'step', callbackId: step.callbackId, inputs: given });
        }}
      >
        {step.inputs.map((name) => (
          <label key={name}>
            {name}
            <input value={inputs[name] ?? ''} onInput={(event) => setInputs({ ...inputs, [name]: event.currentTarget.value })} />
          </label>
        ))}
        <button type="submit" class="chip">
          Run it
        </button>
      </form>
      <ul class="step-runs">
        {runs.toReversed().map((run) => (
          <li key={run.id}>
            <strong>{run.state}</strong> {run.error}
            {Object.entries(run.outputs).map(([name, value]) => (
              <small key={name}>
                {name}: {typeof value === 'string' ? value : JSON.stringify(value)}
              </small>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
