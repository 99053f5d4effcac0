import type { IncomingMessage } from 'node:http';

/** Names of this machine; any port, because `ssh -L` shows the console on another one than it listens on. */
const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

/**
 * The request's Host, lower case, when it names this machine; else null. A page of a foreign name that resolves to
 * 127.0.0.1 (DNS rebinding) sends its own name here.
 */
export function loopbackHost(request: IncomingMessage): string | null {
  const names = request.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host');
  const host = request.headers.host;
  return names.length === 1 && host !== undefined && loopback.test(host) ? host.toLowerCase() : null;
}

/** True when the request says it comes from a page of this very host and port. A missing Origin is a no. */
export function isOwnOrigin(request: IncomingMessage, host: string): boolean {
  const origin = request.headers.origin;
  return typeof origin === 'string' && origin.toLowerCase() === `http://${host}`;
}

/** Cookies ignore ports, so the name carries the port the browser sees: two consoles do not overwrite each other's. */
export function cookieName(host: string): string {
  return `travessia-${loopback.exec(host)?.[1] ?? '80'}`;
}

/** The session cookie's value. Where a name comes twice (planted by another port's path), none counts. */
export function sessionCookie(request: IncomingMessage, host: string): string | undefined {
  const name = cookieName(host);
  const values = (request.headers.cookie ?? '').split(';').map((part) => part.trim()).filter((part) => part.startsWith(`${name}=`));
  return values.length === 1 ? values[0]?.slice(name.length + 1) : undefined;
}

export function setCookie(host: string, value: string): string {
  // No `Secure`: the console is plain HTTP on loopback, and Safari drops Secure cookies there.
  return `${cookieName(host)}=${value}; HttpOnly; SameSite=Strict; Path=/`;
}
