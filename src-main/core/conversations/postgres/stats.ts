/** Sums over what a query matches: exact while the rows are some hundred thousands, from a sample and said so beyond. */
import type { Statistics } from '../../../../shared/model/conversation.ts';
import type { Field } from '../../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { PgRow } from '../../../drivers/postgres/index.ts';
import type { Masker } from '../ports.ts';
import { columnSql, fromIso, numberOf, textSql } from './fields.ts';
import { conversationConditions, deletedCondition, hasCondition, messageConditions, metaCondition, negated } from './filters.ts';
import { maskStatistics } from '../mask-rows.ts';
import { createRowMask } from '../row-mask.ts';
import { splitQuery } from './list-words.ts';
import { hitsOf } from './search-hits.ts';
import { asksBeginnings } from './search-words.ts';
import type { Search } from './search.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';
import { timeSample } from './time-sample.ts';
import { all, Values } from './values.ts';

/** Rows that are added up one by one; larger tables are sampled to about a tenth of it. */
const exactRows = 300_000;
const sampleRows = 60_000;
const timeoutMs = 25_000;
const listed = 50;
const listedDays = 3660;
/** Names that are masked, and then counted together. */
const maskedNames = 1000;
/** Hits up to here are held against their texts one by one; of more, so many stand for all. */
const verifiedHits = 500;
/** Whether so many of all say what all are. */
const isMostly = (part: number, all_: number): boolean => part * 2 > all_;

export async function readStatistics(source: Source, search: Search, query: Query, masker: Masker, signal: AbortSignal): Promise<Statistics> {
  const { conversation, message, port, shape } = source;
  const { messages, conversations } = shape;
  const values = new Values();
  const large = messages.rows > exactRows && query.in === null && query.near === null;
  const part = large ? Math.max(0.001, (100 * sampleRows) / messages.rows) : 100;
  const { from, rough = false, counted = null } = await baseOf(source, search, query, masker, large ? ` TABLESAMPLE SYSTEM (${part})` : '', values, signal);
  const sampled = large && counted === null;
  const share = sampled ? part : 100;
  const errors = hasCondition(source, 'error');
  const day = dayOf(source);
  const owner = conversation.owner !== undefined ? textSql('c', conversations, conversation.owner) : message.owner === undefined ? 'NULL::text' : textSql('m', messages, message.owner);
  const text = (field: Field | undefined): string => (field === undefined ? 'NULL::text' : textSql('m', messages, field));
  const number = (field: Field | undefined): string => numberSql('m', messages, field);
  const base = `SELECT ${day} AS day, ${text(message.role)} AS role, ${message.model === undefined && conversation.model !== undefined ? textSql('c', conversations, conversation.model) : text(message.model)} AS model, ${owner} AS owner,
    ${columnSql('m', message.conversation)} AS conversation, (${errors}) IS TRUE AS failed, ${number(message.inputTokens)} AS input, ${number(message.outputTokens)} AS output FROM ${from}`;
  const sums = 'count(*)::text AS n, count(*) FILTER (WHERE failed)::text AS failed, sum(input)::text AS input, sum(output)::text AS output, count(DISTINCT conversation)::text AS conversations';
  const rows = await port.rows(
    `WITH base AS MATERIALIZED (${base}), sums AS (SELECT grouping(day, role, model, owner)::text AS kind, day, role, model, owner, ${sums} FROM base GROUP BY GROUPING SETS ((), (day), (role), (model), (owner)))
     SELECT * FROM sums`, values.list, { signal, timeoutMs });
  const scale = (text_: string | null | undefined): number => Math.round((Number(text_ ?? 0) * 100) / share);
  const scaled = (text_: string | null | undefined): number | null => (text_ == null ? null : Math.round((Number(text_) * 100) / share));
  // grouping(): a bit for each column that is not grouped by (manual 9.21).
  const kind = (bits: number): PgRow[] => rows.filter((row) => Number(row['kind']) === bits);
  const [total = {}] = kind(0b1111);
  const most = (list: PgRow[]): PgRow[] => list.toSorted((a, b) => Number(b['n']) - Number(a['n'])).slice(0, masker.active ? maskedNames : listed);
  const listedMost = (statistics: Statistics): Statistics => ({ ...statistics, roles: statistics.roles.slice(0, listed), models: statistics.models.slice(0, listed), users: statistics.users.slice(0, listed) });
  const everything = JSON.stringify({ ...query, notHas: [] }) === JSON.stringify({ ...query, terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] });
  const operations = await operationsOf(source, query, from, values, share, signal);
  const isPart = sampled || counted === 'some';
  const all_: Statistics = {
    conversations: sampled && everything && conversations.rows > 0 ? conversations.rows : Number(total['conversations'] ?? 0), messages: sampled && everything ? messages.rows : scale(total['n']), estimated: sampled || rough || operations.estimated,
    atLeast: { conversations: isPart && !(sampled && everything && conversations.rows > 0), parts: isPart },
    inputTokens: scaled(total['input']), outputTokens: scaled(total['output']),
    days: kind(0b0111).filter((row) => row['day'] != null).map((row) => ({ day: row['day'] ?? '', conversations: Number(row['conversations']), messages: scale(row['n']), errors: scale(row['failed']) })).toSorted((a, b) => a.day.localeCompare(b.day)).slice(-listedDays),
    roles: most(kind(0b1011).filter((row) => row['role'] != null)).map((row) => ({ role: row['role'] ?? '', messages: scale(row['n']) })),
    models: most(kind(0b1101).filter((row) => row['model'] != null)).map((row) => ({ model: row['model'] ?? '', messages: scale(row['n']), inputTokens: scaled(row['input']), outputTokens: scaled(row['output']) })),
    users: most(kind(0b1110).filter((row) => row['owner'] != null)).map((row) => ({ user: row['owner'] ?? '', conversations: Number(row['conversations']), messages: scale(row['n']) })),
    operationsOf: operations.of, operations: operations.rows,
  };
  // Before the shorter lists: those who are masked alike count together, all of them.
  return listedMost(masker.active ? maskStatistics(all_, createRowMask([source.mapping], (name) => masker.mask(name))) : all_);
}

