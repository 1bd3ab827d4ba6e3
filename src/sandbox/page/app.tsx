import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Wire } from '../wire.ts';
import { post } from './api.ts';
import { About, type AppTab, AppTabs, Home } from './app-home.tsx';
import { Page, type PageContext } from './context.ts';
import { Conversation } from './conversation.tsx';
import { ConfirmDialog, useQuestion, ViewDialog } from './dialogs.tsx';
import { Controls } from './panels/controls.tsx';
import { Guide } from './panels/guide.tsx';
import { Inspector } from './panels/inspector.tsx';
import type { TourStep } from './panels/tour.ts';
import { Sidebar } from './sidebar.tsx';
import { useTheme } from './theme.ts';
import { Thread } from './thread.tsx';
import { Toasts, useToasts } from './toasts.tsx';
import { type Panel, TopBar } from './top-bar.tsx';
import { usePlace } from './use-place.ts';
import { useScreen } from './use-screen.ts';

/** A window wide enough for the tour beside the conversation. */
const WIDE_PX = 1100;
const NARROW_PX = 760;

export function App() {
  const [place, go] = usePlace();
  const { screen, world, lost, unknown } = useScreen(place.userId);
  const [theme, nextTheme] = useTheme();
  const [drafts, setDrafts] = useState<Readonly<Record<string, string>>>({});
  const [traffic, setTraffic] = useState(false);
  const [panel, setPanel] = useState<Panel | null>(() => (innerWidth >= WIDE_PX ? 'tour' : null));
  const [rooms, setRooms] = useState(false);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const [question, confirm] = useQuestion();
  const [toasts, toast] = useToasts();
  const seenNotices = useRef(new Set<number>());

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
      screen === null
        ? null
        : {
            screen,
            world,
            toast,
            confirm,
            change: call,
            act: (body) => call('act', { as: screen.me.id, ...body }),
            go: (where, part) => go(screen.me.id, where, part),
          },
    [screen, world],
  );
  useEffect(() => {
    document.title = screen === null ? 'Seatwarden sandbox' : `${screen.me.name} · ${screen.team} · Seatwarden sandbox`;
  }, [screen?.me.name]);
  if (screen === null || context === null)
    return (
      <p class="loading" role="status">
        {unknown ? (
          <>
            There is nobody with this id here. <a href="/">Start again as Ada.</a>
          </>
        ) : lost ? (
          'The sandbox does not answer.'
        ) : (
          'Opening the sandbox…'
        )}
      </p>
    );

  const own = `D${screen.me.id.slice(1)}`;
  const isTab = place.where === 'home' || place.where === 'about';
  const room = isTab ? place.where : (screen.conversations.find((each) => each.id === place.where)?.id ?? own);
  const conversation = screen.conversations.find((each) => each.id === room);
  const thread = conversation === undefined || place.part === '' ? null : place.part;
  const draftKey = `${screen.me.id}/${room}`;
  const setDraft = (key: string, text: string): void => setDrafts((all) => ({ ...all, [key]: text }));
  const startAgain = async (): Promise<void> => {
    if ((await call('reset')) === null) return;
    setDone(new Set());
    setDrafts({});
    go(screen.me.id, room);
    toast('Everything is as it was at the start.');
  };
  const step = (wanted: TourStep): void => {
    const person = screen.people.find((each) => each.handle === wanted.as)?.id ?? screen.me.id;
    const channel = screen.conversations.find((each) => each.name === wanted.go)?.id ?? 'C02LICENCES';
    const target =
      wanted.go === 'home' ? 'home' : wanted.go === 'dm' ? `D${person.slice(1)}` : wanted.go === undefined ? room : channel;
    setDone(new Set([...done, wanted.id]));
    if (wanted.opens !== undefined) setPanel(wanted.opens);
    else if (innerWidth < WIDE_PX) setPanel(null);
    go(person, target);
    if (wanted.draft !== undefined) setDraft(`${person}/${target}`, wanted.draft);
  };
  const becomes = (userId: string): void => go(userId, room === own ? '' : room);
  const openRoom = (where: string): void => {
    setRooms(false);
    go(screen.me.id, where);
  };
  const openPanel = (next: Panel | null): void => {
    if (innerWidth < NARROW_PX) setTraffic(false);
    setPanel(next);
    if (next !== null && thread !== null) go(screen.me.id, room);
  };
  const tab: AppTab | null = isTab ? (room as AppTab) : room === own ? 'messages' : null;
  const unread = screen.conversations.find((each) => each.id === own)?.unread ?? 0;
  const tabs =
    tab === null ? undefined : <AppTabs tab={tab} unread={unread} onTab={(next) => openRoom(next === 'messages' ? own : next)} />;
  const aside = thread !== null || panel !== null;
  return (
    <Page.Provider value={context}>
      <div class={`frame ${aside ? 'with-panel' : ''} ${rooms ? 'with-rooms' : ''}`}>
        <TopBar
          panel={thread === null ? panel : null}
          onPanel={openPanel}
          traffic={traffic}
          onTraffic={() => setTraffic(!traffic)}
          theme={theme}
          onTheme={nextTheme}
          onBecome={becomes}
          onReset={() => void startAgain()}
          onRooms={() => setRooms(!rooms)}
        />
        <Sidebar where={room} onGo={openRoom} onClose={rooms ? () => setRooms(false) : undefined} />
        {room === 'home' ? (
          <Home tabs={tabs} />
        ) : conversation === undefined ? (
          <About tabs={tabs} />
        ) : (
          <Conversation
            key={`${screen.me.id}:${conversation.id}`}
            conversation={conversation}
            aside={thread !== null}
            tabs={tabs}
            draft={drafts[draftKey] ?? ''}
            onDraft={(text) => setDraft(draftKey, text)}
          />
        )}
        {thread !== null && conversation !== undefined ? (
          <Thread key={thread} conversation={conversation} root={thread} onClose={() => go(screen.me.id, room)} />
        ) : panel === 'tour' ? (
          <Guide onStep={step} done={done} onClose={() => setPanel(null)} />
        ) : panel === 'controls' ? (
          <Controls onClose={() => setPanel(null)} />
        ) : null}
        {traffic && <Inspector onClose={() => setTraffic(false)} />}
      </div>
      {rooms && <button type="button" class="shade" aria-label="Close" onClick={() => setRooms(false)} />}
      {screen.modal !== null && <ViewDialog key={screen.modal.id} view={screen.modal} />}
      {question !== null && <ConfirmDialog question={question} />}
      <Toasts toasts={toasts} lost={lost} />
    </Page.Provider>
  );
}
