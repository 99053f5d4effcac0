import type { PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { parseTypeName } from '../../../shared/pure/canonical/type-name.ts';
import type { PgRow, PgSession } from '../../drivers/postgres/index.ts';
import { check, type ObjectCheck, type Place } from './objects-types.ts';

/** Types, NOT NULL, defaults, identity and collations of a table's columns. */
export async function checkColumns(session: PgSession, table: PlanTable, place: Place): Promise<ObjectCheck[]> {
  const { rows } = await session.query(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull::text AS "notNull", a.attidentity::text AS identity, a.attgenerated::text AS generated, l.collname AS collation,
       pg_get_expr(d.adbin, d.adrelid) AS "default"
     FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped`, [place.schema, place.table],
  );
  const byName = new Map(rows.map((row) => [row['name'] ?? '', row]));
  const name = table.target.table;
  const checks: ObjectCheck[] = [];
  const wrong: string[] = [];
  for (const column of table.columns.filter((each) => each.include)) {
    const found = byName.get(column.target);
    byName.delete(column.target);
    if (found === undefined) {
      wrong.push(`${column.target} is not there`);
      continue;
    }
    const odd = columnProblem(column, found);
    if (odd !== undefined) wrong.push(odd);
    const object = `${name}.${column.target}`;
    if (!column.nullable) checks.push(check('not null', object, name, found['notNull'] === 'true' ? undefined : 'NULL is allowed'));
    if (column.generated !== undefined) checks.push(check('generated column', `${table.source.table}.${column.source}`, name, found['generated'] === 's' ? undefined : 'an ordinary column'));
    if (column.default !== undefined) checks.push(check('default', object, name, found['default'] == null ? 'no default' : undefined));
  }
  for (const search of table.search ?? []) {
    const found = byName.get(search.column);
    byName.delete(search.column);
    const odd = found === undefined ? 'not there' : found['type'] !== 'tsvector' || found['generated'] !== 's' ? 'not computed from the row' : undefined;
    checks.push(check('virtual table', search.source, name, odd));
  }
  for (const extra of byName.keys()) wrong.push(`${extra} was not planned`);
  return [check('columns', name, name, wrong.length === 0 ? undefined : wrong.join('; ')), ...checks];
}

function columnProblem(column: PlanColumn, found: PgRow): string | undefined {
  if (column.loadedAs === undefined ? spelled(column.type) !== spelled(found['type'] ?? '') : lastPart(column.type) !== lastPart(found['type'] ?? '')) return `${column.target} is ${found['type']} and not ${column.type}`;
  if (column.identity && found['identity'] === '') return `${column.target} is no identity column`;
  if (column.collation !== undefined && found['collation'] !== column.collation) return `${column.target} sorts by ${found['collation']} and not by ${column.collation}`;
  return undefined;
}

/** A type that the server reads from text, without the schema it stands in. */
function lastPart(type: string): string {
  const { base, limits } = parseTypeName(type.replace(/^(?:"(?:[^"]|"")*"|[^".(]+)\./, ''));
  return `${base}(${limits.join()})`;
}

/** One spelling per type: `numeric(10)` is `numeric(10,0)`, `varchar` is `character varying`. */
function spelled(type: string): string {
  const { base, limits } = parseTypeName(type);
  const full = base === 'numeric' && limits.length === 1 ? [...limits, 0] : base === 'char' && limits.length === 0 ? [1] : limits;
  return `${base}(${full.join()})`;
}
