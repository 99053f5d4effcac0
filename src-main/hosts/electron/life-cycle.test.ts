import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Handlers } from '../../../shared/contract/handlers.ts';
import { planOptionsSchema } from '../../../shared/model/plan.ts';
import { jobOf } from '../../test-support/core-double.ts';
import { startTestDesktop } from '../../test-support/electron-stub/start.ts';
import type { TestDesktop } from '../../test-support/electron-stub/start.ts';

const menuTitles = (desktop: TestDesktop) => desktop.stub.desktop.menu.map(({ label }) => label);
const quitEvent = (desktop: TestDesktop) => desktop.stub.app.quit();
/** Lets everything that is already due happen. */
const settle = () => vi.waitFor(() => Promise.resolve());

const importing = (imported: string[]): Partial<Handlers> => ({
  'plans/import': async ({ text }) => {
    imported.push(text);
    if (text === 'broken') throw new TravessiaError('PLAN_INVALID', { message: 'The plan is broken', hint: 'Mend it' });
    return {
      format: 'travessia-plan/1', id: 'p1', version: 1, createdAt: '', assessmentId: '', target: 'embedded', tables: [], views: [], objects: [], findings: [],
      sources: [{ source: 'a.db', database: 'a', fingerprint: { bytes: 0, changeCounter: 0, walBytes: 0, modifiedMs: 0 } }], options: planOptionsSchema.parse({}),
    };
  },
});

describe('one instance', () => {
  test('a second one ends, and brings the first to the front', async () => {
    using second = await startTestDesktop({ hasLock: false });
    expect([second.isStarted, second.stub.app.end, second.stub.windows().length]).toEqual([false, 'quit', 0]);
    using first = await startTestDesktop();
    const [window] = first.stub.windows();
    window?.minimize();
    first.stub.app.emit('second-instance', {}, ['electron'], '/');
    expect([window?.isMinimized(), window?.focusCount]).toEqual([false, 1]);
  });

  test('Chromium\'s files are kept apart from the console\'s', async () => {
    using desktop = await startTestDesktop();
    expect(desktop.stub.app.getPath('userData')).toBe(join(desktop.program.home, 'desktop'));
  });
});

describe('the window', () => {
  test('shows once it is ready, and comes back where it was', async () => {
    using desktop = await startTestDesktop({
      prepare({ home }) {
        mkdirSync(home, { recursive: true });
        writeFileSync(join(home, 'window.json'), '{"x":50,"y":60,"width":1000,"height":700,"isMaximised":true}');
      },
    });
    const [window] = desktop.stub.windows();
    expect(window?.parameters).toMatchObject({ x: 50, y: 60, width: 1000, height: 700, show: false });
    expect([window?.isShown, window?.isMaximized()]).toEqual([true, true]);
    if (window) window.bounds = { x: 70, y: 80, width: 1100, height: 710 };
    window?.close();
    expect(JSON.parse(readFileSync(join(desktop.program.home, 'window.json'), 'utf8'))).toEqual({ x: 70, y: 80, width: 1100, height: 710, isMaximised: true });
  });

  test('closes also when its place cannot be kept', async () => {
    using desktop = await startTestDesktop({ prepare: ({ home }) => mkdirSync(join(home, 'window.json.new'), { recursive: true }) });
    desktop.stub.windows()[0]?.close();
    expect(desktop.stub.windows()).toEqual([]);
  });

  test('opens while the core starts; the page\'s calls wait for it', async () => {
    using desktop = await startTestDesktop();
    expect(desktop.page().loads).toBe(1);
    expect(await desktop.bridge().call('jobs/list', {})).toEqual({ ok: true, value: [] });
  });

  test('a core that does not start is said, and ends the program', async () => {
    using desktop = await startTestDesktop({ createCore: () => Promise.reject(new TravessiaError('STORE_DAMAGED', { message: 'The store is damaged', hint: 'Restore it' })) });
    expect(desktop.stub.desktop.errors).toEqual(['Travessia cannot start: The store is damaged\nRestore it']);
    expect([desktop.isStarted, desktop.stub.app.end]).toEqual([false, 5]);
  });
});

