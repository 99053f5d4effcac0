import type { Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { copyInto, type PgSession } from '../../drivers/postgres/index.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';

/** A plan of one table for tests, written by hand so that no planner is needed. */
export function planTable(name: string, columns: readonly (Pick<PlanColumn, 'source' | 'type'> & Partial<PlanColumn>)[], more: Partial<PlanTable> = {}): PlanTable {
  return {
    source: { database: 'test.db', table: name }, target: { schema: 'public', table: name }, include: true, rows: '0', rowKey: [],
    reading: { by: 'rowid', columns: ['rowid'], plainIntegers: false }, maxRowBytes: 1000, uniques: [], checks: [], foreignKeys: [], indexes: [],
    columns: columns.map((column) => ({ target: column.source, include: true, declared: '', nullable: true, identity: false, why: [], misfits: '0', decidedBy: 'rule', ...column })),
    ...more,
  };
}

export function planOf(tables: readonly PlanTable[], more: Partial<Plan> = {}): Plan {
  return {
    format: 'travessia-plan/1', id: 'plan', version: 1, createdAt: '2024-01-01T00:00:00.000Z', assessmentId: 'assessment',
    sources: [{ source: 'test.db', database: 'test.db', fingerprint: { bytes: 0, changeCounter: 0, walBytes: 0, modifiedMs: 0 } }], target: 'test',
    options: { schema: 'public', identifiers: 'preserve', ifExists: 'fail', adopt: false, infer: false, rejectShare: 0.01, jobs: 2, maxRejects: 0, overrides: [] },
    tables: [...tables], views: [], objects: [], findings: [], ...more,
  };
}

export type TestValue = string | number | bigint | null | Uint8Array;

/** Writes the same rows to a SQLite file and, as the text each type reads, to the target. */
export async function fillBoth(path: string, session: PgSession, table: PlanTable, declared: string, rows: Iterable<readonly TestValue[]>, text: (value: TestValue, index: number) => string | null = plain): Promise<void> {
  const { db } = openSqlite(path, { mode: 'write', create: true });
  const name = quoteIdent(table.source.table);
  db.exec(`CREATE TABLE ${name} (${declared})`);
  const insert = db.prepare(`INSERT INTO ${name} VALUES (${table.columns.map(() => '?').join(', ')})`);
  const target = quoteQualified(table.target.schema, table.target.table);
  await session.exec(`CREATE TABLE ${target} (${table.columns.map((column) => `${quoteIdent(column.target)} ${column.type}`).join(', ')})`);
  const copy = copyInto(session, `COPY ${target} FROM STDIN`);
  db.exec('BEGIN');
  let lines: string[] = [];
  for (const row of rows) {
    insert.run(...row);
    lines.push(`${row.map((value, index) => escaped(text(value, index))).join('\t')}\n`);
    if (lines.length < 2000) continue;
    await copy.write(Buffer.from(lines.join('')));
    lines = [];
  }
  await copy.write(Buffer.from(lines.join('')));
  await copy.end();
  db.exec('COMMIT');
  db.close();
}

function plain(value: TestValue): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value);
}

function escaped(value: string | null): string {
  return value === null ? '\\N' : value.replace(/[\\\n\r\t]/g, (character) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' })[character] ?? character);
}

/** Numbers from a seed: the same seed plants the same faults (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
