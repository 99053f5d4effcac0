import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { check, type ObjectCheck, type Place } from './objects-types.ts';

/**
 * The next value of an identity column must lie above every value there, and not below what the source would give next. Read from the
 * sequence's state: the verification's session may not write, and nextval would not roll back.
 */
export async function checkSequence(session: PgSession, table: PlanTable, place: Place): Promise<ObjectCheck[]> {
  const identity = table.columns.find((column) => column.include && column.identity);
  if (identity === undefined) return [];
  const name = `${table.target.table}.${identity.target}`;
  const said = (found: string | undefined): ObjectCheck[] => [check('sequence', name, table.target.table, found)];
  const from = quoteQualified(place.schema, place.table);
  const owned = await session.one('SELECT pg_get_serial_sequence($1, $2) AS sequence', [from, identity.target]).catch(() => null);
  const sequence = owned?.['sequence'];
  if (sequence == null) return said('no sequence belongs to the column');
  const state = await session.one(
    `SELECT (CASE WHEN s.is_called THEN s.last_value::numeric + p.seqincrement ELSE s.last_value END)::text AS next, (SELECT max(${quoteIdent(identity.target)})::text FROM ${from}) AS highest
     FROM ${sequence} AS s, pg_sequence AS p WHERE p.seqrelid = $1::regclass`, [sequence],
  ).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
  if (typeof state === 'string') return said(`cannot be read: ${state}`);
  const next = BigInt(state?.['next'] ?? 0);
  const highest = state?.['highest'];
  if (highest != null && next <= BigInt(highest)) return said(`the next value ${next} is not above the highest, ${highest}`);
  if (table.identityNext !== undefined && next < BigInt(table.identityNext)) return said(`the next value is ${next}, the source would give ${table.identityNext}`);
  return said(undefined);
}
