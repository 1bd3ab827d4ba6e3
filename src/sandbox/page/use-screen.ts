import { useEffect, useState } from 'preact/hooks';
import type { Screen } from '../slack/screen.ts';

/** The live screen of one person; until it arrives the one before, at the very start null. `lost` while the sandbox is gone. */
export function useScreen(userId: string): { readonly screen: Screen | null; readonly lost: boolean } {
  const [screen, setScreen] = useState<Screen | null>(null);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource(`/sandbox/api/stream?as=${encodeURIComponent(userId)}`);
    source.addEventListener('screen', (event) => {
      setScreen(JSON.parse((event as MessageEvent<string>).data) as Screen | null);
      setLost(false);
    });
    source.onerror = () => setLost(true);
    return () => source.close();
  }, [userId]);
  return { screen, lost };
}
