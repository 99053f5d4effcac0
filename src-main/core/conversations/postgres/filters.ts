/** The filters of a query as conditions on the mapped tables. Values are parameters; names come from the mapping and are quoted. */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Field, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { columnSql, fromIso, jsonSql, textSql } from './fields.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';
import { any, clean, type Values } from './values.ts';

type Meta = Query['meta'][number];

const lowered = (list: readonly string[]): string[] => list.map((text) => clean(text).toLowerCase());

/** `a = any of them`, whatever the case. */
export function oneOf(sql: string, list: readonly string[], values: Values): string {
  const [only] = lowered(list);
  // One value as an equation: an index over it gives its rows in the order of the list.
  return list.length === 1 && only !== undefined ? `lower(${sql}) = ${values.add(only)}` : `lower(${sql}) = ANY (${values.add(lowered(list))}::text[])`;
}

/** Of no row is it said that it is one of these: rows without a value stay. */
export function noneOf(sql: string, list: readonly string[], values: Values): string {
  return `lower(${sql}) IS NULL OR lower(${sql}) <> ALL (${values.add(lowered(list))}::text[])`;
}

/** What stands at a path of the metadata equals a text: by containment where an index over jsonb can answer it, by text else. */
export function metaCondition(alias: string, table: TableShape, fields: readonly Field[] | undefined, meta: Meta, values: Values): string | null {
  const named = fields?.filter((field) => (field.path?.at(-1) ?? field.column) === meta.path[0]) ?? [];
  const value = clean(meta.value);
  const path = meta.path.map(clean);
  const ways = (fields ?? []).flatMap((field) => {
    const column = columnOf(table, field);
    const isJson = column.family === 'jsonb' || column.family === 'json';
    if (!isJson && field.path === undefined) return named.includes(field) ? [`${textSql(alias, table, field)} = ${values.add(value)}`] : [];
    const inside = named.includes(field) && (fields?.length ?? 0) > 1 ? path.slice(1) : path;
    const whole = [...(field.path ?? []), ...inside];
    if (whole.length === 0) return [];
    if (column.family === 'jsonb') return jsonForms(value).map((form) => `${columnSql(alias, field)} @> ${values.add(JSON.stringify(nested(whole, form)))}::jsonb`);
    return [`(${jsonSql(alias, column)} #>> ${values.add(whole)}::text[]) = ${values.add(value)}`];
  });
  return ways.length === 0 ? null : any(ways);
}

/** `5` may be a number or a text in JSON, `true` a boolean. */
function jsonForms(value: string): unknown[] {
  if (/^-?(0|[1-9]\d{0,14})(\.\d{1,6})?$/.test(value)) return [value, Number(value)];
  return value === 'true' || value === 'false' ? [value, value === 'true'] : [value];
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
}

export function timeCondition(alias: string, table: TableShape, field: TimeField | undefined, query: Query, sample: string | null, values: Values): string[] {
  if (field === undefined || (query.after === null && query.before === null)) return [];
  const column = columnOf(table, field);
  const bound = (iso: string): string => `${values.add(fromIso(iso, column, field.as, sample))}::${column.type}`;
  const sql = columnSql(alias, field);
  return [...(query.after === null ? [] : [`${sql} >= ${bound(query.after)}`]), ...(query.before === null ? [] : [`${sql} < ${bound(query.before)}`])];
}

/** True for rows that are marked as deleted. */
export function deletedCondition(alias: string, table: TableShape, field: Field | undefined): string {
  if (field === undefined) return 'FALSE';
  return columnOf(table, field).family === 'boolean' ? `${columnSql(alias, field)} IS TRUE` : `${columnSql(alias, field)} IS NOT NULL`;
}

/** What the typed parts of a message hold; the words are those of core/conversations/parts. */
const partKinds: Readonly<Record<'tool' | 'image' | 'file' | 'json' | 'error', string>> = {
  tool: '"type"\\s*:\\s*"(tool[-_a-zA-Z]*|dynamic-tool|function_?[cC]all|functionCall|toolRequest|toolResponse)"',
  image: '"(image|image_url|input_image)"|"(mediaType|media_type|mimeType|mime)"\\s*:\\s*"image/',
  file: '"type"\\s*:\\s*"(file|input_file|document|binary)"',
  json: '"type"\\s*:\\s*"(json|data-[^"]*)"',
  error: '"type"\\s*:\\s*"(error|error-text|error-json)"|"(is_?[eE]rror)"\\s*:\\s*true|"errorText"',
};

