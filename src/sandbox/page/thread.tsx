import { useEffect, useState } from 'preact/hooks';
import type { ScreenConversation } from '../slack/screen.ts';
import { Composer } from './composer.tsx';
import { usePage } from './context.ts';
import { Log, useRoomName } from './conversation.tsx';
import { Icon } from './icons.tsx';
import { usePanel } from './keys.ts';

/** One message and what was replied to it, beside the conversation. */
export function Thread(props: {
  readonly conversation: ScreenConversation;
  readonly root: string;
  readonly onClose: () => void;
}) {
  const { screen } = usePage();
  const { conversation, root } = props;
  const [draft, setDraft] = useState('');
  const name = useRoomName(conversation);
  const { root: panel, close } = usePanel(props.onClose);
  useEffect(() => setDraft(''), [root]);
  const messages = conversation.messages.filter((message) => message.ts === root || message.threadTs === root);
  const author = screen.people.find((person) => person.id === messages[0]?.user)?.name ?? name;
  return (
    <aside class="panel thread" aria-label="Thread" ref={panel} tabIndex={-1}>
      <header>
        <h2>
          <Icon name="reply" /> Thread <small>{conversation.kind === 'dm' ? name : `#${name}`}</small>
        </h2>
        <button type="button" class="ghost square" aria-label="Close thread" title="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <Log label="Messages in this thread" messages={messages} channel={`${conversation.id}`} inThread>
        {messages.length === 0 && <p class="waiting">This message is gone.</p>}
      </Log>
      <Composer channel={conversation.id} threadTs={root} name={author} draft={draft} onDraft={setDraft} />
    </aside>
  );
}
