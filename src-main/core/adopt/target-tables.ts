import { z } from 'zod';
import { isEnforced } from '../../drivers/postgres/index.ts';
import type { SqlSession } from '../runs/sql.ts';

const columnSchema = z.object({
  name: z.string(),
  /** As in DDL, qualified where it is not PostgreSQL's own. */
  type: z.string(),
  /** The type a domain stands for; the type itself otherwise. */
  base: z.string(),
  /** What an enumeration allows. */
  labels: z.array(z.string()).nullable(),
  notNull: z.boolean(),
  /** A default, an identity or an expression gives it a value where none is given. */
  filled: z.boolean(),
  /** The expression it is computed by. */
  generated: z.string().nullable(),
  /** What its domain asks of `VALUE`. */
  conditions: z.array(z.string()),
  /** Of its own, quoted; null where it is the type's. */
  collation: z.string().nullable(),
  /** The sequence behind an identity or serial column, quoted and qualified. */
  sequence: z.string().nullable(),
});

const keySchema = z.object({ name: z.string(), primary: z.boolean(), columns: z.array(z.string()), nullable: z.boolean(), immediate: z.boolean() });
const foreignKeySchema = z.object({ name: z.string(), columns: z.array(z.string()), schema: z.string(), table: z.string(), referenced: z.array(z.string()), deferrable: z.boolean(), deferred: z.boolean() });

/** A foreign key whose ON UPDATE action changes rows of its own table when those it points at change. */
const followerSchema = z.object({
  name: z.string(), schema: z.string(), table: z.string(),
  /** Columns it points at. */
  referenced: z.array(z.string()),
  action: z.enum(['CASCADE', 'SET NULL', 'SET DEFAULT']),
  /** A row `c` of its table points at the row `t`, by the operators of the key. */
  same: z.string(),
});

/** A unique index, of the table or one partition or child, that is asked at each row: rows that pass its values on to each other can only change one after the other. */
const uniqueSchema = z.object({
  name: z.string(),
  /** SQL over the table's columns, and the operator by which the index has two of its values equal. */
  parts: z.array(z.object({ sql: z.string(), equals: z.string() })),
  predicate: z.string().nullable(),
});

const triggerSchema = z.object({
  name: z.string(),
  /** The table itself, or a partition or child of it. */
  schema: z.string(), table: z.string(),
  /** The role may hold it back. */
  owned: z.boolean(),
  /** `pg_trigger.tgenabled`: fires for ordinary sessions, in replicas, never, always. */
  state: z.enum(['O', 'R', 'D', 'A']),
  /** It came from a trigger of the partitioned table, and changes its state with that one's. */
  cloned: z.boolean(),
});

/** A table of the target as adopting it needs to know it. */
const targetTableSchema = z.object({
  schema: z.string(),
  name: z.string(),
  kind: z.enum(['r', 'p', 'f', 'v', 'm']),
  mayInsert: z.boolean(),
  /** The session's role owns it: only owners may hold triggers back. */
  owned: z.boolean(),
  columns: z.array(columnSchema),
  /** Primary key, unique constraints and unique indexes on plain columns of every row. */
  keys: z.array(keySchema),
  foreignKeys: z.array(foreignKeySchema),
  /** Checks and exclusions; the condition alone of a check that is enforced (PostgreSQL 18 has others). */
  checks: z.array(z.object({ name: z.string(), definition: z.string(), condition: z.string().nullable() })),
  indexes: z.array(z.object({ name: z.string(), definition: z.string() })),
  /** Foreign keys, of any table, that point at it or a partition or child of it. */
  followers: z.array(followerSchema),
  uniques: z.array(uniqueSchema),
  /** Of the table, its partitions and children, those above before those below. */
  triggers: z.array(triggerSchema),
  /** Rules that would change what an INSERT or UPDATE does; `always`: in every role. */
  rules: z.array(z.object({ name: z.string(), always: z.boolean() })),
});
export type TargetTable = z.infer<typeof targetTableSchema>;
export type TargetColumn = z.infer<typeof columnSchema>;
export type TargetKey = z.infer<typeof keySchema>;
export type TargetFollower = z.infer<typeof followerSchema>;

