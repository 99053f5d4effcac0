import { createHash } from 'node:crypto';
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SetAside } from '../../../shared/model/run.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { schemasOf, stagingPlacement } from '../plan/plan-sql.ts';
import { journalTables } from '../load/index.ts';
import { isFatal, messageOf } from './build-objects.ts';
import { assertNotOwned, readJournal, type JournalRun } from './journal-record.ts';
import { hasMended } from './mend.ts';
import { inTransaction, scalar, type SqlSession } from './sql.ts';
import type { ShownStatement, UndoStatement } from './swap-types.ts';
import { lockSwapped, prepareUndo } from './undo.ts';

export interface ShownChange {
  readonly statements: readonly UndoStatement[];
  readonly blockers: readonly string[];
  /** Rows that the run wrote into standing tables were changed since: they are somebody's now. */
  readonly rowsChanged: boolean;
  /** Of a rollback: where the run's tables go that were written to since, and are not dropped. */
  readonly setAside: SetAside | null;
  /** Approves exactly these statements (design: what must always hold, 4). */
  readonly hash: string;
}

function shown(statements: readonly UndoStatement[], blockers: readonly string[], rowsChanged = false, setAside: SetAside | null = null): ShownChange {
  const hash = createHash('sha256').update(JSON.stringify(statements)).digest('hex');
  return { statements, blockers, rowsChanged, setAside, hash };
}

/** Tables of the program's own in the schema `travessia`; that of conversations is asked for its rows before (core/conversations/change). */
const ownTables: readonly string[] = [...journalTables, 'kept'];

/**
 * How the journal goes once nobody uses it: its schema and all, its tables where the schema is another's or holds what is another's, or neither where
 * they are another role's or something outside reads them.
 */
async function leavingOf(session: SqlSession): Promise<{ readonly tables: readonly string[]; readonly schema: boolean }> {
  const { rows: [found] } = await session.query(
    `WITH space AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = 'travessia'),
       own AS (SELECT c.oid, c.relname, c.relowner FROM pg_class c JOIN space ON c.relnamespace = space.oid WHERE c.relkind = 'r' AND c.relname = ANY ($1::text[])),
       parts AS (SELECT d.objid FROM pg_depend d JOIN own ON d.refclassid = 'pg_class'::regclass AND d.refobjid = own.oid WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') UNION ALL SELECT oid FROM own)
     SELECT json_agg(relname ORDER BY relname)::text AS tables,
       (bool_and(pg_has_role(relowner, 'USAGE')) AND NOT EXISTS (SELECT FROM pg_depend d JOIN own ON d.refobjid = own.oid WHERE d.refclassid = 'pg_class'::regclass AND d.deptype = 'n'))::text AS leave,
       ((SELECT pg_has_role(nspowner, 'USAGE') FROM space) AND NOT EXISTS (SELECT FROM pg_depend d JOIN space ON d.refobjid = space.oid
         WHERE d.refclassid = 'pg_namespace'::regclass AND d.deptype = 'n' AND NOT (d.classid = 'pg_class'::regclass AND d.objid IN (SELECT objid FROM parts))))::text AS schema
     FROM own`, [[...ownTables]]);
  if (found?.['leave'] !== 'true') return { tables: [], schema: false };
  return { tables: z.array(z.string()).parse(JSON.parse(found['tables'] ?? '[]')), schema: found['schema'] === 'true' };
}

