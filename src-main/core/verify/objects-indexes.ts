import type { PlanIndex, PlanTable } from '../../../shared/model/plan.ts';
import type { PgRow, PgSession } from '../../drivers/postgres/index.ts';
import { check, textList, type ObjectCheck, type Place } from './objects-types.ts';

/** Indexes by name: valid, as unique as planned, on the planned columns in the planned direction, partial where planned. */
export async function checkIndexes(session: PgSession, table: PlanTable, place: Place): Promise<ObjectCheck[]> {
  if (table.indexes.length === 0) return [];
  const { rows } = await session.query(
    `SELECT i.relname AS name, x.indisunique::text AS "unique", (x.indisvalid AND x.indisready)::text AS valid, pg_get_expr(x.indpred, x.indrelid) AS predicate,
       to_json(ARRAY(SELECT pg_get_indexdef(x.indexrelid, k, false) FROM generate_series(1, x.indnkeyatts) AS k))::text AS terms,
       to_json(ARRAY(SELECT CASE WHEN o & 1 = 1 THEN 'DESC' ELSE 'ASC' END FROM unnest(x.indoption::int[]) AS o))::text AS orders
     FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2`, [place.schema, place.table],
  );
  return table.indexes.map((planned) => {
    const found = rows.find((row) => row['name'] === planned.name);
    return check('index', planned.name, table.target.table, found === undefined ? 'not there' : indexProblem(planned, found));
  });
}

function indexProblem(planned: PlanIndex, found: PgRow): string | undefined {
  const odd: string[] = [];
  if (found['valid'] !== 'true') odd.push('not valid');
  if ((found['unique'] === 'true') !== planned.unique) odd.push(planned.unique ? 'not unique' : 'unique');
  // PostgreSQL's own text was executed as it is.
  if (planned.definition !== undefined) return odd.length === 0 ? undefined : odd.join('; ');
  if ((found['predicate'] != null) !== (planned.where !== undefined)) odd.push(planned.where === undefined ? 'partial' : 'not partial');
  const terms = textList(found['terms']);
  const orders = textList(found['orders']);
  if (terms.length !== planned.terms.length) odd.push(`${terms.length} terms and not ${planned.terms.length}`);
  for (const [index, term] of planned.terms.entries()) {
    // A term that begins with a quoted name is that column; an expression is PostgreSQL's to spell.
    const column = /^"((?:[^"]|"")*)"(?=$|\s)/.exec(term)?.[1]?.replaceAll('""', '"');
    const theirs = terms[index]?.replace(/^"((?:[^"]|"")*)"$/, (_, name: string) => name.replaceAll('""', '"'));
    if (column !== undefined && theirs !== undefined && theirs !== column) odd.push(`term ${index + 1} is ${theirs} and not ${column}`);
    const order = /\bDESC\b/i.test(term.replace(/"(?:[^"]|"")*"/g, '')) ? 'DESC' : 'ASC';
    if (orders[index] !== undefined && orders[index] !== order) odd.push(`term ${index + 1} sorts ${orders[index]} and not ${order}`);
  }
  return odd.length === 0 ? undefined : odd.join('; ');
}
