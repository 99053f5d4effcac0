import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { FailureLimit } from './failure-limit.ts';
import { isOwnOrigin, sessionCookie, setCookie } from './request-rules.ts';
import type { Sessions } from './sessions.ts';

const maxBodyBytes = 1024;
const bodySchema = z.object({ secret: z.string().min(1).max(200) });

export interface SessionParts {
  readonly sessions: Sessions;
  readonly failures: FailureLimit;
  /** Told when somebody signed in. */
  readonly onSignIn: () => void;
}

function answer(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(value));
}

/** `GET /session` with the page's key in `Travessia-Key`: whether both halves of the session still hold. */
export function answerSessionState(request: IncomingMessage, response: ServerResponse, host: string, { sessions }: SessionParts): void {
  const key = request.headers['travessia-key'];
  answer(response, 200, { signedIn: sessions.isSession(sessionCookie(request, host), typeof key === 'string' ? key : undefined) });
}

/** `POST /session` with `{secret}`: a one-time token or code for a cookie and a page key. */
export async function exchangeSecret(request: IncomingMessage, response: ServerResponse, host: string, parts: SessionParts): Promise<void> {
  // First the Origin: a foreign page's attempts must not use up the person's own.
  if (!isOwnOrigin(request, host)) return answer(response, 403, { error: 'origin' });
  if (parts.failures.isReached()) {
    response.setHeader('Retry-After', String(parts.failures.waitSeconds()));
    return answer(response, 429, { error: 'limited' });
  }
  if (!/^application\/json\s*(?:;|$)/i.test(request.headers['content-type'] ?? '')) return answer(response, 415, { error: 'type' });
  const body = await readBody(request);
  if (body === null) {
    response.setHeader('Connection', 'close');
    return answer(response, 413, { error: 'size' });
  }
  const secret = parseSecret(body);
  if (secret === null) return answer(response, 400, { error: 'body' });
  const grant = parts.sessions.exchange(secret);
  if (grant === null) {
    parts.failures.fail();
    return answer(response, 401, { error: 'refused' });
  }
  response.setHeader('Set-Cookie', setCookie(host, grant.cookie));
  parts.onSignIn();
  answer(response, 200, { key: grant.key });
}

/** The body, or null when it is longer than any that is meant. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes) return null;
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBodyBytes) {
        chunks = [];
        resolve(null);
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new Error('the request ended early')));
  });
}

function parseSecret(body: string): string | null {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(body));
    return parsed.success ? parsed.data.secret : null;
  } catch {
    return null;
  }
}
