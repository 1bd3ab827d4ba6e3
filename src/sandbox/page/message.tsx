import type { ScreenMessage, ScreenPerson } from '../slack/screen.ts';
import { Blocks } from './blocks/blocks.tsx';
import { FileChip } from './blocks/pictures.tsx';
import { usePage } from './context.ts';
import { ago, clockTime, dayName, fullTime, tsDate } from './dates.ts';
import { Emoji, REACTIONS } from './emoji.tsx';
import { Avatar, Icon } from './icons.tsx';
import { Menu } from './popup.tsx';
import { Mrkdwn } from './text.tsx';

/** Messages of one person within this many seconds share one heading. */
const GROUPED_SECONDS = 300;

const ROLE_TAGS: Readonly<Record<string, string>> = { guest: 'guest', deactivated: 'left' };

export function Messages(props: {
  readonly messages: readonly ScreenMessage[];
  readonly channel: string;
  /** Where what was unread begins; null when nothing was. */
  readonly newFrom?: string | null;
  readonly inThread?: boolean;
}) {
  const { screen } = usePage();
  const zone = screen.me.timezone;
  const now = new Date(screen.now);
  return (
    <>
      {props.messages.map((message, index) => {
        const before = props.messages[index - 1];
        const day = dayName(tsDate(message.ts), now, zone);
        const newDay = before === undefined || dayName(tsDate(before.ts), now, zone) !== day;
        const fresh = props.newFrom === message.ts;
        return (
          <MessageRow
            key={message.ts}
            message={message}
            channel={props.channel}
            inThread={props.inThread ?? false}
            last={index === props.messages.length - 1}
            grouped={!newDay && !fresh && belongsTo(message, before)}
            divider={newDay || fresh ? { day: newDay ? day : null, fresh } : null}
          />
        );
      })}
    </>
  );
}

function belongsTo(message: ScreenMessage, before: ScreenMessage): boolean {
  return (
    before.user === message.user &&
    before.ephemeral === message.ephemeral &&
    before.blocks.length === 0 &&
    message.blocks.length === 0 &&
    before.thread === null &&
    Number(message.ts) - Number(before.ts) < GROUPED_SECONDS
  );
}

interface RowProps {
  readonly message: ScreenMessage;
  readonly channel: string;
  readonly inThread: boolean;
  readonly last: boolean;
  readonly grouped: boolean;
  readonly divider: { readonly day: string | null; readonly fresh: boolean } | null;
}

function MessageRow({ message, channel, inThread, last, grouped, divider }: RowProps) {
  const { screen } = usePage();
  const author = screen.people.find((person) => person.id === message.user);
  const isBot = author === undefined || author.role === 'bot';
  const name = author?.name ?? 'Slackbot';
  const zone = screen.me.timezone;
  const date = tsDate(message.ts);
  const time = clockTime(date, zone);
  const place = { kind: 'message', channel, ts: message.ts } as const;
  return (
    <>
      {divider !== null && (
        <div class={`day ${divider.fresh ? 'fresh' : ''}`}>
          {divider.day !== null && <span>{divider.day}</span>}
          {divider.fresh && <b>New</b>}
        </div>
      )}
      <article
        class={`message ${grouped ? 'grouped' : ''} ${message.ephemeral ? 'ephemeral' : ''}`}
        aria-label={`${name}, ${time}${message.ephemeral ? ', only visible to you' : ''}`}
        tabIndex={last ? 0 : -1}
      >
        {grouped ? (
          <time class="gutter" title={fullTime(date, zone)}>
            {time}
          </time>
        ) : (
          <Avatar name={name} id={message.user} bot={isBot} />
        )}
        <div class="body">
          {message.ephemeral && (
            <p class="only-you">
              <Icon name="eye" /> Only visible to you
            </p>
          )}
          {message.pinned && (
            <p class="only-you">
              <Icon name="pin" /> Pinned
            </p>
          )}
          {message.broadcast && !inThread && <p class="only-you">Replied to a thread</p>}
          {!grouped && <Byline author={author} name={name} isBot={isBot} message={message} />}
          {message.blocks.length === 0 ? (
            message.text !== '' && (
              <div class="plain" dir="auto">
                <Mrkdwn text={message.text} />
                {message.edited && <small class="edited"> (edited)</small>}
              </div>
            )
          ) : (
            <>
              <Blocks blocks={message.blocks} place={place} values={message.values} />
              {message.edited && <small class="edited">(edited)</small>}
            </>
          )}
          {message.files.length > 0 && (
            <div class="files">
              {message.files.map((file) => (
                <FileChip key={file.id} file={file} />
              ))}
            </div>
          )}
          <Reactions message={message} channel={channel} />
          {!inThread && <ThreadLink message={message} channel={channel} />}
        </div>
        {!message.ephemeral && <Tools message={message} channel={channel} inThread={inThread} />}
      </article>
    </>
  );
}

