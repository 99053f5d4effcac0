import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import type { Placement } from '../plan/statements.ts';
import { scalar, type SqlSession } from './sql.ts';
import type { ShownStatement, SwapRecord } from './swap-types.ts';

type OutsideDefault = NonNullable<SwapRecord['outsideDefaults']>[number];
type UsedSequence = NonNullable<SwapRecord['usedSequences']>[number];

/** True where a table of the run brings a sequence of that name to that schema. */
export type BringsSequence = (schema: string, name: string) => boolean;

export interface SequenceUsers {
  readonly defaults: readonly OutsideDefault[];
  readonly used: readonly { readonly oid: string; readonly schema: string; readonly name: string }[];
  readonly blockers: readonly string[];
}

/** Sequences of identity and serial columns: they move with their table. */
const ownedSql = `
SELECT s.oid::text AS oid, n.nspname AS schema, s.relname AS name
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace n ON n.oid = s.relnamespace
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjid = ANY($1::oid[])`;

/** Who uses a sequence besides the replaced tables themselves; `column` for a default, `view` for a view, else neither. */
const usersSql = `
SELECT DISTINCT d.refobjid::text AS sequence, pg_describe_object(d.classid, d.objid, 0) AS what, n.nspname AS schema, c.relname AS "table", a.attname AS "column", pg_get_expr(f.adbin, f.adrelid) AS expression,
       (c.relkind = 'v' AND r.oid IS NOT NULL)::text AS view
FROM pg_depend d
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
LEFT JOIN pg_trigger t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
LEFT JOIN pg_class c ON c.oid = coalesce(f.adrelid, r.ev_class, p.polrelid, k.conrelid, t.tgrelid)
LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum
WHERE d.refclassid = 'pg_class'::regclass AND d.deptype = 'n' AND d.refobjid = ANY($2::oid[]) AND (c.oid IS NULL OR c.oid <> ALL($1::oid[]))`;

const oidList = (relations: readonly { readonly oid: string }[]): string => `{${relations.map(({ oid }) => oid).join(',')}}`;

/**
 * What outside the run draws from the sequences of the tables that move aside. Defaults and views are pointed at the new table's sequence of the
 * same name; where there is none, and for whatever else uses one, the swap does not happen.
 */
export async function findSequenceUsers(session: SqlSession, replaced: readonly { readonly oid: string }[], brings: BringsSequence): Promise<SequenceUsers> {
  const owned = (await session.query(ownedSql, [oidList(replaced)])).rows.map((row) => ({ oid: row['oid'] ?? '', schema: row['schema'] ?? '', name: row['name'] ?? '' }));
  if (owned.length === 0) return { defaults: [], used: [], blockers: [] };
  const { rows } = await session.query(usersSql, [oidList(replaced), oidList(owned)]);
  const defaults: OutsideDefault[] = [];
  const blockers: string[] = [];
  const used = new Set<string>();
  for (const row of rows) {
    const sequence = owned.find(({ oid }) => oid === row['sequence']);
    if (sequence === undefined) continue;
    const { column = null, expression, what } = row;
    const [schema, table, isView] = [row['schema'] ?? '', row['table'] ?? '', row['view'] === 'true'];
    const own = quoteQualified(schema, table);
    const who = column === null ? (isView ? `view ${own}` : what ?? '') : `the default of ${own}.${quoteIdent(column)}`;
    const name = quoteQualified(sequence.schema, sequence.name);
    if (!brings(sequence.schema, sequence.name)) blockers.push(`${who} uses sequence ${name}, and the new table brings no sequence of that name`);
    else if (column === null && !isView) blockers.push(`${who} uses sequence ${name}`);
    else {
      used.add(sequence.oid);
      if (column !== null && !defaults.some((each) => each.schema === schema && each.table === table && each.column === column)) defaults.push({ schema, table, column, expression: expression ?? '' });
    }
  }
  return { defaults, used: owned.filter(({ oid }) => used.has(oid)), blockers };
}