/** FROM and WHERE of the messages that count, aliases m and c. */
interface Base {
  readonly from: string;
  /** Too many to look at the text of each, which alone says what the index does not: words that are left out, and how a word begins. */
  readonly rough?: boolean;
  /** They are named by their keys, no sample is taken: all of them, or some of too many. */
  readonly counted?: 'all' | 'some';
}

async function baseOf(source: Source, search: Search, query: Query, masker: Masker, sample: string, values: Values, signal: AbortSignal): Promise<Base> {
  const { conversation, message, shape } = source;
  const { messages, conversations } = shape;
  const joined = `LEFT JOIN ${conversations.sql} c ON ${columnSql('c', conversation.id)} = ${columnSql('m', message.conversation)}`;
  const id = columnSql('m', message.id);
  if (query.terms.length > 0 || query.near !== null) {
    const opened = await search.open(query, masker, signal);
    if (opened.ask.impossible) return { from: `${messages.sql} m ${joined} WHERE FALSE` };
    const isChecked = query.terms.length > 0 && (masker.active || asksBeginnings(opened.ask.words));
    const few = isChecked ? await verifiedKeys(source, opened, masker, signal) : null;
    if (few !== null) return { from: `${messages.sql} m ${joined} WHERE ${id} = ANY (${values.add(few.keys)}::${opened.documents.keyType}[])`, rough: few.rough, counted: few.rough ? 'some' : 'all' };
    return { from: `${opened.documents.names.documentsSql} d${sample} JOIN ${messages.sql} m ON ${id} = d.id ${joined} WHERE ${all(opened.ask.where(values))}`, rough: opened.leavesOut || asksBeginnings(opened.ask.words) };
  }
  const split = splitQuery(source, query);
  const conditions = [
    ...messageConditions(source, { ...split.messages, in: query.in, after: query.after, before: query.before }, await timeSample(source, 'm', query), values),
    ...(split.messages.meta.length === 0 ? [] : split.messages.meta.map((meta) => negated(metaCondition('m', messages, message.metadata, meta, values) ?? 'FALSE', meta.not))),
    // The period is the messages', not the conversation's.
    ...conversationConditions(source, { ...split.conversations, in: null, after: null, before: null, has: [], notHas: [] }, null, values),
  ];
  const deleted = `(${deletedCondition('m', messages, message.deleted)} OR ${deletedCondition('c', conversations, conversation.deleted)})`;
  if (query.has.includes('deleted')) conditions.push(deleted);
  if (query.notHas.includes('deleted')) conditions.push(`${deleted} IS NOT TRUE`);
  return { from: `${messages.sql} m${sample} ${joined} WHERE ${all(conditions)}` };
}

