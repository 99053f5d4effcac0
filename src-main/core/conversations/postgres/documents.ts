/** The table beside the messages: how a message's row becomes its document, in one place for the filling, the triggers and the checks. */
import type { Field, TimeField } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import { columnSql, jsonSql, pathLiteral, textSql } from './fields.ts';
import { deletedCondition, hasCondition } from './filters.ts';
import type { SearchNames } from './index-names.ts';
import type { PlanStatement } from './index-functions.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';

export const tagLength = 60;

/** A moment whatever the column's form; a message without one is older than all others. */
function momentSql(table: TableShape, field: TimeField | undefined, schema: string): string {
  if (field === undefined) return "'-infinity'::timestamptz";
  const column = columnOf(table, field);
  const sql = textOrColumn(table, field);
  const units = { seconds: '1', milliseconds: '1e3', microseconds: '1e6', nanoseconds: '1e9' } as const;
  const moment = (): string => {
    if (field.path !== undefined) return `${schema}.moment_of(${sql})`;
    switch (column.family) {
      case 'timestamptz': return sql;
      case 'timestamp': case 'date': return `${sql}::timestamp AT TIME ZONE 'UTC'`;
      case 'integer': case 'number': return field.as === 'auto' || field.as === 'iso' ? `${schema}.moment_of(${sql}::numeric)` : `to_timestamp((${sql} / ${units[field.as]})::double precision)`;
      default: return `${schema}.moment_of(${sql}::text)`;
    }
  };
  return `coalesce(${moment()}, '-infinity'::timestamptz)`;
}

function textOrColumn(table: TableShape, field: Field): string {
  return field.path === undefined ? columnSql('m', field) : textSql('m', table, field);
}

/** All that a message says, as one text. */
function saidSql(source: Source, schema: string): string {
  const { message: map, shape: { messages: table } } = source;
  const json = (field: Field): string => {
    const column = columnOf(table, field);
    const whole = column.family === 'jsonb' || column.family === 'json' ? jsonSql('m', column) : `${schema}.json_of(${columnSql('m', field)}::text)`;
    return field.path === undefined ? whole : `(${whole} #> ${pathLiteral(field.path)})`;
  };
  const said: string[] = [];
  if (map.content !== undefined) {
    const text = `${textSql('m', table, map.content)}`;
    const isJson = ['jsonb', 'json'].includes(columnOf(table, map.content).family);
    said.push(map.contentAs === 'text' || map.contentAs === 'markdown' ? text : isJson ? `${schema}.texts_of(${json(map.content)}, NULL)` : `CASE WHEN ${text} ~ '^\\s*[\\[{"]' THEN coalesce(${schema}.texts_of(${schema}.json_of(${text}), NULL), ${text}) ELSE ${text} END`);
    if (map.parts !== undefined) said.push(`CASE WHEN ${columnSql('m', map.parts)} IS NOT NULL THEN ${schema}.texts_of(${json(map.parts)}, ${text}) END`);
  } else if (map.parts !== undefined) said.push(`${schema}.texts_of(${json(map.parts)}, NULL)`);
  if (map.error !== undefined) said.push(textSql('m', table, map.error));
  return said.length === 1 ? `coalesce(${said[0]}, '')` : `concat_ws(E'\\n', ${said.join(', ')})`;
}

function tagSql(prefix: string, sql: string): string {
  return `CASE WHEN length(${sql}) <= ${tagLength} THEN ${quoteLiteral(`${prefix}:`)} || lower(${sql}) ELSE ${quoteLiteral(`${prefix}#`)} || md5(lower(${sql})) END`;
}

function metaTagSql(path: string, value: string): string {
  return `'x:' || left(md5(${path} || '=' || (${value})), 12)`;
}

