import type { IncomingMessage, ServerResponse } from 'node:http';
import { contentSecurityPolicy, fixedSecurityHeaders, newNonce, withNonce } from '../content-security.ts';
import { findRendererFile } from '../renderer-files.ts';
import type { RendererFile, RendererFiles } from '../renderer-files.ts';
import { enterPage, enterScript, enterStyle } from './enter-page.ts';
import { loopbackHost, sessionCookie } from './request-rules.ts';
import { answerSessionState, exchangeSecret } from './session-request.ts';
import type { SessionParts } from './session-request.ts';
import { languageOf } from './texts.ts';

export interface RouteParts extends SessionParts {
  readonly files: RendererFiles;
}

/** Answers every plain request. Only the sign-in page and the exchange are open to a caller without a session. */
export function createRoutes(parts: RouteParts): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(request, response, parts).catch(() => {
      if (response.headersSent) response.destroy();
      else refuse(response, 400);
    });
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, parts: RouteParts): Promise<void> {
  for (const [name, value] of Object.entries(fixedSecurityHeaders)) response.setHeader(name, value);
  response.setHeader('Content-Security-Policy', contentSecurityPolicy());
  const host = loopbackHost(request);
  if (host === null) return refuse(response, 403);
  const target = request.url ?? '';
  // An absolute address as the target would be a second, unchecked host.
  if (!target.startsWith('/')) return refuse(response, 400);
  const path = target.split('?', 1)[0] ?? '';
  if (request.method === 'POST') return path === '/session' ? exchangeSecret(request, response, host, parts) : refuse(response, 404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { Allow: 'GET, HEAD, POST' });
  switch (path) {
    case '/session':
      return answerSessionState(request, response, host, parts);
    case '/enter':
      return send(response, 'text/html; charset=utf-8', enterPage(languageOf(request.headers['accept-language'])), { Vary: 'Accept-Language' });
    case '/enter.js':
      return send(response, 'text/javascript; charset=utf-8', enterScript);
    case '/enter.css':
      return send(response, 'text/css; charset=utf-8', enterStyle);
  }
  if (!parts.sessions.isCookie(sessionCookie(request, host))) {
    return path === '/' ? refuse(response, 303, { Location: '/enter' }) : refuse(response, 401);
  }
  const file = findRendererFile(parts.files, path);
  if (file === undefined) return refuse(response, 404);
  if (file.type.startsWith('text/html')) return sendPage(response, file, host);
  sendFile(request, response, file);
}

/** The console's own page: a new nonce each time, so it is never kept. */
function sendPage(response: ServerResponse, file: RendererFile, host: string): void {
  const nonce = newNonce();
  response.setHeader('Content-Security-Policy', contentSecurityPolicy({ nonce, socket: `ws://${host}` }));
  send(response, file.type, withNonce(file.body.toString('utf8'), nonce));
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: RendererFile): void {
  const headers = { ETag: file.etag, 'Cache-Control': file.isHashed ? 'private, max-age=31536000, immutable' : 'private, no-cache' };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': file.body.length }).end(file.body);
}

function send(response: ServerResponse, type: string, text: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store', 'Content-Length': Buffer.byteLength(text), ...headers }).end(text);
}

/** A refusal says its status and nothing of what was asked. */
function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers }).end(`${status}\n`);
}
