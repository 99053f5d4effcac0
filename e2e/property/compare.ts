import type { Plan, PlanTable } from '../../shared/model/plan.ts';
import type { RunResult } from '../../shared/model/run.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { openSqlite, type SqliteDb } from '../../src-main/drivers/sqlite/index.ts';
import { judgeOf, type Judge, type Stored } from './judge.ts';

const double = (name: string): string => `"${name.replaceAll('"', '""')}"`;

function decoded(bytes: Buffer, encoding: string): string | undefined {
  try {
    if (encoding === 'UTF-8') return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (bytes.length % 2 !== 0) return undefined;
    const little = encoding === 'UTF-16le' ? bytes : Buffer.from(bytes).swap16();
    return new TextDecoder('utf-16le', { fatal: true, ignoreBOM: true }).decode(little);
  } catch {
    return undefined;
  }
}

/**
 * A text that is not valid UTF-16 may still have an answer: SQLite's own conversion joins any surrogate with whatever follows, and
 * only where nothing does it answers U+FFFD. What SQLite answers as a character is that character, here and in the program.
 */
function textOf(bytes: Buffer, answer: unknown, encoding: string): string | undefined {
  const text = decoded(bytes, encoding);
  return text === undefined && encoding !== 'UTF-8' && typeof answer === 'string' && !answer.includes('\uFFFD') ? answer : text;
}

/** Every row of a table as SQLite itself answers, by a SELECT that knows nothing of chunks or keys. */
function sourceRows(db: SqliteDb, table: string, columns: readonly string[], encoding: string): Map<string, Stored>[] {
  const parts = columns.flatMap((name) => [`typeof(${double(name)})`, `CASE typeof(${double(name)}) WHEN 'text' THEN CAST(${double(name)} AS BLOB) ELSE ${double(name)} END`, double(name)]);
  const rows = db.prepare<unknown[], unknown[]>(`SELECT ${parts.join(', ')} FROM ${double(table)}`).raw().safeIntegers(true).all();
  return rows.map((row) => new Map(columns.map((name, index): [string, Stored] => {
    const [is, value, answer] = row.slice(index * 3);
    if (is === 'integer' && typeof value === 'bigint') return [name, { is, value }];
    if (is === 'real' && typeof value === 'number') return [name, { is, value }];
    if (is === 'blob' && Buffer.isBuffer(value)) return [name, { is, bytes: value }];
    if (is === 'text' && Buffer.isBuffer(value)) return [name, { is, bytes: value, text: textOf(value, answer, encoding), utf16: encoding !== 'UTF-8' }];
    if (is === 'null') return [name, { is }];
    throw new Error(`SQLite answers ${String(is)} with ${String(value)}`);
  })));
}

/** How a rejected row must have been kept (shared/model/values.ts, typedValueSchema). */
function keptValue(value: Stored): readonly [string, string] | null {
  switch (value.is) {
    case 'null': return null;
    case 'integer': return ['integer', String(value.value)];
    case 'real': return ['real', Object.is(value.value, -0) ? '-0' : String(value.value)];
    case 'blob': return ['blob', value.bytes.toString('hex')];
    case 'text': return value.text === undefined || value.text.includes('\0') ? ['text-hex', value.bytes.toString('hex')] : ['text', value.text];
  }
}

/** A Map keeps `__proto__` a name like any other. */
const sortedJson = (entries: Iterable<readonly [string, unknown]>): string => JSON.stringify([...entries].toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));

function difference(expected: readonly string[], found: readonly string[]): string | null {
  const left = new Map<string, number>();
  for (const each of expected) left.set(each, (left.get(each) ?? 0) + 1);
  for (const each of found) left.set(each, (left.get(each) ?? 0) - 1);
  const lines = [...left].filter(([, count]) => count !== 0).map(([each, count]) => `${count > 0 ? 'expected' : 'found'} ${Math.abs(count)} × ${each.slice(0, 500)}`);
  return lines.length === 0 ? null : lines.slice(0, 6).join('\n  ');
}

