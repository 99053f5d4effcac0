import type { Field } from '../../../../shared/model/conversation-mapping.ts';
import type { Program, ScanContext } from './program.ts';
import type { Select } from './row-source.ts';
import { columnsOf, countsSql, fieldSql, keysSql, selectSql, tableFrom, type TableName } from './sql.ts';

type Statement = Pick<Select, 'sql' | 'columns'>;

export interface Statements {
  /** Where the messages of a conversation stand in its own JSON; undefined where they are rows. */
  readonly document: Field | undefined;
  /** Conversations with a row of their own, and what counting their messages tells (`a:n` …). Null where all are read from JSON. */
  listed(byKey: boolean): Statement | null;
  /** Conversations that only their messages name: there is no table of them, or the row is gone (`k0`, `n` …). */
  unlisted(keys: readonly string[] | null): Select | null;
  /** Conversations with their JSON: all of them, or those that have no messages in rows. */
  documents(byKey: boolean): Statement | null;
  /** Messages; where their parts are rows, one row for each part, in order (`p:content`). */
  messages(byKey: boolean): Statement | null;
  /** Tasks, events, metrics. */
  plain(part: { readonly table: TableName }): Statement;
  /** All columns of the rows under a key. */
  whole(table: TableName, field: Field): Statement | null;
}

const filtered = ({ sql, columns }: Statement, ...conditions: readonly (string | null)[]): Statement => {
  const all = conditions.filter((each) => each !== null);
  return { sql: all.length === 0 ? sql : `${sql} WHERE ${all.join(' AND ')}`, columns };
};

/** The SQL of a scan. Only the mapping's names and the program's own subqueries are in it, all quoted; keys are parameters. */
export function statementsOf(context: ScanContext, program: Program): Statements {
  const { dialect, shape, mapping } = context;
  const { conversations: conv, messages: msg, parts } = mapping;
  const tableOf = ({ schema, name }: TableName) => shape.tables.find((each) => each.name === name && each.schema === schema);
  const has = (table: TableName, column: string): boolean => tableOf(table)?.columns.some(({ name }) => name === column) === true;
  const convFrom = conv === undefined ? null : (program.conversations?.(context) ?? tableFrom(conv.table));
  const msgFrom = msg === undefined ? null : (program.messages?.(context) ?? tableFrom(msg.table));
  const document = conv?.document ?? (program.document !== undefined && conv !== undefined && has(conv.table, program.document) ? { column: program.document } : undefined);

  /** A server refuses to compare a uuid with text; then both are compared as text. */
  const typeOf = (table: TableName, field: Field, isDerived: boolean): string | undefined => (isDerived || (field.path?.length ?? 0) > 0 ? 'text' : tableOf(table)?.columns.find(({ name }) => name === field.column)?.type);
  const sameConversation = (key: string): string => {
    if (conv === undefined || msg === undefined) return 'FALSE';
    const own = fieldSql(dialect, 'c', conv.id);
    const differ = dialect === 'postgres' && typeOf(msg.table, msg.conversation, msgFrom?.isDerived === true) !== typeOf(conv.table, conv.id, convFrom?.isDerived === true);
    return differ ? `${key}::text = ${own}::text` : `${key} = ${own}`;
  };
  const ownMessages = msg === undefined || msgFrom === null ? 'FALSE' : `EXISTS (SELECT 1 FROM ${msgFrom.sql} m WHERE ${sameConversation(fieldSql(dialect, 'm', msg.conversation))})`;
  const convKeys = conv === undefined ? 'FALSE' : keysSql(dialect, shape, conv.table, 'c', conv.id, convFrom?.isDerived === true);

  return {
    document,
    listed(byKey) {
      if (conv === undefined || convFrom === null || (document !== undefined && msg === undefined)) return null;
      const columns = columnsOf({ ...conv, document: undefined });
      const conditions = [byKey ? convKeys : null, document === undefined ? null : ownMessages];
      if (msg === undefined || msgFrom === null) return filtered(selectSql(dialect, `${convFrom.sql} c`, 'c', columns), ...conditions);
      // A few conversations' messages are counted by their index, all of them at once.
      const key = fieldSql(dialect, 'm', msg.conversation);
      const counts = countsSql(dialect, msgFrom, msg, byKey ? `WHERE ${key} IN (SELECT ${fieldSql(dialect, 'c', conv.id)} FROM ${convFrom.sql} c WHERE ${convKeys} AND ${sameConversation(key)})` : '');
      const named = counts.columns.filter((name) => !name.startsWith('k')).map((name) => [`a:${name}`, `a.${name}`] as const);
      return filtered(selectSql(dialect, `${convFrom.sql} c LEFT JOIN (${counts.sql}) a ON ${sameConversation('a.k0')}`, 'c', columns, named), ...conditions);
    },
    unlisted(keys) {
      if (msg === undefined || msgFrom === null) return null;
      const key = fieldSql(dialect, 'm', msg.conversation);
      const conditions = [
        ...(conv === undefined || convFrom === null ? [] : [`NOT EXISTS (SELECT 1 FROM ${convFrom.sql} c WHERE ${sameConversation(key)})`]),
        ...(keys === null ? [] : [`(${key} IS NULL OR ${keysSql(dialect, shape, msg.table, 'm', msg.conversation, msgFrom.isDerived)})`]),
      ];
      const counts = countsSql(dialect, msgFrom, msg, conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`);
      return { sql: `SELECT ${counts.columns.map((name) => (dialect === 'postgres' ? `a.${name}::text` : `a.${name}`)).join(', ')} FROM (${counts.sql}) a`, columns: counts.columns, ...(keys === null ? {} : { keys }) };
    },
    documents(byKey) {
      if (document === undefined || conv === undefined || convFrom === null) return null;
      return filtered(selectSql(dialect, `${convFrom.sql} c`, 'c', [...new Set([...columnsOf(conv), document.column])]), byKey ? convKeys : null, msg === undefined ? null : `NOT ${ownMessages}`);
    },
    messages(byKey) {
      if (msg === undefined || msgFrom === null) return null;
      const columns = [...new Set([...columnsOf(msg), ...(program.columns ?? []).filter((column) => has(msg.table, column))])];
      const where = byKey ? keysSql(dialect, shape, msg.table, 'm', msg.id, msgFrom.isDerived) : null;
      if (parts === undefined) return filtered(selectSql(dialect, `${msgFrom.sql} m`, 'm', columns), where);
      const id = fieldSql(dialect, 'm', msg.id);
      const order = [id, ...(parts.position === undefined ? [] : [fieldSql(dialect, 'p', parts.position)]), fieldSql(dialect, 'p', parts.id)];
      const own = filtered(selectSql(dialect, `${msgFrom.sql} m LEFT JOIN ${tableFrom(parts.table).sql} p ON ${fieldSql(dialect, 'p', parts.message)} = ${id}`, 'm', columns, [['p:content', fieldSql(dialect, 'p', parts.content)]]), where);
      return { sql: `${own.sql} ORDER BY ${order.join(', ')}`, columns: own.columns };
    },
    plain: (part) => selectSql(dialect, `${tableFrom(part.table).sql} x`, 'x', columnsOf(part)),
    whole(table, field) {
      const columns = tableOf(table)?.columns.map(({ name }) => name) ?? [];
      return columns.length === 0 ? null : filtered(selectSql(dialect, `${tableFrom(table).sql} x`, 'x', columns), keysSql(dialect, shape, table, 'x', field, false));
    },
  };
}
