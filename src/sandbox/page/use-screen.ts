import { useEffect, useState } from 'preact/hooks';
import type { Screen } from '../slack/screen.ts';
import type { World } from './world.ts';

export interface Live {
  /** Until it arrives the one before, at the very start null. */
  readonly screen: Screen | null;
  readonly world: World | null;
  /** The sandbox is gone. */
  readonly lost: boolean;
  /** There is nobody with this id. */
  readonly unknown: boolean;
}

/** The live screen of one person and the state of the world, as server-sent events. */
export function useScreen(userId: string): Live {
  const [live, setLive] = useState<Live>({ screen: null, world: null, lost: false, unknown: false });
  useEffect(() => {
    const source = new EventSource(`/sandbox/api/stream?as=${encodeURIComponent(userId)}`);
    const hear = <T>(name: string, then: (value: T) => void): void =>
      source.addEventListener(name, (event) => then(JSON.parse((event as MessageEvent<string>).data) as T));
    hear<Screen | null>('screen', (screen) =>
      setLive((live) => (screen === null ? { ...live, unknown: true } : { ...live, screen, lost: false, unknown: false })),
    );
    hear<World>('world', (world) => setLive((live) => ({ ...live, world })));
    source.onerror = () => setLive((live) => ({ ...live, lost: true }));
    return () => source.close();
  }, [userId]);
  return live;
}
