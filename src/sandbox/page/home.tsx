import { useEffect } from 'preact/hooks';
import { Blocks } from './blocks.tsx';
import { usePage } from './context.ts';
import { Avatar } from './icons.tsx';

/** The app's Home tab. Opening it tells the app, which then publishes. */
export function Home() {
  const { screen, act } = usePage();
  useEffect(() => {
    void act({ act: 'home' });
  }, [screen.me.id]);
  return (
    <main class="conversation">
      <header class="room">
        <h1>
          <Avatar name={screen.app.name} id={screen.app.userId} bot /> {screen.app.name} <span class="tag">home</span>
        </h1>
        <p>Made for {screen.me.name}</p>
      </header>
      <div class="messages home">
        {screen.home === null ? (
          <p class="waiting">Waiting for {screen.app.name} to publish this page…</p>
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
