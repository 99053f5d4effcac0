import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { mergeKey, type TargetTable } from '../adopt/index.ts';
import type { Placement } from '../plan/statements.ts';
import { sha256Hex } from '../verify/shape.ts';
import { holdTables, parentsFirst } from './merge-hold.ts';
import { passedOn, sameKey, setOff, type ChangedColumn } from './merge-proofs.ts';
import type { SqlSession } from './sql.ts';
import type { AppendedTable, ShownStatement, SwapStatement } from './swap-types.ts';

export interface Merged {
  /** What comes before all else. */
  readonly locks: readonly ShownStatement[];
  readonly statements: readonly SwapStatement[];
  /** What cannot be undone, for the end of the transaction: the sequences' next values. */
  readonly ends: readonly SwapStatement[];
  /** Parents first. */
  readonly appended: readonly AppendedTable[];
  /** Schemas that keep former versions of rows. */
  readonly keptSchemas: readonly string[];
}

interface MergedColumn extends ChangedColumn {
  /** One text per value, of the staged column and of the target's own. */
  readonly stagedText: string;
  readonly text: string;
  readonly generated: boolean;
  readonly sequence: string | null;
}

function columnsOf(table: PlanTable, target: TargetTable): MergedColumn[] {
  return table.columns.filter((column) => column.include).map((column) => {
    const partner = target.columns.find((each) => each.name === column.target);
    const name = quoteIdent(column.target);
    const textOf = (type: string, value: string): string => canonicalType(type, column.cast, sha256Hex).canonicalSql(value);
    return {
      name, staged: column.targetType === undefined ? `s.${name}` : `s.${name}::${column.targetType}`, type: partner?.type ?? column.type,
      // Not the staged value cast to the target's type: that would hide what the cast changes.
      stagedText: textOf(column.type, `s.${name}`), text: textOf(partner === undefined || partner.labels !== null ? column.type : partner.base, `t.${name}`),
      generated: (partner?.generated ?? null) !== null, sequence: partner?.sequence ?? null,
    };
  });
}

/** True where the rows that stand in the target and those that were verified are as many and have one sum of hashes. */
function sameRows(columns: readonly MergedColumn[], staging: string, standing: string): string {
  const sums = (hash: string, from: string): string => `(SELECT count(*) AS n, coalesce(sum(h), 0) AS h FROM (SELECT ${hash} AS h FROM ${from}) AS hashed)`;
  return `SELECT (a.n = b.n AND a.h = b.h)::text FROM ${sums(rowHashSql(columns.map(({ name, stagedText }) => ({ column: `s.${name}`, text: stagedText }))), `${staging} AS s`)} AS a, ${sums(rowHashSql(columns.map(({ name, text }) => ({ column: `t.${name}`, text }))), standing)} AS b`;
}

function keyOf(plan: Plan, table: PlanTable, target: TargetTable): string[] {
  if (plan.options.ifExists !== 'upsert') return [...(table.primaryKey?.columns ?? [])];
  const key = mergeKey(table, target);
  if (key !== undefined) return [...key.columns];
  throw new TravessiaError('SCHEMA_MISMATCH', { message: `${target.schema}.${target.name} has no primary key and no unique key without NULLs by which rows could be found.`, hint: 'Add one to the table, or choose --if-exists append.' });
}

