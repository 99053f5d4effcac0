import type { Plan, PlanView } from '../../shared/model/plan.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { lastDigits } from '../../shared/pure/sqlite-sql/coerce.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { openSqlite, type SqliteDb } from '../../src-main/drivers/sqlite/index.ts';

/** What became of the expressions, by number. */
export interface Tally {
  /** Views that SQLite itself refuses. */
  refused: number;
  equal: number;
  /** Views of which the plan notes that last digits can differ, or that read sums of reals, and whose did. */
  digits: number;
  /** Numbers out of a type's range, where SQLite goes on with a real: PostgreSQL says so, and the program lists the view. */
  range: number;
  conditions: number;
  listed: Map<string, number>;
}

export const emptyTally = (): Tally => ({ refused: 0, equal: 0, digits: 0, range: 0, conditions: 0, listed: new Map() });

export function shown({ listed, ...rest }: Tally): string {
  const total = [...listed.values()].reduce((sum, each) => sum + each, 0);
  const reasons = [...listed].toSorted((a, b) => b[1] - a[1]).slice(0, 40).map(([reason, count]) => `  ${count} × ${reason}`);
  return [`${JSON.stringify(rest)}, listed by the translator ${total}:`, ...reasons].join('\n');
}

const moment = /^(\d{4,5}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?(?:Z|\+00)?$/;
const asMoment = (text: string): number => {
  const [, day = '', clock = '00:00', seconds = ':00'] = moment.exec(text) ?? [];
  return Date.parse(`${day}T${clock}${seconds}Z`);
};
const near = (a: number, b: number): boolean => a === b || Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b)) || Math.abs(a - b) < 1e-12;

/** JSON in one spelling, since jsonb has its own spaces and order of keys; other texts as they are. */
function canonicalJson(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted);
      return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).toSorted().map(([key, each]) => [key, sorted(each)])) : value;
    };
    return JSON.stringify(sorted(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** Is PostgreSQL's text of a value what SQLite answered? */
function isSame(wanted: unknown, got: string | null): boolean {
  if (wanted === null || got === null) return wanted === got;
  if (Buffer.isBuffer(wanted)) return got === String.raw`\x${wanted.toString('hex')}`;
  if (typeof wanted === 'bigint' || typeof wanted === 'number') {
    if (got === 't' || got === 'f') return Number(wanted) === (got === 't' ? 1 : 0);
    if (typeof wanted === 'bigint' && /^-?\d+$/.test(got)) return BigInt(got) === wanted;
    // A column that the plan made a moment stays one where it is shown as it is.
    if (moment.test(got)) return near(asMoment(got) / 1000, Number(wanted));
    return got !== '' && near(Number(got), Number(wanted));
  }
  const text = String(wanted);
  if (text === got) return true;
  if (moment.test(got) && moment.test(text)) return asMoment(got) === asMoment(text);
  return canonicalJson(text) === canonicalJson(got);
}

/** Long numbers of a text in fourteen digits. */
const roundedText = (text: string): string => text.replaceAll(/-?\d+\.\d+(?:e[+-]\d+)?/g, (number) => Number(number).toPrecision(14));

function isRow(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

export function sourceAnswer(db: SqliteDb, sql: string): unknown[][] {
  return db.prepare<unknown[], unknown>(sql).raw().safeIntegers(true).all().filter(isRow);
}

/** Equal values of both sides get equal keys; the exact texts behind keep those apart that only look alike. */
function sortKey(row: readonly unknown[]): string {
  const exact = row.map((cell) => (typeof cell === 'number' && Number.isInteger(cell) ? `${cell}.0` : String(cell)));
  const keys = row.map((value) => {
    if (value === null) return '';
    if (Buffer.isBuffer(value)) return String.raw`\x${value.toString('hex')}`;
    const text = value === 't' ? '1' : value === 'f' ? '0' : String(value);
    if (moment.test(text)) return String(asMoment(text) / 1000);
    return text.trim() === '' || Number.isNaN(Number(text)) ? canonicalJson(text) : Number(text).toPrecision(8);
  });
  return [...keys, '\u0002', ...exact].join('\u0001');
}

/** null where both answers are the same multiset of rows, else what differs first. */
export function difference(wanted: readonly unknown[][], got: readonly (string | null)[][], isLoose = false): string | null {
  if (wanted.length !== got.length) return `${wanted.length} rows in SQLite, ${got.length} in PostgreSQL`;
  const order = <Row extends readonly unknown[]>(rows: readonly Row[]): Row[] =>
    rows.map((row): [string, Row] => [sortKey(row), row]).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, row]) => row);
  const [mine, theirs] = [order(wanted), order(got)];
  const at = mine.findIndex((row, index) => row.some((value, column) => {
    const other = theirs[index]?.[column] ?? null;
    if (isSame(value, other)) return false;
    return !(isLoose && typeof value === 'string' && other !== null && roundedText(value) === roundedText(other));
  }));
  if (at < 0) return null;
  const differing = mine.filter((row, index) => row.some((value, column) => !isSame(value, theirs[index]?.[column] ?? null))).length;
  const wantedRow = mine[at]?.map((cell) => (typeof cell === 'bigint' ? String(cell) : Buffer.isBuffer(cell) ? cell.toString('hex') : cell));
  return `SQLite ${JSON.stringify(wantedRow)}, PostgreSQL ${JSON.stringify(theirs[at])} (${differing} of ${mine.length} rows)`;
}

