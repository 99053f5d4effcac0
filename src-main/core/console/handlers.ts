/**
 * console: what belongs to the console itself and to no migration: its facts, settings, files to choose from, the embedded server,
 * the jobs it runs and the audit of what was done with it.
 */
import { readdir, stat, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { embeddedServer, embeddedStatus, hasEmbeddedPostgres, stopEmbedded } from '../../drivers/embedded-postgres/index.ts';
import { fileError, isSqliteFile } from '../../drivers/sqlite/index.ts';
import type { Dialogs } from '../../platform/dialogs.ts';
import type { SecretStore } from '../../platform/secrets.ts';
import { defined } from '../defined.ts';
import type { CoreDeps } from '../deps.ts';

const maxEntries = 2000;

async function browse(folder: string): Promise<CallOutput<'files/browse'>> {
  const path = resolve(folder);
  let names;
  try {
    names = await readdir(path, { withFileTypes: true });
  } catch (error) {
    throw fileError(error, path);
  }
  const visible = names.filter((entry) => !entry.name.startsWith('.')).slice(0, maxEntries);
  const entries = await Promise.all(
    visible.map(async (entry) => {
      const full = join(path, entry.name);
      const info = await stat(full).catch(() => null);
      if (info === null || (!info.isDirectory() && !info.isFile())) return null;
      const kind = info.isDirectory() ? ('folder' as const) : ('file' as const);
      return { name: entry.name, path: full, kind, bytes: info.size, sqlite: kind === 'file' && isReadableSqlite(full) };
    }),
  );
  const present = entries.filter((entry) => entry !== null).toSorted((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name) : a.kind === 'folder' ? -1 : 1));
  return { folder: path, parent: dirname(path) === path ? null : dirname(path), entries: present };
}

function isReadableSqlite(path: string): boolean {
  try {
    return isSqliteFile(path);
  } catch {
    return false;
  }
}

export interface ConsolePorts {
  readonly dialogs: Dialogs;
  readonly secrets: SecretStore;
  /** What became of a damaged store, to be said once. */
  readonly storeNotice: string | null;
}

export function consoleHandlers(deps: CoreDeps, ports: ConsolePorts) {
  const serverOf = (name: string) => ({ name, folder: deps.folders.servers });
  return {
    async 'app/info'(): Promise<CallOutput<'app/info'>> {
      const [projects, connections, settings] = await Promise.all([deps.store.projects.list(), deps.connections.list(), deps.store.settings.all()]);
      return {
        version: deps.version, dataFolder: deps.folders.home, firstStart: projects.length === 0 && connections.length === 0 && !settings.tourDone,
        platform: process.platform, nativeDialogs: ports.dialogs.native, embeddedAvailable: hasEmbeddedPostgres(),
        secretsAvailable: await ports.secrets.isAvailable(), storeNotice: ports.storeNotice,
      };
    },
    async 'app/sizes'(): Promise<CallOutput<'app/sizes'>> {
      const { bavail, bsize } = await statfs(deps.folders.home);
      return { freeBytes: bavail * bsize };
    },
    async 'files/choose'(input: HandlerInput<'files/choose'>): Promise<CallOutput<'files/choose'>> {
      return { native: ports.dialogs.native, path: ports.dialogs.native ? await ports.dialogs.choose(input.purpose) : null };
    },
    'files/browse': (input: HandlerInput<'files/browse'>): Promise<CallOutput<'files/browse'>> => browse(input.folder ?? homedir()),

    async 'server/status'(input: HandlerInput<'server/status'>): Promise<CallOutput<'server/status'>> {
      const status = embeddedStatus(serverOf(input.name));
      return { available: status.available, running: status.state === 'running', kept: status.kept, version: status.version, port: status.port, folder: status.folder };
    },
    async 'server/start'(input: HandlerInput<'server/start'>): Promise<CallOutput<'server/start'>> {
      const server = await embeddedServer({ ...serverOf(input.name), keep: true });
      await server.close();
      deps.emit({ type: 'changed', noun: 'server' });
      return { port: server.port };
    },
    async 'server/stop'(input: HandlerInput<'server/stop'>): Promise<CallOutput<'server/stop'>> {
      await stopEmbedded(serverOf(input.name));
      deps.emit({ type: 'changed', noun: 'server' });
      return { done: true };
    },

    'jobs/list': (): Promise<CallOutput<'jobs/list'>> => deps.jobs.list(),
    'jobs/get': (input: HandlerInput<'jobs/get'>): Promise<CallOutput<'jobs/get'>> => deps.jobs.get(input.id),
    'jobs/log': (input: HandlerInput<'jobs/log'>): Promise<CallOutput<'jobs/log'>> => deps.jobs.log(input.id),
    async 'jobs/cancel'(input: HandlerInput<'jobs/cancel'>): Promise<CallOutput<'jobs/cancel'>> {
      deps.jobs.cancel(input.id);
      return { done: true };
    },

    'settings/get': (): Promise<CallOutput<'settings/get'>> => deps.store.settings.all(),
    async 'settings/set'(input: HandlerInput<'settings/set'>): Promise<CallOutput<'settings/set'>> {
      const changed = await deps.store.settings.set(defined(input));
      deps.emit({ type: 'changed', noun: 'settings' });
      return changed;
    },
  };
}

/** The URL of an embedded server that is up, with its password: for other tools, on explicit request at the command line only. */
export async function embeddedUrl(folder: string, name: string): Promise<string> {
  const status = embeddedStatus({ name, folder });
  if (status.state !== 'running') {
    throw new TravessiaError('WRONG_STATE', { message: 'The embedded PostgreSQL does not run.', hint: `Start it with:  travessia server start${name === 'main' ? '' : ` ${name}`}` });
  }
  const server = await embeddedServer({ name, folder });
  try {
    return server.url();
  } finally {
    await server.close();
  }
}
