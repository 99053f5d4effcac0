import { BrowserWindow, screen } from 'electron';
import { join } from 'node:path';
import { appUrl } from './address.ts';
import { fittingBounds, readWindowState, smallestWindow, writeWindowState } from './window-state.ts';

export interface WindowOptions {
  /** The console's data folder. */
  readonly home: string;
  /** The built preload script, absolute. */
  readonly preload: string;
  readonly isDark: boolean;
}

/** Creates the window where it was left, and shows it once it has something to show. */
export function createWindow({ home, preload, isDark }: WindowOptions): BrowserWindow {
  const statePath = join(home, 'window.json');
  const state = readWindowState(statePath);
  const window = new BrowserWindow({
    ...fittingBounds(state, screen.getAllDisplays().map(({ workArea }) => workArea)),
    minWidth: smallestWindow.width,
    minHeight: smallestWindow.height,
    show: false,
    title: 'Travessia',
    // The ground of the renderer's tokens, so that opening does not flash.
    backgroundColor: isDark ? '#16181b' : '#f7f7f5',
    webPreferences: {
      preload,
      // Most of these are Electron's defaults; they are written so that nobody has to know.
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // Dictionaries would be fetched from a foreign server.
      spellcheck: false,
    },
  });
  if (state?.isMaximised === true) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    try {
      writeWindowState(statePath, { ...window.getNormalBounds(), isMaximised: window.isMaximized() });
    } catch {
      // A full disk must not keep the window from closing.
    }
  });
  showUrl(window, appUrl);
  return window;
}

/** Shows an address of the console. One that fails to load is seen in the window; closing it meanwhile is no error. */
export function showUrl(window: BrowserWindow, url: string): void {
  window.loadURL(url).catch(() => undefined);
}
