import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface PathSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly isRoot: boolean;
}

/**
 * The folder of everything the console keeps: store, runs, embedded servers. TRAVESSIA_HOME overrides all. As root it is
 * /var/lib/travessia, because the embedded server runs as another user that cannot enter /root. Else XDG_DATA_HOME or
 * ~/.local/share, ~/Library/Application Support, or %LOCALAPPDATA%.
 */
export function dataFolder(around: PathSurroundings = here()): string {
  const { env, home } = around;
  const chosen = env['TRAVESSIA_HOME'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  if (around.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Travessia');
  if (around.isRoot) return '/var/lib/travessia';
  if (around.platform === 'darwin') return join(home, 'Library', 'Application Support', 'Travessia');
  const xdg = env['XDG_DATA_HOME'];
  // The XDG specification: a relative value is invalid and ignored.
  return join(xdg !== undefined && xdg.startsWith('/') ? xdg : join(home, '.local', 'share'), 'travessia');
}

function here(): PathSurroundings {
  return { env: process.env, platform: process.platform, home: homedir(), isRoot: process.getuid?.() === 0 };
}

/** Where each kind of thing lies under the data folder. */
export function dataPaths(folder: string = dataFolder()) {
  return {
    folder,
    store: folder,
    runs: join(folder, 'runs'),
    servers: join(folder, 'servers'),
    logs: join(folder, 'logs'),
    secrets: join(folder, 'secrets.json'),
  } as const;
}
