/** Brings what a scan staged into the tables and the index: first what is gone or replaced, then rows in the order of their ids. */
import { setImmediate } from 'node:timers/promises';
import type { SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { idFloor, idsPerSecond } from '../schema.ts';
import { readParts, textsOf } from '../store-parts.ts';
import { noTime } from '../times.ts';
import type { Stemmer } from '../words/index.ts';
import { createIdFinder } from './free-ids.ts';
import { createHeadIndexer, createMessageIndexer, type IndexedMessage } from './index-rows.ts';
import { createDictionary, type Intake } from './intake.ts';

export interface ApplyOptions {
  readonly isFresh: boolean;
  readonly stemmer: Stemmer;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

interface Staged extends Omit<IndexedMessage, 'id'> {
  readonly seq: number; readonly sort_key: string; readonly t: number; readonly at: string | null; readonly input_tokens: number | null; readonly output_tokens: number | null;
  readonly latency: number | null; readonly parent: string | null; readonly hash: number; readonly parts: string;
}

const rowsPerTurn = 1000;
const piecesOf = 10_000;

/** Lets the thread hear of a cancel between rows. */
export function createBreather(signal: AbortSignal, onTurn: (done: number) => void) {
  let done = 0;
  return async (): Promise<void> => {
    done += 1;
    if (done % rowsPerTurn !== 0) return;
    onTurn(done);
    await setImmediate();
    signal.throwIfAborted();
  };
}

/** A key that came twice counts once, as it came last. */
function dropDoubles(db: SqliteDb): number {
  const counts = db.prepare<[], { all: number; apart: number }>('SELECT count(*) AS "all", count(DISTINCT sort_key) AS apart FROM stage.message').get();
  if (counts === undefined || counts.all === counts.apart) return 0;
  return db.prepare('DELETE FROM stage.message WHERE seq NOT IN (SELECT max(seq) FROM stage.message GROUP BY sort_key)').run().changes;
}

function removeGone(db: SqliteDb, intake: Intake, unindex: (id: number) => void): number {
  const gone = db.prepare<[], { id: number; conversation: number }>('SELECT id, conversation FROM message WHERE id NOT IN (SELECT id FROM stage.seen)').all();
  const replaced = db.prepare<[], number>('SELECT old FROM stage.message WHERE old IS NOT NULL').pluck().all();
  const removals = ['message', 'body'].map((table) => db.prepare(`DELETE FROM ${table} WHERE id = ?`));
  const remove = (id: number): void => {
    unindex(id);
    for (const statement of removals) statement.run(id);
  };
  for (const { id, conversation } of gone) {
    intake.touch(conversation);
    remove(id);
  }
  replaced.forEach(remove);
  for (const [table, seen] of [['task', intake.seen.tasks], ['event', intake.seen.events]] as const) {
    const drop = db.prepare(`DELETE FROM ${table} WHERE id = ?`);
    for (const id of db.prepare<[], number>(`SELECT id FROM ${table}`).pluck().all()) if (!seen.has(id)) drop.run(id);
  }
  return gone.length;
}

/** Rows to index in the order of their ids: staged ones, and stored ones whose conversation's facets changed. */
function* inOrder(db: SqliteDb, intake: Intake, isFresh: boolean): Generator<{ readonly id: number; readonly seq: number | null; readonly spill: number }> {
  if (isFresh) {
    // In pieces: while a query is open nothing can be written.
    const piece = db.prepare<[number, string], { seq: number; t: number; sort_key: string }>(`SELECT seq, t, sort_key FROM stage.message WHERE (t, sort_key) > (?, ?) ORDER BY t, sort_key LIMIT ${piecesOf}`);
    let last = 0;
    let rows = piece.all(noTime, '');
    for (; rows.length > 0; rows = piece.all(rows.at(-1)?.t ?? 0, rows.at(-1)?.sort_key ?? '')) {
      for (const { seq, t } of rows) {
        last = Math.max(last + 1, idFloor(t));
        yield { id: last, seq, spill: last - idFloor(t) };
      }
    }
    return;
  }
  const staged = db.prepare<[], { seq: number; t: number; old: number | null }>('SELECT seq, t, old FROM stage.message ORDER BY t, sort_key');
  const finder = createIdFinder(db);
  const rows: { id: number; seq: number | null; spill: number }[] = staged.all().map(({ seq, t, old }) => {
    const id = finder(t, old);
    return { id, seq, spill: id - idFloor(t) };
  });
  const ofConversation = db.prepare<[number], number>('SELECT id FROM message WHERE conversation = ?').pluck();
  for (const conversation of intake.refaceted) for (const id of ofConversation.all(conversation)) rows.push({ id, seq: null, spill: 0 });
  yield* rows.toSorted((a, b) => a.id - b.id);
}

/** Counts and first words of conversations that changed. */
async function finishConversations(db: SqliteDb, intake: Intake, options: ApplyOptions, word: (text: string) => number): Promise<void> {
  const count = db.prepare('UPDATE conversation SET messages = (SELECT count(*) FROM message WHERE conversation = conversation.id) WHERE id = ?');
  const bare = db.prepare<[number], number>('SELECT id FROM conversation WHERE id = ? AND own_preview = 0').pluck();
  const first = db.prepare<[number], string>('SELECT parts FROM message JOIN body USING (id) WHERE conversation = ? ORDER BY t, sort_key LIMIT 1').pluck();
  const preview = db.prepare('UPDATE conversation SET preview = ? WHERE id = ?');
  const heads = createHeadIndexer(db, options.stemmer, word);
  const remove = db.prepare('DELETE FROM conversation WHERE id = ?');
  const breathe = createBreather(options.signal, () => undefined);
  if (!options.isFresh) {
    for (const id of db.prepare<[], number>('SELECT id FROM conversation').pluck().all()) {
      if (intake.seen.conversations.has(id)) continue;
      heads.remove(id);
      remove.run(id);
    }
  }
  for (const id of intake.touched) {
    await breathe();
    count.run(id);
    if (bare.get(id) !== undefined) {
      const parts = first.get(id);
      preview.run(parts === undefined ? null : textsOf(readParts(parts)).slice(0, 400).trim().replaceAll(/\s+/g, ' ').slice(0, 160) || null, id);
    }
    heads.put(id);
  }
}

function replaceMetrics(db: SqliteDb, sum: number): void {
  const before = db.prepare<[], string>("SELECT value FROM meta WHERE key = 'metrics'").pluck().get();
  if (before === String(sum)) return;
  db.exec('DELETE FROM metric; INSERT INTO metric (operation, t, duration, success) SELECT operation, t, duration, success FROM stage.metric');
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('metrics', ?)").run(String(sum));
}

export interface Applied { readonly written: number; readonly gone: number; readonly doubles: number }

export async function apply(db: SqliteDb, intake: Intake, createIndexes: () => void, options: ApplyOptions): Promise<Applied> {
  const doubles = dropDoubles(db);
  const word = createDictionary(db);
  const indexer = createMessageIndexer(db, options.stemmer, word);
  const gone = options.isFresh ? 0 : removeGone(db, intake, indexer.remove);
  db.exec('CREATE INDEX stage.message_order ON message (t, sort_key)');
  const total = Number(db.prepare('SELECT count(*) FROM stage.message').pluck().get());
  const read = db.prepare<[number], Staged>('SELECT * FROM stage.message WHERE seq = ?');
  const stored = db.prepare<[number], IndexedMessage & { readonly parts: string }>(
    'SELECT id, conversation, role, model, flags, deleted_at, metadata, parts FROM message JOIN body USING (id) WHERE id = ?');
  const insertMessage = db.prepare(`INSERT INTO message (id, sort_key, conversation, t, role, model, flags, at, input_tokens, output_tokens, latency, parent, deleted_at, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const insertBody = db.prepare('INSERT INTO body VALUES (?, ?, ?)');
  const breathe = createBreather(options.signal, (done) => options.onProgress(done, total));
  let spilt = Number(db.prepare("SELECT value FROM meta WHERE key = 'spilt'").pluck().get() ?? 0);
  let written = 0;
  for (const { id, seq, spill } of inOrder(db, intake, options.isFresh)) {
    await breathe();
    if (seq === null) {
      const row = stored.get(id);
      if (row === undefined) continue;
      indexer.remove(id);
      indexer.add(row, row.parts);
      continue;
    }
    const row = read.get(seq);
    if (row === undefined) continue;
    spilt = Math.max(spilt, spill);
    insertMessage.run(id, row.sort_key, row.conversation, row.t, row.role, row.model, row.flags, row.at, row.input_tokens, row.output_tokens, row.latency, row.parent, row.deleted_at, row.hash);
    insertBody.run(id, row.parts, row.metadata);
    indexer.add({ ...row, id }, row.parts);
    written += 1;
  }
  createIndexes();
  await finishConversations(db, intake, options, word);
  replaceMetrics(db, intake.metrics());
  db.prepare("INSERT OR REPLACE INTO meta VALUES ('spilt', ?)").run(String(Math.ceil(spilt / idsPerSecond) * idsPerSecond));
  return { written, gone, doubles };
}