async function compareTable(db: SqliteDb, encoding: string, table: PlanTable, schema: string, session: PgSession, runId: string, result: RunResult): Promise<string[]> {
  const problems: string[] = [];
  const name = `${table.source.table} → ${table.target.table}`;
  const say = (what: string, detail: string | null): void => {
    if (detail !== null) problems.push(`${name}: ${what}:\n  ${detail}`);
  };
  const crossing = table.columns.filter((column) => column.include).map((column) => ({ column, judge: judgeOf(column.type, column.cast) satisfies Judge }));
  const rows = sourceRows(db, table.source.table, table.columns.map((column) => column.source), encoding);
  const expected: string[] = [];
  const rejected: string[] = [];
  for (const row of rows) {
    const cells = crossing.map(({ column, judge }) => {
      const value = row.get(column.source) ?? { is: 'null' };
      return value.is === 'null' ? (column.nullable ? null : undefined) : judge.from(value);
    });
    if (cells.includes(undefined)) rejected.push(sortedJson([...row].map(([column, value]) => [column, keptValue(value)])));
    else expected.push(JSON.stringify(cells));
  }
  const loaded = await session.arrays(`SELECT ${crossing.map(({ column }) => double(column.target)).join(', ')} FROM ${double(schema)}.${double(table.target.table)}`);
  say('rows', difference(expected, loaded.map((row) => JSON.stringify(row.map((cell, index) => (cell === null ? null : (crossing[index]?.judge.to(cell) ?? cell)))))));
  const kept = await session.arrays('SELECT "column", row::text, reason FROM travessia.rejects WHERE run = $1 AND "table" = $2', [runId, table.source.table]);
  say('rejects', difference(rejected, kept.map(([, row]) => sortedJson(Object.entries(JSON.parse(row ?? '{}'))))));
  for (const [column, , reason] of kept) if (!crossing.some((each) => each.column.source === column) || (reason ?? '').length < 10) say('a reject without a column or a reason', `${column}: ${reason}`);
  const told = result.tables.find((each) => each.source.table === table.source.table)?.rows;
  if (told?.source !== rows.length || told.loaded !== expected.length || told.rejected !== rejected.length) say('counts', `${JSON.stringify(told)}; SQLite has ${rows.length}, of which ${rejected.length} cannot cross`);
  return problems;
}

/** Each object of the result is in the catalogue by its name, or says why not. */
async function compareObjects(plan: Plan, schema: string, session: PgSession, result: RunResult): Promise<string[]> {
  const rows = await session.arrays(
    `SELECT conname FROM pg_constraint WHERE connamespace = $1::regnamespace UNION SELECT relname FROM pg_class WHERE relnamespace = $1::regnamespace`, [double(schema)],
  );
  const there = new Set(rows.map(([name]) => name));
  const byName = new Set(['primary key', 'unique', 'index', 'check', 'foreign key']);
  return result.objects.flatMap((object) => {
    if (object.outcome === 'listed') return (object.reason ?? '').length > 3 ? [] : [`${object.kind} ${object.name} is listed without a reason`];
    // A check that the target's type holds by itself has nothing to be created.
    const isImplied = object.kind === 'check' && (object.reason ?? '').length > 3 && !plan.tables.some((table) => table.source.table === object.table && table.checks.some((check) => check.name === object.name));
    return !byName.has(object.kind) || there.has(object.name) || isImplied ? [] : [`${object.kind} ${object.name} is said to be ${object.outcome} and is not there`];
  });
}

/** What PostgreSQL holds after a run, against what SQLite answers: the problems, none where all is well. */
export async function compareAll(path: string, plan: Plan, schema: string, session: PgSession, runId: string, result: RunResult): Promise<string[]> {
  using opened = openSqlite(path, { mode: 'read' });
  const { db } = opened;
  const encoding = String(db.pragma('encoding', { simple: true }));
  const names = db.prepare<unknown[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'").pluck().all();
  const problems = names.filter((name) => !plan.tables.some((table) => table.source.table === name)).map((name) => `table ${name} is not in the plan`);
  if (!result.swapped) return problems;
  for (const table of plan.tables) problems.push(...await compareTable(db, encoding, table, schema, session, runId, result));
  problems.push(...await compareObjects(plan, schema, session, result));
  return problems;
}
