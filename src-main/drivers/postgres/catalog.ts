import { z } from 'zod';
import type { PgGrant, PgTable, PostgresCatalog } from './catalog-types.ts';
import type { PgSession } from './session.ts';

/**
 * Each part is one query that gives JSON, so that arrays and booleans need no parsing of our own. `$1` are the schemas.
 * An empty search_path makes every deparsed name a qualified one.
 */
const acl = (column: string, kind: string, owner: string): string => `
  (SELECT coalesce(json_agg(json_build_object('grantee', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END, 'privilege', privilege_type, 'grantable', is_grantable)
     ORDER BY CASE grantee WHEN 0 THEN '' ELSE pg_get_userbyid(grantee) END, privilege_type), '[]')
   FROM aclexplode(coalesce(${column}, acldefault('${kind}', ${owner}))))`;

const queries = {
  schemas: `SELECT json_build_object('name', nspname, 'owner', pg_get_userbyid(nspowner), 'grants', ${acl('nspacl', 'n', 'nspowner')})
            FROM pg_namespace WHERE nspname = ANY($1) ORDER BY nspname`,
  tables: `SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'kind', CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' ELSE 'table' END,
             'owner', pg_get_userbyid(c.relowner), 'unlogged', c.relpersistence = 'u', 'rowSecurity', c.relrowsecurity, 'forceRowSecurity', c.relforcerowsecurity,
             'parent', (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid ORDER BY inhseqno LIMIT 1),
             'comment', obj_description(c.oid, 'pg_class'), 'estimatedRows', c.reltuples::numeric::text, 'grants', ${acl('c.relacl', 'r', 'c.relowner')})
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'f') ORDER BY n.nspname, c.relname`,
  columns: `SELECT json_build_object('schema', n.nspname, 'table', c.relname, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'notNull', a.attnotnull,
              'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, 'identity', nullif(a.attidentity, ''),
              'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
              'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END, 'comment', col_description(c.oid, a.attnum))
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY n.nspname, c.relname, a.attnum`,
  constraints: `SELECT json_build_object('schema', n.nspname, 'table', c.relname, 'name', k.conname, 'type', k.contype, 'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated)
                FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) ORDER BY n.nspname, c.relname, k.conname`,
  indexes: `SELECT json_build_object('schema', n.nspname, 'table', c.relname, 'name', i.relname, 'definition', pg_get_indexdef(x.indexrelid), 'unique', x.indisunique, 'primary', x.indisprimary,
              'valid', x.indisvalid, 'ofConstraint', EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')))
            FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p', 'f') ORDER BY n.nspname, c.relname, i.relname`,
  triggers: `SELECT json_build_object('schema', n.nspname, 'table', c.relname, 'name', t.tgname, 'definition', pg_get_triggerdef(t.oid), 'enabled', t.tgenabled)
             FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND NOT t.tgisinternal ORDER BY n.nspname, c.relname, t.tgname`,
  policies: `SELECT json_build_object('schema', schemaname, 'table', tablename, 'name', policyname, 'command', cmd, 'permissive', permissive = 'PERMISSIVE', 'roles', roles::text[], 'using', qual, 'check', with_check)
             FROM pg_policies WHERE schemaname = ANY($1) ORDER BY schemaname, tablename, policyname`,
  sequences: `SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'owner', pg_get_userbyid(c.relowner), 'type', format_type(s.seqtypid, NULL), 'start', s.seqstart::text,
                'increment', s.seqincrement::text, 'minimum', s.seqmin::text, 'maximum', s.seqmax::text, 'cycle', s.seqcycle,
                'lastValue', CASE WHEN has_sequence_privilege(c.oid, 'SELECT, USAGE') THEN pg_sequence_last_value(c.oid)::text END,
                'ownedBy', (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname) FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')),
                'grants', ${acl('c.relacl', 's', 'c.relowner')})
              FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) ORDER BY n.nspname, c.relname`,
  views: `SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'materialized', c.relkind = 'm', 'owner', pg_get_userbyid(c.relowner), 'definition', pg_get_viewdef(c.oid),
            'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
            'comment', obj_description(c.oid, 'pg_class'), 'grants', ${acl('c.relacl', 'r', 'c.relowner')})
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY($1) AND c.relkind IN ('v', 'm') ORDER BY n.nspname, c.relname`,
  extensions: `SELECT json_build_object('name', e.extname, 'version', e.extversion, 'schema', n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE $1::text[] IS NOT NULL ORDER BY e.extname`,
} as const;

