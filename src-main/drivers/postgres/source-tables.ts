import type { Finding } from '../../../shared/model/finding.ts';
import { createNamer, quoteSqlite } from '../sqlite/index.ts';
import type { SourceCatalog, SourceColumn, SourceConstraint, SourceTable } from './source-catalog.ts';
import { keptType, type KeptType } from './source-types.ts';
import { quoteQualified } from './quote.ts';

/** A column on its way into the snapshot. */
export interface KeptColumn {
  readonly source: SourceColumn;
  readonly name: string;
  readonly type: KeptType;
}

/** A table on its way into the snapshot. */
export interface KeptTable {
  readonly source: SourceTable;
  readonly name: string;
  readonly columns: readonly KeptColumn[];
  /** The key column that numbers itself, as `INTEGER PRIMARY KEY AUTOINCREMENT` says it; null where there is none. */
  readonly numbered: KeptColumn | null;
}

const maxDetail = 2000;
/** What tells nothing of rows or rules. */
const mild: ReadonlySet<string> = new Set(['extension-table', 'storage', 'privileges']);
const cut = (detail: string): string => (detail.length <= maxDetail ? detail : `${detail.slice(0, maxDetail)}…`);

/** Names and types of all tables, with what is renamed or crosses as its text only. */
export function keepTables(catalog: SourceCatalog, findings: Finding[]): KeptTable[] {
  const names = createNamer('unnamed');
  const schemas = [...new Set(catalog.tables.map((table) => table.schema))];
  if (schemas.length > 1) findings.push({ code: 'source.pg.schemas', severity: 'warning', params: { schemas: schemas.join(', ') } });
  for (const { kind, name, detail } of catalog.others) findings.push({ code: `source.pg.${kind}`, severity: mild.has(kind) ? 'info' : 'warning', object: name, params: { name, detail: cut(detail.replaceAll(/\s+/g, ' ').trim()) } });
  const unused = new Set(catalog.tables.flatMap(({ columns }) => columns.filter((column) => !isNumbered(column)).map(({ sequence }) => sequence)));
  for (const { name, owned, next } of catalog.sequences) if (!owned || unused.has(name)) findings.push({ code: 'source.pg.sequence', severity: 'warning', object: name, params: { name, next: next ?? '?' } });
  return catalog.tables.flatMap((table) => {
    const isTwin = catalog.tables.some((other) => other !== table && other.name.toLowerCase() === table.name.toLowerCase() && other.schema !== table.schema);
    const wanted = isTwin && table.schema !== 'public' ? `${table.schema}.${table.name}` : table.name;
    if (table.columns.length === 0) {
      findings.push({ code: 'source.pg.no-columns', severity: 'warning', object: table.name, params: { name: `${table.schema}.${table.name}` } });
      return [];
    }
    const name = names.take(wanted);
    if (name !== table.name) findings.push({ code: 'source.renamed', severity: 'warning', table: name, params: { from: `${table.schema}.${table.name}`, to: name } });
    const taken = createNamer('unnamed');
    const columns = table.columns.map((source): KeptColumn => {
      const column = taken.take(source.name);
      const type = keptType(source.base);
      const at = { table: name, column };
      if (column !== source.name) findings.push({ code: 'source.renamed', severity: 'warning', ...at, params: { from: source.name, to: column } });
      if (source.base !== source.type) findings.push({ code: 'source.pg.domain', severity: 'warning', ...at, params: { type: source.type, base: source.base } });
      if (source.order !== null) findings.push({ code: 'source.pg.collation', severity: 'warning', ...at, params: { collation: source.order } });
      if (isNumbered(source) && source.next === null) findings.push({ code: 'source.pg.sequence-unread', severity: 'warning', ...at, params: { name: source.sequence ?? '' } });
      if (isNumbered(source) && source.ends !== null) findings.push({ code: 'source.pg.sequence-ends', severity: 'warning', ...at, params: { name: source.sequence ?? '', ends: source.ends } });
      return { source, name: column, type };
    });
    return [{ source: table, name, columns, numbered: numberedOf(table, columns) }];
  });
}

/** True where a sequence of its own gives a column its numbers: an identity column, or what `serial` makes. */
export function isNumbered({ sequence, identity, default: value }: SourceColumn): boolean {
  return sequence !== null && (identity || value?.startsWith(`nextval('${sequence.replaceAll("'", "''")}'`) === true);
}

/** A bigint key with a sequence that goes up by one is a key of SQLite that numbers itself; the others are kept beside the snapshot (source-origin.ts). */
function numberedOf(table: SourceTable, columns: readonly KeptColumn[]): KeptColumn | null {
  const key = table.constraints.find((constraint) => constraint.type === 'p')?.columns ?? [];
  let numbered: KeptColumn | null = null;
  for (const column of columns) {
    if (isNumbered(column.source) && key.length === 1 && key[0] === column.source.name && column.source.base === 'bigint' && column.source.step === '1') numbered = column;
  }
  return numbered;
}

