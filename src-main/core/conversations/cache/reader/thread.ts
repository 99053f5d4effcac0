import type { ConversationEvent, Message, Task } from '../../../../../shared/model/conversation.ts';
import type { ThreadFrom, ThreadPage } from '../../ports.ts';
import { fromSortKey, toSortKey } from '../keys.ts';
import { microsOf, noTime } from '../times.ts';
import { messageColumns, notFound, toMessage, type Copy, type MessageRow } from './copy.ts';
import { placeOf, toCursor } from './cursor.ts';

const from = `SELECT ${messageColumns} FROM message AS m JOIN body AS b ON b.id = m.id WHERE m.conversation = ?`;
type Place = readonly [number, string];
const beginning: Place = [noTime, ''];

export function threadOf(copy: Copy) {
  const later = copy.db.prepare<unknown[], MessageRow>(`${from} AND (m.t, m.sort_key) > (?, ?) ORDER BY m.t, m.sort_key LIMIT ?`);
  const onwards = copy.db.prepare<unknown[], MessageRow>(`${from} AND (m.t, m.sort_key) >= (?, ?) ORDER BY m.t, m.sort_key LIMIT ?`);
  const earlier = copy.db.prepare<unknown[], MessageRow>(`${from} AND (m.t, m.sort_key) < (?, ?) ORDER BY m.t DESC, m.sort_key DESC LIMIT ?`);
  const last = copy.db.prepare<unknown[], MessageRow>(`${from} ORDER BY m.t DESC, m.sort_key DESC LIMIT ?`);
  const hasBefore = copy.db.prepare('SELECT 1 FROM message WHERE conversation = ? AND (t, sort_key) < (?, ?) LIMIT 1');
  const hasAfter = copy.db.prepare('SELECT 1 FROM message WHERE conversation = ? AND (t, sort_key) > (?, ?) LIMIT 1');
  const place = copy.db.prepare<[string], { conversation: number; t: number; sort_key: string }>('SELECT conversation, t, sort_key FROM message WHERE sort_key = ?');

  /** Half before a place and half from it on; where one side is short the other is longer. */
  function around(id: number, at: Place, limit: number): MessageRow[] {
    const before = earlier.all(id, ...at, limit);
    const after = onwards.all(id, ...at, limit);
    const taken = Math.min(before.length, Math.max(Math.floor(limit / 2), limit - after.length));
    return [...before.slice(0, taken).toReversed(), ...after.slice(0, limit - taken)];
  }

  function rowsFrom(id: number, start: ThreadFrom, limit: number): MessageRow[] {
    if (start === 'start') return later.all(id, ...beginning, limit);
    if (start === 'end') return last.all(id, limit).toReversed();
    if ('after' in start) return later.all(id, ...placeOf(start.after), limit);
    if ('before' in start) return earlier.all(id, ...placeOf(start.before), limit).toReversed();
    if ('at' in start) {
      const t = microsOf(start.at) ?? noTime;
      return hasAfter.get(id, t, '') === undefined ? last.all(id, limit).toReversed() : around(id, [t, ''], limit);
    }
    const found = place.get(toSortKey(start.around));
    if (found === undefined || found.conversation !== id) throw notFound('message');
    return around(id, [found.t, found.sort_key], limit);
  }

  return (conversation: string, start: ThreadFrom, limit: number): ThreadPage => {
    const id = copy.conversation(conversation);
    if (id === null) throw notFound('conversation');
    const rows = rowsFrom(id, start, limit);
    const [first] = rows;
    const end = rows.at(-1);
    const cursor = (row: MessageRow | undefined, other: typeof hasBefore): string | null =>
      row !== undefined && other.get(id, row.t, row.sort_key) !== undefined ? toCursor([row.t, row.sort_key]) : null;
    return { rows: rows.map((row) => toMessage(copy, row, conversation, false)), before: cursor(first, hasBefore), after: cursor(end, hasAfter) };
  };
}

export function messageOf(copy: Copy) {
  const select = copy.db.prepare<[string], MessageRow>(`SELECT ${messageColumns} FROM message AS m JOIN body AS b ON b.id = m.id WHERE m.sort_key = ?`);
  const conversation = copy.db.prepare<[number], string>('SELECT sort_key FROM conversation WHERE id = ?').pluck();
  return (key: string): Message => {
    const row = select.get(toSortKey(key));
    if (row === undefined) throw notFound('message');
    return toMessage(copy, row, fromSortKey(conversation.get(row.conversation) ?? '~'), true);
  };
}

interface TaskRow { readonly sort_key: string; readonly status: string; readonly description: string; readonly created_at: string | null; readonly updated_at: string | null; readonly metadata: string | null; readonly masked: number }
interface EventRow { readonly sort_key: string; readonly type: string; readonly actor: string | null; readonly at: string | null; readonly content: string | null; readonly masked: number }

const mostOfAKind = 500;

export function timelineOf(copy: Copy) {
  const within = 'WHERE conversation = ? AND t >= ? AND t <= ? ORDER BY t, sort_key LIMIT ?';
  const tasks = copy.db.prepare<unknown[], TaskRow>(`SELECT * FROM task ${within}`);
  const events = copy.db.prepare<unknown[], EventRow>(`SELECT * FROM event ${within}`);
  return (conversation: string, start: string | null, end: string | null, most = mostOfAKind): { tasks: Task[]; events: ConversationEvent[]; cut: boolean } => {
    const id = copy.conversation(conversation);
    if (id === null) throw notFound('conversation');
    const range = [id, microsOf(start) ?? noTime, microsOf(end) ?? Number.MAX_SAFE_INTEGER, most + 1];
    const foundTasks = tasks.all(...range);
    const foundEvents = events.all(...range);
    return {
      tasks: foundTasks.slice(0, most).map((row) => ({ key: fromSortKey(row.sort_key), conversation, status: row.status, description: row.description, createdAt: row.created_at, updatedAt: row.updated_at, metadata: row.metadata, masked: row.masked === 1 })),
      events: foundEvents.slice(0, most).map((row) => ({ key: fromSortKey(row.sort_key), conversation, type: row.type, actor: row.actor, at: row.at, content: row.content, masked: row.masked === 1 })),
      cut: foundTasks.length > most || foundEvents.length > most,
    };
  };
}