/**
 * Keys of the hits whose text, masked, matches. Of too many a sample is looked at: null where most of it matches, so that all together tell of nothing
 * that is masked; else what matches of the sample, `rough`.
 */
async function verifiedKeys(source: Source, opened: Awaited<ReturnType<Search['open']>>, masker: Masker, signal: AbortSignal): Promise<{ readonly keys: string[]; readonly rough: boolean } | null> {
  const found = async (only: readonly string[] | null): Promise<{ readonly candidates: number; readonly keys: string[] }> => {
    const values = new Values();
    const conditions = [...opened.ask.where(values), ...(only === null ? [] : [`d.id::text = ANY (${values.add(only)}::text[])`])];
    const rows = await source.port.rows(`SELECT d.id::text AS id, d.at::text AS at, d.language::text AS language FROM ${opened.documents.names.documentsSql} d WHERE ${all(conditions)} LIMIT ${verifiedHits + 1}`, values.list, { signal, timeoutMs });
    const hits = await hitsOf(source, rows.map((row) => ({ id: row['id'] ?? '', at: row['at'] ?? '', language: row['language'] ?? 'm', rank: null })), opened.ask.words, masker, opened.unaccented, signal, { snippets: false });
    return { candidates: rows.length, keys: hits.map((hit) => hit.message) };
  };
  const { candidates, keys } = await found(null);
  if (candidates <= verifiedHits) return { keys, rough: false };
  if (isMostly(keys.length, candidates)) return null;
  // What was revealed counts wherever it stands.
  const revealed = masker.revealed(source.library);
  const own = revealed.length === 0 ? [] : (await found(revealed)).keys;
  return { keys: [...new Set([...keys, ...own])], rough: keys.some((key) => !own.includes(key)) };
}

/** The day of a message in UTC as text; NULL where its time cannot be told by the server. */
function dayOf(source: Source): string {
  const { created } = source.message;
  if (created === undefined || created.path !== undefined) return 'NULL::text';
  const column = columnOf(source.shape.messages, created);
  const sql = columnSql('m', created);
  switch (column.family) {
    case 'timestamptz': return `to_char(${sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
    case 'timestamp': case 'date': return `to_char(${sql}, 'YYYY-MM-DD')`;
    case 'integer': case 'number': {
      const divisor = { seconds: '1', milliseconds: '1e3', microseconds: '1e6', nanoseconds: '1e9' };
      const unit = created.as === 'auto' || created.as === 'iso' ? `(CASE WHEN abs(${sql}) < 1e11 THEN 1 WHEN abs(${sql}) < 1e14 THEN 1e3 WHEN abs(${sql}) < 1e17 THEN 1e6 ELSE 1e9 END)` : divisor[created.as];
      return `to_char(to_timestamp((${sql} / ${unit})::double precision) AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;
    }
    default: return `(CASE WHEN ${sql}::text ~ '^\\d{4}-\\d\\d-\\d\\d' THEN left(${sql}::text, 10) END)`;
  }
}

