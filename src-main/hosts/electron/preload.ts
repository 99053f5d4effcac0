/**
 * Runs before the page, sandboxed and in a world of its own. Gives the page two functions; neither hands it anything
 * of Electron (no event object, no channel name). Built into one CommonJS file without packages.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { callKinds } from '../../../shared/contract/names.ts';
import { callChannel, eventChannel } from './channels.ts';

contextBridge.exposeInMainWorld('travessia', {
  call(name: unknown, input: unknown): Promise<unknown> {
    // The main process checks again; here an unknown name ends before it costs anything.
    if (typeof name !== 'string' || !Object.hasOwn(callKinds, name)) {
      return Promise.resolve({ ok: false, error: { code: 'INVALID_INPUT', message: `There is no call named ${JSON.stringify(String(name))}`, hint: 'Update the program: its parts may be of different versions.', retry: false } });
    }
    return ipcRenderer.invoke(callChannel, name, input);
  },
  onEvent(listener: unknown): () => void {
    if (typeof listener !== 'function') throw new TypeError('onEvent needs a function');
    const forward = (_event: unknown, event: unknown): void => {
      listener(event);
    };
    ipcRenderer.on(eventChannel, forward);
    return () => {
      ipcRenderer.off(eventChannel, forward);
    };
  },
});
