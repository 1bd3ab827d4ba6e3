import { useCallback, useEffect, useState } from 'preact/hooks';

/** `#U01ADA/C01GENERAL/1764.2`: who one is, where, and which thread; a reload or a second window keeps it. */
export interface Place {
  readonly userId: string;
  /** A conversation's id, `home`, `about`, or empty for the conversation with the app. */
  readonly where: string;
  readonly part: string;
}

export type Go = (userId: string, where: string, part?: string) => void;

const FIRST_PERSON = 'U01ADA';

export function usePlace(): readonly [Place, Go] {
  const [place, setPlace] = useState(fromHash);
  useEffect(() => {
    const follow = (): void => setPlace(fromHash());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const go = useCallback<Go>((userId, where, part = '') => {
    history.replaceState(null, '', `#${userId}/${where}${part === '' ? '' : `/${part}`}`);
    setPlace({ userId, where, part });
  }, []);
  return [place, go];
}

function fromHash(): Place {
  const [userId = '', where = '', part = ''] = location.hash.slice(1).split('/');
  return { userId: userId === '' ? FIRST_PERSON : userId, where, part };
}
