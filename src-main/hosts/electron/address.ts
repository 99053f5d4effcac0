/** The console's own scheme and origin; nothing is loaded by `file://` or over a network. */
export const scheme = 'travessia';
export const appOrigin = `${scheme}://app`;
export const appUrl = `${appOrigin}/`;

/** True for an address inside the console. An empty or broken one (a frame that is going away) is not. */
export function isAppUrl(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${scheme}:` && host === 'app' && username === '' && password === '';
  } catch {
    return false;
  }
}

/** The address of a view, as `src-renderer/stores/route.ts` reads it. */
export function viewUrl(...path: readonly string[]): string {
  return `${appUrl}#/${path.map(encodeURIComponent).join('/')}`;
}
