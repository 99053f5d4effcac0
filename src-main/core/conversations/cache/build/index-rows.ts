/** Rows of the index for messages and conversations that stand in the tables. */
import type { SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { conversationFacet, everyRow, flagFacets, hasFacet, metaFacets, modelFacet, ownMetaFacets, roleFacet, userFacet } from '../facets.ts';
import { formMark, indexText } from '../index-text.ts';
import { looksSealed } from '../../keys/index.ts';
import { fromSortKey } from '../keys.ts';
import { readParts, textsOf } from '../store-parts.ts';
import { formsOf, type Stemmer } from '../words/index.ts';

export interface IndexedMessage {
  readonly id: number;
  readonly conversation: number;
  readonly role: number;
  readonly model: number | null;
  readonly flags: number;
  readonly deleted_at: string | null;
  readonly metadata: string | null;
}

export interface HeadRow {
  readonly id: number;
  readonly sort_key: string;
  readonly title: string | null;
  readonly owner: string | null;
  readonly model: string | null;
  readonly deleted_at: string | null;
  readonly metadata: string | null;
}

const heads = 'SELECT id, sort_key, title, owner, model, deleted_at, metadata FROM conversation';
const deleted = hasFacet('deleted');

export interface Inherited { readonly model: number | null; readonly facets: readonly string[] }

/** What every message of a conversation is found by. A message without a model of its own has its conversation's. */
export function inherited(head: HeadRow | undefined, word: (text: string) => number): Inherited {
  if (head === undefined) return { model: null, facets: [] };
  const facets = [conversationFacet(head.id), ...(head.owner === null ? [] : [userFacet(head.owner)]), ...(head.deleted_at === null ? [] : [deleted]), ...metaFacets(head.metadata)];
  return { model: head.model === null ? null : word(head.model), facets };
}

export function messageFacets(row: IndexedMessage, fromConversation: Inherited): string {
  const model = row.model ?? fromConversation.model;
  const facets = [everyRow, roleFacet(row.role), ...(model === null ? [] : [modelFacet(model)]), ...flagFacets(row.flags), ...fromConversation.facets, ...ownMetaFacets(row.metadata)];
  if (row.deleted_at !== null) facets.push(deleted);
  return [...new Set(facets)].join(' ');
}

/** Conversations of neighbours in time come again soon: a few thousand are remembered. */
const rememberedHeads = 5000;

export function createMessageIndexer(db: SqliteDb, stemmer: Stemmer, word: (text: string) => number) {
  const head = db.prepare<[number], HeadRow>(`${heads} WHERE id = ?`);
  const insert = db.prepare('INSERT INTO words (rowid, en, pt, form, facet) VALUES (?, ?, ?, ?, ?)');
  const remove = db.prepare('DELETE FROM words WHERE rowid = ?');
  const known = new Map<number, Inherited>();
  return {
    add(row: IndexedMessage, parts: string): void {
      let fromConversation = known.get(row.conversation);
      if (fromConversation === undefined) {
        fromConversation = inherited(head.get(row.conversation), word);
        if (known.size >= rememberedHeads) known.clear();
        known.set(row.conversation, fromConversation);
      }
      const text = indexText(textsOf(readParts(parts)), stemmer);
      insert.run(row.id, text.en, text.pt, text.form, messageFacets(row, fromConversation));
    },
    remove: (id: number): void => void remove.run(id),
  };
}

/** Titles, owners and ids, for lists and names. */
export function createHeadIndexer(db: SqliteDb, stemmer: Stemmer, word: (text: string) => number) {
  const head = db.prepare<[number], HeadRow>(`${heads} WHERE id = ?`);
  const insertHead = db.prepare('INSERT INTO heads (rowid, en, pt, form, facet, who) VALUES (?, ?, ?, ?, ?, ?)');
  const insertName = db.prepare('INSERT INTO names (rowid, text) VALUES (?, ?)');
  const removals = ['heads', 'names'].map((table) => db.prepare(`DELETE FROM ${table} WHERE rowid = ?`));
  const remove = (id: number): void => removals.forEach((statement) => statement.run(id));
  return {
    remove,
    put(id: number): void {
      remove(id);
      const row = head.get(id);
      if (row === undefined) return;
      const text = indexText(row.title ?? '', stemmer);
      const key = typedKey(fromSortKey(row.sort_key));
      const { facets: own, model } = inherited(row, word);
      const facets = [everyRow, ...own, ...(model === null ? [] : [modelFacet(model)])];
      insertHead.run(id, text.en, text.pt, text.form, [...new Set(facets)].join(' '), formsOf(`${row.owner ?? ''} ${key}`).map((form) => `${formMark}${form}`).join(' '));
      insertName.run(id, nameText(row.title, row.owner, key));
    },
  };
}

/** Nobody types a sealed key letter by letter. */
const typedKey = (key: string): string => (looksSealed(key) ? '' : key);

/** One line for each name, folded, so that trigrams do not run from one into the other. */
export function nameText(title: string | null, owner: string | null, key: string): string {
  return [title, owner, typedKey(key)].map((name) => formsOf(name ?? '').join(' ')).filter((name) => name !== '').join('\n');
}
