import { openSqlite, type SqliteDb } from '../../src-main/drivers/sqlite/index.ts';
import type { Case, Column, Table } from './database.ts';
import { folded, quoted } from './names.ts';
import { usualCell, type Cell } from './values.ts';

/** What became of a case's description: a file, the statements that made it, and what SQLite itself refused of them. */
export interface Built {
  readonly statements: readonly string[];
  readonly refused: readonly string[];
}

/** `c` and `d` of a template, as words of their own, become columns. */
function filled(template: string, c: string, d: string): string {
  return template.replaceAll(/'[^']*'|\b[cd]\b/g, (word) => (word === 'c' ? c : word === 'd' ? d : word));
}

const take = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length];
  if (found === undefined) throw new RangeError('An empty list.');
  return found;
};
const distinct = (columns: readonly number[], width: number): number[] => [...new Set(columns.map((each) => each % width))];

function createTable(table: Table, tables: readonly Table[], quotes: number, plain: boolean): string {
  const q = (name: string): string => quoted(name, quotes);
  const width = table.columns.length;
  const name = (index: number): string => q(take(table.columns, index).name);
  const strict = table.strict;
  const withoutRowid = table.key.startsWith('without rowid');
  const composite = table.key.endsWith('composite');
  const key = table.key === 'none' ? [] : distinct(composite ? table.keyColumns : table.keyColumns.slice(0, 1), width);
  const isRowid = table.key === 'rowid' || table.key === 'autoincrement' || table.key === 'rowid desc';
  const definition = (column: Column, index: number): string => {
    const parts = [q(column.name)];
    const own = isRowid && index === key[0];
    parts.push(own ? 'INTEGER' : strict ? column.strictDeclared : column.declared);
    if (own) parts.push(`PRIMARY KEY${table.key === 'rowid desc' ? ' DESC' : table.key === 'autoincrement' ? ' AUTOINCREMENT' : ''}`);
    if (column.notNull) parts.push('NOT NULL');
    if (column.default !== null && !plain) parts.push(`DEFAULT ${column.default}`);
    if (column.collate !== null && !own) parts.push(`COLLATE ${column.collate}`);
    if (column.check !== null && !plain) parts.push(`CHECK (${filled(column.check, q(column.name), name(index + 1))})`);
    return parts.join(' ');
  };
  const parts = table.columns.map(definition);
  if (!plain) {
    for (const { name: own, declared, expression, column, stored } of table.generated) {
      if (table.columns.some((each) => folded(each.name) === folded(own)) || table.generated.some((each) => each.name !== own && folded(each.name) === folded(own))) continue;
      parts.push(`${q(own)} ${strict && declared !== 'TEXT' && declared !== 'REAL' && declared !== 'INTEGER' ? 'ANY' : declared} AS (${filled(expression, name(column), name(column + 1))}) ${stored ? 'STORED' : 'VIRTUAL'}`);
    }
  }
  if (key.length > 0 && !isRowid) parts.push(`PRIMARY KEY (${key.map(name).join(', ')})`);
  for (const unique of table.uniques) parts.push(`UNIQUE (${distinct(unique, width).map(name).join(', ')})`);
  for (const foreign of table.foreignKeys) {
    const parent = take(tables, foreign.parent);
    const columns = distinct(foreign.columns, width);
    const parents = foreign.parentColumns === null ? null : distinct(foreign.parentColumns, parent.columns.length).slice(0, columns.length);
    const own = columns.slice(0, parents?.length ?? columns.length);
    const references = parents === null ? '' : ` (${parents.map((each) => q(take(parent.columns, each).name)).join(', ')})`;
    parts.push(`FOREIGN KEY (${own.map(name).join(', ')}) REFERENCES ${q(parent.name)}${references} ON UPDATE ${foreign.onUpdate} ON DELETE ${foreign.onDelete} ${foreign.deferrable}`);
  }
  const options = [withoutRowid ? 'WITHOUT ROWID' : '', strict ? 'STRICT' : ''].filter((part) => part !== '').join(', ');
  return `CREATE TABLE ${q(table.name)} (${parts.join(', ')}) ${options}`;
}

