import { useEffect, useState } from 'preact/hooks';
import type { Wire } from '../../wire.ts';
import { read } from '../api.ts';
import { usePage } from '../context.ts';
import { ago, fullTime } from '../dates.ts';
import { Icon } from '../icons.tsx';
import { usePanel } from '../keys.ts';
import type { FaultCatalogue, FaultKind, World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Everything around the bot that a visitor may move, break and mend. */
export function Controls({ onClose }: { readonly onClose: () => void }) {
  const { world } = usePage();
  const { root, close } = usePanel(onClose);
  return (
    <aside class="panel controls" aria-label="Controls" ref={root} tabIndex={-1}>
      <header>
        <h2>
          <Icon name="sliders" /> Controls
        </h2>
        <button type="button" class="ghost square" aria-label="Close the controls" title="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panel-body">
        {world?.busy != null && (
          <p class="busy" role="status">
            <Icon name="hourglass" /> {world.busy}…
          </p>
        )}
        <Time world={world} />
        {world !== null && world.bot.state !== 'none' && <Bot world={world} />}
        <Faults world={world} />
        <Delivery />
        <Keys />
      </div>
    </aside>
  );
}

function Time({ world }: { readonly world: World | null }) {
  const { screen, change, toast } = usePage();
  const zone = screen.me.timezone;
  const move = async (body: Wire, words: string): Promise<void> => {
    const answer = await change('clock', body);
    if (answer === null) return;
    const ran = Array.isArray(answer['ran']) ? answer['ran'].length : 0;
    toast(ran === 0 ? words : `${words} ${ran} ${ran === 1 ? 'job' : 'jobs'} ran.`);
  };
  const digest = world?.upcoming.some((job) => job.id.includes('digest') || job.id.startsWith('report')) ?? false;
  return (
    <section aria-labelledby="controls-time">
      <h3 id="controls-time">
        <Icon name="clock" /> Time
      </h3>
      <p class="now">
        <time dateTime={screen.now}>{fullTime(new Date(screen.now), zone)}</time>
        {world !== null && world.offsetMs > 60_000 && <small>{ago(-world.offsetMs)} from the real time</small>}
      </p>
      <div class="chips">
        <button type="button" class="chip" onClick={() => void move({ advanceMs: HOUR_MS }, 'It is an hour later.')}>
          An hour on
        </button>
        <button type="button" class="chip" onClick={() => void move({ advanceMs: DAY_MS }, 'It is a day later.')}>
          A day on
        </button>
        {digest && (
          <button type="button" class="chip" onClick={() => void move({ to: 'digest' }, 'The digest was due.')}>
            To the next digest
          </button>
        )}
      </div>
      {world !== null && world.upcoming.length > 0 && (
        <details>
          <summary>What comes next</summary>
          <ul class="jobs">
            {world.upcoming.map((job) => (
              <li key={job.id}>
                <span>
                  {job.title} <small>{ago(Date.parse(screen.now) - Date.parse(job.at))}</small>
                </span>
                <button
                  type="button"
                  class="chip"
                  aria-label={`Go to ${job.title}`}
                  onClick={() => void move({ to: 'job', job: job.id }, `${job.title} was due.`)}
                >
                  Go
                </button>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Bot({ world }: { readonly world: World }) {
  const { change } = usePage();
  const { bot } = world;
  const away = bot.state === 'away';
  const tell = (what: string) => () => void change('bot', { do: what });
  return (
    <section aria-labelledby="controls-bot">
      <h3 id="controls-bot">
        <Icon name="power" /> The bot
      </h3>
      <p>
        {bot.because ??
          (bot.state === 'running'
            ? `Process ${bot.pid ?? ''}, over ${bot.delivery === 'http' ? 'signed HTTP' : 'Socket Mode'}.`
            : `It is ${bot.state}.`)}
      </p>
      <div class="chips">
        {away ? (
          <button type="button" class="chip" onClick={tell('start')}>
            Start it again
          </button>
        ) : (
          <>
            <button type="button" class="chip" title="kill -9, in the middle of whatever it does" onClick={tell('kill')}>
              Kill it
            </button>
            <button type="button" class="chip" onClick={tell('restart')}>
              Restart it
            </button>
          </>
        )}
        <button
          type="button"
          class="chip"
          onClick={() => void change('bot', { do: 'restart', delivery: bot.delivery === 'http' ? 'socket' : 'http' })}
        >
          Switch to {bot.delivery === 'http' ? 'Socket Mode' : 'signed HTTP'}
        </button>
      </div>
    </section>
  );
}

function Faults({ world }: { readonly world: World | null }) {
  const { change, toast } = usePage();
  const [catalogue, setCatalogue] = useState<FaultCatalogue | null>(null);
  const [target, setTarget] = useState('');
  const [lasting, setLasting] = useState(false);
  useEffect(() => {
    void read<FaultCatalogue>('faults').then((found) => {
      setCatalogue(found);
      setTarget(found?.targets[0]?.id ?? '');
    });
  }, []);
  if (catalogue === null) return null;
  const kinds = catalogue.kinds.filter((kind) => kind.for === 'all' || (kind.for === 'slack') === (target === 'slack'));
  const name = catalogue.targets.find((each) => each.id === target)?.name ?? target;
  const switchOn = async (kind: FaultKind): Promise<void> => {
    const fault = { ...kind.fault, times: lasting ? null : 1 };
    if ((await change('faults', { target, fault })) !== null)
      toast(`${name}: ${kind.name.toLowerCase()}, ${lasting ? 'until you switch it off' : 'once'}.`);
  };
  const active = world?.faults ?? [];
  return (
    <section aria-labelledby="controls-faults">
      <h3 id="controls-faults">
        <Icon name="warning" /> Make trouble
      </h3>
      <fieldset class="chips" aria-label="Whose">
        {catalogue.targets.map((each) => (
          <button key={each.id} type="button" class="chip" aria-pressed={target === each.id} onClick={() => setTarget(each.id)}>
            {each.name}
          </button>
        ))}
      </fieldset>
      <label class="lasting">
        <input type="checkbox" checked={lasting} onChange={(event) => setLasting(event.currentTarget.checked)} />
        Every call, until switched off
      </label>
      <ul class="fault-kinds">
        {kinds.map((kind) => (
          <li key={kind.kind + kind.name}>
            <button type="button" onClick={() => void switchOn(kind)}>
              <strong>{kind.name}</strong>
              <small>{kind.help}</small>
            </button>
          </li>
        ))}
      </ul>
      {active.length > 0 && (
        <>
          <h4>Switched on</h4>
          <ul class="jobs">
            {active.map((fault) => (
              <li key={fault.id}>
                <span>
                  {fault.name} <small>{fault.left === null ? 'every call' : `${fault.left} more`}</small>
                </span>
                <button
                  type="button"
                  class="chip"
                  aria-label={`Switch off: ${fault.name}`}
                  onClick={() => void change('faults/clear', { id: fault.id })}
                >
                  Off
                </button>
              </li>
            ))}
          </ul>
          <button type="button" class="chip" onClick={() => void change('faults/clear')}>
            All off
          </button>
        </>
      )}
    </section>
  );
}

function Delivery() {
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

const KEYS: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['Tab', '⇧ Tab'], 'from part to part'],
  [['↑', '↓'], 'channels, messages, menus, suggestions'],
  [['Enter'], 'send, choose, submit'],
  [['⇧ Enter'], 'a new line'],
  [['Esc'], 'close what is on top; back to writing'],
];

function Keys() {
  return (
    <section aria-labelledby="controls-keys">
      <h3 id="controls-keys">Keys</h3>
      <dl class="keys">
        {KEYS.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
