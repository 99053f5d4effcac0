import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { isDiskFull, TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Run } from '../../../shared/model/run.ts';
import { fileError } from '../../drivers/sqlite/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { getPlan } from '../plan/handlers.ts';
import { resolveSource } from '../sources/index.ts';
import { localFiles } from '../projects/checklist.ts';
import { patchRun } from './service.ts';
import { hasMoved } from './source-snapshot.ts';

/** A SQLite database is its file and these beside it (https://sqlite.org/tempfiles.html); apart from them it may lose its last writes. */
const companions = ['', '-wal', '-shm', '-journal'];

const moveSchema = z.object({ from: z.string(), to: z.string(), bytes: z.number(), sha256: z.string() });
const listSchema = z.object({ run: z.string(), files: z.array(moveSchema) });
type Move = z.infer<typeof moveSchema>;

/**
 * Moves the files of a completed run aside, unchanged, with a list of where each came from and its hash, so that they can be put back.
 * Nothing is moved unless everything can be: all is checked first, and the list is written before the first file goes. A program that was
 * ended in the middle goes on by that list.
 *
 * @throws TravessiaError WRONG_STATE (not completed; written to since), FILE_EXISTS, FILE_NOT_FOUND, FILE_NOT_WRITABLE, DISK_FULL
 */
export async function archiveSources(deps: CoreDeps, run: Run, folder: string): Promise<CallOutput<'runs/archive'>> {
  if (run.state !== 'complete') throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} is ${run.state}; its source files are still needed.`, hint: `Complete it first: travessia complete ${run.id}` });
  const plan = await getPlan(deps, run.planId, run.planVersion);
  const into = resolve(folder);
  const list = join(into, `travessia-${run.id}.json`);
  // The program may have been ended in the middle of it: the list says what was begun.
  const begun = run.archived == null ? await readList(list, run.id) : undefined;
  const moves = begun ?? (await movesOf(deps, run, plan, into));
  if (begun === undefined) assertFree([list, ...moves.map(({ to }) => to)]);
  else for (const move of moves) await assertUnchanged(move);
  try {
    await mkdir(into, { recursive: true });
    if (begun === undefined) await writeList(list, `${JSON.stringify({ run: run.id, movedAt: isoNow(deps), files: moves }, null, 2)}\n`);
    for (const move of moves) await moveFile(move);
  } catch (error) {
    if (error instanceof TravessiaError) throw error;
    throw new TravessiaError(isDiskFull(error) ? 'DISK_FULL' : 'FILE_NOT_WRITABLE', { message: `Moving the files to ${into} stopped: ${error instanceof Error ? error.message : String(error)}.`, hint: `${list} says what belongs where. A file that was not moved stands where it was.`, cause: error });
  }
  const remaining = await localFiles(deps, plan.sources.map(({ source }) => source));
  await patchRun(deps, run.id, { archived: { at: isoNow(deps), folder: into, list, files: moves.length, remaining } });
  return { list, files: moves, remaining };
}

/** Every file of the run's sources, and where it goes. @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE; WRONG_STATE where one was written to since */
async function movesOf(deps: CoreDeps, run: Run, plan: Plan, into: string): Promise<Move[]> {
  const moves: Move[] = [];
  for (const { source: reference, database, fingerprint } of plan.sources) {
    const source = await resolveSource(deps, reference);
    if (source.kind !== 'sqlite' && source.kind !== 'json') continue;
    if (!existsSync(source.path)) throw new TravessiaError('FILE_NOT_FOUND', { message: `${source.path} is not there any more.`, hint: 'It may have been moved aside already.' });
    for (const path of source.kind === 'sqlite' ? companions.map((ending) => source.path + ending) : [source.path]) {
      if (existsSync(path)) moves.push({ from: path, to: join(into, nameAside(plan, database, source.path) + path.slice(source.path.length)), bytes: (await stat(path)).size, sha256: await hashOf(path) });
    }
    // Behind the reading: a file that cannot be read is told as that, and one that is written to meanwhile is seen.
    if (await hasMoved(deps, reference, run.result?.fingerprints?.[database] ?? fingerprint)) throw writtenSince(source.path);
  }
  return moves;
}

function writtenSince(path: string): TravessiaError {
  return new TravessiaError('WRONG_STATE', { message: `${path} was written to after this run looked at it.`, hint: 'What was written since is not in the target. Look at it first, then move the file by hand. Nothing has been moved.' });
}

/** @throws TravessiaError FILE_EXISTS where one of the paths is taken, or is another's too */
function assertFree(taken: readonly string[]): void {
  const standing = taken.find((path, index) => existsSync(path) || taken.indexOf(path) !== index);
  if (standing !== undefined) throw new TravessiaError('FILE_EXISTS', { message: `${standing} would be written twice or exists already.`, hint: 'Name an empty folder. Nothing has been moved.' });
}

/** A list bears its name once it is whole, so that one that was begun without room, or by a program that was ended, is in nobody's way. */
async function writeList(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    await writeFile(part, text, { flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** The moves of a list that this run began; undefined where there is none. */
async function readList(path: string, run: string): Promise<Move[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const { run: named, files } = listSchema.parse(JSON.parse(text));
    return named === run ? files : undefined;
  } catch {
    // Cut off while it was written: no file had gone yet.
    return undefined;
  }
}

/** What a list names stands where it was or where it goes, with the bytes that it had. @throws TravessiaError FILE_NOT_FOUND, FILE_EXISTS, WRONG_STATE */
async function assertUnchanged({ from, to, sha256 }: Move): Promise<void> {
  if (existsSync(to) && (await hashOf(to)) !== sha256) throw new TravessiaError('FILE_EXISTS', { message: `${to} would be written twice or exists already.`, hint: 'Name an empty folder. Nothing has been moved.' });
  if (existsSync(from)) {
    if ((await hashOf(from)) !== sha256) throw writtenSince(from);
  } else if (!existsSync(to)) throw new TravessiaError('FILE_NOT_FOUND', { message: `${from} is not there any more.`, hint: 'It may have been moved aside already.' });
}

/** A file keeps its name; of several files of one name each takes the name that told it apart in the plan, its folder before it. */
function nameAside({ sources }: Pick<Plan, 'sources'>, database: string, path: string): string {
  const name = basename(path);
  return sources.filter(({ source }) => basename(source) === name).length > 1 ? database.replaceAll(/[\\/]/g, '_') : name;
}

/** Moves one file, or what is left of that where it was begun. */
async function moveFile({ from, to, sha256 }: Move): Promise<void> {
  if (existsSync(to)) {
    await rm(from, { force: true });
    return;
  }
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    // Another file system: the original goes only once the copy is proven, and on the disk.
    const part = `${to}.part`;
    await rm(part, { force: true });
    try {
      await copyFile(from, part);
      if ((await hashOf(part)) !== sha256) throw new TravessiaError('FILE_NOT_WRITABLE', { message: `The copy ${to} is not equal to ${from}.`, hint: 'The original stands where it was.' });
      await using copy = await open(part, 'r+');
      await copy.sync();
    } catch (failure) {
      await rm(part, { force: true });
      throw failure;
    }
    await rename(part, to);
    await unlink(from);
  }
}

/** @throws TravessiaError FILE_NOT_READABLE */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash).catch((error: unknown) => { throw fileError(error, path); });
  return hash.digest('hex');
}