/** The journal's rows of a run; the schema itself once nothing else is in it. `keep`: rejects, and what repairs and people changed, stay. */
async function journalStatements(session: SqlSession, runId: string, keep: boolean): Promise<ShownStatement[]> {
  const records = ['rejects', ...((await hasRepairs(session)) ? ['repairs'] : []), ...((await hasMended(session)) ? ['mended'] : [])];
  const counts = ['(SELECT count(*) FROM travessia.runs WHERE run <> $1)', ...records.map((name) => `(SELECT count(*) FROM travessia.${name} WHERE run <> $1 OR $2::boolean)`)];
  const others = await scalar(session, `SELECT ${counts.join(' + ')}`, [runId, String(keep)]);
  // Rows of conversations that were changed are kept in the same schema (core/conversations/change).
  const holdsMore = (await scalar(session, `SELECT to_regclass('travessia.kept')::text`)) !== null && (await scalar(session, 'SELECT 1::text FROM travessia.kept LIMIT 1')) !== null;
  if (others === '0' && !holdsMore) {
    const leaving = await leavingOf(session);
    if (leaving.schema) return [{ sql: 'DROP SCHEMA travessia CASCADE', why: 'the journal; no other run uses it' }];
    if (leaving.tables.length > 0) return [{ sql: `DROP TABLE ${leaving.tables.map((name) => quoteQualified('travessia', name)).join(', ')}`, why: 'the journal; no other run uses it. The schema is another’s, or holds what is another’s' }];
  }
  const hasRanges = (await scalar(session, `SELECT to_regclass('travessia.ranges')::text`)) !== null;
  const of = `WHERE run = '${runId.replaceAll("'", "''")}'`;
  return [
    { sql: `DELETE FROM travessia.chunks ${of}`, why: 'journal of this run' },
    ...(hasRanges ? [{ sql: `DELETE FROM travessia.ranges ${of}`, why: 'journal of this run' }] : []),
    ...(keep ? [] : records.map((name) => ({ sql: `DELETE FROM travessia.${name} ${of}`, why: `${name} of this run` }))),
    { sql: `DELETE FROM travessia.runs ${of}`, why: 'journal of this run' },
  ];
}

/** Journals made before there were repairs have no table of them. */
async function hasRepairs(session: SqlSession): Promise<boolean> {
  return (await scalar(session, `SELECT to_regclass('travessia.repairs')::text`)) !== null;
}

async function journalOf(session: SqlSession, runId: string): Promise<JournalRun> {
  const journal = await readJournal(session, runId);
  if (journal === null) throw new TravessiaError('NOT_FOUND', { message: `The target has no journal of run ${runId}.`, hint: 'It was completed or rolled back already, or the target is another one.' });
  await assertNotOwned(session, journal);
  return journal;
}

async function rollbackStatements(session: SqlSession, journal: JournalRun): Promise<ShownChange> {
  const { run, plan, detail } = journal;
  const statements: UndoStatement[] = [];
  const blockers: string[] = [];
  let rowsChanged = false;
  let setAside: SetAside | null = null;
  if (detail.swap !== undefined) {
    const undo = await prepareUndo(session, detail.swap, run);
    statements.push(...undo.statements);
    blockers.push(...undo.blockers);
    ({ rowsChanged, setAside } = undo);
  } else {
    const place = stagingPlacement(plan, run);
    for (const schema of schemasOf(plan)) statements.push({ sql: `DROP SCHEMA IF EXISTS ${quoteIdent(place(schema))} CASCADE`, why: 'staging of this run; nothing else was touched' });
  }
  statements.push(...(await journalStatements(session, run, false)));
  return shown(statements, blockers, rowsChanged, setAside);
}

async function completeStatements(session: SqlSession, journal: JournalRun): Promise<ShownChange> {
  const { swap } = journal.detail;
  if (swap === undefined) throw new TravessiaError('WRONG_STATE', { message: `Run ${journal.run} has not been swapped; there is nothing to complete.`, hint: 'Resume it, or roll it back.' });
  const statements: ShownStatement[] = [];
  const kept = swap.tables.flatMap((table) => (table.kept === null ? [] : [quoteQualified(table.kept, table.table)]));
  const views = swap.views.flatMap((view) => (view.kept == null ? [] : [quoteQualified(view.kept, view.view)]));
  if (views.length > 0) statements.push({ sql: `DROP VIEW ${views.join(', ')}`, why: 'the former views; after this there is no way back' });
  const versions = swap.appended.flatMap(({ table, merged }) => (merged?.kept == null ? [] : [quoteQualified(merged.kept, table)]));
  if (versions.length > 0) statements.push({ sql: `DROP TABLE ${versions.join(', ')}`, why: 'former versions of updated rows; after this there is no way back' });
  if (kept.length > 0) statements.push({ sql: `DROP TABLE ${kept.join(', ')}`, why: 'the former tables; after this there is no way back' });
  for (const { kept: schema, function: name } of swap.triggers ?? []) if (schema !== null) statements.push({ sql: `DROP FUNCTION ${quoteQualified(schema, name)}()`, why: 'function of a former trigger' });
  for (const schema of swap.keptSchemas) statements.push({ sql: `DROP SCHEMA ${quoteIdent(schema)}`, why: 'empty' });
  for (const schema of new Set(swap.appended.map((table) => table.staging))) statements.push({ sql: `DROP SCHEMA ${quoteIdent(schema)} CASCADE`, why: 'staging of the appended rows' });
  const rejects = await scalar(session, 'SELECT count(*)::text FROM travessia.rejects WHERE run = $1', [journal.run]);
  const repairs = (await hasRepairs(session)) ? await scalar(session, 'SELECT count(*)::text FROM travessia.repairs WHERE run = $1', [journal.run]) : '0';
  const mended = (await hasMended(session)) ? await scalar(session, 'SELECT count(*)::text FROM travessia.mended WHERE run = $1', [journal.run]) : '0';
  statements.push(...(await journalStatements(session, journal.run, [rejects, repairs, mended].some((count) => count !== '0'))));
  return shown(statements, []);
}

