import type { PlanForeignKey, PlanTable } from '../../../shared/model/plan.ts';
import type { PgRow, PgSession } from '../../drivers/postgres/index.ts';
import { check, sameList, textList, type ObjectCheck, type Place } from './objects-types.ts';

const actions: Readonly<Record<string, string>> = { a: 'NO ACTION', r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT' };

/** Primary key, unique constraints, checks and foreign keys, matched by what they say and not by name alone. */
export async function checkConstraints(session: PgSession, table: PlanTable, place: Place, placeOf: (schema: string, table: string) => Place): Promise<ObjectCheck[]> {
  const { rows } = await session.query(
    `SELECT k.conname AS name, k.contype::text AS type, k.convalidated::text AS validated, k.condeferrable::text AS deferrable, k.condeferred::text AS deferred,
       k.confupdtype::text AS "onUpdate", k.confdeltype::text AS "onDelete", fn.nspname AS "refSchema", fc.relname AS "refTable",
       to_json(ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.attnum ORDER BY u.n))::text AS columns,
       to_json(ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.attnum ORDER BY u.n))::text AS "refColumns"
     FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     LEFT JOIN pg_class AS fc ON fc.oid = k.confrelid LEFT JOIN pg_namespace AS fn ON fn.oid = fc.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2`, [place.schema, place.table],
  );
  const of = (type: string): PgRow[] => rows.filter((row) => row['type'] === type);
  const name = table.target.table;
  const checks: ObjectCheck[] = [];
  if (table.primaryKey !== undefined) {
    const [key] = of('p');
    const columns = textList(key?.['columns']);
    const found = key === undefined ? 'not there' : sameList(columns, table.primaryKey.columns) ? undefined : `is on (${columns.join(', ')})`;
    checks.push(check('primary key', table.primaryKey.name, name, found));
  }
  for (const unique of table.uniques) {
    const there = [...of('u'), ...of('p')].some((row) => sameList(textList(row['columns']), unique.columns));
    checks.push(check('unique', unique.name, name, there ? undefined : 'not there'));
  }
  for (const planned of table.checks) {
    const found = of('c').find((row) => row['name'] === planned.name);
    checks.push(check('check', planned.name, name, found === undefined ? 'not there' : checkProblem(planned.validate !== false, found['validated'] === 'true')));
  }
  for (const planned of table.constraints ?? []) checks.push(check(planned.kind, planned.name, name, rows.some((row) => row['name'] === planned.name) ? undefined : 'not there'));
  for (const planned of table.foreignKeys) {
    const { references } = planned;
    const parent = placeOf(references.schema, references.table);
    const found = of('f').find((row) => sameList(textList(row['columns']), planned.columns) && row['refSchema'] === parent.schema && row['refTable'] === parent.table
      && sameList(textList(row['refColumns']), references.columns));
    checks.push(check('foreign key', planned.name, name, found === undefined ? 'not there' : foreignKeyProblem(planned, found)));
  }
  return checks;
}

function checkProblem(planned: boolean, validated: boolean): string | undefined {
  if (planned === validated) return undefined;
  return planned ? 'not validated' : 'validated, although rows break it in the source';
}

function foreignKeyProblem(planned: PlanForeignKey, found: PgRow): string | undefined {
  const odd: string[] = [];
  const onUpdate = actions[found['onUpdate'] ?? ''];
  const onDelete = actions[found['onDelete'] ?? ''];
  if (onUpdate !== planned.onUpdate.toUpperCase()) odd.push(`ON UPDATE ${onUpdate} and not ${planned.onUpdate}`);
  if (onDelete !== planned.onDelete.toUpperCase()) odd.push(`ON DELETE ${onDelete} and not ${planned.onDelete}`);
  if ((found['validated'] === 'true') !== planned.validate) odd.push(planned.validate ? 'not validated' : 'validated, although orphans were expected');
  const deferrable = found['deferrable'] !== 'true' ? 'no' : found['deferred'] === 'true' ? 'deferred' : 'immediate';
  if (deferrable !== planned.deferrable) odd.push(`deferrable: ${deferrable} and not ${planned.deferrable}`);
  return odd.length === 0 ? undefined : odd.join('; ');
}
