import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { tempFolder } from '../test-support/temp-folder.ts';
import { createElectronDialogs } from './dialogs.electron.ts';
import { noDialogs } from './dialogs.ts';
import { createElectronNotifications } from './notifications.electron.ts';
import { dataFolder, dataPaths } from './paths.ts';
import { createElectronSecrets } from './secrets.electron.ts';
import { createFileSecrets } from './secrets.file.ts';

/** A stand-in of the electron module: its key chain turns the text round. */
const electron = vi.hoisted(() => ({
  backend: 'gnome_libsecret', available: true, broken: false, rotate: false, sealed: 0,
  dialogAnswer: { canceled: false, filePaths: ['/tmp/a.db'] as string[] }, asked: [] as unknown[], focused: null as unknown, shown: [] as unknown[], supported: true,
}));
vi.mock('electron', () => ({
  safeStorage: {
    getSelectedStorageBackend: () => electron.backend,
    isAsyncEncryptionAvailable: async () => electron.available,
    encryptStringAsync: async (text: string) => { electron.sealed += 1; return Buffer.from([...text].toReversed().join('')); },
    decryptStringAsync: async (data: Buffer) => {
      if (electron.broken) throw new Error('locked');
      return { result: [...data.toString()].toReversed().join(''), shouldReEncrypt: electron.rotate };
    },
  },
  BrowserWindow: { getFocusedWindow: () => electron.focused },
  dialog: { showOpenDialog: async (...args: unknown[]) => { electron.asked.push(args); return electron.dialogAnswer; } },
  Notification: class {
    static isSupported() { return electron.supported; }
    #options: unknown;
    #click: () => void = () => undefined;
    constructor(options: unknown) { this.#options = options; }
    on(_event: string, work: () => void) { this.#click = work; }
    show() { electron.shown.push(this.#options); this.#click(); }
  },
}));
beforeEach(() => { Object.assign(electron, { backend: 'gnome_libsecret', available: true, broken: false, rotate: false, sealed: 0, asked: [], focused: null, shown: [], supported: true }); });

const code = async (work: Promise<unknown>): Promise<string> => work.then(() => 'no error', (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)));

describe('the data folder', () => {
  const base = { env: {}, platform: 'linux', home: '/home/ana', isRoot: false } as const;
  it.each([
    [base, '/home/ana/.local/share/travessia'],
    [{ ...base, env: { XDG_DATA_HOME: '/data' } }, '/data/travessia'],
    [{ ...base, env: { XDG_DATA_HOME: 'relative' } }, '/home/ana/.local/share/travessia'],
    [{ ...base, isRoot: true }, '/var/lib/travessia'],
    [{ ...base, platform: 'darwin' as const }, '/home/ana/Library/Application Support/Travessia'],
    [{ ...base, isRoot: true, env: { TRAVESSIA_HOME: '/x/y' } }, '/x/y'],
  ])('%j', (around, expected) => expect(dataFolder(around)).toBe(expected));
  it('holds a place for each kind of thing', () => expect(dataPaths('/x').servers).toBe(join('/x', 'servers')));
});

describe('secrets in a file', () => {
  it('are sealed with a key file that only the user may read', async () => {
    using folder = tempFolder('secrets');
    const secrets = createFileSecrets(folder.path, {});
    expect(await secrets.get('a')).toBeNull();
    await secrets.set('a', 'pässword ☃');
    await secrets.set('b', 'other');
    const again = createFileSecrets(folder.path, {});
    expect([await again.get('a'), await again.get('b'), await again.protection()]).toEqual(['pässword ☃', 'other', 'key-file']);
    const text = readFileSync(join(folder.path, 'secrets.json'), 'utf8');
    expect(text).not.toMatch(/ssword|other/);
    if (process.platform !== 'win32') {
      for (const name of ['secrets.json', 'secrets.key']) expect(statSync(join(folder.path, name)).mode & 0o777).toBe(0o600);
      chmodSync(join(folder.path, 'secrets.key'), 0o644);
      expect(await code(again.get('a'))).toBe('SECRETS_UNAVAILABLE');
      chmodSync(join(folder.path, 'secrets.key'), 0o600);
    }
    await again.remove('a');
    await again.remove('none');
    expect([await again.get('a'), await again.get('b')]).toEqual([null, 'other']);
  });

  it('move to a passphrase when one is given, and do not open without it', async () => {
    using folder = tempFolder('secrets');
    await createFileSecrets(folder.path, {}).set('a', 'one');
    const sealed = createFileSecrets(folder.path, { TRAVESSIA_PASSPHRASE: 'correct horse' });
    await sealed.set('b', 'two');
    expect([await sealed.get('a'), await sealed.get('b'), await sealed.protection()]).toEqual(['one', 'two', 'passphrase']);
    expect(existsSync(join(folder.path, 'secrets.key'))).toBe(false);
    expect(await code(createFileSecrets(folder.path, {}).get('a'))).toBe('WRONG_PASSPHRASE');
    expect(await code(createFileSecrets(folder.path, { TRAVESSIA_PASSPHRASE: 'wrong' }).get('a'))).toBe('WRONG_PASSPHRASE');
    expect(await code(createFileSecrets(folder.path, { TRAVESSIA_PASSPHRASE: 'wrong' }).set('a', 'x'))).toBe('WRONG_PASSPHRASE');
    expect(await sealed.get('a')).toBe('one');
  });

  it('cannot be swapped or changed from outside', async () => {
    using folder = tempFolder('secrets');
    const secrets = createFileSecrets(folder.path, {});
    await secrets.set('a', 'one');
    await secrets.set('b', 'two');
    const path = join(folder.path, 'secrets.json');
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const entries: unknown = typeof file === 'object' && file !== null ? Reflect.get(file, 'entries') : null;
    if (typeof entries !== 'object' || entries === null) throw new Error('no entries');
    Reflect.set(entries, 'b', Reflect.get(entries, 'a'));
    writeFileSync(path, JSON.stringify(file));
    expect(await secrets.get('a')).toBe('one');
    expect(await code(secrets.get('b'))).toBe('WRONG_PASSPHRASE');
    writeFileSync(path, 'nonsense');
    expect(await code(secrets.get('a'))).toBe('SECRETS_UNAVAILABLE');
  });

  it('are written by several programs at once without losing one', async () => {
    using folder = tempFolder('secrets');
    await Promise.all(Array.from({ length: 6 }, (_, n) => createFileSecrets(folder.path, {}).set(`s${n}`, `value ${n}`)));
    expect(await Promise.all(Array.from({ length: 6 }, (_, n) => createFileSecrets(folder.path, {}).get(`s${n}`)))).toEqual(Array.from({ length: 6 }, (_, n) => `value ${n}`));
  });
});

describe('secrets in the key chain', () => {
  it('are kept, read, sealed anew after a rotation, and removed', async () => {
    using folder = tempFolder('secrets');
    const secrets = createElectronSecrets(folder.path, {});
    expect([await secrets.isAvailable(), await secrets.protection()]).toEqual([true, 'key-chain']);
    await secrets.set('a', 'hunter2');
    expect(readFileSync(join(folder.path, 'secrets.keychain.json'), 'utf8')).not.toContain('hunter2');
    electron.rotate = true;
    expect(await secrets.get('a')).toBe('hunter2');
    expect(electron.sealed).toBe(2);
    electron.broken = true;
    expect(await code(secrets.get('a'))).toBe('SECRETS_UNAVAILABLE');
    await secrets.remove('a');
    electron.broken = false;
    expect(await secrets.get('a')).toBeNull();
  });

  it.runIf(process.platform === 'linux')('are refused where the key is known to everybody, unless there is a passphrase', async () => {
    using folder = tempFolder('secrets');
    electron.backend = 'basic_text';
    const secrets = createElectronSecrets(folder.path, {});
    expect([await secrets.isAvailable(), await secrets.protection()]).toEqual([false, 'none']);
    expect(await code(secrets.set('a', 'x'))).toBe('SECRETS_UNAVAILABLE');
    const sealed = createElectronSecrets(folder.path, { TRAVESSIA_PASSPHRASE: 'p' });
    await sealed.set('a', 'x');
    expect([await sealed.isAvailable(), await sealed.protection(), await sealed.get('a')]).toEqual([true, 'passphrase', 'x']);
    writeFileSync(join(folder.path, 'secrets.keychain.json'), 'nonsense');
    electron.backend = 'kwallet6';
    expect(await code(sealed.get('a'))).toBe('SECRETS_UNAVAILABLE');
  });
});

describe('dialogs and notifications', () => {
  it('ask with the purpose\'s filters, on the focused window', async () => {
    const dialogs = createElectronDialogs(() => ({ chooseSqlite: 'S', choosePlan: 'P', chooseFolder: 'F', databases: 'D', plans: 'L', allFiles: 'A' }));
    for (const purpose of ['sqlite', 'plan', 'folder'] as const) expect(await dialogs.choose(purpose)).toBe('/tmp/a.db');
    electron.focused = { id: 1 };
    electron.dialogAnswer = { canceled: true, filePaths: [] };
    expect(await dialogs.choose('folder')).toBeNull();
    expect(electron.asked.map((args) => (Array.isArray(args) ? args.length : 0))).toEqual([1, 1, 1, 2]);
    expect([noDialogs.native, await noDialogs.choose('plan')]).toEqual([false, null]);
  });

  it('show what ended, and come back on a click', () => {
    let clicks = 0;
    const notifications = createElectronNotifications(() => { clicks += 1; });
    notifications.show({ title: 'Done', body: 'b' });
    electron.supported = false;
    notifications.show({ title: 'No', body: 'b' });
    expect([electron.shown, clicks]).toEqual([[{ title: 'Done', body: 'b' }], 1]);
  });
});
