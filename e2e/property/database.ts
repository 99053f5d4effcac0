import fc from 'fast-check';
import type { Override, PlanOptions } from '../../shared/model/plan.ts';
import { folded, nameArbitrary } from './names.ts';
import { anyCell, type Cell } from './values.ts';

const declarations = [
  '', 'INTEGER', 'INT', 'BIGINT', 'smallint', 'INT UNSIGNED', 'SERIAL', 'REAL', 'DOUBLE PRECISION', 'FLOAT', 'NUMERIC', 'NUMERIC(10,2)', 'DECIMAL(5)', 'DECIMAL(3,9)', 'MONEY', 'BOOLEAN', 'BOOL', 'BIT', 'DATE', 'DATETIME', 'TIMESTAMP', 'TIMESTAMP(3)',
  'TIMESTAMP WITH TIME ZONE', 'TIMESTAMPTZ', 'TIME', 'UUID', 'GUID', 'JSON', 'JSONB', 'BLOB', 'BYTEA', 'VARBINARY(16)', 'TEXT', 'CLOB', 'VARCHAR(3)', 'VARCHAR(255)', 'CHAR(4)', 'NVARCHAR(160)', 'CHARACTER VARYING(20)', 'STRING', 'CITEXT', 'ANY', 'XML', 'ENUM', 'YEAR',
  'POINT', 'no such type', 'NUMERIC(0)', 'VARCHAR(0)', 'FLOATING POINT', 'interval', '"quoted type"', 'REAL(5)', 'TEXT NOCASE', 'INT8[]',
] as const;
const strictDeclarations = ['INT', 'INTEGER', 'REAL', 'TEXT', 'BLOB', 'ANY'] as const;
const defaults = [
  '0', '-1', "'x'", "''", 'NULL', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', "(datetime('now'))", "(date('now','+1 day'))", '(1 + 2)', "x'00ff'", 'TRUE', '1e3', '1.50', '"dq"', "(strftime('%s','now'))", '(unixepoch())', '(random())',
  '(lower(hex(randomblob(16))))', "'it''s'", '9223372036854775807', '9999999999999999999', "('a' || 'b')", '+5', "'2024-01-31'", "'{}'", "(julianday('now'))", '0x1F',
] as const;
/** `c` is a column, `d` another one. */
const checks = ['c IS NOT NULL OR 1', 'length(c) < 4', "typeof(c) <> 'blob'", 'c >= 0', "c IN (1, 2, 'a')", "c LIKE '%a%'", "c GLOB '*'", 'abs(c) < 10', 'c = d', 'c <> d OR d IS NULL', 'json_valid(c)', 'date(c) IS NOT NULL', 'c BETWEEN 0 AND 100', "c || d <> ''", 'c', 'NOT c', "coalesce(c, '') <> 'x'"] as const;
const indexTerms = ['c', 'c', 'c', 'c DESC', 'c COLLATE NOCASE', 'c COLLATE RTRIM DESC', 'lower(c)', "c || 'x'", 'abs(c)', 'length(c)', 'c + 1', "coalesce(c, '')", 'typeof(c)', "substr(c, 1, 2)", 'c IS NULL'] as const;
const conditions = [null, null, null, 'c IS NOT NULL', 'c > 5', "c = 'a'", "typeof(c) = 'text'", 'c <> d', 'c'] as const;
/** Expressions of generated columns. */
const computed = ['c', "c || 'x'", 'c + 1', 'length(c)', 'abs(c)', "coalesce(c, 'none')", 'lower(c)', 'upper(c)', 'c = d', 'c IS NULL', "CASE WHEN c > 2 THEN 'big' ELSE 'small' END", "substr(c, 1, 2)", 'c * 2', 'typeof(c)', 'trim(c)', 'c > d', "c LIKE 'a%'", 'round(c)', 'hex(c)', 'c % 3', '-c', 'max(c, d)', "ifnull(c, d)", 'CAST(c AS TEXT)', 'CAST(c AS INTEGER)', "replace(c, 'a', 'b')", "instr(c, 'a')", 'c COLLATE NOCASE = d'] as const;
const viewQueries = [
  'SELECT c, d FROM t', 'SELECT count(*) AS n, max(c) AS most FROM t', 'SELECT c, count(*) AS n FROM t GROUP BY c', 'SELECT DISTINCT c FROM t', "SELECT * FROM t WHERE c IS NOT NULL", "SELECT c || '-' || d AS both FROM t", 'SELECT c FROM t WHERE c = d',
  'SELECT c FROM t UNION SELECT d FROM t', 'SELECT a.c AS one, b.d AS two FROM t AS a JOIN t AS b ON a.c = b.c', 'SELECT c FROM t WHERE c IN (SELECT d FROM t)', "SELECT c, CASE WHEN c > 1 THEN 'x' END AS kind FROM t", "SELECT c FROM t WHERE c LIKE '%a%'", 'SELECT c, row_number() OVER (ORDER BY c) AS n FROM t',
  'SELECT length(c) AS size, typeof(d) AS kind FROM t', 'WITH w AS (SELECT c FROM t) SELECT * FROM w', 'SELECT avg(c) AS mean, sum(d) AS total FROM t', "SELECT c FROM t WHERE c COLLATE NOCASE = 'A'", 'SELECT min(c) AS least FROM t GROUP BY d HAVING count(*) > 1', 'SELECT lower(c) AS l, upper(d) AS u FROM t',
] as const;
/** Bodies of triggers; `r` is the row's side (NEW or OLD). */
const triggerBodies = [
  "INSERT INTO trigger_log (what) VALUES ('seen')", "INSERT INTO trigger_log (what) VALUES ('v' || coalesce(r.c, 'none'))", 'INSERT INTO trigger_log (what) VALUES (r.c)', "UPDATE trigger_log SET what = 'u' WHERE what = r.c", 'DELETE FROM trigger_log WHERE what = r.c',
  "INSERT INTO trigger_log (what) SELECT 'n' || count(*) FROM t", "SELECT RAISE(IGNORE) WHERE r.c IS NULL", "INSERT INTO trigger_log (what) VALUES (length(r.c))", "INSERT OR IGNORE INTO trigger_log (id, what) VALUES (1, r.d)", "INSERT OR REPLACE INTO trigger_log (id, what) VALUES (1, 'r')",
  "UPDATE trigger_log SET what = x.c FROM t AS x WHERE x.c = trigger_log.what",
] as const;