/** The trigger would fire in an ordinary session. */
export const fires = ({ state }: TargetTable['triggers'][number]): boolean => state === 'O' || state === 'A';

const names = (numbers: string, table: string): string => `(SELECT json_agg(u.attname::text ORDER BY o.n) FROM unnest(${numbers}) WITH ORDINALITY AS o (k, n) JOIN pg_catalog.pg_attribute AS u ON u.attrelid = ${table} AND u.attnum = o.k)`;

/** `relation` and all its partitions and children: what a statement on it writes to. */
export const treeOf = (relation: string): string => `(WITH RECURSIVE tree (oid, depth) AS (SELECT ${relation}, 0 UNION SELECT i.inhrelid, tree.depth + 1 FROM tree JOIN pg_catalog.pg_inherits AS i ON i.inhparent = tree.oid) SELECT oid, min(depth) AS depth FROM tree GROUP BY oid)`;

/** Of the foreign key `k`: its row `c` points at the row `t`. The operators are the key's own: those of an extension's types are in no search_path. */
export const pointsAt = `(SELECT string_agg(format('t.%I OPERATOR(%I.%s) c.%I', b.attname, m.nspname, p.oprname, a.attname), ' AND ' ORDER BY u.own)
        FROM unnest(k.conkey, k.confkey, k.conpfeqop) AS u (own, other, eq) JOIN pg_catalog.pg_operator AS p ON p.oid = u.eq JOIN pg_catalog.pg_namespace AS m ON m.oid = p.oprnamespace
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own JOIN pg_catalog.pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.other)`;

