import { createSocketClient } from './web-socket.ts';
import type { ConsoleClient } from '../stores/client.ts';
import type { SignedIn } from './web-socket.ts';

/** The page's half of the session, put there by the sign-in page (`src-main/hosts/web/enter-page.ts`). */
const pageKeyName = 'travessia-key';

function pageKey(): string {
  try {
    return localStorage.getItem(pageKeyName) ?? '';
  } catch {
    return '';
  }
}

async function askSignedIn(): Promise<SignedIn> {
  try {
    const reply = await fetch('/session', { headers: { 'travessia-key': pageKey() }, cache: 'no-store' });
    const state: unknown = await reply.json();
    return typeof state === 'object' && state !== null && 'signedIn' in state && state.signedIn === true ? 'yes' : 'no';
  } catch {
    return 'unreachable';
  }
}

/** The client of a page served by the web host; leads to the sign-in page where the session does not hold. */
export function createPageClient(): ConsoleClient {
  return createSocketClient({
    // A missing key is left out: an empty protocol would be a syntax error.
    connect: () => new WebSocket(`ws://${location.host}/socket`, ['travessia.v1', ...(pageKey() === '' ? [] : [`key.${pageKey()}`])]),
    askSignedIn,
    onSignedOut: () => location.replace('/enter'),
  });
}
