import type { PlanTrigger } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { scalar, type SqlSession } from './sql.ts';
import { findSequenceUsers, type BringsSequence, type SequenceUsers } from './swap-sequences.ts';
import type { ShownStatement, SwapRecord } from './swap-types.ts';

export interface ReplacedTable {
  readonly oid: string;
  readonly schema: string;
  readonly table: string;
}

export interface Dependents {
  readonly views: SwapRecord['dependentViews'];
  readonly outsideKeys: SwapRecord['outsideKeys'];
  readonly publications: SwapRecord['publications'];
  readonly sequences: SequenceUsers;
  /** What cannot be re-pointed: named, and the swap does not happen. */
  readonly blockers: readonly string[];
}

/** Views that read a table directly; views on those views follow by themselves, since they are replaced in place. */
const viewsSql = `
SELECT DISTINCT c.oid::text AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind,
       pg_get_viewdef(c.oid) AS definition, array_to_string(c.reloptions, ', ') AS options,
       (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       (SELECT string_agg(quote_ident(a.attname) || CASE WHEN a.attcollation = 0 THEN '' ELSE ' COLLATE ' || (SELECT quote_ident(cn.nspname) || '.' || quote_ident(o.collname) FROM pg_collation o JOIN pg_namespace cn ON cn.oid = o.collnamespace WHERE o.oid = a.attcollation) END, ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS collated
FROM pg_depend d
JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
JOIN pg_class c ON c.oid = r.ev_class
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY($1::oid[]) AND c.oid <> ALL($2::oid[])`;

const outsideKeysSql = `
SELECT n.nspname AS schema, c.relname AS "table", k.conname AS name, pg_get_constraintdef(k.oid) AS definition, obj_description(k.oid, 'pg_constraint') AS comment
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.confrelid = ANY($1::oid[]) AND k.conrelid <> ALL($1::oid[]) AND k.conparentid = 0`;

/** Column lists and row filters are known from PostgreSQL 15 on (manual 31.3, 31.4); their columns stand among the dependencies. */
const publicationLimits = `, coalesce((SELECT ' (' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ')' FROM pg_attribute a WHERE a.attrelid = pr.prrelid AND a.attnum = ANY(pr.prattrs::int2[])), '')
         || coalesce(' WHERE (' || pg_get_expr(pr.prqual, pr.prrelid) || ')', '') AS limits,
       (SELECT json_agg(DISTINCT a.attname::text) FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_publication_rel'::regclass AND d.objid = pr.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = pr.prrelid AND d.refobjsubid > 0)::text AS columns`;
const publicationsSql = (limits: string): string => `
SELECT p.pubname AS publication, n.nspname AS schema, c.relname AS "table"${limits}
FROM pg_publication_rel pr JOIN pg_publication p ON p.oid = pr.prpubid JOIN pg_class c ON c.oid = pr.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE pr.prrelid = ANY($1::oid[])`;

/** Inheritance, partitions, functions with SQL bodies or row types, foreign policies: nothing of these can be re-pointed safely. */
const blockersSql = `
SELECT 'table ' || i.inhrelid::regclass::text || ' inherits from or is a partition of ' || i.inhparent::regclass::text AS blocker
FROM pg_inherits i WHERE i.inhparent = ANY($1::oid[]) OR i.inhrelid = ANY($1::oid[])
UNION ALL
SELECT DISTINCT 'function ' || d.objid::regprocedure::text || ' uses ' || coalesce(t.typrelid, d.refobjid)::regclass::text
FROM pg_depend d LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
WHERE d.classid = 'pg_proc'::regclass
  AND ((d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY($1::oid[])) OR t.typrelid = ANY($1::oid[]) OR t.typelem IN (SELECT reltype FROM pg_class WHERE oid = ANY($1::oid[]) AND reltype <> 0))
UNION ALL
SELECT DISTINCT 'policy ' || p.polname || ' on ' || p.polrelid::regclass::text || ' reads ' || d.refobjid::regclass::text
FROM pg_depend d JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY($1::oid[]) AND p.polrelid <> d.refobjid
UNION ALL
SELECT DISTINCT 'column ' || a.attrelid::regclass::text || '.' || a.attname || ' has the row type of ' || t.typrelid::regclass::text
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid
WHERE t.typrelid = ANY($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm')`;

/** What comes in the place of what is replaced. */
export interface Successors {
  /** Target names of the columns of the table that takes that name. */
  readonly columnsOf: (schema: string, table: string) => ReadonlySet<string>;
  readonly brings: BringsSequence;
}

