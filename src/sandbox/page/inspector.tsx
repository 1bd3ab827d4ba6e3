import { useEffect, useState } from 'preact/hooks';
import type { TrafficEntry } from '../slack/model.ts';
import { usePage } from './context.ts';
import { Icon } from './icons.tsx';

const KINDS: Readonly<Record<TrafficEntry['kind'], string>> = {
  delivery: 'Slack → bot',
  'web-api': 'bot → Slack',
  'response-url': 'bot → reply',
  vendor: 'bot → vendor',
};

/** Everything that went by, newest first, as it was on the wire. */
export function Inspector({ onClose }: { readonly onClose: () => void }) {
  const { screen } = usePage();
  const [entries, setEntries] = useState<readonly TrafficEntry[]>([]);
  const [kind, setKind] = useState('');
  const [openId, setOpenId] = useState<number | null>(null);
  useEffect(() => {
    let stale = false;
    fetch('/sandbox/api/traffic')
      .then((response) => response.json() as Promise<TrafficEntry[]>)
      .then((all) => {
        if (!stale) setEntries(all);
      })
      .catch(() => undefined);
    return () => {
      stale = true;
    };
  }, [screen.trafficCount]);
  const shown = entries.filter((entry) => kind === '' || entry.kind === kind).toReversed();
  const open = shown.find((entry) => entry.id === openId);
  return (
    <section class="inspector" aria-label="Traffic">
      <header>
        <h2>
          <Icon name="pulse" /> Traffic
        </h2>
        <fieldset class="filters" aria-label="Show">
          {['', ...Object.keys(KINDS)].map((each) => (
            <button key={each} type="button" class="chip" aria-pressed={kind === each} onClick={() => setKind(each)}>
              {each === '' ? 'All' : KINDS[each as TrafficEntry['kind']]}
            </button>
          ))}
        </fieldset>
        {screen.brokenCount > 0 && <span class="warned">{screen.brokenCount} rules broken</span>}
        <button type="button" class="ghost square" aria-label="Close traffic" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="panes">
        <ul>
          {shown.length === 0 && <li class="empty">Nothing yet. Type a command.</li>}
          {shown.map((entry) => (
            <li key={entry.id}>
              <button
                type="button"
                aria-expanded={entry.id === openId}
                class={entry.ok ? '' : 'bad'}
                onClick={() => setOpenId(entry.id)}
              >
                <time>{entry.at.slice(11, 19)}</time>
                <span class={`kind ${entry.kind}`}>{KINDS[entry.kind]}</span>
                <span class="name">{entry.name}</span>
                <span class="outcome">{outcomeOf(entry)}</span>
              </button>
            </li>
          ))}
        </ul>
        <div class="detail">
          {open === undefined ? (
            <p class="empty">Pick a line to see what was sent and answered.</p>
          ) : (
            <>
              <h3>Sent</h3>
              <pre>{JSON.stringify(open.request, null, 2)}</pre>
              <h3>Answered{open.ms > 0 && ` after ${open.ms} ms`}</h3>
              <pre>{JSON.stringify(open.response, null, 2)}</pre>
            </>
          )}
          {screen.brokenCount > 0 && open === undefined && (
            <>
              <h3>Rules of Slack's that the app did not keep</h3>
              {screen.broken.map((each) => (
                <p key={each.id} class="warning">
                  <strong>{each.where}</strong> {each.what}
                </p>
              ))}
            </>
          )}
        </div>
      </div>
    </section>
  );
}

function outcomeOf(entry: TrafficEntry): string {
  if (entry.ok) return entry.ms > 0 ? `${entry.ms} ms` : 'ok';
  const response = entry.response;
  if (typeof response === 'string') return response;
  const fields = response as Readonly<Record<string, unknown>> | null;
  return String(fields?.['error'] ?? fields?.['status'] ?? 'failed');
}
