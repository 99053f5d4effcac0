/** Ids of messages that a query finds, in the order of time, from the copy and from what is revealed in memory. */
import { TravessiaError } from '../../../../../shared/contract/errors.ts';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { idFloor, idsPerSecond } from '../schema.ts';
import { toSortKey } from '../keys.ts';
import { noTime } from '../times.ts';
import type { Copy } from './copy.ts';
import { matchQuery, type Match } from './match.ts';
import type { Revealed } from './revealed.ts';

/** Ends work that nobody waits for any more, and bounds what is only an estimate. */
export interface Limits {
  isCancelled(): boolean;
}

export function checkCancelled(limits: Limits): void {
  if (limits.isCancelled()) throw new TravessiaError('CANCELLED', { message: 'The search was cancelled.', retry: true });
}

export interface Found extends Match {
  /** Only these messages; null: all. */
  readonly only: readonly number[] | null;
}

/** Messages before and after the one that `near:` names. */
const neighbours = 20;

function nearIds(copy: Copy, key: string): number[] {
  const at = copy.db.prepare<[string], { id: number; conversation: number; t: number; sort_key: string }>('SELECT id, conversation, t, sort_key FROM message WHERE sort_key = ?').get(toSortKey(key));
  if (at === undefined) return [];
  const side = (compare: '<' | '>', order: 'ASC' | 'DESC'): number[] => copy.db.prepare<unknown[], number>(
    `SELECT id FROM message WHERE conversation = ? AND (t, sort_key) ${compare} (?, ?) ORDER BY t ${order}, sort_key ${order} LIMIT ${neighbours}`).pluck().all(at.conversation, at.t, at.sort_key);
  return [...side('<', 'DESC'), at.id, ...side('>', 'ASC')];
}

export function understand(copy: Copy, query: Query): Found {
  const match = matchQuery(query, copy, copy.stemmer);
  return { ...match, only: query.near === null ? null : nearIds(copy, query.near) };
}

export interface Range {
  /** Both exclusive. */
  readonly above?: number;
  readonly below?: number;
}

/** Every so many rows it is asked whether anybody still waits. */
const rowsPerCheck = 512;

function idsIn(db: SqliteDb, copy: Copy, found: Found, expression: string, range: Range, order: 'ASC' | 'DESC', limit: number, limits: Limits): number[] {
  const isTimed = found.from !== noTime || Number.isFinite(found.to);
  const low = Math.max(range.above ?? -1, idFloor(found.from) - 1);
  const high = Math.min(range.below ?? Number.MAX_SAFE_INTEGER, Number.isFinite(found.to) ? idFloor(found.to) + idsPerSecond + copy.spilt() : Number.MAX_SAFE_INTEGER);
  const statement = db.prepare<unknown[], number>(`SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? AND rowid < ?
    ${isTimed ? 'AND (SELECT t FROM message WHERE id = words.rowid) BETWEEN ? AND ?' : ''} ${found.only === null ? '' : 'AND rowid IN (SELECT value FROM json_each(?))'} ORDER BY rowid ${order} LIMIT ?`).pluck();
  const values = [expression, low, high, ...(isTimed ? [found.from, Math.min(found.to - 1, Number.MAX_SAFE_INTEGER)] : []), ...(found.only === null ? [] : [JSON.stringify(found.only)]), limit];
  const ids: number[] = [];
  for (const id of statement.iterate(...values)) {
    ids.push(id);
    if (ids.length % rowsPerCheck === 0) checkCancelled(limits);
  }
  return ids;
}

/**
 * @param order - DESC: the newest first
 * @returns at most `limit` ids; what is revealed is found by its own words, not by its masked ones
 */
export function findIds(copy: Copy, revealed: Revealed, found: Found, range: Range, order: 'ASC' | 'DESC', limit: number, limits: Limits): number[] {
  checkCancelled(limits);
  if (found.expression === null) return [];
  const shown = revealed.ids();
  const ids = idsIn(copy.db, copy, found, found.expression, range, order, limit + shown.size, limits);
  if (shown.size === 0) return ids;
  const own = revealed.db === null ? [] : idsIn(revealed.db, copy, found, found.expression, range, order, limit, limits);
  const sign = order === 'ASC' ? 1 : -1;
  return [...ids.filter((id) => !shown.has(id)), ...own].toSorted((a, b) => sign * (a - b)).slice(0, limit);
}
