/** The SQL of columns that the target computes: generated ones, and those made for searching; shown and executed alike (see statements.ts). */
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import type { PlanColumn, PlanSearch, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { createTable, type Placement } from './statements.ts';

const formerName = (table: PlanTable): string => `travessia_loaded_${shortHash(table.target.table)}`;

/** A name of its own for each table of a schema, short whatever the table's name. */
function shortHash(name: string): string {
  let hash = 0n;
  for (const character of name) hash = (hash * 1_099_511_628_211n + BigInt(character.codePointAt(0) ?? 0)) % (1n << 64n);
  return hash.toString(16);
}

function named(table: PlanTable, name: string): PlanTable {
  return { ...table, target: { ...table.target, table: name }, columns: table.columns.map((column) => ({ ...column, identity: false })) };
}

/** Creates an empty table with this one column generated: the server says whether it takes the expression. */
export function generatedTrial(table: PlanTable, column: PlanColumn, place: Placement): string {
  return createTable(named(table, formerName(table)), place, new Set([column.target])).sql;
}

/** Counts the rows whose loaded value is not what the server computes, by the same canonical text as the verification's. */
export function unequalGenerated(table: PlanTable, column: PlanColumn, place: Placement): string {
  // Only the SQL side is used; the hash belongs to the other one.
  const { canonicalSql } = canonicalType(column.type, column.cast, () => '');
  const collate = column.collation === undefined ? '' : ` COLLATE ${quoteIdent(column.collation)}`;
  const computed = `((${column.generated?.expression ?? 'NULL'})::${column.type}${collate})`;
  return `SELECT count(*)::text FROM ${quoteQualified(place(table.target.schema), table.target.table)} WHERE ${canonicalSql(quoteIdent(column.target))} IS DISTINCT FROM ${canonicalSql(computed)}`;
}

/** Writes the table anew with generated columns, in their order; must run in one transaction. */
export function generatedRebuild(table: PlanTable, generated: ReadonlySet<string>, place: Placement): string[] {
  const schema = place(table.target.schema);
  const name = quoteQualified(schema, table.target.table);
  const former = quoteQualified(schema, formerName(table));
  const columns = table.columns.filter((column) => column.include && !generated.has(column.target)).map((column) => quoteIdent(column.target)).join(', ');
  const identity = table.columns.find((column) => column.include && column.identity);
  return [
    // Its sequence has the name that the new table's will have.
    ...(identity === undefined ? [] : [`ALTER TABLE ${name} ALTER COLUMN ${quoteIdent(identity.target)} DROP IDENTITY`]),
    `ALTER TABLE ${name} RENAME TO ${quoteIdent(formerName(table))}`,
    createTable(table, place, generated).sql,
    columns === '' ? `INSERT INTO ${name} SELECT FROM ${former}` : `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${former}`,
    `DROP TABLE ${former}`,
  ];
}

/** Makes a loaded table searchable: written anew once with the computed column, then indexed. */
export function addSearch(table: PlanTable, search: PlanSearch, place: Placement): string[] {
  const name = quoteQualified(place(table.target.schema), table.target.table);
  return [
    `ALTER TABLE ${name} ADD COLUMN ${quoteIdent(search.column)} tsvector GENERATED ALWAYS AS (${search.expression}) STORED`,
    `CREATE INDEX ${quoteIdent(search.index)} ON ${name} USING gin (${quoteIdent(search.column)})`,
  ];
}
