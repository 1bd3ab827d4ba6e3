import type { ComponentChildren } from 'preact';
import type { ScreenConversation } from '../slack/screen.ts';
import { ROLE_WORDS } from './cast.ts';
import { usePage } from './context.ts';
import { clockTime } from './dates.ts';
import { Emoji } from './emoji.tsx';
import { Avatar, Icon } from './icons.tsx';
import { rove } from './keys.ts';

/** Channels, direct messages and the app, as one stop for Tab with arrow keys inside. */
export function Sidebar(props: {
  readonly where: string;
  readonly onGo: (where: string) => void;
  /** Set where it was opened above the conversation, in a narrow window. */
  readonly onClose?: (() => void) | undefined;
}) {
  const { screen } = usePage();
  const own = `D${screen.me.id.slice(1)}`;
  const channels = screen.conversations.filter((each) => each.kind === 'channel');
  const direct = screen.conversations.filter((each) => each.kind === 'dm' && each.id !== own);
  const app = screen.conversations.find((each) => each.id === own);
  return (
    <nav
      class="sidebar"
      aria-label="Workspace"
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onClose?.();
      }}
    >
      <div class="workspace">
        <strong>{screen.team}</strong>
        <p class="me">
          <Avatar name={screen.me.name} id={screen.me.id} />
          <span>
            <bdi>{screen.me.name}</bdi>
            {screen.me.status !== null && (
              <span title={screen.me.status.text}>
                {' '}
                <Emoji code={screen.me.status.emoji.replaceAll(':', '')} />
                <span class="unseen">{screen.me.status.text}</span>
              </span>
            )}
            <small>
              {screen.me.title}
              {screen.me.role !== 'member' && ` · ${ROLE_WORDS[screen.me.role] ?? screen.me.role}`}
            </small>
          </span>
        </p>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: listens for the buttons inside, which have the focus */}
      <div class="rooms" onKeyDown={(event) => rove(event, '.room-link')}>
        {channels.length > 0 && <h2 id="rooms-channels">Channels</h2>}
        <ul aria-labelledby="rooms-channels" hidden={channels.length === 0}>
          {channels.map((room) => (
            <RoomLink key={room.id} room={room} current={props.where === room.id} onGo={props.onGo}>
              <Icon name={room.isPrivate ? 'lock' : 'hash'} />
              <span>{room.name}</span>
            </RoomLink>
          ))}
        </ul>
        {direct.length > 0 && <h2 id="rooms-direct">Direct messages</h2>}
        {direct.length > 0 && (
          <ul aria-labelledby="rooms-direct">
            {direct.map((room) => (
              <RoomLink key={room.id} room={room} current={props.where === room.id} onGo={props.onGo}>
                <Avatar name={room.name} id={room.id} />
                <span dir="auto">{room.name}</span>
              </RoomLink>
            ))}
          </ul>
        )}
        <h2 id="rooms-apps">Apps</h2>
        <ul aria-labelledby="rooms-apps">
          {app !== undefined && (
            <RoomLink
              room={app}
              current={props.where === own || props.where === 'home' || props.where === 'about'}
              onGo={props.onGo}
            >
              <Avatar name={screen.app.name} id={screen.app.userId} bot />
              <span>{screen.app.name}</span>
            </RoomLink>
          )}
        </ul>
      </div>
      <BotState />
    </nav>
  );
}

function RoomLink(props: {
  readonly room: ScreenConversation;
  readonly current: boolean;
  readonly onGo: (where: string) => void;
  readonly children: ComponentChildren;
}) {
  const { room, current } = props;
  const unread = !current && room.unread > 0;
  // Company news makes a name bold; what concerns somebody personally is counted.
  const counted = room.kind === 'dm' || room.isPrivate ? room.unread : room.mentions;
  return (
    <li>
      <button
        type="button"
        class={`room-link ${unread ? 'unread' : ''}`}
        aria-current={current ? 'page' : undefined}
        tabIndex={current ? 0 : -1}
        onClick={() => props.onGo(room.id)}
      >
        {props.children}
        {unread && counted > 0 ? (
          <b class="badge">
            {counted}
            <span class="unseen"> unread</span>
          </b>
        ) : (
          unread && <span class="unseen">unread</span>
        )}
      </button>
    </li>
  );
}

const BOT_WORDS: Readonly<Record<string, string>> = {
  starting: 'is starting…',
  stopping: 'is stopping…',
  away: 'is not running',
};

function BotState() {
  const { screen, world } = usePage();
  const words = world === null || world.bot.state === 'none' ? undefined : BOT_WORDS[world.bot.state];
  const up = words === undefined && screen.app.connected;
  return (
    <p class={`bot-state ${up ? 'up' : 'down'}`} role="status">
      <i aria-hidden="true" />
      <span>
        {screen.app.name} {words ?? (screen.app.connected ? 'is connected' : 'is not connected yet')}
      </span>
      <time dateTime={screen.now} title={`Your clock: ${screen.me.timezone}`}>
        {clockTime(new Date(screen.now), screen.me.timezone)}
      </time>
    </p>
  );
}
