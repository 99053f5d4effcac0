import { EventEmitter } from 'node:events';

export interface MenuItem {
  readonly label?: string;
  readonly role?: string;
  readonly submenu?: readonly MenuItem[];
  readonly click?: () => void;
  readonly [name: string]: unknown;
}

export interface Message {
  readonly message: string;
  readonly detail?: string;
  readonly buttons?: readonly string[];
}

function isWindow(value: object): boolean {
  return 'webContents' in value;
}

/** Menus, dialogs, the system's own parts: they record what the program asked of them and answer what a test decides. */
export function createDesktop(displays: readonly { workArea: object }[]) {
  const state = {
    menu: [] as readonly MenuItem[],
    messages: [] as Message[],
    errors: [] as string[],
    opened: [] as string[],
    notifications: [] as { title: string; body: string; click: () => void }[],
    /** Button of the next message box; the first is 0. */
    response: 0,
    /** What the next file dialog gives; empty: cancelled. */
    files: [] as string[],
    openDialogs: [] as object[],
    backend: 'gnome_libsecret',
  };
  const nativeTheme = Object.assign(new EventEmitter(), { shouldUseDarkColors: false, themeSource: 'system' });
  const safeStorage = {
    getSelectedStorageBackend: () => state.backend,
    isAsyncEncryptionAvailable: async () => state.backend !== 'basic_text',
    // Sealed only so far that a test can tell it from the plain text.
    encryptStringAsync: async (text: string) => Buffer.from(`sealed ${text.split('').reverse().join('')}`),
    decryptStringAsync: async (sealed: Buffer) => ({ result: sealed.toString().replace('sealed ', '').split('').reverse().join(''), shouldReEncrypt: false }),
  };
  class Notification extends EventEmitter {
    readonly #options: { title: string; body: string };

    constructor(options: { title: string; body: string }) {
      super();
      this.#options = options;
    }

    static isSupported(): boolean {
      return true;
    }

    show(): void {
      state.notifications.push({ ...this.#options, click: () => void this.emit('click') });
    }
  }
  const lastOf = (args: readonly object[]) => (args.length > 1 ? args.filter((one) => !isWindow(one)) : args).at(-1) ?? {};
  const isMessage = (value: object): value is Message => 'message' in value;

  return Object.assign(state, {
    /** Chooses a menu item by its label, wherever it stands. */
    chooseMenu(label: string): void {
      const all = (items: readonly MenuItem[]): MenuItem[] => items.flatMap((item) => [item, ...all(item.submenu ?? [])]);
      const item = all(state.menu).find((one) => one.label === label);
      if (item?.click === undefined) throw new Error(`The menu has no item ${label} to choose`);
      item.click();
    },
    nativeTheme,
    module: {
      nativeTheme,
      safeStorage,
      Notification,
      Menu: {
        buildFromTemplate: (template: readonly MenuItem[]) => ({ items: template }),
        setApplicationMenu: (menu: { items: readonly MenuItem[] }) => {
          state.menu = menu.items;
        },
      },
      dialog: {
        showErrorBox: (title: string, content: string) => void state.errors.push(`${title}: ${content}`),
        async showMessageBox(...args: object[]) {
          const shown = lastOf(args);
          if (isMessage(shown)) state.messages.push(shown);
          return { response: state.response, checkboxChecked: false };
        },
        async showOpenDialog(...args: object[]) {
          state.openDialogs.push(lastOf(args));
          return { canceled: state.files.length === 0, filePaths: [...state.files] };
        },
      },
      shell: { openExternal: async (url: string) => void state.opened.push(url) },
      screen: { getAllDisplays: () => displays, getPrimaryDisplay: () => displays[0] },
    },
  });
}
