import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDiskFull, TravessiaError } from '../../../../shared/contract/errors.ts';
import { making, removeIfLeft } from '../../../drivers/work-folder/making.ts';

/** Exported files live this long: they are to be fetched at once, and hold what people said. */
const lifetimeMs = 86_400_000;
/** Bytes of one piece of `conversations/exported`. */
const pieceBytes = 512 * 1024;

interface Described {
  readonly fileName: string;
  /** Whether personal data in it is masked: who may only see masked data may not fetch another's whole file. */
  readonly masked: boolean;
}

export interface OpenExport {
  append(text: string): Promise<void>;
  /** Writes over the beginning. */
  overwrite(text: string): Promise<void>;
  readonly bytes: () => number;
  finish(): Promise<void>;
  /** Takes away what was written. */
  discard(): Promise<void>;
}

function writeError(error: unknown): TravessiaError {
  return isDiskFull(error) ? new TravessiaError('DISK_FULL', { message: 'There is no room left for the exported file.', hint: 'Free some space where the data folder lies.', cause: error })
    : new TravessiaError('FILE_NOT_WRITABLE', { message: 'The exported file cannot be written into the data folder.', cause: error });
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeError(error);
  }
}

const isJob = (id: string): boolean => /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/.test(id);

/** A name as a file may have it on any system. */
export function fileNameOf(library: string, at: string, extension: string): string {
  const name = library.replaceAll(/[^\p{L}\p{N}._ -]/gu, '_').replaceAll(/^[. ]+|[. ]+$/g, '').slice(0, 60).toWellFormed();
  return `${name === '' ? 'conversations' : name} ${at.slice(0, 19).replaceAll(':', '-').replace('T', ' ')}.${extension}`;
}

export interface ExportedFiles {
  /** Does the work of a job: what a program that is ended meanwhile leaves of its file is known as such. */
  making<T>(jobId: string, work: () => Promise<T>): Promise<T>;
  create(jobId: string, described: Described): Promise<OpenExport>;
  /** @throws NOT_FOUND */
  piece(jobId: string, offset: number, mayBeUnmasked: boolean): Promise<{ fileName: string; data: string; next: number | null; bytes: number }>;
  /** Takes away what is older than a day, and what a program that was ended left half-made. */
  sweep(now: number): Promise<void>;
}

export function createExportedFiles(folder: string): ExportedFiles {
  const of = (jobId: string, name: string): string => join(folder, jobId, name);
  const gone = (): TravessiaError => new TravessiaError('NOT_FOUND', { message: 'That export is not there.', hint: 'Exported files are kept for a day. Export again.' });
  return {
    async making(jobId, work) {
      await guarded(() => mkdir(join(folder, jobId), { recursive: true, mode: 0o700 }));
      return making(join(folder, jobId), work);
    },
    async create(jobId, described) {
      const file = await guarded(() => open(of(jobId, 'data.part'), 'wx', 0o600));
      let bytes = 0;
      const close = (): Promise<void> => file.close().catch(() => undefined);
      return {
        append: (text) => guarded(async () => {
          const data = Buffer.from(text);
          await file.writeFile(data);
          bytes += data.length;
        }),
        overwrite: (text) => guarded(async () => void (await file.write(Buffer.from(text), 0, undefined, 0))),
        bytes: () => bytes,
        finish: () => guarded(async () => {
          await file.sync();
          await close();
          await writeFile(of(jobId, 'about.json'), JSON.stringify(described), { mode: 0o600 });
          await rename(of(jobId, 'data.part'), of(jobId, 'data'));
        }),
        async discard() {
          await close();
          await rm(join(folder, jobId), { recursive: true, force: true });
        },
      };
    },
    async piece(jobId, offset, mayBeUnmasked) {
      if (!isJob(jobId)) throw gone();
      let described: Described;
      let bytes: number;
      try {
        described = JSON.parse(await readFile(of(jobId, 'about.json'), 'utf8')) as Described;
        bytes = (await stat(of(jobId, 'data'))).size;
      } catch (error) {
        throw new TravessiaError('NOT_FOUND', { message: gone().message, hint: gone().hint ?? '', cause: error });
      }
      if (!described.masked && !mayBeUnmasked) throw gone();
      const file = await open(of(jobId, 'data'), 'r');
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(Math.max(0, Math.min(pieceBytes, bytes - offset))), 0, undefined, offset);
        const next = offset + bytesRead;
        return { fileName: described.fileName, data: buffer.subarray(0, bytesRead).toString('base64'), next: next < bytes && bytesRead > 0 ? next : null, bytes };
      } finally {
        await file.close();
      }
    },
    async sweep(now) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (isJob(name)) await removeIfLeft(join(folder, name));
        const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now }));
        if (isJob(name) && now - mtimeMs > lifetimeMs) await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}
