import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ScreenConversation, ScreenMessage } from '../slack/screen.ts';
import { Composer } from './composer.tsx';
import { usePage } from './context.ts';
import { Avatar, Icon } from './icons.tsx';
import { rove } from './keys.ts';
import { Messages } from './message.tsx';

/** How far from the end somebody may have scrolled and still be taken along to new messages. */
const NEAR_END_PX = 160;

export function Conversation(props: {
  readonly conversation: ScreenConversation;
  /** Whether a thread is read beside it, where one goes on writing. */
  readonly aside: boolean;
  readonly tabs?: ComponentChildren;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
}) {
  const { conversation } = props;
  const { act } = usePage();
  // Where reading had stopped when the conversation was opened; reading on does not move the mark.
  const opened = useRef(conversation.lastRead);
  const shown = conversation.messages.filter((message) => !isReply(message) || message.broadcast);
  const newFrom = firstUnread(shown, opened.current);
  useEffect(() => {
    if (conversation.unread > 0) void act({ act: 'read', channel: conversation.id });
  }, [conversation.id, conversation.unread]);
  const name = useRoomName(conversation);
  return (
    <main class="conversation">
      <RoomHeader conversation={conversation} tabs={props.tabs} />
      <Log
        label={conversation.kind === 'dm' ? `Messages with ${name}` : `Messages in ${name}`}
        messages={shown}
        channel={conversation.id}
        newFrom={newFrom}
      >
        {shown.length === 0 && <Beginning conversation={conversation} onDraft={props.onDraft} />}
      </Log>
      <Composer
        channel={conversation.id}
        name={conversation.kind === 'dm' ? name : `#${name}`}
        draft={props.draft}
        onDraft={props.onDraft}
        takesFocus={!props.aside}
      />
    </main>
  );
}

/** Messages, newest at the end and in sight; the arrow keys go from one to the next. */
export function Log(props: {
  readonly label: string;
  readonly messages: readonly ScreenMessage[];
  readonly channel: string;
  readonly newFrom?: string | null;
  readonly inThread?: boolean;
  readonly children?: ComponentChildren;
}) {
  const list = useRef<HTMLDivElement>(null);
  const place = useRef('');
  const last = props.messages.at(-1);
  const version = `${props.channel}:${last?.ts}:${JSON.stringify(last?.blocks ?? '').length}`;
  useLayoutEffect(() => {
    const box = list.current;
    const newest = box?.querySelector<HTMLElement>('article.message:last-of-type');
    if (box === null || newest == null) return;
    const switched = place.current !== props.channel;
    place.current = props.channel;
    const belowView = box.scrollHeight - box.scrollTop - box.clientHeight;
    // A long message is read from its beginning, so that is where it is shown.
    if (switched || belowView < NEAR_END_PX + newest.clientHeight) box.scrollTop = newest.offsetTop - box.offsetTop - 12;
  }, [version]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const target = event.target as HTMLElement;
    const message = target.closest<HTMLElement>('article.message');
    if (event.key === 'Escape' && message !== null && !event.defaultPrevented) {
      event.preventDefault();
      if (target === message) list.current?.parentElement?.querySelector<HTMLElement>('textarea')?.focus();
      else message.focus();
    } else if (target === message && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      const atEnd = event.key === 'ArrowDown' && message.matches('article.message:last-of-type');
      if (atEnd) list.current?.parentElement?.querySelector<HTMLElement>('textarea')?.focus();
      else rove(event, 'article.message');
    }
  };
  return (
    <div class="messages" ref={list} role="log" aria-label={props.label} aria-live="polite" onKeyDown={onKeyDown}>
      {props.children}
      <Messages
        messages={props.messages}
        channel={props.channel}
        newFrom={props.newFrom ?? null}
        inThread={props.inThread ?? false}
      />
    </div>
  );
}

export function isReply(message: ScreenMessage): boolean {
  return message.threadTs !== null && message.threadTs !== message.ts;
}

function firstUnread(messages: readonly ScreenMessage[], lastRead: string): string | null {
  if (lastRead === '') return null;
  const index = messages.findIndex((message) => message.ts > lastRead && !message.ephemeral);
  return index <= 0 ? null : (messages[index]?.ts ?? null);
}

/** What a conversation is called for this person. */
export function useRoomName(conversation: ScreenConversation): string {
  const { screen } = usePage();
  if (conversation.kind === 'channel') return conversation.name;
  if (conversation.id === `D${screen.me.id.slice(1)}` || conversation.name === 'directmessage') return screen.app.name;
  return conversation.name;
}

export function RoomHeader(props: { readonly conversation: ScreenConversation | null; readonly tabs?: ComponentChildren }) {
  const { screen } = usePage();
  const { conversation } = props;
  if (conversation === null || conversation.kind === 'dm')
    return (
      <header class="room">
        <h1>
          <Avatar name={screen.app.name} id={screen.app.userId} bot />
          {conversation === null ? screen.app.name : <RoomName conversation={conversation} />}
          <span class="tag">app</span>
        </h1>
        {props.tabs}
      </header>
    );
  return (
    <header class="room">
      <h1>
        <Icon name={conversation.isPrivate ? 'lock' : 'hash'} />
        {conversation.name}
      </h1>
      <p>
        <span class="topic">{conversation.topic}</span>
        <span class="count" title={`${conversation.memberCount} members`}>
          <Icon name="people" /> {conversation.memberCount}
          <span class="unseen"> members</span>
        </span>
      </p>
    </header>
  );
}

function RoomName({ conversation }: { readonly conversation: ScreenConversation }) {
  return <>{useRoomName(conversation)}</>;
}

function Beginning(props: { readonly conversation: ScreenConversation; readonly onDraft: (text: string) => void }) {
  const { screen } = usePage();
  const [command] = screen.app.commands;
  if (props.conversation.kind === 'channel')
    return (
      <div class="beginning">
        <h2>
          <Icon name={props.conversation.isPrivate ? 'lock' : 'hash'} /> {props.conversation.name}
        </h2>
        <p>Nothing was written here yet. {props.conversation.topic}</p>
      </div>
    );
  return (
    <div class="beginning">
      <Avatar name={screen.app.name} id={screen.app.userId} bot />
      <h2>{screen.me.role === 'deactivated' ? 'Nobody is signed in here' : `Say hello to ${screen.app.name}`}</h2>
      <p hidden={screen.me.role === 'deactivated'}>
        Type a command below. Answers to a command are for your eyes only; cards that need a decision go to{' '}
        <strong>#it-licences</strong>.
      </p>
      {command !== undefined && screen.me.role !== 'deactivated' && (
        <p class="starters">
          {[command.command, `${command.command} cara@example.com`, `${command.command} help`].map((text) => (
            <button key={text} type="button" class="chip" onClick={() => props.onDraft(text)}>
              {text}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
