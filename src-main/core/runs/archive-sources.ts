import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Run } from '../../../shared/model/run.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { getPlan } from '../plan/handlers.ts';
import { resolveSource } from '../sources/index.ts';
import { localFiles } from '../projects/checklist.ts';
import { patchRun } from './service.ts';
import { hasMoved } from './source-snapshot.ts';

/** A SQLite database is its file and these beside it (https://sqlite.org/tempfiles.html); apart from them it may lose its last writes. */
const companions = ['', '-wal', '-shm', '-journal'];

interface Move {
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Moves the files of a completed run aside, unchanged, with a list of where each came from and its hash, so that they can be put back.
 * Nothing is moved unless everything can be: all is checked first, and the list is written before the first file goes.
 *
 * @throws TravessiaError WRONG_STATE (not completed; written to since), FILE_EXISTS, FILE_NOT_FOUND, FILE_NOT_WRITABLE
 */
export async function archiveSources(deps: CoreDeps, run: Run, folder: string): Promise<CallOutput<'runs/archive'>> {
  if (run.state !== 'complete') throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} is ${run.state}; its source files are still needed.`, hint: `Complete it first: travessia complete ${run.id}` });
  const plan = await getPlan(deps, run.planId, run.planVersion);
  const into = resolve(folder);
  const moves: Move[] = [];
  for (const { source: reference, database, fingerprint } of plan.sources) {
    const source = await resolveSource(deps, reference);
    if (source.kind !== 'sqlite' && source.kind !== 'json') continue;
    if (!existsSync(source.path)) throw new TravessiaError('FILE_NOT_FOUND', { message: `${source.path} is not there any more.`, hint: 'It may have been moved aside already.' });
    if (await hasMoved(deps, reference, run.result?.fingerprints?.[database] ?? fingerprint)) {
      throw new TravessiaError('WRONG_STATE', { message: `${source.path} was written to after this run looked at it.`, hint: 'What was written since is not in the target. Look at it first, then move the file by hand. Nothing has been moved.' });
    }
    for (const path of source.kind === 'sqlite' ? companions.map((ending) => source.path + ending) : [source.path]) {
      if (existsSync(path)) moves.push({ from: path, to: join(into, nameAside(plan, database, source.path) + path.slice(source.path.length)), bytes: (await stat(path)).size, sha256: await hashOf(path) });
    }
  }
  const list = join(into, `travessia-${run.id}.json`);
  const taken = [list, ...moves.map(({ to }) => to)];
  const standing = taken.find((path, index) => existsSync(path) || taken.indexOf(path) !== index);
  if (standing !== undefined) throw new TravessiaError('FILE_EXISTS', { message: `${standing} would be written twice or exists already.`, hint: 'Name an empty folder. Nothing has been moved.' });
  try {
    await mkdir(into, { recursive: true });
    await writeFile(list, `${JSON.stringify({ run: run.id, movedAt: isoNow(deps), files: moves }, null, 2)}\n`, { flag: 'wx' });
    for (const move of moves) await moveFile(move);
  } catch (error) {
    if (error instanceof TravessiaError) throw error;
    throw new TravessiaError('FILE_NOT_WRITABLE', { message: `Moving the files to ${into} stopped: ${error instanceof Error ? error.message : String(error)}.`, hint: `${list} says what belongs where. A file that was not moved stands where it was.`, cause: error });
  }
  const remaining = await localFiles(deps, plan.sources.map(({ source }) => source));
  await patchRun(deps, run.id, { archived: { at: isoNow(deps), folder: into, list, files: moves.length, remaining } });
  return { list, files: moves, remaining };
}

/** A file keeps its name; of several files of one name each takes the name that told it apart in the plan, its folder before it. */
function nameAside({ sources }: Pick<Plan, 'sources'>, database: string, path: string): string {
  const name = basename(path);
  return sources.filter(({ source }) => basename(source) === name).length > 1 ? database.replaceAll(/[\\/]/g, '_') : name;
}

async function moveFile({ from, to, sha256 }: Move): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    // Another file system: the original goes only once the copy is proven.
    await copyFile(from, to, constants.COPYFILE_EXCL);
    if ((await hashOf(to)) !== sha256) throw new TravessiaError('FILE_NOT_WRITABLE', { message: `The copy ${to} is not equal to ${from}.`, hint: 'The original stands where it was.' });
    await unlink(from);
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