async function findPublications(session: SqlSession, oids: readonly string[], { columnsOf }: Successors): Promise<{ publications: Dependents['publications']; blockers: string[] }> {
  const version = Number(await scalar(session, `SELECT current_setting('server_version_num')`));
  const publications: Dependents['publications'] = [];
  const blockers: string[] = [];
  for (const row of (await session.query(publicationsSql(version < 150000 ? '' : publicationLimits), oids)).rows) {
    const [publication, schema, table, limits] = [row['publication'] ?? '', row['schema'] ?? '', row['table'] ?? '', row['limits'] ?? ''];
    const named: unknown = JSON.parse(row['columns'] ?? '[]');
    const missing = Array.isArray(named) ? named.map(String).filter((column) => !columnsOf(schema, table).has(column)) : [];
    if (missing.length > 0) blockers.push(`publication ${quoteIdent(publication)} is limited by ${missing.map(quoteIdent).join(', ')} of ${quoteQualified(schema, table)}, which the new table does not have`);
    publications.push({ publication, schema, table, ...(limits === '' ? {} : { limits }) });
  }
  return { publications, blockers };
}

/** Puts a table back into a publication, with what of it is published. */
export function addToPublication({ publication, schema, table, limits }: SwapRecord['publications'][number]): string {
  return `ALTER PUBLICATION ${quoteIdent(publication)} ADD TABLE ${quoteQualified(schema, table)}${limits ?? ''}`;
}

/** Adds a foreign key from outside again, with its comment. */
export function addOutsideKey({ schema, table, name, definition, comment }: SwapRecord['outsideKeys'][number], why: string): ShownStatement[] {
  const from = quoteQualified(schema, table);
  return [
    { sql: `ALTER TABLE ${from} ADD CONSTRAINT ${quoteIdent(name)} ${definition}`, why },
    ...(comment == null ? [] : [{ sql: `COMMENT ON CONSTRAINT ${quoteIdent(name)} ON ${from} IS ${quoteLiteral(comment)}`, why: 'comment of the foreign key from outside' }]),
  ];
}

/** Everything outside the run that points at the tables to be replaced. Names come qualified when search_path is empty. */
export async function findDependents(session: SqlSession, replaced: readonly { readonly oid: string }[], successors: Successors): Promise<Dependents> {
  if (replaced.length === 0) return { views: [], outsideKeys: [], publications: [], sequences: { defaults: [], used: [], blockers: [] }, blockers: [] };
  const oids = [`{${replaced.map((table) => table.oid).join(',')}}`];
  const sequences = await findSequenceUsers(session, replaced, successors.brings);
  const { publications, blockers: limited } = await findPublications(session, oids, successors);
  const blockers = [...(await session.query(blockersSql, oids)).rows.map((row) => row['blocker'] ?? ''), ...sequences.blockers, ...limited];
  const views: Dependents['views'] = [];
  for (const row of (await session.query(viewsSql, [`{${[...replaced, ...sequences.used].map(({ oid }) => oid).join(',')}}`, ...oids])).rows) {
    const name = quoteQualified(row['schema'] ?? '', row['name'] ?? '');
    if (row['kind'] !== 'v') {
      blockers.push(`${row['kind'] === 'm' ? 'materialised view' : 'rule on'} ${name} reads a table that would be replaced`);
      continue;
    }
    const options = row['options'] === null ? '' : ` WITH (${row['options']})`;
    const definition = row['definition'] ?? '';
    const head = `CREATE OR REPLACE VIEW ${name} (${row['columns']})${options} AS\n`;
    // A replaced view keeps the collation of its columns, and the new table's may differ: then it is said explicitly.
    const collated = `${head}SELECT ${row['collated']} FROM (${definition.replace(/;\s*$/, '')}) AS "of" (${row['columns']})`;
    views.push({ schema: row['schema'] ?? '', name: row['name'] ?? '', replace: `${head}${definition}`, collated });
  }
  const outsideKeys = (await session.query(outsideKeysSql, oids)).rows.map((row) => ({
    schema: row['schema'] ?? '', table: row['table'] ?? '', name: row['name'] ?? '', definition: row['definition'] ?? '', comment: row['comment'] ?? null,
  }));
  return { views, outsideKeys, publications, sequences, blockers };
}

const ownerSql = `SELECT pg_get_userbyid(relowner) AS owner, relrowsecurity::text AS rls, relforcerowsecurity::text AS force, obj_description(oid, 'pg_class') AS comment, relreplident::text AS identity FROM pg_class WHERE oid = $1::oid`;
const grantsSql = `
SELECT x.privilege_type AS privilege, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS grantee, x.is_grantable::text AS grantable, NULL AS "column"
FROM pg_class c, aclexplode(c.relacl) x WHERE c.oid = $1::oid
UNION ALL
SELECT x.privilege_type, CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, x.is_grantable::text, a.attname
FROM pg_attribute a, aclexplode(a.attacl) x WHERE a.attrelid = $1::oid AND NOT a.attisdropped`;
const commentsSql = `SELECT a.attname AS "column", d.description AS comment FROM pg_description d JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid WHERE d.classoid = 'pg_class'::regclass AND d.objoid = $1::oid AND d.objsubid > 0`;
const policiesSql = `
SELECT polname AS name, CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS permissive,
       CASE polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
       (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(polroles) r) AS roles,
       pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS "check"
FROM pg_policy WHERE polrelid = $1::oid`;
const triggersSql = `SELECT pg_get_triggerdef(oid) AS definition, tgname AS name, tgenabled::text AS enabled, (SELECT p.proname FROM pg_proc p WHERE p.oid = tgfoid) AS function FROM pg_trigger WHERE tgrelid = $1::oid AND NOT tgisinternal`;
const rulesSql = `SELECT pg_get_ruledef(oid) AS definition FROM pg_rewrite WHERE ev_class = $1::oid AND rulename <> '_RETURN'`;