const actions = ['NO ACTION', 'RESTRICT', 'SET NULL', 'SET DEFAULT', 'CASCADE'] as const;
const overrideTypes: readonly Pick<Override, 'type' | 'cast'>[] = [
  { type: 'text' }, { type: 'text', cast: 'nul escaped' }, { type: 'text', cast: 'blob as utf-8' }, { type: 'text', cast: 'bytes escaped' }, { type: 'text', cast: 'latin-1 decoded' }, { type: 'bytea' }, { type: 'bytea', cast: 'text as bytes' }, { type: 'varchar(3)' }, { type: 'char(4)' }, { type: 'smallint' }, { type: 'integer' }, { type: 'bigint' },
  { type: 'numeric' }, { type: 'numeric(6,2)' }, { type: 'real' }, { type: 'double precision' }, { type: 'boolean' }, { type: 'date' }, { type: 'timestamp' }, { type: 'timestamptz(3)' }, { type: 'time' }, { type: 'uuid' }, { type: 'json' },
  { type: 'timestamptz', cast: 'epoch s' }, { type: 'timestamptz', cast: 'epoch ms' }, { type: 'timestamp', cast: 'epoch us' }, { type: 'date', cast: 'epoch s' },
];

export const keyKinds = ['none', 'rowid', 'autoincrement', 'rowid desc', 'one', 'composite', 'without rowid', 'without rowid composite'] as const;

/** Numbers of columns are taken modulo the table's width, so that a table can shrink without breaking what speaks of its columns. */
export interface Column {
  readonly name: string;
  readonly declared: string;
  readonly strictDeclared: string;
  readonly notNull: boolean;
  readonly collate: 'NOCASE' | 'RTRIM' | 'BINARY' | null;
  readonly default: string | null;
  readonly check: string | null;
  /** Of 100 cells, how many hold anything at all. */
  readonly odd: number;
  /** Usual values repeat after so many. */
  readonly cycle: number;
}
export interface Row {
  readonly cells: readonly { readonly pick: number; readonly n: number; readonly any: Cell }[];
}
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly key: (typeof keyKinds)[number];
  readonly keyColumns: readonly number[];
  readonly strict: boolean;
  readonly uniques: readonly (readonly number[])[];
  readonly indexes: readonly { readonly name: string; readonly unique: boolean; readonly columns: readonly number[]; readonly terms: readonly string[]; readonly where: string | null }[];
  readonly foreignKeys: readonly { readonly columns: readonly number[]; readonly parent: number; readonly parentColumns: readonly number[] | null; readonly onUpdate: string; readonly onDelete: string; readonly deferrable: string }[];
  readonly generated: readonly { readonly name: string; readonly declared: string; readonly expression: string; readonly column: number; readonly stored: boolean }[];
  readonly rows: readonly Row[];
  /** Each row so many times more, with other keys: a table longer than one reading. */
  readonly copies: number;
}
export interface Case {
  readonly encoding: 'UTF-8' | 'UTF-16le' | 'UTF-16be';
  readonly quotes: number;
  readonly ignoreChecks: boolean;
  readonly tables: readonly Table[];
  readonly views: readonly { readonly name: string; readonly table: number; readonly column: number; readonly query: string }[];
  readonly triggers: readonly { readonly name: string; readonly table: number; readonly column: number; readonly timing: 'BEFORE' | 'AFTER'; readonly event: 'INSERT' | 'UPDATE' | 'DELETE'; readonly body: string; readonly when: boolean }[];
  readonly schema: string;
  readonly options: Pick<PlanOptions, 'identifiers' | 'rejectShare' | 'infer' | 'jobs'>;
  readonly overrides: readonly { readonly table: number; readonly column: number; readonly as: Pick<Override, 'type' | 'cast'> }[];
  readonly undo: boolean;
  /** Tables of two rows on are loaded by ranges. */
  readonly parted: boolean;
  /** Rows are taken from the pages of the file, where they can be. */
  readonly paged: boolean;
}