function createIndexes(table: Table, quotes: number, taken: Set<string>): string[] {
  const q = (name: string): string => quoted(name, quotes);
  const width = table.columns.length;
  return table.indexes.map((index) => {
    let name = index.name;
    for (let n = 2; taken.has(folded(name)); n += 1) name = `${index.name}${n}`;
    taken.add(folded(name));
    const columns = distinct(index.columns, width);
    const column = (at: number): string => q(take(table.columns, at).name);
    const terms = columns.map((each, at) => filled(take(index.terms, at), column(each), column(each + 1)));
    const where = index.where === null ? '' : ` WHERE ${filled(index.where, column(columns[0] ?? 0), column((columns[0] ?? 0) + 1))}`;
    return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${q(name)} ON ${q(table.name)} (${terms.join(', ')})${where}`;
  });
}

/** Views and triggers; those SQLite refuses are left out, as everything else. */
function createOthers(wanted: Case, made: readonly Table[], taken: Set<string>): string[] {
  const q = (name: string): string => quoted(name, wanted.quotes);
  const free = (name: string): string => {
    let own = name;
    for (let n = 2; taken.has(folded(own)); n += 1) own = `${name}${n}`;
    taken.add(folded(own));
    return own;
  };
  const names = (table: Table, column: number): [string, string] => [q(take(table.columns, column).name), q(take(table.columns, column + 1).name)];
  const words = (text: string, table: Table, column: number, row: string): string => {
    const [c, d] = names(table, column);
    return text.replaceAll(/'[^']*'|\b[cdtr]\b/g, (word) => (word === 'c' ? c : word === 'd' ? d : word === 't' ? q(table.name) : word === 'r' ? row : word));
  };
  const views = wanted.views.map((view) => {
    const table = take(made, view.table);
    return `CREATE VIEW ${q(free(view.name))} AS ${words(view.query, table, view.column, 'r')}`;
  });
  const triggers = wanted.triggers.map((trigger) => {
    const table = take(made, trigger.table);
    const row = trigger.event === 'DELETE' ? 'OLD' : 'NEW';
    const when = trigger.when ? ` WHEN ${words('r.c IS NOT NULL', table, trigger.column, row)}` : '';
    return `CREATE TRIGGER ${q(free(trigger.name))} ${trigger.timing} ${trigger.event} ON ${q(table.name)}${when} BEGIN ${words(trigger.body, table, trigger.column, row)}; END`;
  });
  return [...(triggers.length === 0 || taken.has('trigger_log') ? [] : ['CREATE TABLE trigger_log (id INTEGER PRIMARY KEY, what TEXT)']), ...views, ...triggers];
}

/** The cells of one row, `copy` making those that usually differ differ again. */
function cellsOf(table: Table, row: Table['rows'][number], copy: number): Cell[] {
  return table.columns.map((column, index) => {
    const { pick, n, any } = take(row.cells, index);
    if (pick < column.odd) return any;
    if (pick === 99) return null;
    return usualCell(table.strict ? column.strictDeclared : column.declared, (n + copy * 7919) % column.cycle);
  });
}

function insertRows(db: SqliteDb, table: Table, quotes: number): number {
  const columns = table.columns.map((column) => quoted(column.name, quotes)).join(', ');
  const prepared = new Map<string, ReturnType<SqliteDb['prepare']>>();
  let refused = 0;
  for (const row of table.rows) {
    for (let copy = 0; copy <= table.copies; copy += 1) {
      const cells = cellsOf(table, row, copy);
      const marks = cells.map((cell) => (cell !== null && typeof cell === 'object' && 'raw' in cell ? 'CAST(? AS TEXT)' : '?')).join(', ');
      const values = cells.map((cell) => (cell !== null && typeof cell === 'object' && 'raw' in cell ? cell.raw : cell));
      const sql = `INSERT OR IGNORE INTO ${quoted(table.name, quotes)} (${columns}) VALUES (${marks})`;
      try {
        const statement = prepared.get(sql) ?? db.prepare(sql);
        prepared.set(sql, statement);
        statement.run(...values);
      } catch {
        // A STRICT column, or an expression of an index, does not take the value: then no file can hold the row either.
        refused += 1;
      }
    }
  }
  return refused;
}

/** Makes the file. What SQLite refuses to create is left out, and told. */
export function buildCase(path: string, wanted: Case): Built {
  using opened = openSqlite(path, { mode: 'write', create: true });
  const { db } = opened;
  const statements: string[] = [];
  const refused: string[] = [];
  const run = (sql: string): boolean => {
    try {
      db.exec(sql);
      statements.push(sql);
      return true;
    } catch (error) {
      refused.push(`${sql}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  db.exec(`PRAGMA encoding = '${wanted.encoding}'; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF`);
  if (wanted.ignoreChecks) db.exec('PRAGMA ignore_check_constraints = ON');
  const taken = new Set(wanted.tables.map(({ name }) => folded(name)));
  const made = wanted.tables.filter((table) => run(createTable(table, wanted.tables, wanted.quotes, false)) || run(createTable(table, wanted.tables, wanted.quotes, true)));
  for (const table of made) for (const sql of createIndexes(table, wanted.quotes, taken)) run(sql);
  for (const table of made) {
    db.exec('BEGIN');
    const count = insertRows(db, table, wanted.quotes);
    // A full table (AUTOINCREMENT behind 2^63-1) has ended the transaction by itself.
    if (db.inTransaction) db.exec('COMMIT');
    if (count > 0) refused.push(`${count} rows of ${table.name}`);
  }
  if (made.length === 0) run('CREATE TABLE fallback (only)');
  else for (const sql of createOthers(wanted, made, taken)) run(sql);
  return { statements, refused };
}