export type UndoKind = 'rollback' | 'complete';

/** What a rollback or a completion would do now, as SQL. */
export async function planUndo(session: SqlSession, runId: string, kind: UndoKind): Promise<ShownChange> {
  return inTransaction(session, async () => {
    await session.query('SET LOCAL search_path = pg_catalog');
    const journal = await journalOf(session, runId);
    return kind === 'rollback' ? rollbackStatements(session, journal) : completeStatements(session, journal);
  }, 'BEGIN READ ONLY');
}

/**
 * Executes what was shown, in one transaction. The statements are worked out anew inside it and must hash to what was approved.
 * @param onDone - awaited when all is done but the commit, with what a rollback set aside
 * @returns what a rollback set aside; null where nothing was
 * @throws TravessiaError WRONG_STATE where the target changed since it was shown, or something blocks the way.
 */
export async function performUndo(session: SqlSession, runId: string, kind: UndoKind, hash: string, onDone: (setAside: SetAside | null) => Promise<void> = async () => undefined): Promise<SetAside | null> {
  return inTransaction(session, async () => {
    await session.query(`SET LOCAL lock_timeout = '5s'`);
    await session.query('SET LOCAL search_path = pg_catalog');
    // Two consoles that end one run come in turn: the second finds that it has ended, and neither waits for what the other holds.
    await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`travessia ${runId}`]);
    // So does whoever is swapping it just now, on another machine that was silent: what the journal says next is what the target holds.
    if ((await scalar(session, `SELECT to_regclass('travessia.runs')::text`)) !== null) await session.query('SELECT 1 FROM travessia.runs WHERE run = $1 FOR UPDATE', [runId]);
    const journal = await journalOf(session, runId);
    if (kind === 'rollback' && journal.detail.swap !== undefined) await lockSwapped(session, journal.detail.swap);
    const change = kind === 'rollback' ? await rollbackStatements(session, journal) : await completeStatements(session, journal);
    if (change.blockers.length > 0) {
      throw new TravessiaError(change.rowsChanged ? 'ROWS_CHANGED' : 'WRONG_STATE', { message: `The way is blocked: ${change.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
    }
    if (change.hash !== hash) {
      throw new TravessiaError('WRONG_STATE', { message: 'The target changed after these statements were shown.', hint: 'Look at them again and approve what is shown now.' });
    }
    for (const statement of change.statements) {
      let proven = true;
      try {
        const { rows: [answer] } = await session.query(statement.sql);
        proven = statement.proves !== true || Object.values(answer ?? {})[0] === 'true';
      } catch (error) {
        if (isFatal(error)) throw error;
        throw new TravessiaError('WRONG_STATE', {
          message: `The target refused a step (${statement.why}): ${messageOf(error)}`,
          hint: 'Something depends on what would leave, for example a view made after the swap. Change it, then try again. Nothing has been changed.',
          cause: error,
        });
      }
      if (!proven) {
        throw new TravessiaError('WRONG_STATE', {
          message: `The rollback was undone, because this does not hold: ${statement.why}.`,
          hint: 'Something in the target changes more rows than the rollback does, or other ones. Take it away, then try again. Nothing has been changed.',
        });
      }
    }
    await onDone(change.setAside);
    return change.setAside;
  });
}
