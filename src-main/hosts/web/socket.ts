import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { Dispatcher } from '../dispatcher.ts';
import { createFailureLimit } from './failure-limit.ts';
import { createOutbox } from './outbox.ts';
import { isOwnOrigin, loopbackHost, sessionCookie } from './request-rules.ts';
import type { Sessions } from './sessions.ts';

export const socketPath = '/socket';
export const socketProtocol = 'travessia.v1';
const keyPrefix = 'key.';

/** The largest input is the text of a plan file. */
const maxMessageBytes = 8 * 1024 * 1024;
/** Calls one client may have open; further ones wait, in the end in its own send buffer. */
const maxOpenCalls = 32;
const maxClients = 16;
const heartbeatMs = 30_000;

/** What a page sends; the answer is `{id, reply}`, events are `{event}`. */
const requestSchema = z.object({ id: z.number().int(), name: z.string().max(200), input: z.unknown() });
type Request = z.infer<typeof requestSchema>;

export interface SocketHost {
  /** Signed-in clients connected now. */
  clientCount(): number;
  close(): void;
}

/**
 * Calls and events of the web host over one WebSocket: an upgrade is let through only from a page of this host's own
 * origin that has both halves of a session.
 */
export function attachSocket(server: Server, { dispatcher, sessions }: { dispatcher: Dispatcher; sessions: Sessions }): SocketHost {
  const failures = createFailureLimit({ max: 30 });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (protocols) => (protocols.has(socketProtocol) ? socketProtocol : false),
  });

  /** The status that refuses the upgrade, or null. */
  function refusal(request: IncomingMessage): number | null {
    const host = loopbackHost(request);
    if (host === null || !isOwnOrigin(request, host)) return 403;
    if (request.url !== socketPath) return 404;
    if (failures.isReached()) return 429;
    const key = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim()).find((text) => text.startsWith(keyPrefix));
    if (!sessions.isSession(sessionCookie(request, host), key?.slice(keyPrefix.length))) {
      failures.fail();
      return 401;
    }
    return sockets.clients.size >= maxClients ? 503 : null;
  }

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy());
    const status = refusal(request);
    if (status !== null) {
      stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serveClient(socket, dispatcher));
  });

  const alive = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => alive.add(socket));
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      // A paused socket reads no pong; it is held back by calls of its own that are being worked on.
      if (!alive.delete(socket) && !socket.isPaused) socket.terminate();
      else socket.ping();
    }
  }, heartbeatMs);
  heartbeat.unref();

  function serveClient(socket: WebSocket, dispatcher: Dispatcher): void {
    alive.add(socket);
    socket.on('pong', () => alive.add(socket));
    socket.on('error', () => socket.terminate());
    const stop = dispatcher.onEvent(createOutbox({
      get bufferedAmount() {
        return socket.bufferedAmount;
      },
      send: (text, sent) => socket.send(text, sent),
    }).post);
    socket.on('close', stop);
    answerCalls(socket, dispatcher);
  }

  return {
    clientCount: () => sockets.clients.size,
    close() {
      clearInterval(heartbeat);
      for (const socket of sockets.clients) socket.close(1001);
      // A client that does not answer the closing must not keep the program alive.
      for (const socket of sockets.clients) setTimeout(() => socket.terminate(), 500).unref();
      sockets.close();
    },
  };
}

function answerCalls(socket: WebSocket, dispatcher: Dispatcher): void {
  let open = 0;
  /** What the stream had already read when the limit was reached: at most one chunk of messages. */
  const waiting: Request[] = [];

  function finished(): void {
    open -= 1;
    const next = waiting.shift();
    if (next !== undefined) start(next);
    else if (socket.isPaused) socket.resume();
  }

  function start(request: Request): void {
    open += 1;
    void dispatcher.call(request.name, request.input, { who: 'web' }).then((reply) => {
      // A call counts as open until its answer has left: a client that reads nothing cannot pile up answers.
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ id: request.id, reply }), finished);
      else finished();
    });
  }

  socket.on('message', (data, isBinary) => {
    const request = isBinary ? null : parseRequest(data);
    if (request === null) {
      waiting.length = 0;
      socket.close(1008, 'not a call');
      return;
    }
    if (open < maxOpenCalls) return start(request);
    waiting.push(request);
    socket.pause();
  });
  socket.on('close', () => {
    waiting.length = 0;
  });
}

function parseRequest(data: RawData): Request | null {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(String(data)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
