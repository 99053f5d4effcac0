import { protocol } from 'electron';
import type { Session } from 'electron';
import { contentSecurityPolicy, fixedSecurityHeaders, newNonce, withNonce } from '../content-security.ts';
import { findRendererFile } from '../renderer-files.ts';
import type { RendererFiles } from '../renderer-files.ts';
import { isAppUrl, scheme } from './address.ts';

/** Makes the scheme an origin of its own with the rules of https. Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, codeCache: true } }]);
}

/** Answers `travessia://app/…` from the built renderer, and nothing else. */
export function serveScheme(session: Session, files: Promise<RendererFiles>): void {
  session.protocol.handle(scheme, async (request) => respond(request, await files));
}

function respond(request: Request, files: RendererFiles): Response {
  if (request.method !== 'GET' || !isAppUrl(request.url)) return refusal(403);
  const file = findRendererFile(files, new URL(request.url).pathname);
  if (file === undefined) return refusal(404);
  if (!file.type.startsWith('text/html')) return new Response(new Uint8Array(file.body), { headers: headers(file.type) });
  const nonce = newNonce();
  return new Response(withNonce(file.body.toString('utf8'), nonce), { headers: headers(file.type, nonce) });
}

function headers(type: string, nonce?: string): Record<string, string> {
  const policy = contentSecurityPolicy(nonce === undefined ? {} : { nonce });
  return { ...fixedSecurityHeaders, 'Content-Type': type, 'Content-Security-Policy': policy, 'Cache-Control': 'no-store' };
}

function refusal(status: number): Response {
  return new Response(null, { status, headers: headers('text/plain; charset=utf-8') });
}
