import type { Session } from 'electron';
import { isAppUrl } from './address.ts';

/** The only permission anybody gets: the console's own page may put text on the clipboard (its copy buttons). */
const granted = 'clipboard-sanitized-write';

/** Denies every permission, device and foreign request; Electron grants most of them when nobody objects. */
export function restrictSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    answer(permission === granted && isAppUrl(details.requestingUrl));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => permission === granted && isAppUrl(requestingOrigin));
  session.setDevicePermissionHandler(() => false);
  // The page needs no network: its data comes over IPC. Its own files, and the objects it makes itself to save a report, remain.
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isLocal(details.url) });
  });
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:travessia://app/')) event.preventDefault();
  });
}

function isLocal(url: string): boolean {
  return isAppUrl(url) || url.startsWith('blob:travessia://app/') || url.startsWith('data:') || url.startsWith('devtools:');
}
