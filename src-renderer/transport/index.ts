/**
 * The renderer's one client. In the desktop window the preload script put a bridge on `window`; elsewhere the page came
 * from the web host and speaks to it over a WebSocket. No screen can tell which.
 */
import type { ConsoleClient } from '../stores/client.ts';
import { createIpcClient } from './ipc.ts';
import type { Bridge } from './ipc.ts';
import { createPageClient } from './page-client.ts';

declare global {
  interface Window {
    /** Put there by the desktop host's preload script; absent in a browser. */
    readonly travessia?: Bridge;
  }
}

export function createClient(): ConsoleClient {
  return window.travessia === undefined ? createPageClient() : createIpcClient(window.travessia);
}
