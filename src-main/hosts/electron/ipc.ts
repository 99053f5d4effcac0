import { ipcMain } from 'electron';
import type { IpcMainInvokeEvent, WebContents } from 'electron';
import type { Reply } from '../../../shared/contract/errors.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { isAppUrl } from './address.ts';
import { callChannel, eventChannel } from './channels.ts';

export interface IpcOptions {
  /** Settles when the core is up; calls made before wait for it. */
  readonly dispatcher: Promise<Dispatcher>;
  /** The one window's contents, or null while there is none. */
  readonly window: () => WebContents | null;
}

/**
 * True for the main frame of the console's own window showing the console's own page. A frame that is gone has no
 * `senderFrame`, one that is navigating an empty address: both are refused.
 */
function isTrusted(event: IpcMainInvokeEvent, window: WebContents | null): boolean {
  const frame = event.senderFrame;
  return window !== null && event.sender === window && frame !== null && frame === window.mainFrame && frame.parent === null && isAppUrl(frame.url);
}

/**
 * Binds the two channels. Only plain data crosses: Electron clones it both ways, the dispatcher checks it.
 *
 * @returns the function that unbinds them
 */
export function registerIpc({ dispatcher, window }: IpcOptions): () => void {
  ipcMain.handle(callChannel, async (event, name: unknown, input: unknown): Promise<Reply<unknown>> => {
    if (!isTrusted(event, window())) {
      return { ok: false, error: { code: 'NOT_AUTHORISED', message: 'This page may not call the console' } };
    }
    return (await dispatcher).call(typeof name === 'string' ? name : '', input, { who: 'electron' });
  });
  let isBound = true;
  let stop = (): void => undefined;
  const subscribe = async (): Promise<void> => {
    const { onEvent } = await dispatcher;
    if (!isBound) return;
    stop = onEvent((event) => {
      const target = window();
      // While the page is being replaced or was led astray, events are not for it.
      if (target !== null && !target.isDestroyed() && isAppUrl(target.mainFrame.url)) target.send(eventChannel, event);
    });
  };
  // A core that does not start is told to the person where it was started (host.ts).
  subscribe().catch(() => undefined);
  return () => {
    isBound = false;
    stop();
    ipcMain.removeHandler(callChannel);
  };
}
