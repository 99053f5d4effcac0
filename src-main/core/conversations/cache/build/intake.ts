/**
 * Takes the records of a scan: conversations, tasks and events go into their tables at once, messages that are new or changed are staged, and
 * what was seen is noted, so that what was not is gone. Everything is masked before it is kept anywhere.
 */
import type { Conversation, ConversationEvent, Message, Task } from '../../../../../shared/model/conversation.ts';
import type { SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { maskConversation, maskEvent, maskMessage, maskTask } from '../../mask-rows.ts';
import type { ScanRecord } from '../../ports.ts';
import type { RowMask } from '../../row-mask.ts';
import { flagsOf } from '../facets.ts';
import { toSortKey } from '../keys.ts';
import { storeParts } from '../store-parts.ts';
import { timeOf } from '../times.ts';
import { rowHash } from './hash.ts';

export interface Intake {
  take(record: ScanRecord): void;
  /** Conversations whose rows or messages changed. */
  readonly touched: ReadonlySet<number>;
  /** Those of them whose facets changed: every message of theirs is found by them. */
  readonly refaceted: ReadonlySet<number>;
  readonly seen: { readonly conversations: ReadonlySet<number>; readonly tasks: ReadonlySet<number>; readonly events: ReadonlySet<number> };
  /** Sum of the metrics' hashes: their rows have no keys. */
  metrics(): number;
  touch(conversation: number): void;
}

interface ConversationState { readonly id: number; readonly hash: number; readonly owner: string | null; readonly model: string | null; readonly metadata: string | null; readonly deleted_at: string | null }
interface RowState { readonly id: number; readonly hash: number }

const bool = (value: boolean): number => (value ? 1 : 0);

/** Id of a role, model or operation. */
export function createDictionary(db: SqliteDb): (text: string) => number {
  const known = new Map(db.prepare<[], { id: number; text: string }>('SELECT id, text FROM word').all().map((row) => [row.text, row.id]));
  const insert = db.prepare('INSERT INTO word (text) VALUES (?)');
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const id = Number(insert.run(text).lastInsertRowid);
    known.set(text, id);
    return id;
  };
}

