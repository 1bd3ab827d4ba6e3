import { useEffect, useRef, useState } from 'preact/hooks';
import type { Screen, ScreenConversation, ScreenPerson } from '../slack/screen.ts';
import { usePage } from './context.ts';
import { Avatar, Icon } from './icons.tsx';
import { useDismiss } from './use-dismiss.ts';

/** The people worth being, in the order of the story. */
const CAST = ['ada', 'dan', 'bob', 'cara', 'eve'];

const ROLE_WORDS: Readonly<Record<string, string>> = {
  owner: 'Workspace owner',
  admin: 'Workspace admin',
  guest: 'Guest',
  member: 'Member',
};

export function Sidebar(props: {
  readonly where: string;
  readonly onGo: (where: string) => void;
  readonly onBecome: (userId: string) => void;
}) {
  const { screen, act } = usePage();
  const channels = screen.conversations.filter((each) => each.kind === 'channel');
  const direct = screen.conversations.filter((each) => each.kind === 'dm');
  const shortcuts = screen.app.shortcuts.filter((shortcut) => shortcut.kind === 'global');
  return (
    <nav class="sidebar" aria-label="Workspace">
      <PersonSwitcher screen={screen} onBecome={props.onBecome} />
      <div class="rooms">
        <h2>Channels</h2>
        <Rooms rooms={channels} {...props} />
        <h2>Direct messages</h2>
        <Rooms rooms={direct} {...props} />
        <h2>App</h2>
        <ul>
          <li>
            <button
              type="button"
              class="room-link"
              aria-current={props.where === 'home' ? 'page' : undefined}
              onClick={() => props.onGo('home')}
            >
              <Icon name="home" /> <span>App home</span>
            </button>
          </li>
          {shortcuts.map((shortcut) => (
            <li key={shortcut.callbackId}>
              <button
                type="button"
                class="room-link"
                onClick={() => void act({ act: 'shortcut', callbackId: shortcut.callbackId })}
              >
                <Icon name="bolt" /> <span>{shortcut.name}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <p class={`bot-state ${screen.app.connected ? 'up' : 'down'}`} role="status">
        <i /> {screen.app.connected ? `${screen.app.name} is connected` : `${screen.app.name} is not connected yet`}
      </p>
    </nav>
  );
}

function Rooms(props: {
  readonly rooms: readonly ScreenConversation[];
  readonly where: string;
  readonly onGo: (where: string) => void;
}) {
  const { screen } = usePage();
  return (
    <ul>
      {props.rooms.map((room) => (
        <li key={room.id}>
          <button
            type="button"
            class={`room-link ${room.unread > 0 ? 'unread' : ''}`}
            aria-current={props.where === room.id ? 'page' : undefined}
            onClick={() => props.onGo(room.id)}
          >
            {room.kind === 'dm' ? (
              <Avatar name={screen.app.name} id={screen.app.userId} bot />
            ) : (
              <Icon name={room.isPrivate ? 'lock' : 'hash'} />
            )}
            <span>{room.kind === 'dm' ? screen.app.name : room.name}</span>
            {room.unread > 0 && props.where !== room.id && <b title={`${room.unread} unread`}>{room.unread}</b>}
          </button>
        </li>
      ))}
    </ul>
  );
}

function PersonSwitcher({ screen, onBecome }: { readonly screen: Screen; readonly onBecome: (userId: string) => void }) {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState('');
  const root = useRef<HTMLDivElement>(null);
  useDismiss(open, root, () => setOpen(false));
  useEffect(() => {
    if (open) root.current?.querySelector('input')?.focus();
  }, [open]);
  const wanted = filter.trim().toLowerCase();
  const fits = (person: ScreenPerson): boolean =>
    person.role !== 'bot' && (wanted === '' || person.name.toLowerCase().includes(wanted) || person.handle.includes(wanted));
  const story = CAST.flatMap((handle) => screen.people.filter((person) => person.handle === handle));
  const cast = story.filter(fits);
  const waiting = story.reduce((sum, person) => sum + (screen.waiting[person.id] ?? 0), 0);
  const others = screen.people.filter((person) => fits(person) && !CAST.includes(person.handle) && person.role !== 'deactivated');
  const become = (userId: string): void => {
    setOpen(false);
    setFilter('');
    onBecome(userId);
  };
  return (
    <div class="switcher" ref={root}>
      <p class="team">{screen.team}</p>
      <button type="button" class="me" aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Avatar name={screen.me.name} id={screen.me.id} />
        <span>
          <strong>{screen.me.name}</strong>
          <small>{ROLE_WORDS[screen.me.role] ?? screen.me.role}</small>
        </span>
        {waiting > 0 && <b title={`${waiting} unread messages for the others`}>{waiting}</b>}
        <Icon name="down" />
      </button>
      {open && (
        <div class="popover people" role="dialog" aria-label="Act as">
          <input
            type="search"
            placeholder="Act as…"
            aria-label="Find a person"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
          <PeopleList title="In this story" people={cast} screen={screen} onBecome={become} />
          <PeopleList title="Everyone else" people={others} screen={screen} onBecome={become} />
        </div>
      )}
    </div>
  );
}

function PeopleList(props: {
  readonly title: string;
  readonly people: readonly ScreenPerson[];
  readonly screen: Screen;
  readonly onBecome: (userId: string) => void;
}) {
  if (props.people.length === 0) return null;
  return (
    <>
      <h3>{props.title}</h3>
      <ul>
        {props.people.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              aria-current={person.id === props.screen.me.id ? 'true' : undefined}
              onClick={() => props.onBecome(person.id)}
            >
              <Avatar name={person.name} id={person.id} />
              <span>
                <strong>{person.name}</strong>
                <small>
                  {person.title}
                  {person.role !== 'member' && ` · ${ROLE_WORDS[person.role]}`}
                </small>
              </span>
              {(props.screen.waiting[person.id] ?? 0) > 0 && <b>{props.screen.waiting[person.id]}</b>}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