/** Where the text of a real is itself measured, cut or compared, its last digits reach further than a comparison of answers can follow. */
const measured = /\b(?:length|octet_length|hex|substr|substring|like|glob|unicode|instr|max|min|replace|concat|group_concat|string_agg)\b|trim\(|BLOB|[<>=|]/i;
const exactDecimals = 'decimals are exact in PostgreSQL';

const isOutOfRange = (error: unknown): boolean => error instanceof TravessiaError && /SQLSTATE 22(003|008)/.test(error.hint ?? '');

async function problemOf(view: PlanView, below: PlanView | undefined, note: string, db: SqliteDb, session: PgSession, tally: Tally): Promise<string | null> {
  const told = (problem: string): string =>
    [below?.sourceSql, view.sourceSql, `    ${view.sql.slice(0, 900)}`, `    ${problem}`, note === '' ? undefined : `    note: ${note}`].filter((line) => line !== undefined).join('\n');
  try {
    const wanted = sourceAnswer(db, `SELECT * FROM "${view.source.view}"`);
    const got = await session.arrays(view.sql);
    const differs = difference(wanted, got);
    if (differs === null) {
      tally.equal += 1;
      return null;
    }
    const isDigits = note.includes(lastDigits) && (difference(wanted, got, true) === null || measured.test(view.sourceSql));
    // Sums of reals depend on their order, and a view on one may compare it with a number that is as near.
    const isOfSums = below !== undefined && /\b(?:sum|avg|total)\(/i.test(below.sourceSql);
    if (isDigits || isOfSums || note.includes(exactDecimals)) {
      tally.digits += 1;
      return null;
    }
    return told(differs);
  } catch (error) {
    // A view on one that the program has listed is listed with it.
    const isOrphan = error instanceof TravessiaError && /relation "plain\.v\d+" does not exist/.test(error.message);
    if (isOutOfRange(error) || isOrphan) {
      tally.range += 1;
      return null;
    }
    return told(error instanceof Error ? error.message : String(error));
  }
}

/** Every translated view, by this file's own judgement; one that the program brought must be equal in it too. */
export async function compareViews(path: string, plan: Plan, result: RunResult, session: PgSession, tally: Tally): Promise<string[]> {
  using opened = openSqlite(path, { mode: 'read' });
  const problems: string[] = [];
  for (const object of plan.objects) {
    if (object.kind !== 'view' || object.outcome !== 'listed') continue;
    const reason = String(object.reason?.params?.['detail'] ?? object.reason?.code ?? '').replaceAll(/'[^']*'/g, "'…'");
    tally.listed.set(reason, (tally.listed.get(reason) ?? 0) + 1);
  }
  for (const view of plan.views) {
    const planned = plan.objects.find((object) => object.kind === 'view' && object.name === view.source.view);
    const note = String(planned?.reason?.params?.['note'] ?? '');
    const below = plan.views.find((each) => view.sourceSql.endsWith(` FROM ${each.source.view}`));
    const problem = await problemOf(view, below, note, opened.db, session, tally);
    const brought = result.objects.find((object) => object.kind === 'view' && object.name === view.target.view)?.outcome !== 'listed';
    if (problem !== null) problems.push(`${brought ? 'BROUGHT ' : ''}${problem}`);
  }
  return problems;
}

/** Conditions of checks and indexes, row by row over the rows of their table. */
export async function compareConditions(path: string, plan: Plan, session: PgSession, tally: Tally): Promise<string[]> {
  using opened = openSqlite(path, { mode: 'read' });
  const problems: string[] = [];
  const compare = async (what: string, source: string, target: string): Promise<void> => {
    try {
      const wanted = sourceAnswer(opened.db, source);
      const differs = difference(wanted, await session.arrays(target));
      tally.conditions += 1;
      if (differs !== null) problems.push(`${what}: ${source}\n    ${target}\n    ${differs}`);
    } catch (error) {
      if (isOutOfRange(error)) tally.range += 1;
      else if (error instanceof TravessiaError) problems.push(`${what}: ${source}\n    ${target}\n    ${error.message}`);
      else tally.refused += 1;
    }
  };
  for (const table of plan.tables) {
    const from = `"${table.target.schema}"."${table.target.table}"`;
    for (const check of table.checks) {
      const text = /CHECK \((.*)\)\)$/s.exec(String(opened.db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(table.source.table)))?.[1];
      if (text !== undefined) await compare('CHECK', `SELECT id, (${text}) IS NOT FALSE FROM ${table.source.table}`, `SELECT id, (${check.expression}) IS NOT FALSE FROM ${from}`);
    }
    for (const index of table.indexes) {
      const text = / WHERE (.*)$/s.exec(String(opened.db.prepare('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(index.name)))?.[1];
      if (text !== undefined && index.where !== undefined) await compare('WHERE', `SELECT id FROM ${table.source.table} WHERE ${text}`, `SELECT id FROM ${from} WHERE ${index.where}`);
    }
  }
  return problems;
}
