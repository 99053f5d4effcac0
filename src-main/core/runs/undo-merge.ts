import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { readTargetTables } from '../adopt/index.ts';
import { holdTables, parentsFirst } from './merge-hold.ts';
import { scalar, type SqlSession } from './sql.ts';
import type { AppendedTable, ShownStatement, SwapRecord } from './swap-types.ts';

export interface MergeUndo {
  readonly statements: readonly ShownStatement[];
  /** What the program or a person did since, which a rollback would lose. */
  readonly changed: readonly string[];
}

type MergedTable = AppendedTable & { readonly merged: NonNullable<AppendedTable['merged']> };

/** Rows that still are as the swap's own transaction wrote them. A row's xmin stays readable after it was frozen (manual 25.1.5). */
const written = (xid: string): string => `t.xmin = ${quoteLiteral(xid)}::xid`;

/** Rows of `t` that the run inserted, of those it wrote: the others have a former version. */
function inserted({ table, key, merged: { kept } }: MergedTable): string {
  return kept === null ? '' : ` AND NOT EXISTS (SELECT 1 FROM ${quoteQualified(kept, table)} AS k WHERE ${sameKey(key)})`;
}

/** A row as it is, as `t`, and its former version, as `k`. */
function sameKey(key: readonly string[]): string {
  return key.map((column) => `t.${quoteIdent(column)} = k.${quoteIdent(column)}`).join(' AND ');
}

/** Rows elsewhere that would be deleted or changed with the run's inserted ones by a foreign key's action. */
async function carriedAlong(session: SqlSession, table: MergedTable, all: readonly MergedTable[], leaving: ReadonlySet<string>, xid: string): Promise<string[]> {
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name, k.conname AS key,
       (SELECT string_agg('c.' || quote_ident(a.attname) || ' = t.' || quote_ident(b.attname), ' AND ') FROM unnest(k.conkey, k.confkey) AS u (own, other)
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.own JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.other) AS same
     FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.confrelid = to_regclass($1) AND k.confdeltype IN ('c', 'n', 'd')`, [quoteQualified(table.schema, table.table)],
  );
  const found: string[] = [];
  for (const row of rows) {
    const [schema, name] = [row['schema'] ?? '', row['name'] ?? ''];
    if (leaving.has(quoteQualified(schema, name))) continue;
    const own = all.some((each) => each.schema === schema && each.table === name);
    const count = await scalar(session, `SELECT count(*)::text FROM ${quoteQualified(schema, name)} AS c JOIN ${quoteQualified(table.schema, table.table)} AS t ON ${row['same'] ?? 'false'} WHERE ${written(xid)}${inserted(table)}${own ? ` AND c.xmin <> ${quoteLiteral(xid)}::xid` : ''}`);
    if (count !== '0') found.push(describe('undo.blocked.carried', { count: count ?? '', other: quoteQualified(schema, name), table: quoteQualified(table.schema, table.table), key: row['key'] ?? '' }));
  }
  return found;
}

/**
 * The way back for tables that took rows: updated rows get their former versions, inserted ones leave, sequences return where nobody drew
 * from them since. Exactly the rows that the swap's transaction wrote are touched; where one of them changed since, that is said instead.
 * @param leaving - quoted names of tables that are dropped before
 */
export async function undoMerge(session: SqlSession, record: SwapRecord, leaving: ReadonlySet<string>): Promise<MergeUndo> {
  const tables = record.appended.filter((each): each is MergedTable => each.merged !== undefined);
  const statements: ShownStatement[] = [];
  const changed: string[] = [];
  if (tables.length === 0) return { statements, changed };
  const there = await readTargetTables(session, [...new Set(tables.map((table) => table.schema))]);
  const targets = tables.flatMap((table) => there.find((each) => each.schema === table.schema && each.name === table.table) ?? []);
  const { xid } = record;
  for (const table of tables) {
    const name = quoteQualified(table.schema, table.table);
    if (!targets.some((each) => each.schema === table.schema && each.name === table.table)) {
      changed.push(`table ${name} is gone`);
      continue;
    }
    const wrote = BigInt(table.merged.inserted) + BigInt(table.merged.updated);
    const left = BigInt((await scalar(session, `SELECT count(*)::text FROM ${name} AS t WHERE ${written(xid)}`)) ?? 0);
    if (left !== wrote) changed.push(describe('undo.blocked.rows-changed', { wrote: String(wrote), table: name, changed: String(wrote - left) }));
    else changed.push(...(await carriedAlong(session, table, tables, leaving, xid)));
  }
  if (changed.length > 0) return { statements, changed };
  const hold = holdTables(parentsFirst(targets));
  statements.push(...hold.open);
  for (const table of tables) {
    const { kept, columns } = table.merged;
    if (kept === null) continue;
    const name = quoteQualified(table.schema, table.table);
    const former = quoteQualified(kept, table.table);
    if (table.merged.updated !== '0') statements.push({ sql: `UPDATE ${name} AS t SET ${columns.map((column) => `${column} = k.${column}`).join(', ')}\nFROM ${former} AS k WHERE ${sameKey(table.key)} AND ${written(xid)}`, why: 'updated rows become what they were' });
    statements.push({ sql: `DROP TABLE ${former}`, why: 'the former versions stand in their place again' });
  }
  for (const table of tables.toReversed()) {
    if (table.merged.inserted !== '0') statements.push({ sql: `DELETE FROM ${quoteQualified(table.schema, table.table)} AS t WHERE ${written(xid)}`, why: 'takes out the rows that the run inserted' });
  }
  // What a person approves is these words alone.
  statements.push(...hold.close.map(({ sql, why }) => ({ sql, why })));
  for (const { name, former, given } of tables.flatMap((table) => table.merged.sequences)) {
    if (former === null || given === null) continue;
    statements.push({ sql: `SELECT setval(${quoteLiteral(name)}, ${former.value}, ${former.called}) FROM ${name} WHERE last_value = ${given.value} AND is_called = ${given.called}`, why: 'the next value is as before, where none was drawn since' });
  }
  return { statements, changed };
}
