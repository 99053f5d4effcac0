import { z } from 'zod';
import { isEnforced } from './enforced.ts';
import { isForeign, ofExtension, type PgSource } from './source-scope.ts';
import { readOthers, type SourceOther } from './source-others.ts';

/** Tables that are read: plain ones by their own rows, partitioned ones with the rows of their partitions. */
const isRead = `${isForeign} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT ${ofExtension}`;
const names = (keys: string, table: string): string => `(SELECT json_agg(a.attname ORDER BY part.place) FROM unnest(${keys}) WITH ORDINALITY part(number, place) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = part.number)`;

const queries = {
  tables: `SELECT json_build_object('oid', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'partitioned', c.relkind = 'p',
      'inherited', c.relkind = 'r' AND EXISTS (SELECT 1 FROM pg_inherits h WHERE h.inhparent = c.oid), 'estimate', c.reltuples::bigint, 'comment', obj_description(c.oid, 'pg_class'))::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isRead} ORDER BY n.nspname <> 'public', n.nspname, c.relname`,
  columns: `SELECT json_build_object('table', c.oid::text, 'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'base', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END,
      'labels', CASE WHEN t.typtype = 'e' THEN (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid) END,
      'notNull', a.attnotnull, 'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, 'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
      'collation', (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation AND l.collname IN ('C', 'POSIX')),
      'order', (SELECT CASE WHEN l.collnamespace = 'pg_catalog'::regnamespace THEN quote_ident(l.collname) ELSE format('%I.%I', (SELECT nspname FROM pg_namespace WHERE oid = l.collnamespace), l.collname) END
        FROM pg_collation l WHERE l.oid = a.attcollation AND l.collname NOT IN ('default', 'C', 'POSIX')), 'comment', col_description(c.oid, a.attnum),
      'step', q.seqincrement::text, 'identity', a.attidentity <> '', 'sequence', s.name,
      'ends', CASE WHEN q.seqcycle OR q.seqmax <
        CASE coalesce(nullif(t.typbasetype, 0), a.atttypid) WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END THEN q.seqmax::text END)::text
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum,
    LATERAL (SELECT pg_get_serial_sequence(format('%I.%I', n.nspname, c.relname), a.attname) AS name) s LEFT JOIN pg_sequence q ON q.seqrelid = s.name::regclass
    WHERE ${isRead} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum`,
  sequences: `SELECT json_build_object('name', format('%I.%I', n.nspname, c.relname),
      'readable', has_schema_privilege(n.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT') AND NOT (c.relpersistence = 'u' AND pg_is_in_recovery()), 'step', q.seqincrement::text,
      'owned', EXISTS (SELECT 1 FROM pg_depend x
      WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.objsubid = 0 AND x.refclassid = 'pg_class'::regclass AND x.refobjsubid > 0 AND x.deptype IN ('a', 'i')))::text
    FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND NOT ${ofExtension} ORDER BY n.nspname, c.relname`,
  constraints: `SELECT json_build_object('table', c.oid::text, 'name', k.conname, 'type', k.contype, 'definition', pg_get_constraintdef(k.oid), 'expression', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) END, 'columns', coalesce(${names('k.conkey', 'k.conrelid')}, '[]'),
      'parent', CASE WHEN k.contype = 'f' THEN k.confrelid::text END, 'parentColumns', CASE WHEN k.contype = 'f' THEN ${names('k.confkey', 'k.confrelid')} END,
      'onUpdate', k.confupdtype, 'onDelete', k.confdeltype, 'matchFull', k.confmatchtype = 'f', 'deferrable', k.condeferrable, 'deferred', k.condeferred)::text
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isRead} AND k.contype <> 'n' AND k.conparentid = 0 AND ${isEnforced} ORDER BY c.oid, k.contype, k.conname`,
  indexes: `SELECT json_build_object('table', c.oid::text, 'name', i.relname, 'definition', pg_get_indexdef(x.indexrelid), 'unique', x.indisunique, 'comment', obj_description(i.oid, 'pg_class'),
      'plain', x.indexprs IS NULL AND x.indpred IS NULL AND m.amname = 'btree' AND x.indnkeyatts = x.indnatts AND x.indisvalid, 'columns', coalesce(${names('x.indkey::int2[]', 'x.indrelid')}, '[]'),
      'descending', (SELECT json_agg(o.option & 1 = 1 ORDER BY o.place) FROM unnest(x.indoption::int2[]) WITH ORDINALITY o(option, place)))::text
    FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${isRead} AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x')) ORDER BY c.oid, i.relname`,
  types: `SELECT json_build_object('schema', n.nspname, 'name', t.typname, 'comment', obj_description(t.oid, 'pg_type'),
      'labels', coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid), '[]'))::text
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${isForeign} AND t.typtype = 'e' AND NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e') ORDER BY n.nspname, t.typname`,
  views: `SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'definition', pg_get_viewdef(c.oid), 'comment', obj_description(c.oid, 'pg_class'),
      'columns', coalesce((SELECT json_agg(json_build_object('name', a.attname, 'comment', col_description(c.oid, a.attnum)) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND col_description(c.oid, a.attnum) IS NOT NULL), '[]'))::text
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isForeign} AND c.relkind = 'v' AND c.reloptions IS NULL AND NOT ${ofExtension} ORDER BY c.oid`,
} as const;

