import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Blocks } from './blocks/blocks.tsx';
import { usePage } from './context.ts';
import { RoomHeader } from './conversation.tsx';
import { Avatar, Icon } from './icons.tsx';
import { rove } from './keys.ts';

export type AppTab = 'home' | 'messages' | 'about';

const TABS: readonly (readonly [AppTab, string])[] = [
  ['home', 'Home'],
  ['messages', 'Messages'],
  ['about', 'About'],
];

/** The three sides of an app, as tabs. */
export function AppTabs({
  tab,
  unread,
  onTab,
}: {
  readonly tab: AppTab;
  readonly unread: number;
  readonly onTab: (tab: AppTab) => void;
}) {
  return (
    <div class="tabs" role="tablist" aria-label="App" onKeyDown={(event) => rove(event, '[role="tab"]')}>
      {TABS.map(([id, label]) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={tab === id}
          tabIndex={tab === id ? 0 : -1}
          onClick={() => onTab(id)}
        >
          {label}
          {id === 'messages' && unread > 0 && tab !== 'messages' && <b class="badge">{unread}</b>}
        </button>
      ))}
    </div>
  );
}

/** The app's Home tab. Opening it tells the app, which then publishes. */
export function Home({ tabs }: { readonly tabs: ComponentChildren }) {
  const { screen, act } = usePage();
  const gone = screen.me.role === 'deactivated';
  useEffect(() => {
    if (!gone) void act({ act: 'home' });
  }, [screen.me.id]);
  return (
    <main class="conversation">
      <RoomHeader conversation={null} tabs={tabs} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard */}
      <div class="messages home" role="tabpanel" aria-labelledby="tab-home" tabIndex={0}>
        {screen.home === null ? (
          <p class="waiting" role="status">
            {gone
              ? `${screen.me.name} has left: nothing is published any more.`
              : `Waiting for ${screen.app.name} to publish this page…`}
          </p>
        ) : (
          <Blocks
            key={screen.home.id}
            blocks={screen.home.blocks}
            place={{ kind: 'view', viewId: screen.home.id }}
            values={screen.home.values}
          />
        )}
      </div>
    </main>
  );
}

/** What the app says of itself in its manifest. */
export function About({ tabs }: { readonly tabs: ComponentChildren }) {
  const { screen } = usePage();
  const { app } = screen;
  return (
    <main class="conversation">
      <RoomHeader conversation={null} tabs={tabs} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable with the keyboard */}
      <div class="messages about" role="tabpanel" aria-labelledby="tab-about" tabIndex={0}>
        <Avatar name={app.name} id={app.userId} bot />
        <h2>{app.name}</h2>
        <p>The real bot, running on this machine. Everybody else here is invented, and nothing leaves the machine.</p>
        <h3>Commands</h3>
        <dl>
          {app.commands.map((each) => (
            <div key={each.command}>
              <dt>
                <code>
                  {each.command} {each.usageHint}
                </code>
              </dt>
              <dd>{each.description}</dd>
            </div>
          ))}
        </dl>
        {app.shortcuts.length > 0 && <h3>Shortcuts</h3>}
        <dl>
          {app.shortcuts.map((each) => (
            <div key={each.callbackId}>
              <dt>
                <Icon name="bolt" /> {each.name}
              </dt>
              <dd>{each.kind === 'global' ? 'Beside the box one writes in' : 'In the menu of every message'}</dd>
            </div>
          ))}
        </dl>
      </div>
    </main>
  );
}