function mergeTable(plan: Plan, table: PlanTable, target: TargetTable, place: Placement, keep: Placement): { statements: SwapStatement[]; ends: SwapStatement[]; record: AppendedTable; kept: string | null } {
  const statements: SwapStatement[] = [];
  const { schema, name } = target;
  const standing = quoteQualified(schema, name);
  const staging = quoteQualified(place(schema), name);
  const columns = columnsOf(table, target);
  const stored = columns.filter((column) => !column.generated);
  const key = keyOf(plan, table, target);
  const keyNames = new Set(key.map(quoteIdent));
  const upsert = plan.options.ifExists === 'upsert';
  const refused = (sql: string, why: string): void => void statements.push({ sql, why, writes: standing });
  const proof = (sql: string, why: string, code: 'ROWS_REFUSED' | 'TARGET_EXISTS', hint: string): void => void statements.push({ sql, why, proof: { code, hint } });
  const same = key.map((column) => {
    const collation = target.columns.find((each) => each.name === column)?.collation;
    const staged = columns.find((each) => each.name === quoteIdent(column))?.staged ?? `s.${quoteIdent(column)}`;
    return `t.${quoteIdent(column)} = (${staged})${collation == null ? '' : ` COLLATE ${collation}`}`;
  }).join(' AND ');
  if (plan.options.ifExists === 'fail') proof(`SELECT (NOT EXISTS (SELECT 1 FROM ${standing}))::text`, `${standing} holds no row`, 'TARGET_EXISTS', 'Rows came into it meanwhile. Choose --if-exists append or upsert in a new plan, or empty it and resume.');
  const changeable = stored.filter((column) => !keyNames.has(column.name));
  const keeps = upsert && changeable.length > 0;
  const kept = quoteQualified(keep(schema), name);
  if (upsert) {
    proof(`SELECT (count(*) = count(DISTINCT (${key.map(quoteIdent).join(', ')})))::text FROM ${staging}`, `the rows’ keys (${key.join(', ')}) are distinct`, 'ROWS_REFUSED', 'Two rows of the source would become one. Mend the source, then assess and plan it again.');
  }
  if (keeps) {
    const differs = changeable.map((column) => `${column.text} IS DISTINCT FROM ${column.stagedText}`).join(' OR ');
    refused(`CREATE TABLE ${kept} AS\nSELECT t.* FROM ${standing} AS t JOIN ${staging} AS s ON ${same} WHERE ${differs}`, 'former versions of the rows that are updated; kept until complete');
    for (const { sql, why } of setOff(target, changeable, key, { kept, staging, same })) {
      proof(sql, why, 'ROWS_REFUSED', 'Such rows would change with it, and a rollback could not give them back. Change these values in the target yourself, which sets the foreign key off as your own change, and resume; or leave the column out in a new plan (--override TABLE.COLUMN:exclude=true).');
    }
    refused(`UPDATE ${standing} AS t SET ${changeable.map((column) => `${column.name} = ${column.staged}`).join(', ')}\nFROM ${staging} AS s, ${kept} AS k WHERE ${same} AND ${sameKey(key)}`, 'rows whose key is there already');
    for (const { sql, why } of passedOn(target, key, { kept, standing })) {
      proof(sql, why, 'ROWS_REFUSED', 'Rows that pass such a value on to each other can only change one after the other. Change them in the target yourself and resume, or leave the column out in a new plan (--override TABLE.COLUMN:exclude=true).');
    }
    proof(`SELECT (count(*) = (SELECT count(*) FROM ${kept}))::text FROM ${standing} AS t WHERE t.xmin = pg_current_xact_id()::xid`, `the rows changed in ${standing} are those whose former versions are kept`, 'ROWS_REFUSED', 'Something in the target changes more rows with them. Take it away for the migration, then resume.');
  }
  const missing = upsert ? ` WHERE NOT EXISTS (SELECT 1 FROM ${standing} AS t WHERE ${same})` : '';
  refused(`INSERT INTO ${standing} (${stored.map((column) => column.name).join(', ')}) OVERRIDING SYSTEM VALUE\nSELECT ${stored.map((column) => column.staged).join(', ')} FROM ${staging} AS s${missing}`, 'the loaded and verified rows; they stay in staging until complete');
  const counted = upsert ? `${standing} AS t JOIN ${staging} AS s ON ${same}` : `${standing} AS t WHERE t.xmin = pg_current_xact_id()::xid`;
  proof(sameRows(columns, staging, counted), `the rows in ${standing} are those that were verified, by number and by the sum of their hashes`, 'ROWS_REFUSED', 'The table itself changes what is written to it (a computed column, a domain). Leave such a column out, then plan again.');
  const ends = columns.flatMap((column): SwapStatement[] => (column.sequence === null ? [] : [{ sql: nextValue(column.sequence, column.name, standing, table.identityNext), why: 'the next value lies behind all rows' }]));
  return {
    statements, ends, kept: keeps ? keep(schema) : null,
    record: { schema, table: name, staging: place(schema), key, merged: { inserted: '0', updated: '0', unchanged: '0', kept: keeps ? keep(schema) : null, columns: changeable.map((column) => column.name), sequences: columns.flatMap(({ sequence }) => (sequence === null ? [] : [{ name: sequence, former: null, given: null }])) } },
  };
}

