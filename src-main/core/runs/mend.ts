import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { rejectSchema, type MendedValue, type Reject } from '../../../shared/model/run.ts';
import type { TypedValue } from '../../../shared/model/values.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { sqlState } from '../../drivers/postgres/index.ts';
import { CopyBuffer } from '../load/copy-buffer.ts';
import { startCopy } from '../load/copy-sender.ts';
import { exactOf } from '../load/exact-value.ts';
import { ensureJournal } from '../load/index.ts';
import { loadColumns, writeExact, type LoadColumn } from '../load/row-encoder.ts';
import { stagingPlacement } from '../plan/plan-sql.ts';
import { messageOf } from './build-objects.ts';
import { assertNotOwned, readJournal, type JournalRun } from './journal-record.ts';
import type { OpenSession } from './ports.ts';
import { scalar, type SqlSession } from './sql.ts';

export interface MendRequest {
  readonly runId: string;
  /** The reject's number in travessia.rejects. */
  readonly reject: string;
  readonly values: readonly MendedValue[];
  /** Also every other reject of the same table, column and reason. */
  readonly alike: boolean;
  /** Of the source as SQLite keeps it; asked only where a text of the row is no valid one. */
  readonly encodingOf: (database: string) => string;
}

export interface Mended {
  readonly database: string;
  readonly table: string;
  readonly mended: number;
  /** Rejects of the run that are left. */
  readonly left: number;
}

/** Rejects that are mended together in memory. */
const batch = 500;

/**
 * Loads rejected rows of a waiting run with other values: each joins its table in staging, under every key and rule that stands there, and leaves the rejects
 * for travessia.mended, where it is kept as it was beside its new values. One transaction: all of it or nothing. The comparison of the run then asks for the
 * source's row with these values (`openRejectBook`). Triggers of the source do not fire, as they do not for any row that is loaded.
 *
 * @throws TravessiaError MEND_REFUSED (a value has no form in its column, or the target refused a row), MEND_NOT_POSSIBLE, NOT_FOUND, WRONG_STATE, RUN_BUSY
 */
export async function mendRejects(session: OpenSession, request: MendRequest): Promise<Mended> {
  const { runId } = request;
  const journal = await readJournal(session, runId);
  if (journal === null) throw new TravessiaError('NOT_FOUND', { message: `The target has no journal of run ${runId}.`, hint: 'It was completed or rolled back already, or the target is another one.' });
  await assertNotOwned(session, journal);
  await ensureJournal(session);
  return session.transaction(async () => {
    await session.query(`SET LOCAL lock_timeout = '5s'`);
    await session.query('SET LOCAL search_path = pg_catalog');
    // Whoever resumes the run meanwhile waits here, and finds the rows mended or not.
    const state = await scalar(session, 'SELECT state FROM travessia.runs WHERE run = $1 FOR UPDATE', [runId]);
    if (state !== 'waiting') {
      throw new TravessiaError('WRONG_STATE', { message: `Run ${runId} is ${state ?? 'gone'}; rejected rows can be mended while it waits before the swap.`, hint: 'Mend the values in the source and migrate again, or change the rows in the target.' });
    }
    const first = await readReject(session, runId, request.reject);
    const table = mendableTable(journal, first);
    const columns = loadColumns(table, null);
    const known = new Set(columns.map(({ source }) => source));
    const stranger = request.values.find(({ column }) => !known.has(column));
    if (stranger !== undefined) throw new TravessiaError('MEND_REFUSED', { message: `${first.table} has no column ${stranger.column} that crosses.`, hint: `Columns that cross: ${[...known].join(', ')}.` });
    const staged = { schema: stagingPlacement(journal.plan, runId)(table.target.schema), table: table.target.table };
    const mended = await withoutTriggers(session, staged, async () => {
      if (!request.alike) return mendSome(session, request, columns, staged, [first]);
      let count = 0;
      for (;;) {
        const some = await alikeRejects(session, first);
        if (some.length === 0) return count;
        count += await mendSome(session, request, columns, staged, some);
      }
    });
    const left = Number(await scalar(session, `SELECT count(*)::text FROM travessia.rejects WHERE run = $1 AND code NOT LIKE 'QUARANTINED%'`, [runId]));
    return { database: first.source, table: first.table, mended, left };
  });
}

/** Rows that were mended, by database and table. */
export async function mendedRows(session: SqlSession, runId: string): Promise<(database: string, table: string) => number> {
  const counts = new Map<string, number>();
  if (await hasMended(session)) {
    const { rows } = await session.query('SELECT source, "table", count(*)::text AS rows FROM travessia.mended WHERE run = $1 GROUP BY source, "table"', [runId]);
    for (const row of rows) counts.set(`${row['source']}\0${row['table']}`, Number(row['rows']));
  }
  return (database, table) => counts.get(`${database}\0${table}`) ?? 0;
}

/** Journals made before rejects could be mended have no table of them. */
export async function hasMended(session: SqlSession): Promise<boolean> {
  return (await scalar(session, `SELECT to_regclass('travessia.mended')::text`)) !== null;
}

const fields = 'id::text AS id, run, source, "table", key, "column", code, reason, row::text AS row';

function parsed(row: Readonly<Record<string, string | null>>): Reject {
  return rejectSchema.parse({ ...row, row: JSON.parse(row['row'] ?? '{}') });
}