describe('ending', () => {
  test('waits for the core', async () => {
    using desktop = await startTestDesktop();
    desktop.stub.windows()[0]?.close();
    await vi.waitUntil(() => desktop.stub.app.end === 'quit');
    expect(desktop.closed).toBe(1);
  });

  test('asks while a job runs; staying brings the window back, ending twice closes once', async () => {
    using desktop = await startTestDesktop();
    desktop.busy = true;
    desktop.stub.windows()[0]?.close();
    await vi.waitUntil(() => desktop.stub.windows().length === 1);
    expect(desktop.stub.desktop.messages.at(-1)).toMatchObject({ message: 'A job is still running.', buttons: ['Stay', 'End program'] });
    expect([desktop.closed, desktop.stub.app.end]).toEqual([0, 'running']);
    desktop.stub.desktop.response = 1;
    quitEvent(desktop);
    quitEvent(desktop);
    await vi.waitUntil(() => desktop.stub.app.end === 'quit');
    expect(desktop.closed).toBe(1);
  });

  test('on macOS the program stays without a window, and opens one when it is called', async () => {
    const platform = Object.getOwnPropertyDescriptor(process, 'platform');
    Object.defineProperty(process, 'platform', { ...platform, value: 'darwin' });
    try {
      using desktop = await startTestDesktop();
      desktop.stub.windows()[0]?.close();
      expect(desktop.stub.app.end).toBe('running');
      desktop.stub.app.emit('activate');
      await vi.waitUntil(() => desktop.stub.windows()[0]?.isShown);
      expect(menuTitles(desktop)[0]).toBe('Travessia');
    } finally {
      if (platform) Object.defineProperty(process, 'platform', platform);
    }
  });
});

describe('menus', () => {
  test('speak the system\'s language, then the one chosen; theme follows', async () => {
    using desktop = await startTestDesktop({ locale: 'pt-BR' });
    expect(menuTitles(desktop)).toEqual(['Arquivo', 'Editar', 'Exibir', 'Janela', 'Ajuda']);
    await desktop.bridge().call('settings/set', { language: 'en', theme: 'dark' });
    await vi.waitUntil(() => menuTitles(desktop)[0] === 'File');
    expect(desktop.stub.desktop.nativeTheme.themeSource).toBe('dark');
    await desktop.bridge().call('settings/set', { theme: 'light' });
    await vi.waitUntil(() => desktop.stub.desktop.nativeTheme.themeSource === 'light');
  });

  test('lead to views without loading the page again', async () => {
    using desktop = await startTestDesktop();
    for (const [label, hash] of [['Settings', '#/settings'], ['Runs', '#/runs'], ['Projects', '#/projects'], ['New project', '#/projects?new=1']] as const) {
      desktop.stub.desktop.chooseMenu(label);
      expect(desktop.page().mainFrame.url).toBe(`travessia://app/${hash}`);
    }
    expect(desktop.page().loads).toBe(1);
  });

  test('open the manuals outside', async () => {
    using desktop = await startTestDesktop();
    desktop.stub.desktop.chooseMenu('PostgreSQL manual');
    desktop.stub.desktop.chooseMenu('SQLite documentation');
    expect(desktop.stub.desktop.opened).toEqual(['https://www.postgresql.org/docs/', 'https://www.sqlite.org/docs.html']);
  });
});

describe('plan files', () => {
  const plan = 'my.travessia-plan.json';

  test('named on the command line, dropped on the icon, or given by a second instance are imported and shown', async () => {
    const imported: string[] = [];
    let path = '';
    using desktop = await startTestDesktop({
      handlers: importing(imported),
      words: ['electron', '.', '--flag'],
      prepare({ folder }) {
        path = join(folder, plan);
        writeFileSync(path, 'good');
      },
    });
    desktop.stub.app.emit('open-file', { preventDefault: () => undefined }, path);
    await vi.waitUntil(() => desktop.page().mainFrame.url === 'travessia://app/#/plans/p1');
    desktop.stub.desktop.chooseMenu('Jobs');
    desktop.stub.app.emit('second-instance', {}, ['electron', '--x', plan], desktop.program.folder);
    await vi.waitUntil(() => desktop.page().mainFrame.url === 'travessia://app/#/plans/p1');
    desktop.stub.desktop.chooseMenu('Jobs');
    desktop.stub.desktop.files = [path];
    desktop.stub.desktop.chooseMenu('Open plan…');
    await vi.waitUntil(() => desktop.page().mainFrame.url === 'travessia://app/#/plans/p1');
    expect(imported).toEqual(['good', 'good', 'good']);
  });

  test('a file opened before the core is up waits for it', async () => {
    const imported: string[] = [];
    const words = ['electron'];
    using desktop = await startTestDesktop({
      handlers: importing(imported),
      words,
      prepare({ folder }) {
        writeFileSync(join(folder, plan), 'good');
        words.push(join(folder, plan));
      },
    });
    await vi.waitUntil(() => desktop.page().mainFrame.url === 'travessia://app/#/plans/p1');
    expect(imported).toEqual(['good']);
  });

  test('one that cannot be read is said with its reason and its way out', async () => {
    using desktop = await startTestDesktop({ handlers: importing([]), prepare: ({ folder }) => writeFileSync(join(folder, plan), 'broken') });
    const open = (path: string) => desktop.stub.app.emit('open-file', { preventDefault: () => undefined }, path);
    open(join(desktop.program.folder, plan));
    await vi.waitUntil(() => desktop.stub.desktop.messages.length === 1);
    open(join(desktop.program.folder, 'missing.travessia-plan.json'));
    await vi.waitUntil(() => desktop.stub.desktop.messages.length === 2);
    open(desktop.program.folder);
    await vi.waitUntil(() => desktop.stub.desktop.messages.length === 3);
    expect(desktop.stub.desktop.messages.map(({ detail }) => detail)).toEqual(['The plan is broken\nMend it', expect.stringContaining('There is no file'), expect.stringContaining('no plan file')]);
  });
});