/** Defaults whose meaning SQLite can state, so that the plan translates them back; null for any other. */
function defaultOf(column: SourceColumn): string | null {
  const expression = column.default?.trim() ?? '';
  const literal = /^('(?:[^']|'')*')(?:::[\w" .[\]]+(?:\(\d+(?:,\s*\d+)?\))?)?$/.exec(expression)?.[1];
  if (literal !== undefined) return literal;
  const number = /^\(?(-?\d+(?:\.\d+)?)\)?(?:::[\w ]+)?$/.exec(expression)?.[1];
  if (number !== undefined) return number;
  if (expression === 'true') return '1';
  if (expression === 'false') return '0';
  if (/^(now\(\)|CURRENT_TIMESTAMP)$/i.test(expression) && column.base.startsWith('timestamp')) return 'CURRENT_TIMESTAMP';
  if (/^CURRENT_DATE$/i.test(expression) && column.base === 'date') return 'CURRENT_DATE';
  if (/^(gen_random_uuid\(\)|(\w+\.)?uuid_generate_v4\(\))$/.test(expression) && column.base === 'uuid') return '(lower(hex(randomblob(16))))';
  return null;
}

const actions: Readonly<Record<string, string>> = { a: 'NO ACTION', r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' };

/** A key in SQLite's words; null where it has none. */
export function keyClause(table: KeptTable, tables: readonly KeptTable[], constraint: SourceConstraint): string | null {
  const own = (columns: readonly string[], of: KeptTable): string | null => {
    const found = columns.map((name) => of.columns.find((column) => column.source.name === name)?.name);
    return found.length > 0 && found.every((name) => name !== undefined) ? found.map(quoteSqlite).join(', ') : null;
  };
  const columns = own(constraint.columns, table);
  if (columns === null) return null;
  if (constraint.type === 'p') return `CONSTRAINT ${quoteSqlite(constraint.name)} PRIMARY KEY (${columns})`;
  if (constraint.type === 'u' && !constraint.deferrable && !/NULLS NOT DISTINCT|WITHOUT OVERLAPS|INCLUDE/.test(constraint.definition)) return `CONSTRAINT ${quoteSqlite(constraint.name)} UNIQUE (${columns})`;
  if (constraint.type !== 'f' || (constraint.matchFull && constraint.columns.length > 1) || /PERIOD|SET (NULL|DEFAULT) \(|NOT ENFORCED/.test(constraint.definition)) return null;
  const parent = tables.find((each) => each.source.oid === constraint.parent);
  const parentColumns = parent === undefined ? null : own(constraint.parentColumns ?? [], parent);
  if (parent === undefined || parentColumns === null) return null;
  const deferrable = constraint.deferrable ? ` DEFERRABLE INITIALLY ${constraint.deferred ? 'DEFERRED' : 'IMMEDIATE'}` : '';
  return `CONSTRAINT ${quoteSqlite(constraint.name)} FOREIGN KEY (${columns}) REFERENCES ${quoteSqlite(parent.name)} (${parentColumns}) ON UPDATE ${actions[constraint.onUpdate] ?? 'NO ACTION'} ON DELETE ${actions[constraint.onDelete] ?? 'NO ACTION'}${deferrable}`;
}

function columnClause(table: KeptTable, column: KeptColumn): string {
  const { source, type } = column;
  if (table.numbered === column) return `${quoteSqlite(column.name)} INTEGER PRIMARY KEY AUTOINCREMENT`;
  const declared = / /.test(type.declared) ? quoteSqlite(type.declared) : type.declared;
  const value = source.default === null || source.sequence !== null ? null : defaultOf(source);
  return `${quoteSqlite(column.name)} ${declared}${source.notNull ? ' NOT NULL' : ''}${value === null ? '' : ` DEFAULT ${value}`}`;
}

/** CREATE TABLE and CREATE INDEX statements of the snapshot; what they cannot say is kept beside it. */
export function snapshotStatements(table: KeptTable, tables: readonly KeptTable[]): string[] {
  const clauses = table.columns.map((column) => columnClause(table, column));
  for (const constraint of table.source.constraints) {
    if (constraint.type === 'p' && table.numbered !== null) continue;
    const clause = keyClause(table, tables, constraint);
    if (clause !== null) clauses.push(clause);
  }
  const statements = [`CREATE TABLE ${quoteSqlite(table.name)} (\n  ${clauses.join(',\n  ')}\n)`];
  for (const index of table.source.indexes) {
    const terms = index.columns.map((name, place) => {
      const column = table.columns.find((each) => each.source.name === name);
      return column === undefined ? null : `${quoteSqlite(column.name)}${index.descending?.[place] === true ? ' DESC' : ''}`;
    });
    if (!index.plain || /NULLS NOT DISTINCT/.test(index.definition) || terms.length === 0 || terms.some((term) => term === null)) continue;
    statements.push(`CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteSqlite(table.name === index.name ? `${index.name}_index` : index.name)} ON ${quoteSqlite(table.name)} (${terms.join(', ')})`);
  }
  return statements;
}

/** The table as PostgreSQL names it; a plain one without the rows of tables that inherit from it, which are tables of their own. */
export function fromClause({ source }: KeptTable): string {
  return `${source.partitioned ? '' : 'ONLY '}${quoteQualified(source.schema, source.name)}`;
}
