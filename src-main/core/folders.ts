import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { originPath } from '../../shared/model/origin.ts';
import { making, removeIfLeft, removeLeftIn } from '../drivers/work-folder/making.ts';

/** A folder of copies, named by what it belongs to. */
export interface Copies {
  readonly id: string;
  /** Milliseconds since 1970 at which a file was last put into it. */
  readonly modified: number;
}

async function copiesIn(folder: string): Promise<Copies[]> {
  const ids = await readdir(folder).catch(() => []);
  return Promise.all(ids.map(async (id) => ({ id, modified: (await stat(join(folder, id)).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY })));
}

/** Where the console keeps its files. */
export interface Folders {
  readonly home: string;
  readonly store: string;
  /** Embedded servers. */
  readonly servers: string;
  /** Consistent copy of an assessed source. */
  snapshot(assessmentId: string, database: string): string;
  /** Copy that belongs to a run, kept until it is completed or rolled back. */
  runSnapshot(runId: string, database: string): string;
  /** Makes the assessment's copy the run's too, without copying (a hard link). */
  shareSnapshot(from: string, to: string): Promise<void>;
  /** Does work that makes copies in the folder of one of them. */
  making<T>(copyPath: string, work: () => Promise<T>): Promise<T>;
  /** Removes what programs left that were ended while they made copies: of assessments, and of a run that never began. */
  removeLeft(): Promise<void>;
  removeLeftRun(runId: string): Promise<void>;
  removeRun(runId: string): Promise<void>;
  removeSnapshot(assessmentId: string): Promise<void>;
  /** Assessments that have a folder of copies, and runs that have one. */
  snapshots(): Promise<Copies[]>;
  runs(): Promise<Copies[]>;
  readonly samples: string;
  /** Exported files, a folder for each job. */
  readonly exports: string;
  /** Sealed files of offline replicas. */
  readonly replicas: string;
  replica(id: string): string;
  /** Full-text copies of libraries (core/conversations/cache), a folder for each. */
  readonly caches: string;
  cache(library: string): string;
}

/** A database's name as a file name: nothing that a path could be made of, and no two names the same. */
function fileName(database: string): string {
  const safe = plainName(database);
  return `${safe === database ? safe : `${safe}-${createHash('sha256').update(database).digest('hex').slice(0, 8)}`}.snapshot`;
}

function plainName(database: string): string {
  return database.replace(/[^\p{L}\p{N}._ -]/gu, '_');
}

export function createFolders(home: string): Folders {
  return {
    home,
    store: home,
    servers: join(home, 'servers'),
    samples: join(home, 'samples'),
    exports: join(home, 'exports'),
    replicas: join(home, 'replicas'),
    replica: (id) => join(home, 'replicas', `${id}.replica`),
    caches: join(home, 'caches'),
    cache: (library) => join(home, 'caches', plainName(library)),
    snapshot: (assessmentId, database) => join(home, 'snapshots', assessmentId, fileName(database)),
    runSnapshot: (runId, database) => join(home, 'runs', runId, fileName(database)),
    async shareSnapshot(from, to) {
      await mkdir(join(to, '..'), { recursive: true });
      // Where the copy bears its name, what belongs beside it is there.
      if (existsSync(originPath(from)) && !existsSync(originPath(to))) await link(originPath(from), originPath(to));
      await link(from, to);
    },
    making: (copyPath, work) => making(dirname(copyPath), work),
    removeLeft: () => removeLeftIn(join(home, 'snapshots')),
    removeLeftRun: (runId) => removeIfLeft(join(home, 'runs', runId)),
    removeRun: (runId) => rm(join(home, 'runs', runId), { recursive: true, force: true }),
    removeSnapshot: (assessmentId) => rm(join(home, 'snapshots', assessmentId), { recursive: true, force: true }),
    snapshots: () => copiesIn(join(home, 'snapshots')),
    runs: () => copiesIn(join(home, 'runs')),
  };
}
