import { cutIdentifier, quoteIdent } from '../../../../shared/pure/quote.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import { columnSql, textSql } from './fields.ts';
import { foldSql } from './index-names.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';

export interface TableIndex {
  readonly name: string;
  readonly table: TableShape;
  readonly definition: string;
  readonly why: string;
}

/** Indexes on the program's own tables: lists newest first, threads in order, metadata, owners, names. */
export function tableIndexes(source: Source, trigrams: string | null): TableIndex[] {
  const { conversation, message, shape: { conversations, messages } } = source;
  const listed = source.listOrder.at === null ? [] : [columnSql('', source.listTime ?? conversation.id).slice(1)];
  const ident = (column: string): string => quoteIdent(column);
  const bare = (sql: string): string => sql.replaceAll('c.', '');
  const jsonb = (conversation.metadata ?? []).filter((field) => field.path === undefined && columnOf(conversations, field).family === 'jsonb');
  const listOrder = [...listed, ident(conversation.id.column)].map((column) => `${column} DESC`).join(', ');
  const names = [conversation.title, conversation.owner].filter((field) => field !== undefined);
  return [
    { name: named('list', conversations), table: conversations, definition: `(${listOrder})`, why: describe('index.list') },
    { name: named('thread', messages), table: messages, definition: `(${[message.conversation.column, ...(message.created === undefined || message.created.path !== undefined ? [] : [message.created.column]), message.id.column].map(ident).join(', ')})`, why: describe('index.thread') },
    ...jsonb.map((field) => ({ name: named(field.column, conversations), table: conversations, definition: `USING gin (${ident(field.column)} jsonb_path_ops)`, why: describe('index.metadata') })),
    ...(conversation.owner === undefined ? [] : [{ name: named('owner', conversations), table: conversations, definition: `((lower(${bare(textSql('c', conversations, conversation.owner))})), ${listOrder})`, why: describe('index.owner') }]),
    ...(trigrams === null ? [] : names.map((field, at) => ({ name: named(`names_${at + 1}`, conversations), table: conversations, definition: `USING gin ((${foldSql(bare(textSql('c', conversations, field)))}) ${trigrams}.gin_trgm_ops)`, why: describe('index.names') }))),
  ];
}

function named(what: string, table: TableShape): string {
  return `${cutIdentifier(table.name, 30)}_travessia_${cutIdentifier(what, 20)}`;
}

/** A plain index that begins with the same columns serves as well, in either direction. */
export function isCovered({ table, definition }: TableIndex): boolean {
  if (!definition.startsWith('("')) return false;
  const columns = definition.slice(1, -1).split(', ').map((column) => column.replace(/ DESC$/, '').replaceAll(/^"|"$/g, '').replaceAll('""', '"'));
  return table.indexes.some((index) => columns.every((column, at) => index[at] === column));
}