/** Tags of JSON: one for each path and value, three levels deep; what is a list or no value has none. */
function metaTagsSql(json: string, prefix: string): string {
  const object = (value: string): string => `CASE WHEN jsonb_typeof(${value}) = 'object' THEN ${value} END`;
  const isValue = (value: string): string => `jsonb_typeof(${value}) NOT IN ('object', 'array', 'null')`;
  const start = quoteLiteral(prefix);
  return `CASE WHEN jsonb_typeof(${json}) = 'object' THEN ARRAY(
        SELECT ${metaTagSql(`${start} || a.key`, "a.value #>> '{}'")} FROM jsonb_each(${json}) a WHERE ${isValue('a.value')}
        UNION ALL SELECT ${metaTagSql(`${start} || a.key || '.' || b.key`, "b.value #>> '{}'")} FROM jsonb_each(${json}) a CROSS JOIN LATERAL jsonb_each(${object('a.value')}) b WHERE ${isValue('b.value')}
        UNION ALL SELECT ${metaTagSql(`${start} || a.key || '.' || b.key || '.' || c.key`, "c.value #>> '{}'")} FROM jsonb_each(${json}) a CROSS JOIN LATERAL jsonb_each(${object('a.value')}) b CROSS JOIN LATERAL jsonb_each(${object('b.value')}) c WHERE ${isValue('c.value')}
        LIMIT 60) ELSE '{}' END`;
}

/**
 * `SELECT` of documents from rows of messages, alias m. Columns: id, conversation, at, language, words, tags.
 * @param from - what stands after FROM, with the alias m
 */
export function documentSelect(source: Source, names: SearchNames, bucketSeconds: number, from: string): string {
  const { message: map, shape: { messages: table } } = source;
  const schema = quoteIdent(names.schema);
  const listed = [['r', map.role], ['m', map.model], ['u', map.owner]] as const;
  const tags = [
    `'c:' || left(md5(${columnSql('m', map.conversation)}::text), 12)`,
    ...listed.flatMap(([prefix, field]) => (field === undefined ? [] : [tagSql(prefix, textSql('m', table, field))])),
  ];
  const kinds = (['error', 'tool', 'image', 'file', 'json', 'deleted'] as const).flatMap((what) => {
    const condition = hasCondition(source, what);
    return condition === 'FALSE' ? [] : [`CASE WHEN ${condition} THEN 'h:${what}' END`];
  });
  // Most messages are words alone: one look tells, and nothing else is looked for.
  const special = [
    ...(map.parts === undefined ? [] : [`${columnSql('m', map.parts)} IS NOT NULL`]), ...(map.error === undefined ? [] : [`${columnSql('m', map.error)} IS NOT NULL`]), ...(map.deleted === undefined ? [] : [deletedCondition('m', table, map.deleted)]),
    ...(map.content === undefined || map.contentAs === 'text' || map.contentAs === 'markdown' ? [] : [`${textSql('m', table, map.content)} ~ '^\\s*[\\[{]'`]),
  ];
  const meta = (map.metadata ?? []).map((field) => {
    const column = columnOf(table, field);
    const name = field.path?.at(-1) ?? field.column;
    if (column.family !== 'jsonb' && column.family !== 'json') return `ARRAY[${metaTagSql(quoteLiteral(name), textSql('m', table, field))}]`;
    const value = field.path === undefined ? jsonSql('m', column) : `(${jsonSql('m', column)} #> ${pathLiteral(field.path)})`;
    return metaTagsSql(value, (map.metadata?.length ?? 0) > 1 ? `${name}.` : '');
  });
  return `SELECT t.id, t.conversation, t.at, t.language, ${schema}.words_of(t.said, t.language), t.tags || ${schema}.time_tags(t.at, ${bucketSeconds})
  FROM (SELECT r.*, ${schema}.language_of(r.said) AS language
    FROM (SELECT ${columnSql('m', map.id)} AS id, ${columnSql('m', map.conversation)} AS conversation, ${momentSql(table, map.created, schema)} AS at, ${saidSql(source, schema)} AS said,
      ${[`array_remove(ARRAY[${tags.join(', ')}], NULL)`, ...(kinds.length === 0 || special.length === 0 ? [] : [`CASE WHEN ${special.join(' OR ')} THEN array_remove(ARRAY[${kinds.join(', ')}], NULL) ELSE '{}' END`]), ...meta].join(' || ')} AS tags
    FROM ${from} OFFSET 0) AS r OFFSET 0) AS t`;
}

