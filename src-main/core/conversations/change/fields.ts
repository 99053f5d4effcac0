import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Field, Mapping, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { readRelations, type ChangeSession, type Relation, type Relations } from './relations.ts';

/** Where a mapping's field stands in a row with the alias `alias`; text where it is inside JSON. */
export function fieldSql(field: Field, alias: string): string {
  const column = `${alias}.${quoteIdent(field.column)}`;
  return field.path === undefined || field.path.length === 0 ? column : `(${column}::jsonb #>> ARRAY[${field.path.map(quoteLiteral).join(', ')}])`;
}

/** The column's type where the field is a column, else text. */
export function typeOf(relation: Relation, field: Field): string {
  return field.path === undefined || field.path.length === 0 ? (relation.columns.find(({ name }) => name === field.column)?.type ?? 'text') : 'text';
}

/** A field's new value as the column's new value: itself, or the JSON with it at its path. */
export function assignment(relation: Relation, field: Field, text: string): { readonly column: string; readonly sql: string } {
  const type = relation.columns.find(({ name }) => name === field.column)?.type ?? 'text';
  if (field.path === undefined || field.path.length === 0) return { column: field.column, sql: quoteLiteral(text) };
  const column = `t.${quoteIdent(field.column)}`;
  const changed = `jsonb_set(coalesce(${column}::jsonb, '{}'::jsonb), ARRAY[${field.path.map(quoteLiteral).join(', ')}], to_jsonb(${quoteLiteral(text)}::text), true)`;
  return { column: field.column, sql: type === 'jsonb' ? changed : `(${changed})::${type === 'json' ? 'json' : 'text'}` };
}

export interface MappedTables {
  readonly relations: Relations;
  readonly conversations: Relation | null;
  readonly messages: Relation | null;
  readonly parts: Relation | null;
  readonly tasks: Relation | null;
  readonly events: Relation | null;
}

/** @throws TravessiaError MAPPING_INVALID where a table of the mapping is gone; UNSUPPORTED_SOURCE where it is a view or stands elsewhere */
export async function readMapped(session: ChangeSession, mapping: Mapping): Promise<MappedTables> {
  const named = [mapping.conversations, mapping.messages, mapping.parts, mapping.tasks, mapping.events].flatMap((each) => (each === undefined ? [] : [each.table]));
  const relations = await readRelations(session, named);
  const find = (part: { readonly table: { readonly schema: string | null; readonly name: string } } | undefined): Relation | null => {
    if (part === undefined) return null;
    const { schema, name } = part.table;
    const found = relations.find(schema, name);
    if (found === null) throw new TravessiaError('MAPPING_INVALID', { message: `The mapping names table ${name}, which is not there.`, hint: 'Correct the mapping of the library.' });
    if (found.kind !== 'r' && found.kind !== 'p') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${name} is no table but a view or a foreign table: its rows stand elsewhere and cannot be changed here.`, hint: 'Open the tables behind it as a library.' });
    return found;
  };
  return { relations, conversations: find(mapping.conversations), messages: find(mapping.messages), parts: find(mapping.parts), tasks: find(mapping.tasks), events: find(mapping.events) };
}

const perSecond: Readonly<Record<string, number>> = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 };

/**
 * Condition on alias `t`: the moment of a field lies before `cutoff`.
 * @throws TravessiaError UNSUPPORTED_SOURCE where the field holds no moment, such as a flag
 */
export function isBefore(relation: Relation, field: TimeField, cutoff: string): string {
  const value = fieldSql(field, 't');
  const type = typeOf(relation, field);
  if (/^(timestamp|date)/.test(type)) return `${value} < ${quoteLiteral(cutoff)}::timestamptz`;
  const moment = new Date(cutoff).getTime() / 1000;
  if (/^(smallint|integer|bigint|numeric|real|double)/.test(type)) {
    const unit = perSecond[field.as];
    // By its size: the same borders as where moments are read.
    const seconds = unit !== undefined ? `${value} / ${unit}.0` : `(CASE WHEN abs(${value}) < 1e11 THEN ${value} WHEN abs(${value}) < 1e14 THEN ${value} / 1e3 WHEN abs(${value}) < 1e17 THEN ${value} / 1e6 ELSE ${value} / 1e9 END)`;
    return `(${value} > 1e6 AND ${seconds} < ${moment})`;
  }
  if (/^(text|character)/.test(type)) return `(CASE WHEN ${value} ~ '^\\d{4}-\\d\\d-\\d\\d' THEN (${value})::timestamptz < ${quoteLiteral(cutoff)}::timestamptz ELSE false END)`;
  throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `Column ${field.column} says that a conversation is deleted, but not since when.`, hint: 'A purge needs the moment of the deletion. Delete single conversations instead.' });
}
