import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { usePanel } from '../keys.ts';
import { Bot } from './bot.tsx';
import { Faults } from './faults.tsx';
import { Time } from './time.tsx';
import { Workspace } from './workspace.tsx';

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
        <Workspace />
        <Keys />
      </div>
    </aside>
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
