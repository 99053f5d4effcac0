/**
 * What was revealed in this session, by its own words: a small index in memory over the rows as the source has them. It is gone with the
 * thread, and never written anywhere.
 */
import type { Message } from '../../../../../shared/model/conversation.ts';
import { memorySqlite, type SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { inherited, messageFacets, type HeadRow, type IndexedMessage } from '../build/index-rows.ts';
import { indexText } from '../index-text.ts';
import { toSortKey } from '../keys.ts';
import { wordsTable } from '../schema.ts';
import { textsOf } from '../store-parts.ts';
import type { Copy } from './copy.ts';

export interface Revealed {
  readonly db: SqliteDb | null;
  ids(): ReadonlySet<number>;
  has(key: string): boolean;
  /** The text of a revealed message; undefined for others. */
  text(id: number): string | undefined;
  add(messages: readonly Message[]): void;
  /** Only these stay. */
  keep(keys: readonly string[]): void;
  close(): void;
}

export function createRevealed(copy: Copy): Revealed {
  let db: SqliteDb | null = null;
  const byKey = new Map<string, number>();
  const texts = new Map<number, string>();
  const ids = new Set<number>();
  const find = copy.db.prepare<[string], IndexedMessage & { t: number }>('SELECT id, conversation, t, role, model, flags, deleted_at, metadata FROM message JOIN body USING (id) WHERE sort_key = ?');
  const head = copy.db.prepare<[number], HeadRow>('SELECT id, sort_key, title, owner, model, deleted_at, metadata FROM conversation WHERE id = ?');

  function open(): SqliteDb {
    if (db === null) {
      db = memorySqlite();
      db.exec(`${wordsTable('words')}; CREATE TABLE message (id INTEGER PRIMARY KEY, t INTEGER NOT NULL)`);
    }
    return db;
  }

  function forget(key: string, id: number): void {
    byKey.delete(key);
    ids.delete(id);
    texts.delete(id);
    for (const sql of ['DELETE FROM words WHERE rowid = ?', 'DELETE FROM message WHERE id = ?']) db?.prepare(sql).run(id);
  }

  return {
    get db() { return db; },
    ids: () => ids,
    has: (key) => byKey.has(key),
    text: (id) => texts.get(id),
    add(messages) {
      for (const message of messages) {
        const row = find.get(toSortKey(message.key));
        if (row === undefined) continue;
        const before = byKey.get(message.key);
        if (before !== undefined) forget(message.key, before);
        const text = textsOf(message.parts);
        const words = indexText(text, copy.stemmer);
        open().prepare('INSERT INTO words (rowid, en, pt, form, facet) VALUES (?, ?, ?, ?, ?)').run(row.id, words.en, words.pt, words.form, messageFacets({ ...row, metadata: message.metadata }, inherited(head.get(row.conversation), (text) => copy.words(text)[0] ?? 0)));
        open().prepare('INSERT INTO message VALUES (?, ?)').run(row.id, row.t);
        byKey.set(message.key, row.id);
        ids.add(row.id);
        texts.set(row.id, text);
      }
    },
    keep(keys) {
      const kept = new Set(keys);
      for (const [key, id] of byKey) if (!kept.has(key)) forget(key, id);
    },
    close: () => void db?.close(),
  };
}
