import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openPgliteCopy, pgliteFingerprint, type PgliteCopy } from '../../../drivers/pglite/index.ts';
import { makeWorkFolder } from '../../../drivers/work-folder/index.ts';
import { pgReader, pgShape, scanSettings } from './postgres-rows.ts';
import type { RowSource } from './row-source.ts';

/** A PGlite folder or archive: always a copy of it, never the original, which opening alone would change. The copy is made anew when the original moved. */
export function pgliteRows(path: string): RowSource {
  let scans = 0;
  let open: { readonly copy: PgliteCopy; readonly folder: string; readonly fingerprint: string } | null = null;
  const fingerprint = (): string => JSON.stringify(pgliteFingerprint(path));
  const close = async (): Promise<void> => {
    const last = open;
    open = null;
    if (last === null) return;
    await last.copy.close();
    await rm(last.folder, { recursive: true, force: true });
  };
  const copy = async (signal: AbortSignal): Promise<PgliteCopy> => {
    const now = fingerprint();
    // A scan that is under way goes on with the copy it began with.
    if (open !== null && (scans > 0 || open.fingerprint === now)) return open.copy;
    await close();
    const folder = makeWorkFolder('pglite');
    try {
      open = { copy: await openPgliteCopy(path, join(folder, 'data'), signal), folder, fingerprint: now };
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
    return open.copy;
  };
  const never = new AbortController().signal;
  return {
    dialect: 'postgres', name: path,
    shape: async () => pgShape(await copy(never)),
    fingerprint: () => Promise.resolve(fingerprint()),
    async snapshot(signal) {
      const rows = await copy(signal);
      scans += 1;
      await rows.rows('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      for (const setting of scanSettings) await rows.rows(setting);
      return pgReader({ rows: rows.rows, close: async () => {
        scans -= 1;
        await rows.rows('ROLLBACK');
      } }, path, true);
    },
    async now() {
      const rows = await copy(never);
      return pgReader({ rows: rows.rows, close: () => Promise.resolve() }, path, false);
    },
    close,
  };
}
