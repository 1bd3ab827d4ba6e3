import type { Wire } from '../../wire.ts';
import { usePage } from '../context.ts';
import { ago, fullTime, lasting } from '../dates.ts';
import { Icon } from '../icons.tsx';
import type { World } from '../world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The one clock that bot, Slack and vendors follow, and what the bot has planned on it. */
export function Time({ world }: { readonly world: World | null }) {
  const { screen, change, toast } = usePage();
  const zone = screen.me.timezone;
  const move = async (body: Wire, words: string): Promise<void> => {
    const answer = await change('clock', body);
    if (answer === null) return;
    const ran = Array.isArray(answer['ran']) ? answer['ran'].length : 0;
    toast(ran === 0 ? words : `${words} ${ran} ${ran === 1 ? 'job' : 'jobs'} ran.`);
  };
  const jobs = world?.upcoming ?? [];
  const planned = jobs.some((job) => job.every !== 'minute');
  const digest = jobs.some((job) => /digest|report/.test(job.id));
  return (
    <section aria-labelledby="controls-time">
      <h3 id="controls-time">
        <Icon name="clock" /> Time
      </h3>
      <p class="now">
        <time dateTime={screen.now}>{fullTime(new Date(screen.now), zone)}</time>
        {world !== null && world.offsetMs > 60_000 && <small>{lasting(world.offsetMs)} ahead of the real time</small>}
      </p>
      <div class="chips">
        <button type="button" class="chip" onClick={() => void move({ advanceMs: HOUR_MS }, 'It is an hour later.')}>
          An hour on
        </button>
        <button type="button" class="chip" onClick={() => void move({ advanceMs: DAY_MS }, 'It is a day later.')}>
          A day on
        </button>
        {planned && (
          <button type="button" class="chip" onClick={() => void move({ to: 'next-job' }, 'The next job was due.')}>
            To the next job
          </button>
        )}
        {digest && (
          <button type="button" class="chip" onClick={() => void move({ to: 'digest' }, 'The digest was due.')}>
            To the next digest
          </button>
        )}
      </div>
      {world !== null && (
        <details>
          <summary>What comes next</summary>
          {jobs.length === 0 && <p class="empty">Nothing is planned while the bot is away.</p>}
          <ul class="jobs">
            {jobs.map((job) => (
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