/** Never backwards, never beyond what the sequence can give: there the next insert fails, as it would have in the source. */
function nextValue(sequence: string, column: string, standing: string, identityNext: string | undefined): string {
  return `SELECT setval(${quoteLiteral(sequence)}, least(v.next, p.seqmax)::bigint, v.next > p.seqmax)
FROM (SELECT greatest(coalesce(max(${column}), 0)::numeric + 1, ${identityNext ?? '1'}, (SELECT CASE WHEN is_called THEN last_value::numeric + 1 ELSE last_value END FROM ${sequence})) AS next FROM ${standing}) AS v,
     pg_sequence AS p WHERE p.seqrelid = ${quoteLiteral(sequence)}::regclass AND p.seqincrement > 0`;
}

/**
 * Moves the loaded rows into tables that stand already and stay what they are: inserted, or merged by key. What the rows were before is
 * kept, what they are afterwards is proven by hashes the server computes, inside the transaction of the swap.
 * @throws TravessiaError SCHEMA_MISMATCH where rows are to be merged and there is no key
 */
export function prepareMerge(plan: Plan, pairs: readonly { readonly table: PlanTable; readonly target: TargetTable }[], place: Placement, keep: Placement): Merged {
  if (pairs.length === 0) return { locks: [], statements: [], ends: [], appended: [], keptSchemas: [] };
  const order = parentsFirst(pairs.map(({ target }) => target));
  const hold = holdTables(order);
  const merged = order.flatMap((target) => {
    const pair = pairs.find((each) => each.target === target);
    return pair === undefined ? [] : [mergeTable(plan, pair.table, target, place, keep)];
  });
  return {
    locks: hold.locks,
    statements: [...hold.open, ...merged.flatMap(({ statements }) => statements), ...hold.close],
    ends: merged.flatMap(({ ends }) => ends),
    appended: merged.map(({ record }) => record),
    keptSchemas: [...new Set(merged.flatMap(({ kept }) => (kept === null ? [] : [kept])))],
  };
}

async function stateOf(session: SqlSession, sequence: string): Promise<{ value: string; called: boolean } | null> {
  const { rows } = await session.query(`SELECT last_value::text AS value, is_called::text AS called FROM ${sequence}`);
  const row = rows[0];
  return row === undefined ? null : { value: row['value'] ?? '', called: row['called'] === 'true' };
}

/** Where the sequences stand before the rows go in. */
export async function noteSequences(session: SqlSession, appended: readonly AppendedTable[]): Promise<AppendedTable[]> {
  return inOrder(appended, async (entry) => entry.merged === undefined ? entry : {
    ...entry, merged: { ...entry.merged, sequences: await inOrder(entry.merged.sequences, async (each) => ({ ...each, former: await stateOf(session, each.name) })) },
  });
}

/** One after the other: they share a session. */
async function inOrder<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const item of items) done.push(await work(item));
  return done;
}

/** What the merge did, counted by the rows this transaction wrote. */
export async function countMerged(session: SqlSession, appended: readonly AppendedTable[]): Promise<AppendedTable[]> {
  return inOrder(appended, async (entry) => {
    if (entry.merged === undefined) return entry;
    const { kept } = entry.merged;
    const { rows: [row] } = await session.query(
      `SELECT (SELECT count(*) FROM ${quoteQualified(entry.schema, entry.table)} WHERE xmin = pg_current_xact_id()::xid)::text AS written,
              (SELECT count(*) FROM ${quoteQualified(entry.staging, entry.table)})::text AS staged, ${kept === null ? `'0'` : `(SELECT count(*) FROM ${quoteQualified(kept, entry.table)})::text`} AS updated`,
    );
    const [written, staged, updated] = [BigInt(row?.['written'] ?? 0), BigInt(row?.['staged'] ?? 0), BigInt(row?.['updated'] ?? 0)];
    return {
      ...entry, merged: {
        ...entry.merged, inserted: String(written - updated), updated: String(updated), unchanged: String(staged - written),
        sequences: await inOrder(entry.merged.sequences, async (each) => ({ ...each, given: await stateOf(session, each.name) })),
      },
    };
  });
}
