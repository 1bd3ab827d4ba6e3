import { useEffect, useRef, useState } from 'preact/hooks';
import type { ScreenPerson } from '../slack/screen.ts';
import { CAST, ROLE_WORDS } from './cast.ts';
import { usePage } from './context.ts';
import { Emoji } from './emoji.tsx';
import { Avatar, Icon, type IconName } from './icons.tsx';
import { rove, useDismiss } from './keys.ts';
import type { Theme } from './theme.ts';

export type Panel = 'tour' | 'controls';

const THEMES: Readonly<Record<Theme, readonly [IconName, string]>> = {
  system: ['screen', 'Colours follow the device'],
  light: ['sun', 'Light colours'],
  dark: ['moon', 'Dark colours'],
};

/** What belongs to the sandbox and not to the client below: who one is, the tour, the controls, the traffic. */
export function TopBar(props: {
  readonly panel: Panel | null;
  readonly onPanel: (panel: Panel | null) => void;
  readonly traffic: boolean;
  readonly onTraffic: () => void;
  readonly theme: Theme;
  readonly onTheme: () => void;
  readonly onBecome: (userId: string) => void;
  readonly onReset: () => void;
  readonly onRooms: () => void;
}) {
  const { screen } = usePage();
  const [sign, themeWords] = THEMES[props.theme];
  const toggle = (panel: Panel): void => props.onPanel(props.panel === panel ? null : panel);
  return (
    <div class="top-bar">
      <button
        type="button"
        class="ghost square rooms-button"
        aria-label="Channels and apps"
        title="Channels and apps"
        onClick={props.onRooms}
      >
        <Icon name="menu" />
      </button>
      <Cast onBecome={props.onBecome} />
      <fieldset class="top-tools" aria-label="Sandbox">
        <Tool icon="compass" label="Tour" pressed={props.panel === 'tour'} onPress={() => toggle('tour')} />
        <Tool icon="sliders" label="Controls" pressed={props.panel === 'controls'} onPress={() => toggle('controls')} />
        <Tool icon="pulse" label="Traffic" pressed={props.traffic} onPress={props.onTraffic} count={screen.brokenCount} />
        <Tool icon="reset" label="Reset" onPress={props.onReset} />
        <button type="button" class="ghost square" aria-label={themeWords} title={themeWords} onClick={props.onTheme}>
          <Icon name={sign} />
        </button>
      </fieldset>
    </div>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly count?: number;
  readonly onPress: () => void;
}) {
  const count = props.count ?? 0;
  return (
    <button type="button" class="ghost" aria-pressed={props.pressed} title={props.label} onClick={props.onPress}>
      <Icon name={props.icon} /> <span>{props.label}</span>
      {count > 0 && (
        <b class="badge warn" title={`${count} of Slack's rules were broken`}>
          {count}
          <span class="unseen"> rules broken</span>
        </b>
      )}
    </button>
  );
}

function Cast({ onBecome }: { readonly onBecome: (userId: string) => void }) {
  const { screen } = usePage();
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  useDismiss(open, root, () => setOpen(false));
  const cast = CAST.flatMap(({ handle, part }) => {
    const person = screen.people.find((each) => each.handle === handle);
    return person === undefined ? [] : [{ person, part }];
  });
  const inCast = cast.some(({ person }) => person.id === screen.me.id);
  return (
    <fieldset class="cast" aria-label="Act as">
      {!inCast && <CastMember person={screen.me} part={ROLE_WORDS[screen.me.role] ?? ''} onBecome={onBecome} />}
      {cast.map(({ person, part }) => (
        <CastMember key={person.id} person={person} part={part} onBecome={onBecome} />
      ))}
      <div class="everyone" ref={root}>
        <button
          type="button"
          class="ghost"
          aria-haspopup="dialog"
          aria-expanded={open}
          aria-label="Act as somebody else"
          title="Act as somebody else"
          onClick={() => setOpen(!open)}
        >
          <Icon name="people" /> <Icon name="down" />
        </button>
        {open && (
          <Everyone
            onBecome={(userId) => {
              setOpen(false);
              onBecome(userId);
            }}
          />
        )}
      </div>
    </fieldset>
  );
}

function CastMember(props: {
  readonly person: ScreenPerson;
  readonly part: string;
  readonly onBecome: (userId: string) => void;
}) {
  const { screen } = usePage();
  const { person, part } = props;
  const me = person.id === screen.me.id;
  const waiting = screen.waiting[person.id] ?? 0;
  return (
    <button
      type="button"
      class="cast-member"
      aria-pressed={me}
      title={`${person.name}, ${person.title}`}
      onClick={() => props.onBecome(person.id)}
    >
      <Avatar name={person.name} id={person.id} />
      <span>
        <strong>{person.name.split(' ')[0]}</strong>
        <small>{part}</small>
      </span>
      {waiting > 0 && !me && (
        <b class="badge">
          {waiting}
          <span class="unseen"> unread</span>
        </b>
      )}
    </button>
  );
}

function Everyone({ onBecome }: { readonly onBecome: (userId: string) => void }) {
  const { screen } = usePage();
  const [filter, setFilter] = useState('');
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const wanted = filter.trim().toLowerCase();
  const fits = (person: ScreenPerson): boolean =>
    person.role !== 'bot' && [person.name, person.handle, person.title].some((words) => words.toLowerCase().includes(wanted));
  const people = screen.people.filter(fits).toSorted((a, b) => a.name.localeCompare(b.name));
  return (
    <div class="popover people" role="dialog" aria-label="Act as" onKeyDown={(event) => rove(event, 'input, li button')}>
      <input
        ref={box}
        type="search"
        placeholder="Name or job"
        aria-label="Find a person"
        value={filter}
        onInput={(event) => setFilter(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [first] = people;
          if (event.key === 'Enter' && first !== undefined && wanted !== '') onBecome(first.id);
        }}
      />
      {people.length === 0 && <p class="empty">Nobody is called that.</p>}
      <ul>
        {people.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              aria-current={person.id === screen.me.id ? 'true' : undefined}
              onClick={() => onBecome(person.id)}
            >
              <Avatar name={person.name} id={person.id} />
              <span>
                <strong>
                  <bdi>{person.name}</bdi>
                  {person.status !== null && (
                    <span title={person.status.text}>
                      {' '}
                      <Emoji code={person.status.emoji.replaceAll(':', '')} />
                    </span>
                  )}
                </strong>
                <small>
                  {person.title}
                  {person.role !== 'member' && ` · ${ROLE_WORDS[person.role] ?? person.role}`}
                </small>
              </span>
              {(screen.waiting[person.id] ?? 0) > 0 && <b class="badge">{screen.waiting[person.id]}</b>}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
