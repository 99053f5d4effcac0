import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { PgRow } from '../../../drivers/postgres/index.ts';
import type { QueryPort } from '../ports.ts';
import { all, clean, Values } from './values.ts';

/** A place in an order: the time as the server wrote it and the key. */
export interface Place {
  readonly at: string | null;
  readonly key: string;
}

export interface OrderColumn {
  readonly sql: string;
  /** What a parameter is cast to. */
  readonly type: string;
}

/** Rows by time, then key. Rows without a time count as the oldest. */
export interface Order {
  readonly at: (OrderColumn & { readonly nullable: boolean }) | null;
  readonly key: OrderColumn;
  readonly descending: boolean;
}

export interface KeysetRequest {
  /** Columns of the answer; the pager adds `at_` and `key_`. */
  readonly select: string;
  readonly from: string;
  /** Conditions; may add parameters. Called once for each statement. */
  readonly where: (values: Values) => readonly string[];
  readonly order: Order;
  /** Rows behind this place, exclusive; null for the beginning. */
  readonly after: Place | null;
  /** Against the order. The rows come back in the order all the same. */
  readonly backward?: boolean;
  /** With the place itself. */
  readonly inclusive?: boolean;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify([place.at, place.key])).toString('base64url');
}

/** @throws TravessiaError INVALID_INPUT */
export function decodeCursor(cursor: string): Place {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value) && value.length === 2) {
      const [at, key]: unknown[] = value;
      if ((at === null || typeof at === 'string') && typeof key === 'string') return { at: at === null ? null : clean(at), key: clean(key) };
    }
  } catch {
    // Answered below.
  }
  throw new TravessiaError('INVALID_INPUT', { message: 'That is not a cursor of this list.', hint: 'Open the list again from its beginning.' });
}

export function placeOf(row: PgRow): Place {
  return { at: row['at_'] ?? null, key: row['key_'] ?? '' };
}

/**
 * Rows of an order from a place on, never by counting: an index over (…, at, key) is entered at the place. Rows with and without a time are
 * two stretches of it, asked one after the other, so that each comparison is one that an index answers.
 */
export async function keysetRows(port: QueryPort, request: KeysetRequest): Promise<readonly PgRow[]> {
  const { order, after, limit } = request;
  const backward = request.backward === true;
  const descending = order.descending !== backward;
  const stretches = order.at === null ? ['none'] : !order.at.nullable ? ['timed'] : descending ? ['timed', 'untimed'] : ['untimed', 'timed'];
  const begun = after === null || order.at === null || !order.at.nullable ? 0 : stretches.indexOf(after.at === null ? 'untimed' : 'timed');
  const rows: PgRow[] = [];
  for (const stretch of stretches.slice(begun)) {
    if (rows.length >= limit) break;
    const values = new Values();
    const conditions = [...request.where(values)];
    const { at, key } = order;
    if (at?.nullable === true) conditions.push(`${at.sql} IS ${stretch === 'untimed' ? '' : 'NOT '}NULL`);
    const compare = `${descending ? '<' : '>'}${request.inclusive === true ? '=' : ''}`;
    if (after !== null && stretch === stretches[begun]) {
      if (stretch === 'timed' && at !== null) conditions.push(`(${at.sql}, ${key.sql}) ${compare} (${values.add(after.at)}::${at.type}, ${values.add(after.key)}::${key.type})`);
      else conditions.push(`${key.sql} ${compare} ${values.add(after.key)}::${key.type}`);
    }
    const direction = descending ? ' DESC' : '';
    const by = [...(at !== null && stretch === 'timed' ? [`${at.sql}${direction}`] : []), `${key.sql}${direction}`].join(', ');
    const sql = `SELECT ${request.select}, ${at === null ? 'NULL' : at.sql}::text AS at_, ${key.sql}::text AS key_ FROM ${request.from} WHERE ${all(conditions)} ORDER BY ${by} LIMIT ${values.add(limit - rows.length)}::int`;
    rows.push(...(await port.rows(sql, values.list, request.signal === undefined ? {} : { signal: request.signal })));
  }
  return backward ? rows.toReversed() : rows;
}
