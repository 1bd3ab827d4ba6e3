import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import type { World } from '../world.ts';

/** The life of the bot's process. */
export function Bot({ world }: { readonly world: World }) {
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
