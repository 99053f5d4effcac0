import { BrowserWindow, dialog } from 'electron';
import type { OpenDialogOptions } from 'electron';
import type { ChoosePurpose, Dialogs } from './dialogs.ts';

/** Texts of the dialogs, from the host's own translations. */
export interface DialogTexts {
  readonly chooseSqlite: string;
  readonly choosePlan: string;
  readonly chooseFolder: string;
  readonly databases: string;
  readonly plans: string;
  readonly allFiles: string;
}

/** The system's own dialogs, attached to the focused window. */
export function createElectronDialogs(texts: () => DialogTexts): Dialogs {
  return {
    native: true,
    async choose(purpose) {
      const options = optionsFor(purpose, texts());
      const window = BrowserWindow.getFocusedWindow();
      const answer = window === null ? await dialog.showOpenDialog(options) : await dialog.showOpenDialog(window, options);
      return answer.canceled ? null : (answer.filePaths[0] ?? null);
    },
  };
}

function optionsFor(purpose: ChoosePurpose, texts: DialogTexts): OpenDialogOptions {
  const all = { name: texts.allFiles, extensions: ['*'] };
  switch (purpose) {
    case 'folder': return { title: texts.chooseFolder, properties: ['openDirectory', 'createDirectory'] };
    case 'plan': return { title: texts.choosePlan, properties: ['openFile'], filters: [{ name: texts.plans, extensions: ['json'] }, all] };
    case 'sqlite': return { title: texts.chooseSqlite, properties: ['openFile'], filters: [{ name: texts.databases, extensions: ['db', 'sqlite', 'sqlite3', 'db3'] }, all] };
  }
}
