import type { CallInput, CallName, CallOutput } from '../../shared/contract/contract.ts';
import { TravessiaError, fromErrorReply } from '../../shared/contract/errors.ts';
import type { ErrorReply } from '../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import { callKinds } from '../../shared/contract/names.ts';
import type { ConsoleClient, LinkState } from '../stores/client.ts';

export type SignedIn = 'yes' | 'no' | 'unreachable';

export interface SocketClientOptions {
  readonly connect: () => WebSocket;
  /** Asked before connecting: the browser does not tell a page why an upgrade was refused. */
  readonly askSignedIn: () => Promise<SignedIn>;
  readonly onSignedOut: () => void;
  /** Pause before the attempt after `failures` failed ones, in ms. */
  readonly pause?: (failures: number) => number;
}

export interface SocketClient extends ConsoleClient {
  /** Ends the client; open calls fail. */
  close(): void;
}

interface OpenCall {
  readonly name: CallName;
  readonly text: string;
  isSent: boolean;
  resolve(value: unknown): void;
  reject(error: TravessiaError): void;
}

/** What the web host sends. It is the same program's host: its shape is trusted, as the contract's schemas were applied there. */
interface Message {
  readonly id?: number;
  readonly reply?: { readonly ok: boolean; readonly value?: unknown; readonly error?: ErrorReply };
  readonly event?: TravessiaEvent;
}

/** Calls made while the link is down wait; more than this fail at once. */
const maxWaiting = 200;

/**
 * Calls and events over a WebSocket that connects again by itself. What was sent and not answered when the link broke
 * fails with CONNECTION_LOST (nobody knows whether it was done); what was not sent yet waits for the next link.
 */
export function createSocketClient({ connect, askSignedIn, onSignedOut, pause = (failures) => Math.min(5000, 250 * 2 ** failures) }: SocketClientOptions): SocketClient {
  const open = new Map<number, OpenCall>();
  const listeners = new Set<(event: TravessiaEvent) => void>();
  const linkListeners = new Set<(state: LinkState) => void>();
  let socket: WebSocket | null = null;
  let link: LinkState = 'connecting';
  let lastId = 0;
  let failures = 0;
  let isClosed = false;

  function setLink(state: LinkState): void {
    if (state === link) return;
    link = state;
    for (const listener of linkListeners) listener(state);
  }

  function transmit(id: number, call: OpenCall): void {
    if (socket === null || link !== 'connected') return;
    call.isSent = true;
    socket.send(`{"id":${id},${call.text}}`);
  }

  function receive(text: unknown): void {
    const message: Message = JSON.parse(String(text));
    if (message.event !== undefined) for (const listener of listeners) listener(message.event);
    if (message.id === undefined || message.reply === undefined) return;
    const call = open.get(message.id);
    open.delete(message.id);
    if (message.reply.ok) call?.resolve(message.reply.value);
    else call?.reject(fromErrorReply(message.reply.error ?? { code: 'INTERNAL', message: 'The console answered without a reason' }));
  }

  function failSent(): void {
    for (const [id, call] of open) {
      if (!call.isSent && !isClosed) continue;
      open.delete(id);
      call.reject(lost(call.name, call.isSent));
    }
  }

  async function start(): Promise<void> {
    const signedIn = await askSignedIn();
    if (isClosed) return;
    if (signedIn === 'no') return onSignedOut();
    if (signedIn === 'unreachable') return again();
    const current = connect();
    socket = current;
    current.onopen = () => {
      failures = 0;
      setLink('connected');
      for (const [id, call] of open) transmit(id, call);
    };
    current.onmessage = (event) => receive(event.data);
    current.onclose = () => {
      socket = null;
      if (!isClosed) again();
    };
  }

  function again(): void {
    setLink('lost');
    failSent();
    setTimeout(() => start().catch(again), pause(failures));
    failures += 1;
  }

  start().catch(again);
  return {
    call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
      return new Promise<CallOutput<N>>((resolve, reject) => {
        if (isClosed || open.size >= maxWaiting) return reject(lost(name, false));
        const id = (lastId += 1);
        const call: OpenCall = {
          name,
          text: `"name":${JSON.stringify(name)},"input":${JSON.stringify(input)}`,
          isSent: false,
          resolve: (value) => resolve(value as CallOutput<N>),
          reject,
        };
        open.set(id, call);
        transmit(id, call);
      });
    },
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLink(listener) {
      linkListeners.add(listener);
      listener(link);
      return () => linkListeners.delete(listener);
    },
    close() {
      isClosed = true;
      failSent();
      socket?.close();
    },
  };
}

/** What reads may be asked again; whether anything else was done must be looked up first. */
function lost(name: CallName, isSent: boolean): TravessiaError {
  const isSafe = !isSent || callKinds[name] === 'read';
  return new TravessiaError('CONNECTION_LOST', {
    message: isSent ? `The connection to the console ended before it answered ${name}` : `The console cannot be reached for ${name}`,
    hint: isSafe ? 'Try again once the console answers.' : 'It may have been done: look before trying again.',
    retry: isSafe,
  });
}
