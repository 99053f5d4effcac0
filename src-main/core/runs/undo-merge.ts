import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { isEnforced } from '../../drivers/postgres/index.ts';
import { pointsAt, readTargetTables, treeOf, type TargetTable } from '../adopt/index.ts';
import { holdTables, parentsFirst } from './merge-hold.ts';
import { sameKey } from './merge-proofs.ts';
import { scalar, type SqlSession } from './sql.ts';
import type { AppendedTable, SwapRecord, UndoStatement } from './swap-types.ts';

export interface MergeUndo {
  readonly statements: readonly UndoStatement[];
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

/** Said where policies hide rows of `other` from this role: a foreign key's action reaches them all the same (manual 5.9). */
async function hidden(session: SqlSession, other: string, table: string, key: string): Promise<string[]> {
  return (await scalar(session, 'SELECT row_security_active($1)::text', [other])) === 'true' ? [describe('undo.blocked.hidden', { other, table, key })] : [];
}

/** Rows elsewhere that would be deleted or changed with the run's inserted ones by a foreign key's action. */
async function carriedAlong(session: SqlSession, table: MergedTable, leaving: ReadonlySet<string>, xid: string): Promise<string[]> {
  if (table.merged.inserted === '0') return [];
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name, k.conname AS key, ${pointsAt} AS same
     FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid IN (SELECT oid FROM ${treeOf('to_regclass($1)::oid')} AS tree) AND k.confdeltype IN ('c', 'n', 'd') AND ${isEnforced}`, [quoteQualified(table.schema, table.table)],
  );
  const found: string[] = [];
  for (const row of rows) {
    const other = quoteQualified(row['schema'] ?? '', row['name'] ?? '');
    if (leaving.has(other)) continue;
    found.push(...(await hidden(session, other, quoteQualified(table.schema, table.table), row['key'] ?? '')));
    const count = await scalar(session, `SELECT count(*)::text FROM ${other} AS c JOIN ${quoteQualified(table.schema, table.table)} AS t ON ${row['same'] ?? 'false'} WHERE ${written(xid)}${inserted(table)} AND c.xmin <> ${quoteLiteral(xid)}::xid`);
    if (count !== '0') found.push(describe('undo.blocked.carried', { count: count ?? '', other, table: quoteQualified(table.schema, table.table), key: row['key'] ?? '' }));
  }
  return found;
}

/** Rows elsewhere that an ON UPDATE action would change when updated rows become what they were: they came to point at the new values since. */
async function pulledBack(session: SqlSession, table: MergedTable, target: TargetTable | undefined, leaving: ReadonlySet<string>, xid: string): Promise<string[]> {
  const { kept } = table.merged;
  const found: string[] = [];
  if (kept === null || table.merged.updated === '0') return found;
  const own = quoteQualified(table.schema, table.table);
  for (const { schema, table: name, name: key, referenced, same } of target?.followers ?? []) {
    const other = quoteQualified(schema, name);
    // A key's own columns were not updated.
    if (leaving.has(other) || referenced.every((column) => table.key.includes(column))) continue;
    found.push(...(await hidden(session, other, own, key)));
    const differs = referenced.map((column) => `t.${quoteIdent(column)}::text IS DISTINCT FROM k.${quoteIdent(column)}::text`).join(' OR ');
    const count = await scalar(session, `SELECT count(*)::text FROM ${other} AS c JOIN ${own} AS t ON ${same} JOIN ${quoteQualified(kept, table.table)} AS k ON ${sameKey(table.key)} WHERE ${written(xid)} AND (${differs}) AND c.xmin <> ${quoteLiteral(xid)}::xid`);
    if (count !== '0') found.push(describe('undo.blocked.pulled', { count: count ?? '', other, table: own, key }));
  }
  return found;
}

/**
 * Takes inserted rows out and gives updated ones their former versions, of all tables in one statement: what foreign keys do and ask comes
 * at a statement's end (manual 39.1, 7.8.4), when nothing of the run points at what leaves, and the rows that leave make way for the values
 * they took over. An UPDATE reads the count of what its table's DELETE took out, which therefore comes first.
 */
function exchange(tables: readonly MergedTable[], xid: string): UndoStatement[] {
  const parts: string[] = [];
  const proofs: UndoStatement[] = [];
  tables.toReversed().forEach((table, index) => {
    const { kept, columns, updated } = table.merged;
    const name = quoteQualified(table.schema, table.table);
    const leaves = table.merged.inserted !== '0';
    if (leaves) parts.push(`gone_${index} AS (DELETE FROM ${name} AS t WHERE ${written(xid)}${inserted(table)} RETURNING 1)`);
    const former = kept === null || updated === '0' ? null : quoteQualified(kept, table.table);
    if (former !== null) {
      const after = leaves ? ` AND (SELECT count(*) FROM gone_${index}) >= 0` : '';
      parts.push(`back_${index} AS (UPDATE ${name} AS t SET ${columns.map((column) => `${column} = k.${column}`).join(', ')}\nFROM ${former} AS k WHERE ${sameKey(table.key)} AND ${written(xid)}${after})`);
    }
    if (!leaves && former === null) return;
    const restored = former === null ? '' : ` AND (SELECT count(*) FROM ${name} AS t JOIN ${former} AS k ON ${sameKey(table.key)} WHERE t.xmin = pg_current_xact_id()::xid) = ${updated}`;
    proofs.push({ sql: `SELECT (NOT EXISTS (SELECT 1 FROM ${name} AS t WHERE ${written(xid)})${restored})::text`, why: describe('undo.proof', { table: name }), proves: true });
  });
  if (parts.length === 0) return [];
  return [{ sql: `WITH ${parts.join(',\n')}\nSELECT 1`, why: describe('undo.exchange', {}) }, ...proofs];
}

/**
 * The way back for tables that took rows: updated rows get their former versions, inserted ones leave, sequences return where nobody drew
 * from them since. Exactly the rows that the swap's transaction wrote are touched; where one of them changed since, that is said instead.
 * @param leaving - quoted names of tables that are dropped before
 */
export async function undoMerge(session: SqlSession, record: SwapRecord, leaving: ReadonlySet<string>): Promise<MergeUndo> {
  const tables = record.appended.filter((each): each is MergedTable => each.merged !== undefined);
  const statements: UndoStatement[] = [];
  const changed: string[] = [];
  if (tables.length === 0) return { statements, changed };
  const there = await readTargetTables(session, [...new Set(tables.map((table) => table.schema))]);
  const targets = tables.flatMap((table) => there.find((each) => each.schema === table.schema && each.name === table.table) ?? []);
  const { xid } = record;
  for (const table of tables) {
    const name = quoteQualified(table.schema, table.table);
    const target = targets.find((each) => each.schema === table.schema && each.name === table.table);
    if (target === undefined) {
      changed.push(`table ${name} is gone`);
      continue;
    }
    const wrote = BigInt(table.merged.inserted) + BigInt(table.merged.updated);
    const left = BigInt((await scalar(session, `SELECT count(*)::text FROM ${name} AS t WHERE ${written(xid)}`)) ?? 0);
    if (left !== wrote) changed.push(describe('undo.blocked.rows-changed', { wrote: String(wrote), table: name, changed: String(wrote - left) }));
    else changed.push(...(await carriedAlong(session, table, leaving, xid)), ...(await pulledBack(session, table, target, leaving, xid)));
  }
  if (changed.length > 0) return { statements, changed };
  const hold = holdTables(parentsFirst(targets));
  statements.push(...hold.locks, ...hold.open);
  statements.push(...exchange(tables, xid));
  // What a person approves is these words alone.
  statements.push(...hold.close.map(({ sql, why }) => ({ sql, why })));
  for (const { table, merged: { kept } } of tables) if (kept !== null) statements.push({ sql: `DROP TABLE ${quoteQualified(kept, table)}`, why: 'the former versions stand in their place again' });
  for (const { name, former, given } of tables.flatMap((table) => table.merged.sequences)) {
    if (former === null || given === null) continue;
    statements.push({ sql: `SELECT setval(${quoteLiteral(name)}, ${former.value}, ${former.called}) FROM ${name} WHERE last_value = ${given.value} AND is_called = ${given.called}`, why: 'the next value is as before, where none was drawn since' });
  }
  return { statements, changed };
}