/** The sequences that the run's tables bring, told from staging, or from the plan while nothing is staged. */
export async function broughtSequences(session: SqlSession, schemas: readonly string[], place: Placement): Promise<BringsSequence> {
  const { rows } = await session.query(`SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND n.nspname = ANY($1)`, [schemas.map(place)]);
  const found = new Set(rows.map((row) => quoteQualified(row['schema'] ?? '', row['name'] ?? '')));
  return (schema, name) => found.has(quoteQualified(place(schema), name));
}

export function setDefault({ schema, table, column, expression }: OutsideDefault): string {
  return `ALTER TABLE ONLY ${quoteQualified(schema, table)} ALTER COLUMN ${quoteIdent(column)} SET DEFAULT ${expression}`;
}

/** Moves a sequence on to where another one stands, never back: numbers that were drawn must not be drawn again. `where`: on `o`, the other. */
export function moveOn(sequence: string, other: string, where = ''): string {
  return `SELECT setval(${quoteLiteral(sequence)}, o.last_value, o.is_called) FROM ${sequence} AS s, ${other} AS o WHERE (o.last_value > s.last_value OR (o.last_value = s.last_value AND o.is_called))${where}`;
}

/** Statements that point what is outside at the new tables' sequences, which go on behind the numbers drawn so far. */
export function repointSequences(users: SequenceUsers, keep: Placement): ShownStatement[] {
  return [
    ...users.used.map(({ schema, name }) => ({ sql: moveOn(quoteQualified(schema, name), quoteQualified(keep(schema), name)), why: 'numbers that others drew from the replaced table’s sequence are not drawn again' })),
    ...users.defaults.map((each) => ({ sql: setDefault(each), why: 'default from outside, now draws from the new table’s sequence' })),
  ];
}

const grantsSql = `
SELECT x.privilege_type AS privilege, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS grantee, x.is_grantable::text AS grantable
FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid = $1::oid`;

/** Who may draw from them: asked of whoever inserts into a table whose default does. */
export async function sequenceGrants(session: SqlSession, users: SequenceUsers): Promise<ShownStatement[]> {
  const statements: ShownStatement[] = [];
  for (const { oid, schema, name } of users.used) {
    for (const row of (await session.query(grantsSql, [oid])).rows) {
      statements.push({ sql: `GRANT ${row['privilege']} ON SEQUENCE ${quoteQualified(schema, name)} TO ${row['grantee']}${row['grantable'] === 'true' ? ' WITH GRANT OPTION' : ''}`, why: 'grant of the replaced table’s sequence' });
    }
  }
  return statements;
}

/** Where the new sequences stand now: what others draw from here on is told by it at a rollback. */
export async function noteUsedSequences(session: SqlSession, used: readonly UsedSequence[]): Promise<UsedSequence[]> {
  const noted: UsedSequence[] = [];
  for (const each of used) {
    const { rows: [row] } = await session.query(`SELECT last_value::text AS value, is_called::text AS called FROM ${quoteQualified(each.schema, each.name)}`);
    noted.push({ ...each, given: row === undefined ? null : { value: row['value'] ?? '', called: row['called'] === 'true' } });
  }
  return noted;
}

const currentDefault = `SELECT pg_get_expr(f.adbin, f.adrelid) FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum WHERE f.adrelid = to_regclass($1) AND a.attname = $2`;

/**
 * Points defaults at the former tables' sequences again, once these have returned; a default that somebody changed since stays as it is.
 * @param away - where the run's own tables stand meanwhile
 */
export async function returnSequences(session: SqlSession, record: SwapRecord, away: Placement): Promise<ShownStatement[]> {
  const statements: ShownStatement[] = [];
  for (const { schema, name, given } of record.usedSequences ?? []) {
    const sequence = quoteQualified(schema, name);
    if (given === null || (await scalar(session, 'SELECT to_regclass($1)::oid::text', [sequence])) === null) continue;
    const drawn = ` AND (o.last_value, o.is_called) <> (${given.value}, ${given.called})`;
    statements.push({ sql: moveOn(sequence, quoteQualified(away(schema), name), drawn), why: 'numbers that others drew since are not drawn again' });
  }
  for (const each of record.outsideDefaults ?? []) {
    if ((await scalar(session, currentDefault, [quoteQualified(each.schema, each.table), each.column])) !== each.expression) continue;
    statements.push({ sql: setDefault(each), why: 'default from outside draws from the former table’s sequence again' });
  }
  return statements;
}
