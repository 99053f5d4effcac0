import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { TravessiaError } from '../../shared/contract/errors.ts';

export interface RendererFile {
  readonly body: Buffer;
  readonly type: string;
  /** Strong validator: the content's hash. */
  readonly etag: string;
  /** The name carries the content's hash, so the file may be kept for ever. */
  readonly isHashed: boolean;
}

/** Files of the built console by their path, such as `/assets/index-1a2b3c4d.js`. */
export type RendererFiles = ReadonlyMap<string, RendererFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/**
 * Reads the built renderer (a few MB) once. The hosts answer from this list and never open a file by a requested name,
 * so no request can reach beside it, and a build that replaces the folder meanwhile cannot mix two versions.
 * Symbolic links, source maps and types the console does not use are left out.
 *
 * @throws FILE_NOT_FOUND where there is no `index.html`: the renderer has not been built
 */
export async function readRendererFiles(folder: string): Promise<RendererFiles> {
  const files = new Map<string, RendererFile>();
  await addFolder(files, folder, '/').catch((cause: unknown) => {
    throw notBuilt(cause);
  });
  if (!files.has('/index.html')) throw notBuilt(undefined);
  return files;
}

async function addFolder(files: Map<string, RendererFile>, folder: string, prefix: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await addFolder(files, path, `${prefix}${entry.name}/`);
    const type = types[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const body = await readFile(path);
    const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
    files.set(prefix + entry.name, { body, type, etag, isHashed: prefix === '/assets/' && /-[\w-]{8}\.\w+$/.test(entry.name) });
  }
}

function notBuilt(cause: unknown): TravessiaError {
  return new TravessiaError('FILE_NOT_FOUND', { message: 'The files of the console are not there', hint: 'Run `npm run build`.', cause });
}

/** The file a request's target names, or nothing. The target is compared as it came: an escape is no file's name. */
export function findRendererFile(files: RendererFiles, target: string): RendererFile | undefined {
  const path = target.split(/[?#]/, 1)[0] ?? '';
  return files.get(path === '/' ? '/index.html' : path);
}