const sql = `
SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
  'mayInsert', has_table_privilege(c.oid, 'INSERT'), 'owned', pg_has_role(c.relowner, 'USAGE'),
  'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
       'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END,
       'labels', (SELECT json_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid),
       'notNull', a.attnotnull OR t.typnotnull, 'filled', a.atthasdef OR a.attidentity <> '', 'generated', CASE WHEN a.attgenerated <> '' THEN (SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef AS d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
       'conditions', (SELECT coalesce(json_agg(pg_get_expr(k.conbin, 0) ORDER BY k.conname), '[]') FROM pg_catalog.pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'), 'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
       'sequence', pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname)) ORDER BY a.attnum), '[]')
     FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
  'keys', (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'primary', x.indisprimary, 'immediate', x.indimmediate,
       'columns', ${names('(x.indkey::int2[])[0:x.indnkeyatts - 1]', 'c.oid')},
       'nullable', EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS u WHERE u.attrelid = c.oid AND u.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1]) AND NOT u.attnotnull)) ORDER BY NOT x.indisprimary, i.relname), '[]')
     FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
     WHERE x.indrelid = c.oid AND x.indisunique AND x.indisvalid AND x.indpred IS NULL AND NOT 0 = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1])),
  'foreignKeys', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'columns', ${names('k.conkey', 'k.conrelid')}, 'schema', fn.nspname, 'table', fc.relname,
       'referenced', ${names('k.confkey', 'k.confrelid')}, 'deferrable', k.condeferrable, 'deferred', k.condeferred) ORDER BY k.conname), '[]')
     FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS fc ON fc.oid = k.confrelid JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace WHERE k.conrelid = c.oid AND k.contype = 'f' AND ${isEnforced}),
  'checks', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid), 'condition', CASE WHEN ${isEnforced} THEN pg_get_expr(k.conbin, k.conrelid) END) ORDER BY k.conname), '[]') FROM pg_catalog.pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype IN ('c', 'x')),
  'indexes', (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'definition', pg_get_indexdef(x.indexrelid)) ORDER BY i.relname), '[]')
     FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND NOT x.indisunique),
  'followers', (SELECT coalesce(json_agg(json_build_object('name', k.conname, 'schema', fn.nspname, 'table', fc.relname, 'referenced', ${names('k.confkey', 'k.confrelid')},
       'action', CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END, 'same', ${pointsAt}) ORDER BY fn.nspname, fc.relname, k.conname), '[]')
     FROM pg_catalog.pg_constraint AS k JOIN pg_catalog.pg_class AS fc ON fc.oid = k.conrelid JOIN pg_catalog.pg_namespace AS fn ON fn.oid = fc.relnamespace
     WHERE k.contype = 'f' AND k.confupdtype IN ('c', 'n', 'd') AND k.conparentid = 0 AND k.confrelid IN (SELECT oid FROM ${treeOf('c.oid')} AS tree) AND ${isEnforced}),
  'uniques', (SELECT coalesce(json_agg(json_build_object('name', i.relname, 'parts', (SELECT json_agg(json_build_object('sql', pg_get_indexdef(x.indexrelid, n, false), 'equals', format('OPERATOR(%I.%s)', m.nspname, p.oprname)) ORDER BY n)
          FROM generate_series(1, x.indnkeyatts) AS n JOIN pg_catalog.pg_opclass AS q ON q.oid = x.indclass[n - 1]
          -- Equality is the third strategy of every B-tree (manual 36.16.2).
          JOIN pg_catalog.pg_amop AS e ON e.amopfamily = q.opcfamily AND e.amopstrategy = 3 AND e.amoplefttype = q.opcintype AND e.amoprighttype = q.opcintype
          JOIN pg_catalog.pg_operator AS p ON p.oid = e.amopopr JOIN pg_catalog.pg_namespace AS m ON m.oid = p.oprnamespace),
       'predicate', pg_get_expr(x.indpred, x.indrelid)) ORDER BY i.relname), '[]')
     FROM pg_catalog.pg_index AS x JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
     WHERE x.indrelid IN (SELECT oid FROM ${treeOf('c.oid')} AS tree) AND NOT i.relispartition AND x.indisunique AND x.indimmediate AND NOT x.indisexclusion),
  'triggers', (SELECT coalesce(json_agg(json_build_object('name', t.tgname, 'schema', tn.nspname, 'table', tc.relname, 'owned', pg_has_role(tc.relowner, 'USAGE'), 'state', t.tgenabled, 'cloned', t.tgparentid <> 0)
       ORDER BY tree.depth, tn.nspname, tc.relname, t.tgname), '[]')
     FROM ${treeOf('c.oid')} AS tree JOIN pg_catalog.pg_class AS tc ON tc.oid = tree.oid JOIN pg_catalog.pg_namespace AS tn ON tn.oid = tc.relnamespace JOIN pg_catalog.pg_trigger AS t ON t.tgrelid = tc.oid
     -- Up to PostgreSQL 14 the clones of a partitioned table's triggers count as internal, as those of foreign keys always do.
     WHERE NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstraint = 0)),
  'rules', (SELECT coalesce(json_agg(json_build_object('name', r.rulename, 'always', r.ev_enabled = 'A') ORDER BY r.rulename), '[]') FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = c.oid AND r.ev_type IN ('2', '3') AND r.ev_enabled IN ('O', 'A')))::text AS found
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND (c.relkind IN ('r', 'p') OR $2::boolean) AND NOT c.relispartition
ORDER BY n.nspname, c.relname`;

/**
 * The tables of these schemas. The session's search_path must be empty or pg_catalog alone, so that foreign types come qualified.
 * @param withOthers - views and foreign tables too
 */
export async function readTargetTables(session: SqlSession, schemas: readonly string[], withOthers = false): Promise<TargetTable[]> {
  const { rows } = await session.query(sql, [[...schemas], String(withOthers)]);
  return rows.map((row) => targetTableSchema.parse(JSON.parse(row['found'] ?? 'null')));
}

/** True where the table holds a row at all. */
export async function holdsRows(session: SqlSession, name: string): Promise<boolean> {
  const { rows } = await session.query(`SELECT EXISTS (SELECT 1 FROM ${name})::text AS found`);
  return rows[0]?.['found'] === 'true';
}
