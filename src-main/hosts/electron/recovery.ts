import { dialog } from 'electron';
import type { BrowserWindow } from 'electron';
import type { DesktopTexts } from './texts.ts';

/** A second failure within this time is not mended by loading again without asking. */
const patienceMs = 60_000;

/** Loads the page again once when its process ends unasked, and says so; after that, and when the page hangs, it asks. */
export function recoverFromCrashes(window: BrowserWindow, text: () => DesktopTexts, now: () => number = Date.now): void {
  let last = -Infinity;
  const ask = async (message: string, other: string): Promise<boolean> => {
    const { response } = await dialog.showMessageBox(window, { type: 'warning', message, buttons: [other, text().loadAgain], defaultId: 1, cancelId: 0, noLink: true });
    return response === 1 && !window.isDestroyed();
  };
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const isRepeated = now() - last < patienceMs;
    last = now();
    if (!isRepeated) {
      window.webContents.reload();
      void dialog.showMessageBox(window, { type: 'info', message: text().crashed, detail: text().crashedDetail, noLink: true });
      return;
    }
    void ask(text().crashedAgain, text().close).then((isWanted) => {
      if (isWanted) window.webContents.reload();
      else if (!window.isDestroyed()) window.destroy();
    });
  });
  window.on('unresponsive', () => {
    void ask(text().unresponsive, text().wait).then((isWanted) => {
      // Ends the hanging process; the handler above then loads the page again.
      if (isWanted) window.webContents.forcefullyCrashRenderer();
    });
  });
}
