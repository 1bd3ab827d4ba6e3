import { useEffect, useRef } from 'preact/hooks';
import type { Screen, ScreenConversation, ScreenMessage } from '../slack/screen.ts';
import { Blocks } from './blocks.tsx';
import { Composer } from './composer.tsx';
import { usePage } from './context.ts';
import { Avatar, Icon } from './icons.tsx';
import { Mrkdwn } from './text.tsx';

/** How far from the end somebody may have scrolled and still be taken along to new messages. */
const NEAR_END_PX = 160;

export function Conversation(props: {
  readonly conversation: ScreenConversation;
  readonly draft: string;
  readonly onDraft: (text: string) => void;
}) {
  const { conversation } = props;
  const { screen, act } = usePage();
  const end = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const last = conversation.messages.at(-1);
  const version = `${conversation.id}:${last?.ts}:${JSON.stringify(last?.blocks ?? '').length}`;
  const place = useRef('');
  useEffect(() => {
    const box = list.current;
    const newest = end.current?.previousElementSibling;
    if (box === null || !(newest instanceof HTMLElement)) return;
    const switched = place.current !== conversation.id;
    place.current = conversation.id;
    const belowView = box.scrollHeight - box.scrollTop - box.clientHeight;
    // A long message is read from its beginning, so that is where it is shown.
    if (switched || belowView < NEAR_END_PX + newest.clientHeight) box.scrollTop = newest.offsetTop - box.offsetTop;
  }, [version]);
  useEffect(() => {
    if (conversation.unread > 0) void act({ act: 'read', channel: conversation.id });
  }, [conversation.id, conversation.unread]);
  return (
    <main class="conversation">
      <header class="room">
        <h1>
          {conversation.kind === 'dm' ? (
            <Avatar name={screen.app.name} id={screen.app.userId} bot />
          ) : (
            <Icon name={conversation.isPrivate ? 'lock' : 'hash'} />
          )}
          {conversation.kind === 'dm' ? screen.app.name : conversation.name}
          {conversation.kind === 'dm' && <span class="tag">app</span>}
        </h1>
        <p>
          {conversation.kind === 'dm'
            ? 'Only the two of you see this'
            : `${conversation.topic} · ${conversation.memberCount} members`}
        </p>
      </header>
      <div
        class="messages"
        ref={list}
        role="log"
        aria-label={conversation.kind === 'dm' ? `Messages with ${screen.app.name}` : `Messages in ${conversation.name}`}
        aria-live="polite"
      >
        {conversation.messages.length === 0 && <Beginning screen={screen} onDraft={props.onDraft} />}
        {conversation.messages.map((message, index) => (
          <MessageRow key={message.ts} message={message} channel={conversation.id} before={conversation.messages[index - 1]} />
        ))}
        <div ref={end} />
      </div>
      <Composer
        channel={conversation.id}
        name={conversation.kind === 'dm' ? screen.app.name : `#${conversation.name}`}
        draft={props.draft}
        onDraft={props.onDraft}
      />
    </main>
  );
}

function Beginning({ screen, onDraft }: { readonly screen: Screen; readonly onDraft: (text: string) => void }) {
  const [command] = screen.app.commands;
  return (
    <div class="beginning">
      <Avatar name={screen.app.name} id={screen.app.userId} bot />
      <h2>Say hello to {screen.app.name}</h2>
      <p>
        Type a command below. Answers to a command are for your eyes only; cards that need a decision go to{' '}
        <strong>#it-licences</strong>.
      </p>
      {command !== undefined && (
        <p class="starters">
          {[command.command, `${command.command} cara@example.com`, `${command.command} help`].map((text) => (
            <button key={text} type="button" class="chip" onClick={() => onDraft(text)}>
              {text}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

function MessageRow(props: {
  readonly message: ScreenMessage;
  readonly channel: string;
  readonly before: ScreenMessage | undefined;
}) {
  const { message, before } = props;
  const { screen, act } = usePage();
  const author = screen.people.find((person) => person.id === message.user);
  const isBot = author?.role === 'bot';
  const name = author?.name ?? 'Slackbot';
  const day = dayOf(message.ts);
  const newDay = before === undefined || dayOf(before.ts) !== day;
  const grouped =
    !newDay &&
    before.user === message.user &&
    before.ephemeral === message.ephemeral &&
    !isBot &&
    Number(message.ts) - Number(before.ts) < 300;
  const shortcuts = screen.app.shortcuts.filter((shortcut) => shortcut.kind === 'message');
  return (
    <>
      {newDay && (
        <div class="day">
          <span>{day}</span>
        </div>
      )}
      <article
        class={`message ${grouped ? 'grouped' : ''} ${message.ephemeral ? 'ephemeral' : ''}`}
        aria-label={`${name}, ${timeOf(message.ts)}`}
      >
        {!grouped && <Avatar name={name} id={message.user} bot={isBot || author === undefined} />}
        <div class="body">
          {message.ephemeral && (
            <p class="only-you">
              <Icon name="eye" /> Only visible to you
            </p>
          )}
          {!grouped && (
            <p class="byline">
              <strong>{name}</strong>
              {isBot && <span class="tag">app</span>}
              {author !== undefined && !isBot && author.role !== 'member' && <span class="tag quiet">{author.role}</span>}
              <time>{timeOf(message.ts)}</time>
            </p>
          )}
          {message.blocks.length === 0 ? (
            <div class="plain">
              <Mrkdwn text={message.text} />
              {message.edited && <small class="edited"> (edited)</small>}
            </div>
          ) : (
            <Blocks blocks={message.blocks} place={{ kind: 'message', channel: props.channel, ts: message.ts }} />
          )}
        </div>
        {shortcuts.length > 0 && !message.ephemeral && (
          <div class="tools">
            {shortcuts.map((shortcut) => (
              <button
                key={shortcut.callbackId}
                type="button"
                class="ghost"
                onClick={() =>
                  void act({ act: 'shortcut', callbackId: shortcut.callbackId, on: { channel: props.channel, ts: message.ts } })
                }
              >
                {shortcut.name}
              </button>
            ))}
          </div>
        )}
      </article>
    </>
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' });
const TIME = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

function dayOf(ts: string): string {
  return DAY.format(new Date(Number(ts) * 1_000));
}

function timeOf(ts: string): string {
  return TIME.format(new Date(Number(ts) * 1_000));
}
