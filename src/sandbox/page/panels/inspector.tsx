import { useEffect, useRef, useState } from 'preact/hooks';
import type { BrokenRule, TrafficEntry } from '../../slack/model.ts';

import { read } from '../api.ts';
import { usePage } from '../context.ts';
import { Icon } from '../icons.tsx';
import { rove, usePanel } from '../keys.ts';

const KINDS: Readonly<Record<TrafficEntry['kind'], string>> = {
  delivery: 'Slack → bot',
  'web-api': 'bot → Slack',
  'response-url': 'bot → reply',
  vendor: 'bot → vendor',
};

/** Traffic comes in bursts; it is read again at most this often. */
const READ_EVERY_MS = 300;

/** Everything that went by, newest first, as it was on the wire, with the rules of Slack's that were broken. */
export function Inspector({ onClose }: { readonly onClose: () => void }) {
  const { screen } = usePage();
  const entries = useTraffic(screen.trafficCount);
  const [kind, setKind] = useState('');
  const [words, setWords] = useState('');
  const [openId, setOpenId] = useState<number | null>(null);
  const [rules, setRules] = useState(false);
  const { root, close } = usePanel(onClose);
  const brokenIn = (id: number): readonly BrokenRule[] => screen.broken.filter((rule) => rule.trafficId === id);
  const wanted = words.trim().toLowerCase();
  const shown = entries
    .filter((entry) => kind === '' || entry.kind === kind)
    .filter(
      (entry) => wanted === '' || JSON.stringify([entry.name, entry.request, entry.response]).toLowerCase().includes(wanted),
    )
    .toReversed();
  const open = entries.find((entry) => entry.id === openId);
  return (
    <section class="inspector" aria-label="Traffic" ref={root} tabIndex={-1}>
      <header>
        <h2>
          <Icon name="pulse" /> Traffic
        </h2>
        <fieldset class="filters" aria-label="Show">
          {['', ...Object.keys(KINDS)].map((each) => (
            <button
              key={each}
              type="button"
              class="chip"
              aria-pressed={!rules && kind === each}
              onClick={() => {
                setKind(each);
                setRules(false);
              }}
            >
              {each === '' ? 'All' : KINDS[each as TrafficEntry['kind']]}
            </button>
          ))}
          <button type="button" class="chip" aria-pressed={rules} onClick={() => setRules(!rules)}>
            Rules broken {screen.brokenCount > 0 && <b class="badge warn">{screen.brokenCount}</b>}
          </button>
        </fieldset>
        <input
          type="search"
          placeholder="Find in the traffic"
          aria-label="Find in the traffic"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" class="ghost square" aria-label="Close traffic" title="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {rules ? (
        <BrokenRules
          rules={screen.broken}
          onOpen={(id) => {
            setRules(false);
            setOpenId(id);
          }}
        />
      ) : (
        <div class="panes">
          <ul onKeyDown={(event) => rove(event, 'button')} aria-label="What went by, newest first">
            {shown.length === 0 && <li class="empty">{wanted === '' ? 'Nothing yet. Type a command.' : 'Nothing fits.'}</li>}
            {shown.map((entry, index) => (
              <li key={entry.id}>
                <button
                  type="button"
                  aria-expanded={entry.id === openId}
                  tabIndex={entry.id === openId || (openId === null && index === 0) ? 0 : -1}
                  class={entry.ok ? '' : 'bad'}
                  onClick={() => setOpenId(entry.id === openId ? null : entry.id)}
                >
                  <time>{entry.at.slice(11, 19)}</time>
                  <span class={`kind ${entry.kind}`}>{KINDS[entry.kind]}</span>
                  <span class="name">
                    {entry.name}
                    {brokenIn(entry.id).length > 0 && <b class="badge warn">{brokenIn(entry.id).length} broken</b>}
                  </span>
                  <Timing entry={entry} />
                </button>
              </li>
            ))}
          </ul>
          <div class="detail">
            {open === undefined ? (
              <p class="empty">Pick a line to see what was sent and answered.</p>
            ) : (
              <Detail entry={open} broken={brokenIn(open.id)} />
            )}
          </div>
        </div>
      )}
    </section>
  );
}