async function readReject(session: SqlSession, runId: string, id: string): Promise<Reject> {
  const { rows: [row] } = await session.query(`SELECT ${fields} FROM travessia.rejects WHERE run = $1 AND id::text = $2`, [runId, id]);
  if (row === undefined) throw new TravessiaError('NOT_FOUND', { message: `Run ${runId} has no reject ${id}.`, hint: 'It was mended already, or belongs to another run: see “travessia rejects”.' });
  return parsed(row);
}

async function alikeRejects(session: SqlSession, { run, source, table, column, code }: Reject): Promise<Reject[]> {
  const { rows } = await session.query(
    `SELECT ${fields} FROM travessia.rejects WHERE run = $1 AND source = $2 AND "table" = $3 AND "column" = $4 AND code = $5 ORDER BY id LIMIT ${batch}`, [run, source, table, column, code],
  );
  return rows.map(parsed);
}

/** @throws TravessiaError MEND_NOT_POSSIBLE */
function mendableTable({ plan }: JournalRun, { source, table, code }: Reject): PlanTable {
  const hint = 'Mend the value in the source and migrate again, or give the column a wider type in the plan.';
  const found = plan.tables.find((each) => each.include && each.source.database === source && each.source.table === table);
  if (code.startsWith('QUARANTINED')) throw new TravessiaError('MEND_NOT_POSSIBLE', { message: `A repair of the plan took this row of ${table} out; it is not mended.`, hint: 'Choose another repair for this key in the plan.' });
  if (found === undefined || (plan.inverse ?? []).length > 0) {
    throw new TravessiaError('MEND_NOT_POSSIBLE', { message: `Rows of ${table} are not mended here: tables of this plan are reshaped or merged, and proven by way of a view.`, hint });
  }
  const computed = found.columns.find((column) => column.include && (column.generated !== undefined || column.loadedAs !== undefined));
  if (computed !== undefined) throw new TravessiaError('MEND_NOT_POSSIBLE', { message: `Rows of ${table} are not mended here: the server computes its column ${computed.target}.`, hint });
  return found;
}

/** Runs `work` while the table's own triggers are off; they are on again when it returns, and when the transaction is undone. */
async function withoutTriggers<T>(session: SqlSession, { schema, table }: { readonly schema: string; readonly table: string }, work: () => Promise<T>): Promise<T> {
  const name = quoteQualified(schema, table);
  const triggers = await scalar(session, 'SELECT count(*)::text FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal', [name]);
  if (triggers === '0') return work();
  await session.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
  const value = await work();
  await session.query(`ALTER TABLE ${name} ENABLE TRIGGER USER`);
  return value;
}

async function mendSome(session: OpenSession, { runId, values, encodingOf }: MendRequest, columns: readonly LoadColumn[], staged: { readonly schema: string; readonly table: string }, rejects: readonly Reject[]): Promise<number> {
  const given = new Map(values.map(({ column, value }) => [column, value]));
  const out = new CopyBuffer();
  const doing = `Mending rows of ${quoteQualified(staged.schema, staged.table)}`;
  const copy = startCopy(session, `COPY ${quoteQualified(staged.schema, staged.table)} (${columns.map(({ target }) => quoteIdent(target)).join(', ')}) FROM STDIN (FORMAT binary)`, out, doing);
  try {
    for (const reject of rejects) {
      const row = new Map<string, TypedValue>(Object.entries(reject.row));
      const exact = columns.map(({ source }) => {
        const value = given.has(source) ? given.get(source) : row.get(source);
        return exactOf(value ?? null, value?.[0] === 'text-hex' ? encodingOf(reject.source) : 'UTF-8');
      });
      const [misfit] = writeExact(columns, exact, out);
      const refused = misfit ?? columns.flatMap((column, index) => (column.nullable || exact[index]?.value !== null ? [] : [{ column, code: 'NULL_NOT_ALLOWED' as const }]))[0];
      if (refused !== undefined) {
        const { column, code } = refused;
        const value = given.get(column.source) ?? row.get(column.source) ?? null;
        throw new TravessiaError('MEND_REFUSED', {
          message: `The row with ${reject.key} still does not fit: ${describe(`reject.${code}`, { column: column.source, type: column.type, value: value === null ? 'NULL' : `'${value[1].slice(0, 60)}'` })}`,
          hint: 'Nothing has been changed. Give this column a value that fits, too.',
        });
      }
      await copy.flush();
    }
    const counted = await copy.end();
    if (counted !== rejects.length) throw new TravessiaError('INTERNAL', { message: `${doing}: ${rejects.length} rows were sent and the server counted ${counted}.` });
  } catch (error) {
    await copy.abort().catch(() => undefined);
    const cause = error instanceof TravessiaError ? (error.cause ?? error) : error;
    // Class 22: a value the type does not take; 23: a key or a rule that the row breaks (manual, appendix A).
    if (/^2[23]/.test(sqlState(cause) ?? '')) {
      throw new TravessiaError('MEND_REFUSED', { message: `The target refuses the mended row of ${quoteQualified(staged.schema, staged.table)}: ${messageOf(cause)}`, hint: 'Nothing has been changed. Give it values that its table takes.', cause: error });
    }
    throw error;
  }
  await session.query(
    `WITH gone AS (DELETE FROM travessia.rejects WHERE run = $1 AND id = ANY ($2::bigint[]) RETURNING *)
     INSERT INTO travessia.mended (id, run, source, "table", key, "column", code, reason, row, "values") SELECT id, run, source, "table", key, "column", code, reason, row, $3::json FROM gone`,
    [runId, `{${rejects.map(({ id }) => id).join(',')}}`, JSON.stringify(values)],
  );
  return rejects.length;
}
