import { rename, rm } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { originPath } from '../../../shared/model/origin.ts';
import { openSqlite, rebuildIndexes } from '../../drivers/sqlite/index.ts';
import { pageDamage } from '../assess/integrity.ts';
import { followWorker } from '../follow-worker.ts';
import { kindOf } from './kinds.ts';
import type { SnapshotOptions, Source } from './source-kind.ts';

export interface SnapshotRequest {
  readonly source: Source;
  readonly toPath: string;
  /** The assessment found damaged indexes: those of the copy are built anew before it bears its name. */
  readonly rebuild?: boolean;
  /** A plan was made of it when no page of it was damaged: a copy with damage is none of what the plan says. */
  readonly sound?: boolean;
}

export interface SnapshotProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Writes a source's snapshot. It bears its name only once it is complete and proven, so that a file of that name can be trusted
 * after a crash.
 * @returns what could not be taken over as it was
 * @throws TravessiaError as the source's kind; DATABASE_CORRUPT where it was to be sound
 */
export async function takeSnapshot({ source, toPath, rebuild, sound }: SnapshotRequest, options: SnapshotOptions): Promise<readonly Finding[]> {
  const part = `${toPath}.part`;
  await rm(part, { recursive: true, force: true });
  try {
    const findings = await kindOf(source).snapshot(source, part, options);
    if (sound === true) assertSound(part, source.reference);
    if (rebuild === true) rebuildIndexes(part);
    // First what stands beside: the snapshot's own name says that all is there.
    await rename(originPath(part), originPath(toPath)).catch(() => rm(originPath(toPath), { force: true }));
    await rename(part, toPath);
    return findings;
  } catch (error) {
    for (const path of [part, originPath(part)]) await rm(path, { recursive: true, force: true });
    throw error;
  }
}

/** A file that was damaged after it was assessed can be read on, with rows missing or other ones: nobody was told of that. */
function assertSound(path: string, reference: string): void {
  using copy = openSqlite(path, { mode: 'read' });
  const damage = pageDamage(copy.db);
  if (damage.length === 0) return;
  throw new TravessiaError('DATABASE_CORRUPT', {
    message: `${reference} was damaged after the plan was made: ${damage.slice(0, 3).join('; ')}.`,
    hint: 'Restore it from a backup. Or assess it again and make a new plan, which says what of it can still be read.',
  });
}

/** `takeSnapshot` in a thread of its own. @throws TravessiaError the same; CANCELLED within a second of the signal */
export async function snapshotInWorker(request: SnapshotRequest, { signal, onProgress }: SnapshotOptions): Promise<void> {
  await followWorker<null, SnapshotProgress>('snapshot', request, { signal, onProgress: ({ done, total }) => onProgress(done, total), doing: 'The snapshot' });
}
