import { copyFileSync, constants, renameSync, rmSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { openSqlite, sqliteError } from '../../drivers/sqlite/index.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { registerFunctions } from './functions.ts';
import type { FlatFacts } from './mapping.ts';

export interface ApplyRequest {
  readonly do: 'apply';
  /** The copy as it was taken; it stays. */
  readonly from: string;
  /** The prepared copy: of that name there is either a whole one or none. */
  readonly to: string;
  /** Copies of other sources that the statements read, as `s1`, `s2` … */
  readonly reads: readonly string[];
  readonly statements: readonly string[];
}

export interface FactsRequest {
  readonly do: 'facts';
  readonly path: string;
  readonly tables: readonly { readonly table: string; readonly json: readonly string[]; readonly key: readonly string[] }[];
}

export type ReshapeRequest = ApplyRequest | FactsRequest;

/**
 * Carries the statements out on a copy of the copy, in one transaction, and gives it its name when all is done: after a crash the work
 * begins again from the untouched copy.
 * @throws TravessiaError PLAN_STALE where a statement does not fit what the source holds now, DISK_FULL
 */
export function applySteps({ from, to, reads, statements }: ApplyRequest): void {
  const part = `${to}.part`;
  const clear = (): void => {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${part}${end}`, { force: true });
  };
  clear();
  try {
    copyFileSync(from, part, constants.COPYFILE_FICLONE);
    const opened = openSqlite(part, { mode: 'write' });
    const { db } = opened;
    try {
      // Nobody else knows the file, and a broken one is thrown away.
      db.pragma('journal_mode = OFF');
      db.pragma('synchronous = OFF');
      db.pragma('foreign_keys = OFF');
      registerFunctions(db);
      for (const [index, path] of reads.entries()) db.prepare(`ATTACH ? AS s${index + 1}`).run(path);
      db.exec('BEGIN');
      for (const sql of statements) db.exec(sql);
      db.exec('COMMIT');
    } finally {
      opened.close();
    }
    renameSync(part, to);
  } catch (error) {
    clear();
    const known = sqliteError(error, from);
    if (known.code === 'DISK_FULL' || known.code === 'DATABASE_CORRUPT') throw known;
    throw new TravessiaError('PLAN_STALE', {
      message: `The copy cannot be prepared as the plan says: ${error instanceof Error ? error.message : String(error)}.`,
      hint: 'The source changed since the plan was made. Assess it again and make a new plan.', cause: error,
    });
  }
}

/** What only a pass over the values tells, table by table. */
export function readFacts({ path, tables }: FactsRequest): FlatFacts[] {
  using opened = openSqlite(path, { mode: 'read' });
  const { db } = opened;
  registerFunctions(db);
  return tables.map(({ table, json, key }) => {
    const from = quoteIdent(table);
    const jsonb = json.filter((name) => db.prepare(`SELECT 1 FROM ${from} AS f WHERE travessia_is_jsonb(f.${quoteIdent(name)}) = 0 LIMIT 1`).get() === undefined);
    const names = key.map((name) => `f.${quoteIdent(name)}`);
    const double = names.length === 0 ? null : db.prepare(`SELECT 1 FROM ${from} AS f WHERE ${names.map((name) => `${name} IS NULL`).join(' OR ')} UNION ALL SELECT 1 FROM (SELECT 1 FROM ${from} AS f GROUP BY ${names.join(', ')} HAVING count(*) > 1) LIMIT 1`).get();
    return { jsonb, keyIsUnique: double === undefined };
  });
}