const text = z.string();
const forms = {
  tables: z.object({ oid: text, schema: text, name: text, partitioned: z.boolean(), inherited: z.boolean(), estimate: z.number(), comment: text.nullable() }),
  columns: z.object({
    table: text, name: text, type: text, base: text, labels: z.array(text).nullable(), notNull: z.boolean(), default: text.nullable(), generated: text.nullable(), identity: z.boolean(), sequence: text.nullable(),
    step: text.nullable(), ends: text.nullable(), collation: text.nullable(), order: text.nullable(), comment: text.nullable(),
  }),
  sequences: z.object({ name: text, readable: z.boolean(), step: text, owned: z.boolean() }),
  constraints: z.object({
    table: text, name: text, type: text, definition: text, expression: text.nullable(), columns: z.array(text), parent: text.nullable(), parentColumns: z.array(text).nullable(), onUpdate: text, onDelete: text, matchFull: z.boolean(), deferrable: z.boolean(), deferred: z.boolean(),
  }),
  indexes: z.object({ table: text, name: text, definition: text, unique: z.boolean(), comment: text.nullable(), plain: z.boolean(), columns: z.array(text), descending: z.array(z.boolean()).nullable() }),
  types: z.object({ schema: text, name: text, comment: text.nullable(), labels: z.array(text) }),
  views: z.object({ schema: text, name: text, definition: text, comment: text.nullable(), columns: z.array(z.object({ name: text, comment: text })) }),
};

/** A column; `order`: a collation that is neither its database's nor `C`; `ends`: where its own sequence ends or begins anew before the type does; `next`: what its own sequence gives next, null where it has none or this role may not read it. */
export type SourceColumn = z.infer<typeof forms.columns> & { readonly next: string | null };
/** `next` as in a column. */
export type SourceSequence = z.infer<typeof forms.sequences> & { readonly next: string | null };
export type SourceConstraint = z.infer<typeof forms.constraints>;
export type SourceIndex = z.infer<typeof forms.indexes>;
export type SourceTable = z.infer<typeof forms.tables> & { readonly columns: readonly SourceColumn[]; readonly constraints: readonly SourceConstraint[]; readonly indexes: readonly SourceIndex[] };
export interface SourceCatalog {
  readonly tables: readonly SourceTable[];
  readonly types: readonly z.infer<typeof forms.types>[];
  readonly sequences: readonly SourceSequence[];
  readonly views: readonly z.infer<typeof forms.views>[];
  /** What the snapshot cannot hold, and nothing else of it says. */
  readonly others: readonly SourceOther[];
}

/** The structure of every schema but the system's, inside the transaction that will read the rows. */
export async function readSourceCatalog(source: PgSource): Promise<SourceCatalog> {
  const ask = async <T>(part: keyof typeof queries, form: z.ZodType<T>): Promise<T[]> => (await source.rows(queries[part])).map(([row]) => form.parse(JSON.parse(row ?? 'null')));
  const tables = await ask('tables', forms.tables);
  const sequences = await readSequences(source, await ask('sequences', forms.sequences));
  const nextOf = new Map(sequences.map(({ name, next }) => [name, next]));
  const columns = Map.groupBy((await ask('columns', forms.columns)).map((column) => ({ ...column, next: nextOf.get(column.sequence ?? '') ?? null })), (each) => each.table);
  const constraints = Map.groupBy(await ask('constraints', forms.constraints), (each) => each.table);
  const indexes = Map.groupBy(await ask('indexes', forms.indexes), (each) => each.table);
  return {
    tables: tables.map((table) => ({ ...table, columns: columns.get(table.oid) ?? [], constraints: constraints.get(table.oid) ?? [], indexes: indexes.get(table.oid) ?? [] })),
    types: await ask('types', forms.types),
    sequences,
    views: await ask('views', forms.views),
    others: await readOthers(source),
  };
}

/** Sequences asked in one statement. */
const perStatement = 200;

/**
 * What each gives next. Only the sequence itself knows whether its last value was given or is still to be: pg_sequence_last_value has none for a
 * sequence that RESTART or setval(…, false) set (manual 9.17).
 */
async function readSequences(source: PgSource, found: readonly z.infer<typeof forms.sequences>[]): Promise<SourceSequence[]> {
  const next = new Map<string, string>();
  const readable = found.filter(({ readable: may }) => may);
  for (let from = 0; from < readable.length; from += perStatement) {
    const asked = readable.slice(from, from + perStatement);
    const rows = await source.rows(asked.map(({ name, step }, at) => `SELECT '${at}', (last_value::numeric + CASE WHEN is_called THEN ${step} ELSE 0 END)::text FROM ${name}`).join(' UNION ALL '));
    for (const [at, value] of rows) {
      const name = asked[Number(at)]?.name;
      if (name !== undefined && value != null) next.set(name, value);
    }
  }
  return found.map((sequence) => ({ ...sequence, next: next.get(sequence.name) ?? null }));
}