function useTraffic(count: number): readonly TrafficEntry[] {
  const [entries, setEntries] = useState<readonly TrafficEntry[]>([]);
  const last = useRef(0);
  useEffect(() => {
    let stale = false;
    const wait = Math.max(0, last.current + READ_EVERY_MS - performance.now());
    const timer = setTimeout(() => {
      last.current = performance.now();
      void read<TrafficEntry[]>('traffic').then((all) => {
        if (!stale && all !== null) setEntries(all);
      });
    }, wait);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [count]);
  return entries;
}

/** How long the answer took; an acknowledgement beside the time that Slack gives for it. */
function Timing({ entry }: { readonly entry: TrafficEntry }) {
  const limit = entry.limitMs;
  const late = limit !== null && entry.ms > limit / 2;
  return (
    <span class="outcome">
      {!entry.ok && <em>{failureOf(entry)}</em>}
      {entry.retryNum > 0 && <em>repeat {entry.retryNum}</em>}
      {entry.ms > 0 && <span class={late ? 'late' : ''}>{entry.ms} ms</span>}
      {limit !== null && (
        <i class={`gauge ${late ? 'late' : ''}`} title={`${entry.ms} of ${limit} ms`}>
          <i style={{ width: `${Math.min(100, (entry.ms / limit) * 100)}%` }} />
        </i>
      )}
    </span>
  );
}

function failureOf(entry: TrafficEntry): string {
  const { response } = entry;
  if (typeof response === 'string') return response;
  const fields = response as Readonly<Record<string, unknown>> | null;
  return String(fields?.['error'] ?? fields?.['status'] ?? 'failed');
}

function Detail({ entry, broken }: { readonly entry: TrafficEntry; readonly broken: readonly BrokenRule[] }) {
  const answered = entry.kind === 'delivery' ? 'Acknowledged' : 'Answered';
  const limit = entry.limitMs === null ? '' : ` of ${entry.limitMs} ms`;
  const via = entry.via === null ? '' : entry.via === 'http' ? ' over signed HTTP' : ' over Socket Mode';
  return (
    <>
      {broken.map((rule) => (
        <Rule key={rule.id} rule={rule} />
      ))}
      <Json title={`Sent${via}`} value={entry.request} />
      <Json
        title={entry.ms > 0 ? `${answered} after ${entry.ms}${limit === '' ? ' ms' : limit}` : answered}
        value={entry.response}
      />
    </>
  );
}

function Json({ title, value }: { readonly title: string; readonly value: unknown }) {
  const { toast } = usePage();
  const text = JSON.stringify(value, null, 2) ?? 'null';
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => toast('Copied.'),
      () => toast('The browser does not allow copying here.'),
    );
  };
  return (
    <>
      <h3>
        {title}
        <button type="button" class="ghost square" aria-label={`Copy: ${title}`} title="Copy" onClick={copy}>
          <Icon name="copy" />
        </button>
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </>
  );
}

function BrokenRules(props: { readonly rules: readonly BrokenRule[]; readonly onOpen: (trafficId: number) => void }) {
  return (
    <div class="rules">
      {props.rules.length === 0 && <p class="empty">None so far. What Slack would refuse or complain about is listed here.</p>}
      {props.rules.toReversed().map((rule) => (
        <Rule key={rule.id} rule={rule} onOpen={props.onOpen} />
      ))}
    </div>
  );
}

function Rule({ rule, onOpen }: { readonly rule: BrokenRule; readonly onOpen?: (trafficId: number) => void }) {
  const { trafficId } = rule;
  return (
    <p class={`rule ${rule.treatment}`}>
      <span class="tag">{rule.treatment}</span> <strong>{rule.where}</strong> {rule.what}{' '}
      {onOpen !== undefined && trafficId !== null && (
        <button type="button" class="chip" onClick={() => onOpen(trafficId)}>
          Show it
        </button>
      )}
      {rule.source !== '' && (
        <a href={rule.source} target="_blank" rel="noreferrer">
          {rule.rule}
        </a>
      )}
    </p>
  );
}