/** Message rows that have something: an error, a tool's call or result, an image, a file, JSON, a mark of deletion. */
export function hasCondition(source: Source, what: Query['has'][number]): string {
  const { message, shape: { messages: table } } = source;
  if (what === 'deleted') return deletedCondition('m', table, message.deleted);
  const error = what === 'error' && message.error !== undefined ? [`${textSql('m', table, message.error)} NOT IN ('', 'f', 'false', '0', 'null')`] : [];
  const typed = [message.parts, message.contentAs === 'text' || message.contentAs === 'markdown' ? undefined : message.content].filter((field) => field !== undefined);
  return any([...error, ...typed.map((field) => {
    const sql = textSql('m', table, field);
    return `${field === message.parts ? '' : `${sql} ~ '^\\s*[\\[{]' AND `}${sql} ~ '${partKinds[what]}'`;
  })]);
}

/** True where the query asks something that only messages can answer. */
export function asksMessages(source: Source, query: Query): boolean {
  const ofModel = source.conversation.model === undefined && (query.models.length > 0 || query.notModels.length > 0);
  const ofUser = source.conversation.owner === undefined && (query.users.length > 0 || query.notUsers.length > 0);
  const ofParts = [...query.has, ...query.notHas].some((what) => what !== 'deleted');
  const ofMeta = (source.conversation.metadata ?? []).length === 0 && query.meta.length > 0;
  return query.terms.length > 0 || query.roles.length > 0 || query.notRoles.length > 0 || ofModel || ofUser || ofParts || ofMeta;
}

/** What a conversation's own row must satisfy for the list. */
export function conversationConditions(source: Source, query: Query, sample: string | null, values: Values): string[] {
  const { conversation: map, shape: { conversations: table } } = source;
  const { owner, model } = map;
  return [
    ...(query.in === null ? [] : [`${columnSql('c', map.id)} = ${values.add(clean(query.in))}::${columnOf(table, map.id).type}`]),
    ...(owner === undefined ? [] : [...(query.users.length === 0 ? [] : [oneOf(textSql('c', table, owner), query.users, values)]), ...(query.notUsers.length === 0 ? [] : [noneOf(textSql('c', table, owner), query.notUsers, values)])]),
    ...(model === undefined ? [] : [...(query.models.length === 0 ? [] : [oneOf(textSql('c', table, model), query.models, values)]), ...(query.notModels.length === 0 ? [] : [noneOf(textSql('c', table, model), query.notModels, values)])]),
    ...timeCondition('c', table, source.listTime, query, sample, values),
    ...(query.has.includes('deleted') ? [deletedCondition('c', table, map.deleted)] : []),
    ...(query.notHas.includes('deleted') ? [`NOT (${deletedCondition('c', table, map.deleted)})`] : []),
    ...((map.metadata ?? []).length === 0 ? [] : query.meta.map((meta) => negated(metaCondition('c', table, map.metadata, meta, values) ?? 'FALSE', meta.not))),
  ];
}

/** What a message's own row must satisfy. `conversation`: the conditions that are asked of the conversation instead. */
export function messageConditions(source: Source, query: Query, sample: string | null, values: Values): string[] {
  const { message: map, shape: { messages: table } } = source;
  const listed = (field: Field | undefined, wanted: readonly string[], unwanted: readonly string[]): string[] => {
    if (wanted.length === 0 && unwanted.length === 0) return [];
    const sql = field === undefined ? 'NULL::text' : textSql('m', table, field);
    return [...(wanted.length === 0 ? [] : [oneOf(sql, wanted, values)]), ...(unwanted.length === 0 ? [] : [noneOf(sql, unwanted, values)])];
  };
  return [
    ...(query.in === null ? [] : [`${columnSql('m', map.conversation)} = ${values.add(clean(query.in))}::${columnOf(table, map.conversation).type}`]),
    ...listed(map.role, query.roles, query.notRoles),
    ...(map.model === undefined && source.conversation.model !== undefined ? [] : listed(map.model, query.models, query.notModels)),
    ...(source.conversation.owner === undefined ? listed(map.owner, query.users, query.notUsers) : []),
    ...timeCondition('m', table, map.created, query, sample, values),
    ...query.has.filter((what) => what !== 'deleted').map((what) => hasCondition(source, what)),
    ...query.notHas.filter((what) => what !== 'deleted').map((what) => `NOT (${hasCondition(source, what)})`),
  ];
}

export function negated(condition: string, not: boolean): string {
  return not ? `(${condition}) IS NOT TRUE` : condition;
}

/** A query that cannot be asked of this mapping says so, instead of finding nothing. */
export function assertAnswerable(source: Source, query: Query): void {
  if (query.meta.length > 0 && (source.conversation.metadata ?? []).length === 0 && (source.message.metadata ?? []).length === 0) {
    throw new TravessiaError('QUERY_INVALID', { message: 'This library has no metadata to filter by.', hint: 'Name its columns in the mapping.' });
  }
}
