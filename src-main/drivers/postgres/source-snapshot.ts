import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { quoteSqlite, writeSnapshot, type SqliteDb } from '../sqlite/index.ts';
import { originPath } from '../../../shared/model/origin.ts';
import { quoteIdent, quoteQualified } from './quote.ts';
import { rowSums, sourceSettings, viewSums, type RowSums } from './row-sums.ts';
import { readSourceCatalog, type SourceCatalog } from './source-catalog.ts';
import { originOf } from './source-origin.ts';
import type { PgSource } from './source-scope.ts';
import { fromClause, keepTables, snapshotStatements, type KeptTable } from './source-tables.ts';
import type { Kept } from './source-types.ts';

export interface SourceSnapshotOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

const batch = { first: 32, most: 4000, small: 1024 * 1024, large: 8 * 1024 * 1024 } as const;

/**
 * Writes all tables of a PostgreSQL database into a SQLite file and proves them. The caller has opened one transaction, REPEATABLE READ and
 * READ ONLY, so that every statement sees the same state.
 * @param name - of the source, for messages
 * @throws TravessiaError PERMISSION_DENIED, CONNECTION_LOST, CANCELLED, DISK_FULL, DATABASE_EMPTY, INTERNAL where the proof failed
 */
export async function snapshotSource(source: PgSource, name: string, toPath: string, options: SourceSnapshotOptions): Promise<readonly Finding[]> {
  for (const setting of sourceSettings) await source.rows(`SET LOCAL ${setting}`);
  const findings: Finding[] = [];
  const catalog = await readSourceCatalog(source);
  const tables = keepTables(catalog, findings);
  if (tables.length === 0) throw new TravessiaError('DATABASE_EMPTY', { message: `${name} has no table.`, hint: 'See that it is the right database, and that this role may see its schemas.' });
  const total = tables.reduce((sum, table) => sum + Math.max(0, table.source.estimate), 0);
  let done = 0;
  await writeSnapshot(toPath, async (db) => {
    const statements = tables.map((table) => snapshotStatements(table, tables));
    for (const [create] of statements) db.exec(create ?? '');
    for (const table of tables) {
      await copyRows(source, db, table, options.signal, (rows) => options.onProgress((done += rows), Math.max(total, done)));
      await prove(source, db, table, name);
    }
    // Indexes last: a table whose rows arrive in any order fills faster without them.
    tables.forEach((table, at) => {
      for (const statement of (statements[at] ?? []).slice(1)) createIndex(db, statement);
    });
  });
  const answers = await viewAnswers(source, catalog, options.signal);
  await writeFile(originPath(toPath), JSON.stringify(originOf(catalog, tables, answers)));
  return findings;
}

/** How long a view may take to answer, in milliseconds, and all of them together. */
const patience = { each: 20_000, all: 120_000 };

/** What the views answer in the same state, for the comparison with those of the target; null where one does not, or not in time. */
async function viewAnswers(source: PgSource, { views }: SourceCatalog, signal: AbortSignal): Promise<(RowSums | null)[]> {
  const answers: (RowSums | null)[] = [];
  const end = performance.now() + patience.all;
  for (const { schema, name } of views) {
    signal.throwIfAborted();
    const left = Math.min(patience.each, Math.round(end - performance.now()));
    if (left <= 0) {
      answers.push(null);
      continue;
    }
    await source.rows('SAVEPOINT travessia_view');
    try {
      await source.rows(`SET LOCAL statement_timeout = ${left}`);
      answers.push(await viewSums(source, quoteQualified(schema, name)));
    } catch (error) {
      if (error instanceof TravessiaError && (error.code === 'CANCELLED' || error.code === 'CONNECTION_LOST')) throw error;
      answers.push(null);
    }
    await source.rows('ROLLBACK TO SAVEPOINT travessia_view');
  }
  return answers;
}

/** Names of indexes are one namespace in SQLite and one for each schema in PostgreSQL; the definitions beside the snapshot have them all. */
function createIndex(db: SqliteDb, statement: string): void {
  try {
    db.exec(statement);
  } catch {
    // It is kept in PostgreSQL's words.
  }
}

async function copyRows(source: PgSource, db: SqliteDb, table: KeptTable, signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  const { columns } = table;
  const selected = columns.map(({ source: column, type }) => type.read(quoteIdent(column.name))).join(', ');
  await source.rows(`DECLARE travessia_source NO SCROLL CURSOR FOR SELECT ${selected} FROM ${fromClause(table)}`);
  const insert = db.prepare<(Kept | null)[]>(`INSERT INTO ${quoteSqlite(table.name)} (${columns.map((column) => quoteSqlite(column.name)).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  let size: number = batch.first;
  for (;;) {
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.' });
    const rows = await source.rows(`FETCH FORWARD ${size} FROM travessia_source`);
    let characters = 0;
    for (const row of rows) {
      insert.run(...columns.map(({ type }, index) => {
        const value = row[index];
        if (value === null || value === undefined) return null;
        characters += value.length;
        return type.keep(value);
      }));
    }
    onRows(rows.length);
    if (rows.length < size) break;
    if (characters < batch.small) size = Math.min(size * 2, batch.most);
    else if (characters > batch.large) size = Math.max(1, Math.floor(size / 4));
  }
  await source.rows('CLOSE travessia_source');
  const next = table.numbered?.source.next ?? null;
  if (next === null) return;
  db.prepare('DELETE FROM sqlite_sequence WHERE name = ?').run(table.name);
  db.prepare('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)').run(table.name, BigInt(next) - 1n);
}

/** Asked inside the same transaction; nothing that was read for the copy takes part. */
function sumsOfSource(source: PgSource, table: KeptTable): Promise<RowSums> {
  const cells = table.columns.map(({ source: column, type }) => ({ name: quoteIdent(column.name), shown: type.prove(quoteIdent(column.name)) }));
  return rowSums(source, cells, fromClause(table));
}

function sumsOfSnapshot(db: SqliteDb, table: KeptTable): RowSums {
  let rows = 0n;
  let high = 0n;
  let low = 0n;
  const select = db.prepare<[], (Kept | Uint8Array | null)[]>(`SELECT ${table.columns.map((column) => quoteSqlite(column.name)).join(', ')} FROM ${quoteSqlite(table.name)}`).raw(true).safeIntegers(true);
  for (const cells of select.iterate()) {
    const line = table.columns.map(({ type }, index) => {
      const cell = cells[index] ?? null;
      if (cell === null) return 'N';
      const shown = type.proven(cell);
      return `V${Buffer.byteLength(shown)}:${shown}`;
    }).join('');
    const digest = hash('sha256', line, 'buffer');
    rows += 1n;
    high += BigInt(digest.readUIntBE(0, 6));
    low += BigInt(digest.readUIntBE(6, 6));
  }
  return { rows: String(rows), high: String(high), low: String(low) };
}

async function prove(source: PgSource, db: SqliteDb, table: KeptTable, name: string): Promise<void> {
  const [expected, found] = [await sumsOfSource(source, table), sumsOfSnapshot(db, table)];
  if (expected.rows === found.rows && expected.high === found.high && expected.low === found.low) return;
  throw new TravessiaError('INTERNAL', {
    message: `The snapshot of ${name} differs from it: table ${table.name} has ${expected.rows} rows there and ${found.rows} in the snapshot${expected.rows === found.rows ? ', and some value is not the same' : ''}.`,
    hint: 'Nothing was migrated. Please report this with the definition of the table.',
  });
}