function numberSql(alias: string, table: TableShape, field: Field | undefined): string {
  if (field === undefined) return 'NULL::numeric';
  const { family } = columnOf(table, field);
  if (field.path === undefined && (family === 'integer' || family === 'number')) return `${columnSql(alias, field)}::numeric`;
  const sql = textSql(alias, table, field);
  return `(CASE WHEN ${sql} ~ '^-?\\d{1,15}(\\.\\d+)?$' THEN (${sql})::numeric END)`;
}

interface Operations {
  readonly rows: Statistics['operations'];
  readonly of: Statistics['operationsOf'];
  readonly estimated: boolean;
}

/** Durations and failures by operation: from the table of metrics, else from the messages' own latency by model. */
async function operationsOf(source: Source, query: Query, from: string, values: Values, share: number, signal: AbortSignal): Promise<Operations> {
  const { mapping, message, port, shape } = source;
  const sums = (duration: string, failed: string): string => `count(*)::text AS n, avg(${duration})::text AS average, percentile_cont(0.5) WITHIN GROUP (ORDER BY ${duration})::text AS p50, percentile_cont(0.95) WITHIN GROUP (ORDER BY ${duration})::text AS p95, count(*) FILTER (WHERE ${failed})::text AS failed`;
  const read = (rows: readonly PgRow[], part: number): Statistics['operations'] => rows.map((row) => ({
    operation: row['operation'] ?? '', count: Math.round((Number(row['n']) * 100) / part), averageMs: numberOf(row['average'] ?? null), p50Ms: numberOf(row['p50'] ?? null), p95Ms: numberOf(row['p95'] ?? null), errors: Math.round((Number(row['failed']) * 100) / part),
  }));
  const { metrics } = mapping;
  if (metrics !== undefined && shape.metrics !== null) {
    const table = shape.metrics;
    const own = new Values();
    const part = table.rows > exactRows ? Math.max(0.001, (100 * sampleRows) / table.rows) : 100;
    const success = metrics.success === undefined ? 'FALSE' : `${textSql('s', table, metrics.success)} IN ('f', 'false', '0')`;
    const time = metrics.at;
    const column = time === undefined || time.path !== undefined ? null : columnOf(table, time);
    const bound = (iso: string | null, compare: string): string[] => (iso === null || column === null || time === undefined || !['timestamptz', 'timestamp', 'date'].includes(column.family) ? [] : [`${columnSql('s', time)} ${compare} ${own.add(fromIso(iso, column, time.as, null))}::${column.type}`]);
    const rows = await port.rows(
      `SELECT ${textSql('s', table, metrics.operation)} AS operation, ${sums(numberSql('s', table, metrics.durationMs), success)} FROM ${table.sql} s${part < 100 ? ` TABLESAMPLE SYSTEM (${part})` : ''} WHERE ${all([...bound(query.after, '>='), ...bound(query.before, '<')])} GROUP BY 1 ORDER BY count(*) DESC LIMIT ${listed}`, own.list, { signal, timeoutMs });
    return { rows: read(rows, part), of: own.list.length > 0 ? 'period' : 'all', estimated: part < 100 };
  }
  if (message.latencyMs === undefined) return { rows: [], of: 'found', estimated: false };
  const model = message.model === undefined ? (message.role === undefined ? "'message'" : textSql('m', shape.messages, message.role)) : textSql('m', shape.messages, message.model);
  const latency = numberSql('m', shape.messages, message.latencyMs);
  const rows = await port.rows(`SELECT operation, ${sums('latency', 'failed')} FROM (SELECT ${model} AS operation, ${latency} AS latency, (${hasCondition(source, 'error')}) IS TRUE AS failed FROM ${from} AND ${latency} IS NOT NULL) AS x GROUP BY 1 ORDER BY count(*) DESC LIMIT ${listed}`, values.list, { signal, timeoutMs });
  return { rows: read(rows, share), of: 'found', estimated: share < 100 };
}
