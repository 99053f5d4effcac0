import { Menu } from 'electron';
import type { MenuItemConstructorOptions } from 'electron';
import type { DesktopTexts } from './texts.ts';

export interface MenuActions {
  /** Shows a view of the console, such as `projects`. */
  show(...path: readonly string[]): void;
  newProject(): void;
  openPlan(): void;
  openExternal(url: string): void;
}

/** The native menu in one language. Undo, copy and the like act on the focused field by their role. */
export function setMenu(text: DesktopTexts, actions: MenuActions, platform: NodeJS.Platform = process.platform): void {
  const isMac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = { label: text.settings, accelerator: 'CmdOrCtrl+,', click: () => actions.show('settings') };
  const quit: MenuItemConstructorOptions = { role: 'quit', label: text.quit };
  const about: MenuItemConstructorOptions = { role: 'about', label: text.about };
  const separator: MenuItemConstructorOptions = { type: 'separator' };

  const application: MenuItemConstructorOptions = {
    label: 'Travessia',
    submenu: [
      about, separator, settings, separator, { role: 'services', label: text.services }, separator,
      { role: 'hide', label: text.hide }, { role: 'hideOthers', label: text.hideOthers }, { role: 'unhide', label: text.showAll }, separator, quit,
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: text.file,
    submenu: [
      { label: text.newProject, accelerator: 'CmdOrCtrl+N', click: () => actions.newProject() },
      { label: text.openPlan, accelerator: 'CmdOrCtrl+O', click: () => actions.openPlan() },
      separator,
      ...(isMac ? [{ role: 'close', label: text.close } as const] : [settings, separator, quit]),
    ],
  };
  const edit: MenuItemConstructorOptions = {
    label: text.edit,
    submenu: [
      { role: 'undo', label: text.undo }, { role: 'redo', label: text.redo }, separator,
      { role: 'cut', label: text.cut }, { role: 'copy', label: text.copy }, { role: 'paste', label: text.paste }, { role: 'selectAll', label: text.selectAll },
    ],
  };
  const view: MenuItemConstructorOptions = {
    label: text.view,
    submenu: [
      ...(['projects', 'connections', 'runs', 'jobs'] as const).map((place) => ({ label: text[place], click: () => actions.show(place) })),
      separator,
      { role: 'zoomIn', label: text.zoomIn }, { role: 'zoomOut', label: text.zoomOut }, { role: 'resetZoom', label: text.zoomReset }, separator,
      { role: 'togglefullscreen', label: text.fullScreen }, { role: 'reload', label: text.reload },
    ],
  };
  const window: MenuItemConstructorOptions = { label: text.window, role: 'window', submenu: [{ role: 'minimize', label: text.minimise }, { role: 'close', label: text.close }] };
  const help: MenuItemConstructorOptions = {
    label: text.help,
    role: 'help',
    submenu: [
      { label: text.postgresManual, click: () => actions.openExternal('https://www.postgresql.org/docs/') },
      { label: text.sqliteManual, click: () => actions.openExternal('https://www.sqlite.org/docs.html') },
      ...(isMac ? [] : [separator, about]),
    ],
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(isMac ? [application] : []), file, edit, view, window, help]));
}