const grant = z.object({ grantee: z.string(), privilege: z.string(), grantable: z.boolean() }) satisfies z.ZodType<PgGrant>;
const grants = z.array(grant);
const ofTable = { schema: z.string(), table: z.string(), name: z.string() };
const nullableText = z.string().nullable();
const rows = {
  schemas: z.object({ name: z.string(), owner: z.string(), grants }),
  tables: z.object({ schema: z.string(), name: z.string(), kind: z.enum(['table', 'partitioned', 'foreign']), owner: z.string(), unlogged: z.boolean(), rowSecurity: z.boolean(), forceRowSecurity: z.boolean(), parent: nullableText, comment: nullableText, estimatedRows: z.string(), grants }),
  columns: z.object({ ...ofTable, type: z.string(), notNull: z.boolean(), default: nullableText, identity: z.enum(['a', 'd']).nullable(), generated: nullableText, collation: nullableText, comment: nullableText }),
  constraints: z.object({ ...ofTable, type: z.string(), definition: z.string(), validated: z.boolean() }),
  indexes: z.object({ ...ofTable, definition: z.string(), unique: z.boolean(), primary: z.boolean(), valid: z.boolean(), ofConstraint: z.boolean() }),
  triggers: z.object({ ...ofTable, definition: z.string(), enabled: z.string() }),
  policies: z.object({ ...ofTable, command: z.string(), permissive: z.boolean(), roles: z.array(z.string()), using: nullableText, check: nullableText }),
  sequences: z.object({ schema: z.string(), name: z.string(), owner: z.string(), type: z.string(), start: z.string(), increment: z.string(), minimum: z.string(), maximum: z.string(), cycle: z.boolean(), lastValue: nullableText, ownedBy: nullableText, grants }),
  views: z.object({ schema: z.string(), name: z.string(), materialized: z.boolean(), owner: z.string(), definition: z.string(), columns: z.array(z.string()), comment: nullableText, grants }),
  extensions: z.object({ name: z.string(), version: z.string(), schema: z.string() }),
};

/**
 * Reads the structure of schemas in one consistent, read-only transaction (PostgreSQL 12 or newer). Schemas that do not
 * exist are left out. The session must not have a transaction open.
 */
export async function readPostgresCatalog(session: PgSession, schemas: readonly string[]): Promise<PostgresCatalog> {
  return await session.transaction(async () => {
    await session.exec("SET LOCAL search_path = ''");
    const ask = async <T>(part: keyof typeof queries, form: z.ZodType<T>): Promise<T[]> => {
      const found = await session.arrays(queries[part], [[...schemas]], { doing: `Reading the catalog (${part})` });
      return found.map((row) => form.parse(JSON.parse(row[0] ?? 'null')));
    };
    const byTable = async <T extends { readonly schema: string; readonly table: string }>(part: keyof typeof queries, form: z.ZodType<T>) => Map.groupBy(await ask(part, form), (row) => `${row.schema}\0${row.table}`);
    const tables = await ask('tables', rows.tables);
    const columns = await byTable('columns', rows.columns);
    const constraints = await byTable('constraints', rows.constraints);
    const indexes = await byTable('indexes', rows.indexes);
    const triggers = await byTable('triggers', rows.triggers);
    const policies = await byTable('policies', rows.policies);
    return {
      schemas: await ask('schemas', rows.schemas),
      tables: tables.map((table): PgTable => {
        const key = `${table.schema}\0${table.name}`;
        return { ...table, columns: withoutTable(columns.get(key)), constraints: withoutTable(constraints.get(key)), indexes: withoutTable(indexes.get(key)), triggers: withoutTable(triggers.get(key)), policies: withoutTable(policies.get(key)) };
      }),
      sequences: await ask('sequences', rows.sequences),
      views: await ask('views', rows.views),
      extensions: await ask('extensions', rows.extensions),
    };
  }, { readOnly: true, isolation: 'repeatable read' });
}

function withoutTable<T extends { readonly schema: string; readonly table: string }>(found: readonly T[] | undefined): Omit<T, 'schema' | 'table'>[] {
  return (found ?? []).map(({ schema: _schema, table: _table, ...rest }) => rest);
}
