import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Wire } from '../wire.ts';
import { post } from './api.ts';
import { Page, type PageContext } from './context.ts';
import { Conversation } from './conversation.tsx';
import { ConfirmDialog, useQuestion, ViewDialog } from './dialogs.tsx';
import { Guide } from './guide.tsx';
import { Home } from './home.tsx';
import { Icon } from './icons.tsx';
import { Inspector } from './inspector.tsx';
import { Sidebar } from './sidebar.tsx';
import { useScreen } from './use-screen.ts';

const FIRST_PERSON = 'U01ADA';
const TOAST_MS = 5_000;

/** `#U01ADA/C01GENERAL`: who one is and where, so that a reload or a second window keeps it. */
function readHash(): { readonly userId: string; readonly where: string } {
  const [userId = '', where = ''] = location.hash.slice(1).split('/');
  return { userId: userId === '' ? FIRST_PERSON : userId, where };
}

export function App() {
  const [{ userId, where }, setPlace] = useState(readHash);
  const { screen, lost } = useScreen(userId);
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [traffic, setTraffic] = useState(false);
  const [guide, setGuide] = useState(() => innerWidth >= 1100);
  const [toasts, setToasts] = useState<readonly { readonly id: number; readonly text: string }[]>([]);
  const [done, setDone] = useState<ReadonlySet<number>>(new Set());
  const [question, confirm] = useQuestion();
  const seenNotices = useRef(new Set<number>());

  const go = useCallback((nextUser: string, nextWhere: string) => {
    history.replaceState(null, '', `#${nextUser}/${nextWhere}`);
    setPlace({ userId: nextUser, where: nextWhere });
  }, []);
  useEffect(() => {
    const follow = (): void => setPlace(readHash());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);

  const toast = useCallback((text: string) => {
    const id = Math.random();
    setToasts((all) => [...all, { id, text }]);
    setTimeout(() => setToasts((all) => all.filter((each) => each.id !== id)), TOAST_MS);
  }, []);
  const call = useCallback(
    (verb: string, body: Wire = {}) =>
      post(verb, body).catch((error: unknown) => {
        toast(error instanceof Error ? error.message : String(error));
        return null;
      }),
    [toast],
  );
  useEffect(() => {
    for (const notice of screen?.notices ?? []) {
      if (seenNotices.current.has(notice.id)) continue;
      seenNotices.current.add(notice.id);
      toast(notice.text);
    }
  }, [screen?.notices.length]);
  const context = useMemo(
    (): PageContext | null =>
      screen === null ? null : { screen, toast, confirm, act: (body) => call('act', { as: screen.me.id, ...body }) },
    [screen],
  );
  if (screen === null || context === null)
    return <p class="loading">{lost ? 'The sandbox does not answer.' : 'Opening the sandbox…'}</p>;

  const direct = `D${screen.me.id.slice(1)}`;
  const room = where === 'home' ? 'home' : (screen.conversations.find((each) => each.id === where)?.id ?? direct);
  const conversation = screen.conversations.find((each) => each.id === room);
  const draftKey = `${screen.me.id}/${room}`;
  const setDraft = (key: string, text: string): void => setDrafts((all) => ({ ...all, [key]: text }));
  const startAgain = async (): Promise<void> => {
    await call('reset');
    setDone(new Set());
    toast('Everything is as it was at the start.');
  };
  const step = (wanted: { as?: string; go?: string; draft?: string }): void => {
    const person = screen.people.find((each) => each.handle === wanted.as)?.id ?? userId;
    const channel = screen.conversations.find((each) => each.name === wanted.go)?.id ?? 'C02LICENCES';
    const target =
      wanted.go === 'home' ? 'home' : wanted.go === 'dm' ? `D${person.slice(1)}` : wanted.go === undefined ? room : channel;
    go(person, target);
    if (wanted.draft !== undefined) setDraft(`${person}/${target}`, wanted.draft);
  };
  return (
    <Page.Provider value={context}>
      <div class={`layout ${guide ? 'with-guide' : ''} ${traffic ? 'with-traffic' : ''}`}>
        <Sidebar where={room} onGo={(next) => go(userId, next)} onBecome={(next) => go(next, sameRoom(room))} />
        {conversation === undefined ? (
          <Home />
        ) : (
          <Conversation
            key={`${screen.me.id}:${conversation.id}`}
            conversation={conversation}
            draft={drafts[draftKey] ?? ''}
            onDraft={(text) => setDraft(draftKey, text)}
          />
        )}
        {guide && <Guide onStep={step} post={call} done={done} setDone={setDone} />}
        {traffic && <Inspector onClose={() => setTraffic(false)} />}
      </div>
      <div class="corner">
        {screen.brokenCount > 0 && (
          <span class="warned" title="Slack would complain about something the bot sent">
            {screen.brokenCount} rules broken
          </span>
        )}
        <button type="button" class="ghost" aria-pressed={guide} onClick={() => setGuide(!guide)}>
          <Icon name="compass" /> Try
        </button>
        <button type="button" class="ghost" aria-pressed={traffic} onClick={() => setTraffic(!traffic)}>
          <Icon name="pulse" /> Traffic
        </button>
        <button type="button" class="ghost" onClick={() => void confirm(RESET).then((yes) => (yes ? startAgain() : null))}>
          <Icon name="reset" /> Reset
        </button>
      </div>
      {screen.modal !== null && <ViewDialog key={screen.modal.id} view={screen.modal} />}
      {question !== null && <ConfirmDialog question={question} />}
      <div class="toasts" role="status" aria-live="polite">
        {lost && <p>The sandbox does not answer. Trying again…</p>}
        {toasts.map((each) => (
          <p key={each.id}>{each.text}</p>
        ))}
      </div>
    </Page.Provider>
  );
}

const RESET = {
  title: { type: 'plain_text', text: 'Start again?' },
  text: {
    type: 'plain_text',
    text: 'Messages, seats and accounts go back to the beginning. What the bot itself remembers stays.',
  },
  confirm: { type: 'plain_text', text: 'Reset' },
  deny: { type: 'plain_text', text: 'Keep' },
  style: 'danger',
};

/** A new person looks at the same channel; direct messages become their own. */
function sameRoom(room: string): string {
  return room.startsWith('D') ? '' : room;
}
