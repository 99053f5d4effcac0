import { z } from 'zod';
import { quoteIdent, quoteQualified } from '../../../../shared/pure/quote.ts';
import type { PgSession } from '../../../drivers/postgres/index.ts';

/** What a change needs of a session. */
export type ChangeSession = Pick<PgSession, 'query'>;

const triggerSchema = z.object({
  name: z.string(), /** Fires also where replication writes. */ always: z.boolean(), before: z.boolean(), row: z.boolean(), insert: z.boolean(), update: z.boolean(), delete: z.boolean(),
});
export type Trigger = z.infer<typeof triggerSchema>;

const relationSchema = z.object({
  oid: z.string(), schema: z.string(), name: z.string(),
  /** r table, p partitioned, v view, m materialized view, f foreign table. */
  kind: z.string(),
  /** Tables inherit from it, other than as its partitions. */
  inherited: z.boolean(),
  /** This role may switch its triggers off. */
  owned: z.boolean(),
  columns: z.array(z.object({ name: z.string(), type: z.string(), generated: z.boolean(), /** An identity that cannot be written by an UPDATE. */ always: z.boolean(), notNull: z.boolean() })),
  /** Columns of the primary key; empty where there is none. */
  key: z.array(z.string()),
  /** Triggers of the program that are switched on. */
  triggers: z.array(triggerSchema),
});
export type Relation = z.infer<typeof relationSchema>;

const foreignKeySchema = z.object({
  name: z.string(), from: z.string(), to: z.string(), columns: z.array(z.string()), refers: z.array(z.string()),
  /** pg_constraint.confdeltype: a no action, r restrict, c cascade, n set null, d set default. */
  onDelete: z.enum(['a', 'r', 'c', 'n', 'd']),
  deferrable: z.boolean(),
});
export type ForeignKey = z.infer<typeof foreignKeySchema>;

/** A database's tables and what binds them, as a change has to know it. */
export interface Relations {
  /** By schema and name; without a schema as the session's search path finds it. */
  find(schema: string | null, name: string): Relation | null;
  get(oid: string): Relation | null;
  /** Foreign keys that point at a table. */
  pointingAt(oid: string): readonly ForeignKey[];
  /** Foreign keys of a table. */
  of(oid: string): readonly ForeignKey[];
}

/** Partitions have copies of the constraints of what they are part of: `conparentid` tells them. */
const keysQuery = `SELECT json_build_object('name', k.conname, 'from', k.conrelid::text, 'to', k.confrelid::text, 'onDelete', k.confdeltype, 'deferrable', k.condeferrable,
    'columns', (SELECT json_agg(a.attname ORDER BY u.n) FROM unnest(k.conkey) WITH ORDINALITY u(c, n) JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.c),
    'refers', (SELECT json_agg(a.attname ORDER BY u.n) FROM unnest(k.confkey) WITH ORDINALITY u(c, n) JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.c))::text AS v
  FROM pg_constraint k WHERE k.contype = 'f' AND k.conparentid = 0 ORDER BY k.oid`;

const relationsQuery = `SELECT json_build_object('oid', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'kind', c.relkind,
    'inherited', EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid) AND c.relkind <> 'p',
    'owned', pg_has_role(c.relowner, 'USAGE'),
    'columns', (SELECT coalesce(json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'generated', a.attgenerated <> '', 'always', a.attidentity = 'a', 'notNull', a.attnotnull) ORDER BY a.attnum), '[]')
                FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'key', (SELECT coalesce(json_agg(a.attname ORDER BY u.n), '[]') FROM pg_constraint k, unnest(k.conkey) WITH ORDINALITY u(c, n), pg_attribute a
            WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attrelid = c.oid AND a.attnum = u.c),
    'triggers', (SELECT coalesce(json_agg(json_build_object('name', t.tgname, 'always', t.tgenabled = 'A', 'row', (t.tgtype & 1) <> 0, 'before', (t.tgtype & 2) <> 0, 'insert', (t.tgtype & 4) <> 0, 'delete', (t.tgtype & 8) <> 0, 'update', (t.tgtype & 16) <> 0) ORDER BY t.tgname), '[]')
                 FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')))::text AS v
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY($1::oid[])`;

/**
 * Reads the named tables and all that is bound to them by foreign keys, however far away.
 * @param tables - those of a mapping; ones that do not exist are left out
 */
export async function readRelations(session: ChangeSession, tables: readonly { readonly schema: string | null; readonly name: string }[]): Promise<Relations> {
  const keys = (await session.query(keysQuery)).rows.map((row) => foreignKeySchema.parse(JSON.parse(row['v'] ?? 'null')));
  const named = new Map<string, string>();
  for (const { schema, name } of tables) {
    const found = await session.query('SELECT to_regclass($1)::oid::text AS oid', [schema === null ? quoteIdent(name) : quoteQualified(schema, name)]);
    const oid = found.rows[0]?.['oid'] ?? null;
    if (oid !== null) named.set(`${schema ?? ''}\0${name}`, oid);
  }
  const reached = new Set(named.values());
  for (const oid of reached) for (const key of keys) if (key.to === oid) reached.add(key.from);
  const rows = (await session.query(relationsQuery, [[...reached]])).rows.map((row) => relationSchema.parse(JSON.parse(row['v'] ?? 'null')));
  const byOid = new Map(rows.map((relation) => [relation.oid, relation]));
  return {
    find: (schema, name) => byOid.get(named.get(`${schema ?? ''}\0${name}`) ?? '') ?? null,
    get: (oid) => byOid.get(oid) ?? null,
    pointingAt: (oid) => keys.filter((key) => key.to === oid),
    of: (oid) => keys.filter((key) => key.from === oid),
  };
}

/** `"schema"."name"`. */
export function nameOf(relation: Pick<Relation, 'schema' | 'name'>): string {
  return quoteQualified(relation.schema, relation.name);
}
