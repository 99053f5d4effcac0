import { shell } from 'electron';
import type { WebContents } from 'electron';
import { isAppUrl } from './address.ts';

/** Manuals the console points to. Anything else stays closed, whatever a database's content says. */
const externalOrigins: ReadonlySet<string> = new Set(['https://www.postgresql.org', 'https://www.sqlite.org', 'https://sqlite.org']);

/** True for an address that may be handed to the system's browser: https, of a known origin, without credentials. */
export function isAllowedExternal(url: string): boolean {
  try {
    const { origin, protocol, username, password } = new URL(url);
    return protocol === 'https:' && externalOrigins.has(origin) && username === '' && password === '';
  } catch {
    return false;
  }
}

/** Opens an allowed address in the system's browser; says whether it was allowed. */
export function openExternal(url: string): boolean {
  if (!isAllowedExternal(url)) return false;
  // A system without a browser is not an error of the console.
  shell.openExternal(url).catch(() => undefined);
  return true;
}

/** Keeps web contents on the console's own pages: no other address, no new window, no embedded view. */
export function restrictNavigation(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (!isAppUrl(event.url)) event.preventDefault();
  });
  // The page has no frames; one that appears may load nothing.
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isAppUrl(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openExternal(url);
    return { action: 'deny' };
  });
}
