import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Field, Mapping, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import type { QueryPort } from '../ports.ts';
import { columnSql } from './fields.ts';
import type { Order } from './keyset.ts';
import { columnOf, type Shape, type TableShape } from './shape.ts';

export type ConversationTable = NonNullable<Mapping['conversations']>;
export type MessageTable = NonNullable<Mapping['messages']>;

/** A library's tables, looked up, and how rows of them are ordered. Aliases in every statement: c conversations, m messages. */
export interface Source {
  readonly port: QueryPort;
  /** Id of the library, for questions to the masker. */
  readonly library: string;
  readonly mapping: Mapping;
  readonly conversation: ConversationTable;
  readonly message: MessageTable;
  readonly shape: Shape;
  /** Newest first: by the last change, else the creation. */
  readonly listOrder: Order;
  readonly listTime: TimeField | undefined;
  /** Oldest first. */
  readonly threadOrder: Order;
}

export function makeSource(port: QueryPort, library: string, mapping: Mapping, shape: Shape): Source {
  const { conversations: conversation, messages: message } = mapping;
  if (conversation === undefined || message === undefined) throw new TravessiaError('MAPPING_INVALID', { message: 'This mapping has no conversations or no messages.' });
  const listTime = conversation.updated ?? conversation.created;
  return {
    port, library, mapping, conversation, message, shape, listTime,
    listOrder: order('c', shape.conversations, conversation.id, listTime, true),
    threadOrder: order('m', shape.messages, message.id, message.created, false),
  };
}

export function order(alias: string, table: TableShape, id: Field, time: TimeField | undefined, descending: boolean): Order {
  const key = { sql: columnSql(alias, id), type: columnOf(table, id).type };
  // A time inside JSON has no index: such rows come by their keys.
  if (time === undefined || time.path !== undefined) return { at: null, key, descending };
  const column = columnOf(table, time);
  return { at: { sql: columnSql(alias, time), type: column.type, nullable: !column.notNull }, key, descending };
}

export function notFound(what: 'conversation' | 'message'): TravessiaError {
  return new TravessiaError('NOT_FOUND', { message: `There is no such ${what} in this library.`, hint: 'It may have been deleted since: reload the list.' });
}

/** True where a key cannot be a value of the column: PostgreSQL refuses the cast (22P02 invalid text, 22003 out of range). */
export function isBadKey(error: unknown): boolean {
  const cause = error instanceof TravessiaError ? error.cause : error;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return code === '22P02' || code === '22003' || code === '22007' || code === '22008';
}

/** Turns a key that cannot be one into NOT_FOUND. */
export async function withKey<T>(what: 'conversation' | 'message', work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isBadKey(error)) throw notFound(what);
    throw error;
  }
}