const at = fc.nat({ max: 5 });
const some = (max: number): fc.Arbitrary<number[]> => fc.uniqueArray(at, { minLength: 1, maxLength: max });

const column: fc.Arbitrary<Column> = fc.record({
  name: nameArbitrary,
  declared: fc.constantFrom(...declarations),
  strictDeclared: fc.constantFrom(...strictDeclarations),
  notNull: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
  collate: fc.constantFrom(null, null, null, null, null, 'NOCASE', 'RTRIM', 'BINARY'),
  default: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...defaults) }),
  check: fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.constantFrom(...checks) }),
  odd: fc.constantFrom(0, 0, 4, 15, 100),
  cycle: fc.constantFrom(3, 20, 1_000_000),
});
const row: fc.Arbitrary<Row> = fc.record({ cells: fc.array(fc.record({ pick: fc.nat({ max: 99 }), n: fc.nat({ max: 99_999 }), any: anyCell }), { minLength: 6, maxLength: 6 }) });
const table: fc.Arbitrary<Table> = fc.record({
  name: nameArbitrary,
  columns: fc.uniqueArray(column, { minLength: 1, maxLength: 6, selector: ({ name }) => folded(name) }),
  key: fc.constantFrom(...keyKinds),
  keyColumns: some(3),
  strict: fc.constantFrom(false, false, false, true),
  uniques: fc.array(some(2), { maxLength: 1 }),
  indexes: fc.array(fc.record({ name: nameArbitrary, unique: fc.boolean(), columns: some(3), terms: fc.array(fc.constantFrom(...indexTerms), { minLength: 3, maxLength: 3 }), where: fc.constantFrom(...conditions) }), { maxLength: 2 }),
  foreignKeys: fc.array(fc.record({
    columns: some(2), parent: fc.nat({ max: 3 }), parentColumns: fc.option(some(2)), onUpdate: fc.constantFrom(...actions), onDelete: fc.constantFrom(...actions), deferrable: fc.constantFrom('', '', 'DEFERRABLE', 'DEFERRABLE INITIALLY DEFERRED', 'NOT DEFERRABLE'),
  }), { maxLength: 1 }),
  generated: fc.array(fc.record({ name: nameArbitrary, declared: fc.constantFrom('', 'TEXT', 'INTEGER', 'REAL', 'NUMERIC', 'BOOLEAN'), expression: fc.constantFrom(...computed), column: at, stored: fc.boolean() }), { maxLength: 2, size: 'max' }),
  rows: fc.array(row, { maxLength: 20, size: 'max' }),
  copies: fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 300),
});

export const caseArbitrary: fc.Arbitrary<Case> = fc.record({
  encoding: fc.constantFrom('UTF-8', 'UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'),
  quotes: fc.nat({ max: 2 }),
  ignoreChecks: fc.boolean(),
  tables: fc.uniqueArray(table, { minLength: 1, maxLength: 3, selector: ({ name }) => folded(name) }),
  views: fc.array(fc.record({ name: nameArbitrary, table: fc.nat({ max: 2 }), column: at, query: fc.constantFrom(...viewQueries) }), { maxLength: 2, size: 'max' }),
  triggers: fc.array(fc.record({ name: nameArbitrary, table: fc.nat({ max: 2 }), column: at, timing: fc.constantFrom('BEFORE', 'AFTER', 'AFTER'), event: fc.constantFrom('INSERT', 'UPDATE', 'DELETE'), body: fc.constantFrom(...triggerBodies), when: fc.boolean() }), { maxLength: 2, size: 'max' }),
  schema: fc.constantFrom('plain', 'plain', 'plain', 'my schema', 'Sch"ema', 'select', 'ünï😀', 's\'s', 'a.b', 'x'.repeat(50)),
  options: fc.record({ identifiers: fc.constantFrom('preserve', 'preserve', 'lower', 'snake'), rejectShare: fc.constantFrom(0.01, 0, 0.3, 1), infer: fc.boolean(), jobs: fc.constantFrom(1, 2, 3) }),
  overrides: fc.array(fc.record({ table: fc.nat({ max: 2 }), column: at, as: fc.constantFrom(...overrideTypes) }), { maxLength: 2 }),
  undo: fc.constantFrom(false, false, false, false, true),
  parted: fc.boolean(),
  paged: fc.boolean(),
});