/** Statements that give a new view the owner, the grants and the comment of the one it replaces. */
export async function copyViewBelongings(session: SqlSession, { oid, schema, name }: { readonly oid: string; readonly schema: string; readonly name: string }): Promise<ShownStatement[]> {
  const view = quoteQualified(schema, name);
  const [main] = (await session.query(ownerSql, [oid])).rows;
  const grants = (await session.query(grantsSql, [oid])).rows.filter((row) => row['column'] === null);
  return [
    { sql: `ALTER VIEW ${view} OWNER TO ${quoteIdent(main?.['owner'] ?? '')}`, why: 'owner of the replaced view' },
    ...grants.map((row) => ({ sql: `GRANT ${row['privilege']} ON ${view} TO ${row['grantee']}${row['grantable'] === 'true' ? ' WITH GRANT OPTION' : ''}`, why: 'grant of the replaced view' })),
    ...(main?.['comment'] == null ? [] : [{ sql: `COMMENT ON VIEW ${view} IS ${quoteLiteral(main['comment'])}`, why: 'comment of the replaced view' }]),
  ];
}

/** Statements that give the new table what belonged to the one it replaces: owner, grants, comments, policies, triggers, rules. `own`: triggers the new table has already. */
export async function copyBelongings(session: SqlSession, table: ReplacedTable, columns: ReadonlySet<string>, own: readonly PlanTrigger[]): Promise<{ statements: ShownStatement[]; lost: string[] }> {
  const name = quoteQualified(table.schema, table.table);
  const statements: ShownStatement[] = [];
  const lost: string[] = [];
  const add = (sql: string, why: string) => statements.push({ sql, why });
  const rowsOf = async (sql: string) => (await session.query(sql, [table.oid])).rows;
  const [main] = await rowsOf(ownerSql);
  add(`ALTER TABLE ${name} OWNER TO ${quoteIdent(main?.['owner'] ?? '')}`, 'owner of the replaced table');
  for (const row of await rowsOf(grantsSql)) {
    const column = row['column'] ?? null;
    if (column !== null && !columns.has(column)) {
      lost.push(`grant on column ${name}.${column}: the new table has no such column`);
      continue;
    }
    const on = column === null ? '' : ` (${quoteIdent(column)})`;
    add(`GRANT ${row['privilege']}${on} ON ${name} TO ${row['grantee']}${row['grantable'] === 'true' ? ' WITH GRANT OPTION' : ''}`, 'grant of the replaced table');
  }
  if (main?.['comment'] != null) add(`COMMENT ON TABLE ${name} IS ${quoteLiteral(main['comment'])}`, 'comment of the replaced table');
  for (const row of await rowsOf(commentsSql)) {
    const column = row['column'] ?? '';
    if (columns.has(column)) add(`COMMENT ON COLUMN ${name}.${quoteIdent(column)} IS ${quoteLiteral(row['comment'] ?? '')}`, 'comment of the replaced table');
  }
  for (const row of await rowsOf(policiesSql)) {
    const using = row['using'] == null ? '' : ` USING (${row['using']})`;
    const check = row['check'] == null ? '' : ` WITH CHECK (${row['check']})`;
    add(`CREATE POLICY ${quoteIdent(row['name'] ?? '')} ON ${name} AS ${row['permissive']} FOR ${row['command']} TO ${row['roles']}${using}${check}`, 'policy of the replaced table');
  }
  if (main?.['rls'] === 'true') add(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`, 'row-level security of the replaced table');
  if (main?.['force'] === 'true') add(`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY`, 'row-level security of the replaced table');
  if (main?.['identity'] === 'f') add(`ALTER TABLE ${name} REPLICA IDENTITY FULL`, 'replica identity of the replaced table');
  for (const row of await rowsOf(triggersSql)) {
    const same = own.find(({ target }) => target.trigger === row['name']);
    if (same !== undefined) {
      // One made by an earlier run is the same trigger; anybody else's is told.
      if (row['function'] !== same.target.function) lost.push(`trigger ${row['name']} on ${name}: the translated trigger of that name takes its place`);
      continue;
    }
    add(row['definition'] ?? '', 'trigger of the replaced table');
    const mode = { D: 'DISABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' }[row['enabled'] ?? 'O'];
    if (mode !== undefined) add(`ALTER TABLE ${name} ${mode} TRIGGER ${quoteIdent(row['name'] ?? '')}`, 'trigger of the replaced table');
  }
  for (const row of await rowsOf(rulesSql)) add(row['definition'] ?? '', 'rule of the replaced table');
  return { statements, lost };
}