function Byline(props: {
  readonly author: ScreenPerson | undefined;
  readonly name: string;
  readonly isBot: boolean;
  readonly message: ScreenMessage;
}) {
  const { screen } = usePage();
  const { author, name, isBot, message } = props;
  const date = tsDate(message.ts);
  const role = ROLE_TAGS[author?.role ?? ''];
  return (
    <p class="byline">
      <strong>
        <bdi>{name}</bdi>
      </strong>
      {author?.status != null && (
        <span class="status" title={author.status.text}>
          <Emoji code={author.status.emoji.replaceAll(':', '')} />
        </span>
      )}
      {isBot && <span class="tag">app</span>}
      {role !== undefined && <span class="tag quiet">{role}</span>}
      <time dateTime={date.toISOString()} title={fullTime(date, screen.me.timezone)}>
        {clockTime(date, screen.me.timezone)}
      </time>
    </p>
  );
}

function Reactions({ message, channel }: { readonly message: ScreenMessage; readonly channel: string }) {
  const { screen, act } = usePage();
  if (message.reactions.length === 0) return null;
  const nameOf = (id: string): string => screen.people.find((person) => person.id === id)?.name ?? id;
  return (
    <div class="reactions">
      {message.reactions.map(({ name, users }) => (
        <button
          key={name}
          type="button"
          aria-pressed={users.includes(screen.me.id)}
          aria-label={`${name.replaceAll('_', ' ')}, ${users.length}`}
          title={users.map(nameOf).join(', ')}
          onClick={() => void act({ act: 'react', channel, ts: message.ts, name })}
        >
          <Emoji code={name} /> {users.length}
        </button>
      ))}
    </div>
  );
}

function ThreadLink({ message, channel }: { readonly message: ScreenMessage; readonly channel: string }) {
  const { screen, go } = usePage();
  const { thread } = message;
  if (thread === null || thread.replies === 0) return null;
  const people = thread.users.map((id) => screen.people.find((person) => person.id === id));
  return (
    <button type="button" class="thread-link" onClick={() => go(channel, message.ts)}>
      {people.slice(0, 4).map((person, index) => (
        <Avatar key={index} name={person?.name ?? ''} id={person?.id ?? ''} bot={person?.role === 'bot'} />
      ))}
      <strong>
        {thread.replies} {thread.replies === 1 ? 'reply' : 'replies'}
      </strong>
      <small>{ago(Date.parse(screen.now) - Number(thread.lastTs) * 1_000)}</small>
    </button>
  );
}

/** What one can do with a message; seen on hover and on focus, always there for a screen reader. */
function Tools(props: { readonly message: ScreenMessage; readonly channel: string; readonly inThread: boolean }) {
  const { screen, act, go } = usePage();
  const { message, channel } = props;
  const shortcuts = screen.app.shortcuts.filter((shortcut) => shortcut.kind === 'message');
  const on = { channel, ts: message.ts };
  if (screen.me.role === 'deactivated') return null;
  return (
    <fieldset class="tools" aria-label="With this message">
      <Menu
        label="Add a reaction"
        class="ghost square"
        items={REACTIONS.map((name) => ({
          key: name,
          label: (
            <>
              <Emoji code={name} /> {name.replaceAll('_', ' ')}
            </>
          ),
          onChoose: () => void act({ act: 'react', ...on, name }),
        }))}
      >
        <Icon name="smile" />
      </Menu>
      {!props.inThread && (
        <button
          type="button"
          class="ghost square"
          aria-label="Reply in thread"
          title="Reply in thread"
          onClick={() => go(channel, message.threadTs ?? message.ts)}
        >
          <Icon name="reply" />
        </button>
      )}
      <Menu
        label="More message actions"
        class="ghost square"
        items={[
          ...shortcuts.map((shortcut) => ({
            key: shortcut.callbackId,
            label: (
              <>
                {shortcut.name} <small>{screen.app.name}</small>
              </>
            ),
            onChoose: () => void act({ act: 'shortcut', callbackId: shortcut.callbackId, on }),
          })),
          {
            key: 'pin',
            label: message.pinned ? 'Unpin from this conversation' : 'Pin to this conversation',
            onChoose: () => void act({ act: 'pin', ...on }),
          },
        ]}
      >
        <Icon name="more" />
      </Menu>
    </fieldset>
  );
}
