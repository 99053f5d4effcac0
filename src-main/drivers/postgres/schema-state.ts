import { createHash } from 'node:crypto';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { readPostgresCatalog } from './catalog.ts';
import type { PgSession } from './session.ts';

/**
 * Objects that `readPostgresCatalog` does not describe and that a run must leave as they were: routines, types, rules,
 * inheritance, publications, foreign keys and views outside that lean on the schemas, statistics, storage options, column grants.
 */
const others: Readonly<Record<string, string>> = {
  routine: `SELECT p.oid::regprocedure::text || ' ' || coalesce(CASE WHEN p.prokind IN ('f', 'p') THEN pg_get_functiondef(p.oid) END, p.prokind::text) || pg_get_userbyid(p.proowner)
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ANY($1)`,
  type: `SELECT t.oid::regtype::text || ' ' || t.typtype::text || ' ' || pg_get_userbyid(t.typowner) || ' ' || coalesce((SELECT string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '')
         FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE n.nspname = ANY($1) AND t.typtype IN ('e', 'd', 'r')`,
  'foreign key from outside': `SELECT k.conrelid::regclass::text || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)`,
  'view from outside': `SELECT DISTINCT w.ev_class::regclass::text || ' ' || pg_get_viewdef(w.ev_class) FROM pg_depend d JOIN pg_rewrite w ON w.oid = d.objid JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND w.ev_class <> c.oid AND n.nspname = ANY($1)`,
  rule: `SELECT pg_get_ruledef(w.oid) FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND w.rulename <> '_RETURN'`,
  publication: `SELECT p.pubname || ' ' || r.prrelid::regclass::text FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid JOIN pg_class c ON c.oid = r.prrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)`,
  inheritance: `SELECT i.inhrelid::regclass::text || ' of ' || i.inhparent::regclass::text || ' ' || coalesce(pg_get_expr(c.relpartbound, c.oid), '') FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)`,
  statistics: `SELECT pg_get_statisticsobjdef(s.oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE n.nspname = ANY($1)`,
  storage: `SELECT c.oid::regclass::text || ' ' || c.relreplident::text || ' ' || coalesce(array_to_string(c.reloptions, ','), '') || ' ' || coalesce((SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace), '')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'm', 'i', 'I')`,
  'column grant': `SELECT a.attrelid::regclass::text || '.' || a.attname || ' ' || g.grantee::regrole::text || ' ' || g.privilege_type FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace, aclexplode(a.attacl) g
                   WHERE n.nspname = ANY($1) AND a.attacl IS NOT NULL`,
  comment: `SELECT pg_describe_object(d.classoid, d.objoid, d.objsubid) || ' ' || d.description FROM pg_description d
            WHERE (d.classoid = 'pg_class'::regclass AND d.objoid IN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1)))
               OR (d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = ANY($1)))`,
};

export interface SchemaState {
  /** One line per fact, sorted: two of them can be compared line by line. */
  readonly lines: readonly string[];
  /** SHA-256 of the lines. */
  readonly hash: string;
}

/**
 * Describes everything in the catalog about some schemas, object ids and statistics aside, so that "the state before" can be
 * proved equal to the state after. Without schemas: all but the system's own.
 */
export async function describeSchemaState(session: PgSession, schemas?: readonly string[]): Promise<SchemaState> {
  const names = schemas ?? (await session.arrays("SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'")).map((row) => row[0] ?? '');
  const catalog = await readPostgresCatalog(session, names);
  const lines: string[] = [];
  const add = (kind: string, value: unknown): void => void lines.push(`${kind} ${JSON.stringify(value)}`);
  for (const schema of catalog.schemas) add('schema', schema);
  for (const { estimatedRows: _estimate, columns, ...table } of catalog.tables) {
    add('table', table);
    for (const [position, column] of columns.entries()) add('column', { table: `${table.schema}.${table.name}`, position, ...column });
  }
  for (const sequence of catalog.sequences) add('sequence', sequence);
  for (const view of catalog.views) add('view', view);
  for (const extension of catalog.extensions) add('extension', extension);
  await session.transaction(async () => {
    await session.exec("SET LOCAL search_path = ''");
    for (const [kind, sql] of Object.entries(others)) {
      for (const row of await session.arrays(sql, [[...names]], { doing: `Reading the catalog (${kind})` })) add(kind, row[0] ?? '');
    }
  }, { readOnly: true, isolation: 'repeatable read' });
  lines.sort();
  return { lines, hash: createHash('sha256').update(lines.join('\n')).digest('hex') };
}

export interface TableContent {
  readonly rows: string;
  /** Two sums of 64-bit hashes over the rows' text: the order of rows does not matter, a repeated row does. Catches accidents, not adversaries. */
  readonly hash: string;
}

/**
 * Hashes the whole content of a table on the server. Row-level security that would hide rows raises PERMISSION_DENIED
 * instead of hashing less.
 */
export async function tableHash(session: PgSession, schema: string, table: string): Promise<TableContent> {
  return await session.transaction(async () => {
    await session.exec('SET LOCAL row_security = off');
    const row = await session.one(
      `SELECT count(*) AS rows, coalesce(sum(hashtextextended("travessia row"::text, 0)::numeric), 0) AS first, coalesce(sum(hashtextextended("travessia row"::text, 1)::numeric), 0) AS second
       FROM ${quoteQualified(schema, table)} AS "travessia row"`, [], { doing: `Hashing ${schema}.${table}` });
    return { rows: row?.['rows'] ?? '0', hash: `${row?.['first'] ?? ''}:${row?.['second'] ?? ''}` };
  }, { readOnly: true });
}