export function createIntake(db: SqliteDb, mask: RowMask, isFresh: boolean): Intake {
  const word = createDictionary(db);
  const touched = new Set<number>();
  const refaceted = new Set<number>();
  const seen = { conversations: new Set<number>(), tasks: new Set<number>(), events: new Set<number>() };
  let metrics = 0;
  let last = { key: '', id: 0 };

  const findConversation = db.prepare<[string], ConversationState>('SELECT id, hash, owner, model, metadata, deleted_at FROM conversation WHERE sort_key = ?');
  const insertConversation = db.prepare(`INSERT INTO conversation (sort_key, t, title, owner, created_at, updated_at, model, preview, deleted_at, metadata, masked, own_preview, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const updateConversation = db.prepare(`UPDATE conversation SET t = ?, title = ?, owner = ?, created_at = ?, updated_at = ?, model = ?, preview = ?, deleted_at = ?, metadata = ?, masked = ?,
    own_preview = ?, hash = ? WHERE id = ?`);
  const findMessage = db.prepare<[string], RowState & { readonly conversation: number }>('SELECT id, hash, conversation FROM message WHERE sort_key = ?');
  const seeMessage = db.prepare('INSERT OR IGNORE INTO stage.seen VALUES (?)');
  const stageMessage = db.prepare(`INSERT INTO stage.message (sort_key, conversation, t, role, model, flags, at, input_tokens, output_tokens, latency, parent, deleted_at, parts, metadata, hash, old)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const findTask = db.prepare<[string], RowState>('SELECT id, hash FROM task WHERE sort_key = ?');
  const putTask = db.prepare(`INSERT OR REPLACE INTO task (sort_key, conversation, t, status, description, created_at, updated_at, metadata, masked, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const findEvent = db.prepare<[string], RowState>('SELECT id, hash FROM event WHERE sort_key = ?');
  const putEvent = db.prepare(`INSERT OR REPLACE INTO event (sort_key, conversation, t, type, actor, at, content, masked, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const stageMetric = db.prepare('INSERT INTO stage.metric VALUES (?, ?, ?, ?)');

  function conversation(row: Conversation): void {
    const made = maskConversation(row, mask);
    const values = [timeOf(made.updatedAt ?? made.createdAt), made.title, made.owner, made.createdAt, made.updatedAt, made.model, made.preview, made.deletedAt, made.metadata,
      bool(made.masked), bool(made.preview !== null || (made.title ?? '').trim() !== '')];
    const hash = rowHash(values);
    const key = toSortKey(made.key);
    const state = findConversation.get(key);
    if (state === undefined) {
      const id = Number(insertConversation.run(key, ...values, hash).lastInsertRowid);
      touched.add(id);
      seen.conversations.add(id);
      last = { key: row.key, id };
      return;
    }
    seen.conversations.add(state.id);
    last = { key: row.key, id: state.id };
    if (state.hash === hash) return;
    updateConversation.run(...values, hash, state.id);
    touched.add(state.id);
    if (state.owner !== made.owner || state.model !== made.model || state.metadata !== made.metadata || state.deleted_at !== made.deletedAt) refaceted.add(state.id);
  }

  /** A message of a conversation that has no row of its own still belongs to one. */
  function conversationId(key: string): number {
    if (last.key === key && last.id !== 0) return last.id;
    const state = findConversation.get(toSortKey(key));
    if (state === undefined) conversation({ key, title: null, owner: null, createdAt: null, updatedAt: null, messages: null, model: null, preview: null, deletedAt: null, metadata: null, masked: false, revealed: false });
    else last = { key, id: state.id };
    seen.conversations.add(last.id);
    return last.id;
  }

  function message(row: Message): void {
    const made = maskMessage(row, mask);
    const owner = conversationId(made.conversation);
    const values = [owner, timeOf(made.at), word(made.role), made.model === null ? null : word(made.model), flagsOf(made, made.masked), made.at, made.inputTokens, made.outputTokens, made.latencyMs,
      made.parent, made.deletedAt, storeParts(made.parts), made.metadata];
    const hash = rowHash(values);
    const key = toSortKey(made.key);
    const state = isFresh ? undefined : findMessage.get(key);
    if (state !== undefined) seeMessage.run(state.id);
    if (state?.hash === hash) return;
    touched.add(owner);
    if (state !== undefined) touched.add(state.conversation);
    stageMessage.run(key, ...values, hash, state?.id ?? null);
  }

  function task(row: Task): void {
    const made = maskTask(row, mask);
    const values = [conversationId(made.conversation), timeOf(made.createdAt), made.status, made.description, made.createdAt, made.updatedAt, made.metadata, bool(made.masked)];
    const hash = rowHash(values);
    const key = toSortKey(made.key);
    const state = findTask.get(key);
    seen.tasks.add(state?.hash === hash ? state.id : Number(putTask.run(key, ...values, hash).lastInsertRowid));
  }

  function event(row: ConversationEvent): void {
    const made = maskEvent(row, mask);
    const values = [conversationId(made.conversation), timeOf(made.at), made.type, made.actor, made.at, made.content, bool(made.masked)];
    const hash = rowHash(values);
    const key = toSortKey(made.key);
    const state = findEvent.get(key);
    seen.events.add(state?.hash === hash ? state.id : Number(putEvent.run(key, ...values, hash).lastInsertRowid));
  }

  return {
    take(record) {
      if (record.kind === 'message') message(record.row);
      else if (record.kind === 'conversation') conversation(record.row);
      else if (record.kind === 'task') task(record.row);
      else if (record.kind === 'event') event(record.row);
      else {
        const values = [word(mask.value('operation', record.row.operation)), timeOf(record.row.at), record.row.durationMs, record.row.success === null ? null : bool(record.row.success)];
        metrics = (metrics + rowHash(values)) % Number.MAX_SAFE_INTEGER;
        stageMetric.run(...values);
      }
    },
    touched, refaceted, seen,
    metrics: () => metrics,
    touch: (id) => void touched.add(id),
  };
}
