import type { BrowserWindow } from 'electron';
import { app, dialog, nativeTheme, session } from 'electron';
import { join } from 'node:path';
import { toErrorReply } from '../../../shared/contract/errors.ts';
import type { CorePorts } from '../../../shared/contract/handlers.ts';
import type { Dialogs } from '../../platform/dialogs.ts';
import { createElectronDialogs } from '../../platform/dialogs.electron.ts';
import { createElectronNotifications } from '../../platform/notifications.electron.ts';
import { createElectronSecrets } from '../../platform/secrets.electron.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import { createDispatcher } from '../dispatcher.ts';
import type { Dispatcher } from '../dispatcher.ts';
import { readRendererFiles } from '../renderer-files.ts';
import { viewUrl } from './address.ts';
import { createAppearance } from './appearance.ts';
import { registerIpc } from './ipc.ts';
import { createJobNotices } from './job-notices.ts';
import { setMenu } from './menu.ts';
import { openExternal, restrictNavigation } from './navigation.ts';
import { restrictSession } from './permissions.ts';
import { importPlan, planFileIn } from './plan-files.ts';
import { registerScheme, serveScheme } from './protocol.ts';
import { recoverFromCrashes } from './recovery.ts';
import type { DesktopTexts } from './texts.ts';
import { createWindow, showUrl } from './window.ts';

/** What the desktop host needs of the core; `createCore` returns it. */
export interface DesktopCore extends CorePorts {
  /** True while a job runs. */
  isBusy(): boolean;
  close(): Promise<void>;
}

/** What the desktop offers the core in place of the ports' plain ways. */
export interface DesktopPlatform {
  readonly secrets: SecretStore;
  readonly dialogs: Dialogs;
}

export interface DesktopOptions {
  /** The console's data folder. */
  readonly home: string;
  /** Where `out/` lies. */
  readonly programFolder: string;
  readonly createCore: (platform: DesktopPlatform) => Promise<DesktopCore>;
  /** The command line, for a plan file named on it. */
  readonly words: readonly string[];
}

/**
 * Runs the desktop window: one instance, its life cycle, and the wiring of the parts of this folder.
 *
 * @returns once the window is there; false where another instance has been brought to the front instead
 */
export async function startDesktop(options: DesktopOptions): Promise<boolean> {
  // Chromium's own files are kept apart from the console's; the single instance is one per data folder.
  app.setPath('userData', join(options.home, 'desktop'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return false;
  }
  registerScheme();
  app.enableSandbox();
  let window: BrowserWindow | null = null;
  /** A plan file that was opened before there was a core to read it. */
  let waitingPlan: string | null = planFileIn(options.words, process.cwd());
  let dispatcher: Dispatcher | null = null;

  function focus(): void {
    if (window === null) return open();
    if (window.isMinimized()) window.restore();
    window.focus();
  }

  function show(...path: readonly string[]): void {
    focus();
    if (window !== null) showUrl(window, viewUrl(...path));
  }

  async function openPlan(path: string): Promise<void> {
    if (dispatcher === null) {
      waitingPlan = path;
      return;
    }
    focus();
    try {
      show('plans', await importPlan(path, dispatcher));
    } catch (error) {
      const { message, hint } = toErrorReply(error);
      await dialog.showMessageBox({ type: 'error', message: appearance.texts().planFailed, detail: [message, hint].filter(Boolean).join('\n'), noLink: true });
    }
  }

  async function choosePlan(): Promise<void> {
    const path = await dialogs.choose('plan');
    if (path !== null) await openPlan(path);
  }

  function open(): void {
    const preload = join(options.programFolder, 'out', 'preload', 'preload.cjs');
    const created = createWindow({ home: options.home, preload, isDark: nativeTheme.shouldUseDarkColors });
    recoverFromCrashes(created, () => appearance.texts());
    created.on('closed', () => {
      if (window === created) window = null;
    });
    window = created;
  }

  app.on('second-instance', (_event, words, folder) => {
    focus();
    const plan = planFileIn(words, folder);
    if (plan !== null) void openPlan(plan);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void openPlan(path);
  });
  app.on('web-contents-created', (_event, contents) => restrictNavigation(contents));
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('activate', focus);

  await app.whenReady();
  const appearance = createAppearance();
  const dialogs = createElectronDialogs(() => appearance.texts());
  const files = readRendererFiles(join(options.programFolder, 'out', 'renderer'));
  const starting = Promise.all([options.createCore({ secrets: createElectronSecrets(options.home), dialogs }), files]).then(([core]) => ({ core, dispatcher: createDispatcher(core) }));
  restrictSession(session.defaultSession);
  serveScheme(session.defaultSession, files);
  registerIpc({ dispatcher: starting.then((started) => started.dispatcher), window: () => window?.webContents ?? null });
  const drawMenu = () => setMenu(appearance.texts(), {
    show,
    newProject() {
      focus();
      if (window !== null) showUrl(window, `${viewUrl('projects')}?new=1`);
    },
    openPlan: () => void choosePlan(),
    openExternal: (url) => void openExternal(url),
  });
  drawMenu();
  // The window opens while the core starts; the page's first calls wait for it.
  open();
  try {
    const started = await starting;
    dispatcher = started.dispatcher;
    dispatcher.onEvent(createJobNotices({
      notifications: createElectronNotifications(focus),
      isWatched: () => window?.isFocused() === true,
      texts: () => appearance.texts(),
    }));
    endWith(started.core, () => appearance.texts(), focus);
    await appearance.follow(dispatcher, drawMenu);
  } catch (error) {
    const { message, hint } = toErrorReply(error);
    dialog.showErrorBox(appearance.texts().startFailed, [message, hint].filter(Boolean).join('\n'));
    app.exit(5);
    return false;
  }
  if (waitingPlan !== null) await openPlan(waitingPlan);
  return true;
}

/** Quitting waits until the core has ended; while a job runs, it asks first. */
function endWith(core: DesktopCore, texts: () => DesktopTexts, onStay: () => void): void {
  let state: 'running' | 'ending' | 'ended' = 'running';
  async function end(): Promise<void> {
    if (!(await mayEnd(core, texts()))) {
      state = 'running';
      onStay();
      return;
    }
    // What cannot be closed is mended at the next start (a job's journal, a server's lock); staying open mends nothing.
    await core.close().catch(() => undefined);
    state = 'ended';
    app.quit();
  }
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    if (state === 'ending') return;
    state = 'ending';
    void end();
  });
}

async function mayEnd(core: DesktopCore, { busy, busyDetail, stay, end }: DesktopTexts): Promise<boolean> {
  if (!core.isBusy()) return true;
  const { response } = await dialog.showMessageBox({ type: 'warning', message: busy, detail: busyDetail, buttons: [stay, end], defaultId: 0, cancelId: 0, noLink: true });
  return response === 1;
}