export function insertDocuments(source: Source, names: SearchNames, bucketSeconds: number, from: string, conflict: 'keep' | 'replace'): string {
  const action = conflict === 'keep' ? 'DO NOTHING' : '(id) DO UPDATE SET conversation = excluded.conversation, at = excluded.at, language = excluded.language, words = excluded.words, tags = excluded.tags';
  return `INSERT INTO ${names.documentsSql} AS d (id, conversation, at, language, words, tags)\n${documentSelect(source, names, bucketSeconds, from)}\nON CONFLICT ${action}`;
}

/** Columns of a message that its document is made of. */
function readColumns(source: Source): string[] {
  const { message: map } = source;
  const fields = [map.id, map.conversation, map.role, map.content, map.parts, map.created, map.deleted, map.model, map.owner, map.error, ...(map.metadata ?? [])].filter((field) => field !== undefined);
  return [...new Set(fields.map((field) => field.column))];
}

/**
 * Triggers that keep the documents in step: one statement of the program, one statement here, with the owner's rights, since the program's
 * role need not know this schema. What fails is noted and never stops the program's own write.
 */
export function triggerStatements(source: Source, names: SearchNames, bucketSeconds: number): PlanStatement[] {
  const { message: map, shape: { messages: table } } = source;
  const schema = quoteIdent(names.schema);
  const step = `${schema}.${quoteIdent(`${names.documents}_step`)}`;
  const id = quoteIdent(map.id.column);
  const name = quoteLiteral(names.documents);
  const compared = (alias: string): string => readColumns(source).map((column) => `${alias}.${quoteIdent(column)}${table.columns.get(column)?.family === 'json' ? '::text' : ''}`).join(', ');
  const changed = `(SELECT n.* FROM fresh n LEFT JOIN stale o ON o.${id} = n.${id} WHERE o.${id} IS NULL OR (${compared('n')}) IS DISTINCT FROM (${compared('o')})) AS m`;
  const gone = (alias: string): string => `INSERT INTO ${schema}.gone SELECT ${name}, ${alias}.${id}::text FROM stale ${alias} WHERE EXISTS (SELECT FROM ${schema}.libraries WHERE documents = ${name} AND state = 'filling')`;
  const text = `
BEGIN
  IF TG_OP = 'INSERT' THEN
    ${insertDocuments(source, names, bucketSeconds, 'fresh m', 'replace')};
  ELSIF TG_OP = 'UPDATE' THEN
    DELETE FROM ${names.documentsSql} d USING stale o WHERE d.id = o.${id} AND NOT EXISTS (SELECT FROM fresh n WHERE n.${id} = o.${id});
    ${gone('o')} AND NOT EXISTS (SELECT FROM fresh n WHERE n.${id} = o.${id});
    ${insertDocuments(source, names, bucketSeconds, changed, 'replace')};
  ELSIF TG_OP = 'DELETE' THEN
    DELETE FROM ${names.documentsSql} d USING stale o WHERE d.id = o.${id};
    ${gone('o')};
  ELSE
    DELETE FROM ${names.documentsSql};
  END IF;
  RETURN NULL;
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'travessia_search: % (%)', SQLERRM, SQLSTATE;
  UPDATE ${schema}.libraries SET trouble = SQLERRM, changed_at = now() WHERE documents = ${name} AND trouble IS NULL;
  RETURN NULL;
END`;
  const events = [
    ['insert', 'AFTER INSERT', 'REFERENCING NEW TABLE AS fresh'], ['update', 'AFTER UPDATE', 'REFERENCING OLD TABLE AS stale NEW TABLE AS fresh'], ['delete', 'AFTER DELETE', 'REFERENCING OLD TABLE AS stale'], ['truncate', 'AFTER TRUNCATE', ''],
  ] as const;
  return [
    { sql: `CREATE OR REPLACE FUNCTION ${step}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $travessia$${text}$travessia$`, why: describe('index.step') },
    { sql: `REVOKE ALL ON FUNCTION ${step}() FROM PUBLIC`, why: describe('index.private') },
    ...events.map(([event, when, referencing]) => ({
      sql: `CREATE OR REPLACE TRIGGER ${quoteIdent(`${names.documents}_${event}`)} ${when} ON ${table.sql} ${referencing === '' ? '' : `${referencing} `}FOR EACH STATEMENT EXECUTE FUNCTION ${step}()`,
      why: describe('index.event', { event }),
    })),
  ];
}
