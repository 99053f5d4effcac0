import { useMemo, useSyncExternalStore } from 'react';
import { parseHash } from '../stores/route.ts';
import type { Route } from '../stores/route.ts';

function subscribe(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

/** The view in the address; changes with it. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => window.location.hash);
  return useMemo(() => parseHash(hash), [hash]);
}

export function go(address: string): void {
  window.location.hash = address;
}

/** Like `go`, without a step in the history: for filters and selections. */
export function goInPlace(address: string): void {
  window.history.replaceState(window.history.state, '', address);
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
