import type { SqliteDb } from '../../../drivers/sqlite/index.ts';

/** Raised with every change of the tables, of how words are made, or of what a facet is called: older copies are made anew. */
export const schemaVersion = '3';

/**
 * t: microseconds (times.ts). sort_key: keys.ts. role, model, operation: `word.id`. flags: facets.ts. parts: store-parts.ts.
 *
 * A message's id is `second of its time * 64` or the next free number: the newest are the last, in the table as in the index, so that the
 * index itself answers "the newest first", "before" and "after", and a date is a range of ids.
 */
const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);
  CREATE TABLE conversation (
    id INTEGER PRIMARY KEY, sort_key TEXT NOT NULL UNIQUE, t INTEGER NOT NULL, title TEXT, owner TEXT, created_at TEXT, updated_at TEXT, model TEXT,
    preview TEXT, deleted_at TEXT, metadata TEXT, masked INTEGER NOT NULL, messages INTEGER NOT NULL DEFAULT 0, own_preview INTEGER NOT NULL, hash INTEGER NOT NULL
  );
  CREATE TABLE message (
    id INTEGER PRIMARY KEY, sort_key TEXT NOT NULL, conversation INTEGER NOT NULL, t INTEGER NOT NULL, role INTEGER NOT NULL, model INTEGER, flags INTEGER NOT NULL,
    at TEXT, input_tokens INTEGER, output_tokens INTEGER, latency REAL, parent TEXT, deleted_at TEXT, hash INTEGER NOT NULL
  );
  CREATE TABLE body (id INTEGER PRIMARY KEY, parts TEXT NOT NULL, metadata TEXT);
  CREATE TABLE task (
    id INTEGER PRIMARY KEY, sort_key TEXT NOT NULL, conversation INTEGER NOT NULL, t INTEGER NOT NULL, status TEXT NOT NULL, description TEXT NOT NULL, created_at TEXT,
    updated_at TEXT, metadata TEXT, masked INTEGER NOT NULL, hash INTEGER NOT NULL
  );
  CREATE TABLE event (
    id INTEGER PRIMARY KEY, sort_key TEXT NOT NULL, conversation INTEGER NOT NULL, t INTEGER NOT NULL, type TEXT NOT NULL, actor TEXT, at TEXT, content TEXT,
    masked INTEGER NOT NULL, hash INTEGER NOT NULL
  );
  CREATE TABLE metric (id INTEGER PRIMARY KEY, operation INTEGER NOT NULL, t INTEGER NOT NULL, duration REAL, success INTEGER);
  CREATE UNIQUE INDEX task_key ON task (sort_key);
  CREATE UNIQUE INDEX event_key ON event (sort_key);`;

/** en, pt: stems in their order (a phrase is looked for here). form: the words themselves, each once, for prefixes. facet: facets.ts. */
const words = `content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0'`;

export const wordsTable = (name: string): string => `CREATE VIRTUAL TABLE ${name} USING fts5(en, pt, form, facet, ${words})`;

const fullText = `
  ${wordsTable('words')};
  CREATE VIRTUAL TABLE heads USING fts5(en, pt, form, facet, who, ${words});
  CREATE VIRTUAL TABLE names USING fts5(text, content='', contentless_delete=1, detail=none, tokenize='trigram case_sensitive 1');`;

/** Made when the rows are in: much quicker than row by row. */
const indexes = `
  CREATE UNIQUE INDEX message_key ON message (sort_key);
  CREATE INDEX message_thread ON message (conversation, t, sort_key);
  CREATE INDEX conversation_list ON conversation (t, sort_key);
  CREATE INDEX task_when ON task (conversation, t, sort_key);
  CREATE INDEX event_when ON event (conversation, t, sort_key);
  CREATE INDEX metric_of ON metric (operation, duration);`;

export function createTables(db: SqliteDb): void {
  db.exec(tables);
  db.exec(fullText);
}

export function createIndexes(db: SqliteDb): void {
  db.exec(indexes);
}

/** Rows on their way into the copy, in a file beside it: their ids are known only when all are there. */
export const stageTables = `
  CREATE TABLE stage.message (
    seq INTEGER PRIMARY KEY, sort_key TEXT NOT NULL, conversation INTEGER NOT NULL, t INTEGER NOT NULL, role INTEGER NOT NULL, model INTEGER, flags INTEGER NOT NULL,
    at TEXT, input_tokens INTEGER, output_tokens INTEGER, latency REAL, parent TEXT, deleted_at TEXT, hash INTEGER NOT NULL, parts TEXT NOT NULL, metadata TEXT, old INTEGER
  );
  CREATE TABLE stage.metric (operation INTEGER NOT NULL, t INTEGER NOT NULL, duration REAL, success INTEGER);
  CREATE TABLE stage.seen (id INTEGER PRIMARY KEY);`;

/** Numbers of messages that fit a second before they flow over into the next. */
export const idsPerSecond = 64;

export function idFloor(t: number): number {
  return Math.max(0, Math.floor(t / 1_000_000)) * idsPerSecond + 1;
}