describe('what the desktop offers the core', () => {
  test('native dialogs in the language chosen', async () => {
    using desktop = await startTestDesktop({ locale: 'pt-BR' });
    desktop.stub.desktop.files = ['/data/a.db'];
    expect(await desktop.platform?.dialogs.choose('sqlite')).toBe('/data/a.db');
    expect(desktop.stub.desktop.openDialogs.at(-1)).toMatchObject({ title: 'Escolher um banco de dados SQLite' });
    desktop.stub.desktop.files = [];
    expect(await desktop.platform?.dialogs.choose('folder')).toBeNull();
  });

  test('the system\'s key chain for passwords', async () => {
    using desktop = await startTestDesktop();
    await desktop.platform?.secrets.set('one', 'hunter2');
    expect(await desktop.platform?.secrets.get('one')).toBe('hunter2');
    expect(readFileSync(join(desktop.program.home, 'secrets.keychain.json'), 'utf8')).not.toContain('hunter2');
  });

  test('a notice when a job ends while nobody looks, once, and a click brings the window back', async () => {
    using desktop = await startTestDesktop();
    const [window] = desktop.stub.windows();
    const end = (id: string, state: 'done' | 'failed' | 'cancelled') => {
      desktop.core.emit({ type: 'job', job: jobOf(id) });
      desktop.core.emit({ type: 'job', job: { ...jobOf(id), state } });
      desktop.core.emit({ type: 'job', job: { ...jobOf(id), state } });
    };
    end('seen', 'done');
    if (window) window.isLookedAt = false;
    end('done', 'done');
    end('cancelled', 'cancelled');
    end('failed', 'failed');
    expect(desktop.stub.desktop.notifications.map(({ body }) => body)).toEqual(['Done.', expect.stringContaining('Stopped.')]);
    desktop.stub.desktop.notifications[0]?.click();
    expect(window?.focusCount).toBe(1);
  });
});

describe('crashes', () => {
  test('the page is loaded again once with a notice; after that the person decides', async () => {
    using desktop = await startTestDesktop();
    const page = desktop.page();
    page.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(page.reloads).toBe(0);
    page.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(page.reloads).toBe(1);
    expect(desktop.stub.desktop.messages.at(-1)?.message).toContain('loaded again');
    desktop.stub.desktop.response = 1;
    page.emit('render-process-gone', {}, { reason: 'oom' });
    await vi.waitUntil(() => page.reloads === 2);
    desktop.stub.desktop.response = 0;
    page.emit('render-process-gone', {}, { reason: 'oom' });
    await vi.waitUntil(() => page.isDestroyed());
  });

  test('a window that does not answer is ended only when the person says so', async () => {
    using desktop = await startTestDesktop();
    const [window] = desktop.stub.windows();
    window?.emit('unresponsive');
    await settle();
    expect(desktop.page().reloads).toBe(0);
    desktop.stub.desktop.response = 1;
    window?.emit('unresponsive');
    await vi.waitUntil(() => desktop.page().reloads === 1);
  });

  test('what answers the page again after a crash is the same bridge', async () => {
    using desktop = await startTestDesktop();
    desktop.page().emit('render-process-gone', {}, { reason: 'crashed' });
    await vi.waitUntil(() => desktop.page().loads === 2 && desktop.page().loaded !== null && desktop.page().world !== null);
    expect(await desktop.bridge().call('jobs/list', {})).toEqual({ ok: true, value: [] });
  });
});
