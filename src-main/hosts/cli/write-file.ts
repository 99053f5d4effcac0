/** What commands write for people: whole, or as if they had not been asked. */
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { isDiskFull, TravessiaError } from '../../../shared/contract/errors.ts';

/** Writes a file in place of what may be there, which stays until the new one is on the disk. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const former = await stat(path).catch(() => undefined);
  // Of a pipe or a terminal nothing is to be kept.
  if (former !== undefined && !former.isFile()) return writeFile(path, text);
  const real = former === undefined ? path : await realpath(path);
  const part = `${real}.part`;
  try {
    await writeFile(part, text, { flush: true, ...(former === undefined ? {} : { mode: former.mode }) });
    await rename(part, real);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** Writes a file where there is none. @throws Error with the code EEXIST where there is one; what could not be written whole goes again */
export async function writeNewFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** What to throw where a file could not be written. */
export function writeError(error: unknown, message: string, hint: string): unknown {
  return isDiskFull(error) ? error : new TravessiaError('FILE_NOT_WRITABLE', { message, hint, cause: error });
}
