/** Messages that the index finds, in the order of a search, as many as are asked for. */
import type { PgRow } from '../../../drivers/postgres/index.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import type { QueryPort } from '../ports.ts';
import { estimatedRows } from './estimate.ts';
import type { SearchNames } from './index-names.ts';
import type { SearchAsk } from './search-ask.ts';
import { parted, strides, type Stride } from './search-strides.ts';
import { anyLanguageSql, asksBeginnings, type SearchWords } from './search-words.ts';
import { all, Values } from './values.ts';

export interface Documents {
  readonly port: QueryPort;
  readonly names: SearchNames;
  readonly bucketSeconds: number;
  /** What a key is cast to. */
  readonly keyType: string;
  /** About how many there are. */
  readonly rows: number;
}

export interface Candidate {
  readonly id: string;
  /** The server's text of its moment; `-infinity` for none. */
  readonly at: string;
  readonly language: string;
  /** null in the order of time. */
  readonly rank: string | null;
}

/** Up to so many hits are ranked (design: conversations.md, "Search"). */
export const rankLimit = 5000;
/** An estimate above this is not put to the test: it is far more than can be ranked. */
const surelyMany = 20_000;
/** Hits in a stride of many stretches; where there are more, it is parted. */
const strideLimit = 20_000;

export type Order = 'best' | 'newest';

/**
 * By the estimate of the planner, which knows how common each word is. Of words together (phrases above all) it knows little: those are looked for
 * among the newest messages, and their number there is taken for all.
 */
export async function isSurelyMany(documents: Documents, ask: SearchAsk, signal: AbortSignal): Promise<boolean> {
  const { port, names, rows: all_ } = documents;
  if (ask.listed) return false;
  const values = new Values();
  const expected = await estimatedRows(port, `SELECT FROM ${names.documentsSql} d WHERE ${all(ask.indexed(values))}`, values, signal);
  if (expected > surelyMany && expected - (await expectedOfUnknown(documents, ask.words, signal)) > surelyMany) return true;
  const together = Object.values(ask.words.wanted).some((query) => /[&<]/.test(query.replaceAll(/'(?:[^']|'')+'/g, '')));
  if (!together || all_ < surelyMany) return false;
  const ends = await endsOf(documents, { after: [null, null], before: [null, null] }, signal);
  if (ends === null || ends.newest === null) return false;
  const newest = Math.floor(ends.newest / 8);
  const sample = new Values();
  const found = await port.rows(`SELECT count(*)::text AS n FROM (SELECT FROM ${names.documentsSql} d WHERE ${all(ask.quick(sample, { stretches: [`1:${newest}`, `1:${newest - 1}`] }))} LIMIT 5000) x`, sample.list, { signal });
  return Number(found[0]?.['n'] ?? 0) * (all_ / sampled) > surelyMany;
}

/**
 * Rows that the planner expects of a beginning's many words for no other reason than that it knows nothing of them: of each about as many as of the
 * rarest that it counted, of the beginning itself more. In ten million rows a dozen stems that stand nowhere were taken for more hits than can be
 * ranked.
 */
async function expectedOfUnknown({ port, names }: Documents, words: SearchWords, signal: AbortSignal): Promise<number> {
  if (!asksBeginnings(words)) return 0;
  const asked = Object.values(words.wanted).flatMap((query) => query.match(/'(?:[^']|'')+'(?::\*)?/g) ?? []);
  const rows = async (word: string): Promise<number> => {
    const values = new Values();
    return await estimatedRows(port, `SELECT FROM ${names.documentsSql} d WHERE d.words @@ ${values.add(word)}::tsquery`, values, signal);
  };
  const beginnings = asked.filter((word) => word.endsWith('*')).length;
  return beginnings * (await rows(`${unheardOf}:*`)) + (asked.length - beginnings) * (await rows(unheardOf));
}

/** No configuration makes a word of it. */
const unheardOf = "'\u0001'";

/** Messages in the stretches that are looked at, about (index-plan.ts, bucketMessages): one of eight, and the begun one. */
const sampled = 12 * 8192;

const columns = 'd.id, d.at, d.language, d.conversation, d.tags';
const shown = 'h.id::text AS id, h.at::text AS at, h.language::text AS language';

/** Ranked hits behind a place, best first; null where there are too many to rank. */
export async function bestCandidates({ port, keyType }: Documents, ask: SearchAsk, after: Candidate | null, limit: number, signal: AbortSignal): Promise<Candidate[] | null> {
  const values = new Values();
  const rank = ask.words.asks ? `ts_rank(d.words, ${anyLanguageSql(ask.words.wanted, values)})` : '0::float4';
  const found = `SELECT ${columns}, ${rank} AS rank FROM ${ask.found(values)} LIMIT ${rankLimit + 1}`;
  const behind = after === null ? [] : [`(d.rank, d.at, d.id) < (${values.add(after.rank)}::float4, ${values.add(after.at)}::timestamptz, ${values.add(after.id)}::${keyType})`];
  const rows = await port.rows(
    `WITH raw AS MATERIALIZED (${found}), n AS (SELECT count(*)::text AS n FROM raw), h AS (SELECT d.id, d.at, d.language, d.rank FROM raw d WHERE ${all([...ask.costly(values), ...behind])} ORDER BY d.rank DESC, d.at DESC, d.id DESC LIMIT ${values.add(limit)}::int)
     SELECT n.n, ${shown}, h.rank::text AS rank FROM n LEFT JOIN h ON true ORDER BY h.rank DESC, h.at DESC, h.id DESC`, values.list, { signal });
  if (Number(rows[0]?.['n'] ?? 0) > rankLimit) return null;
  return rows.filter((row) => row['id'] != null).map(read);
}

/** Candidates in one batch at most. Batches grow: who asks for the second has found too little in the first. */
const largestBatch = 1000;
export const grown = (batch: number): number => Math.max(batch, Math.min(batch * 2, largestBatch));

/** Hits in the order of time behind a place, in either direction; each batch is complete up to its last row. `batch`: of the first. */
export async function* candidatesByTime(documents: Documents, ask: SearchAsk, after: Pick<Candidate, 'id' | 'at'> | null, direction: 'past' | 'future', batch: number, period: { readonly after: string | null; readonly before: string | null }, signal: AbortSignal): AsyncGenerator<Candidate[]> {
  const past = direction === 'past';
  const ends = await endsOf(documents, { after: [period.after, past ? null : (after?.at ?? null)], before: [period.before, past ? (after?.at ?? null) : null] }, signal);
  if (ends === null) return;
  const untimed: Stride = { level: 0, tags: ['0:none'] };
  const [from, to] = past ? [ends.newest, ends.oldest] : [ends.oldest, ends.newest];
  const timed = from !== null && to !== null && (past ? from >= to : from <= to) ? [...strides(from, to)] : [];
  const queue = past ? [...timed, untimed] : [untimed, ...timed];
  let place = after;
  let size = batch;
  for (let stride = queue.shift(); stride !== undefined; stride = queue.shift()) {
    for (;;) {
      const { rows, full } = await stretch(documents, ask, place, stride, past, size, signal);
      const parts = full ? parted(stride, past) : null;
      if (parts !== null) {
        queue.unshift(...parts);
        break;
      }
      if (rows.length > 0) {
        yield rows;
        place = rows.at(-1) ?? place;
      }
      if (rows.length < size) break;
      size = grown(size);
    }
  }
}

async function stretch({ port, names, keyType }: Documents, ask: SearchAsk, after: Pick<Candidate, 'id' | 'at'> | null, stride: Stride, past: boolean, batch: number, signal: AbortSignal): Promise<{ rows: Candidate[]; full: boolean }> {
  const values = new Values();
  const conditions = [...ask.quick(values, { stretches: stride.tags })];
  if (after !== null) conditions.push(`(d.at, d.id) ${past ? '<' : '>'} (${values.add(after.at)}::timestamptz, ${values.add(after.id)}::${keyType})`);
  const canPart = parted(stride, past) !== null;
  const direction = past ? ' DESC' : '';
  const rows = await port.rows(
    `WITH raw AS MATERIALIZED (SELECT ${columns} FROM ${names.documentsSql} d WHERE ${all(conditions)}${canPart ? ` LIMIT ${strideLimit + 1}` : ''}), n AS (SELECT count(*) AS n FROM raw),
     h AS (SELECT d.id, d.at, d.language FROM raw d WHERE (SELECT n.n FROM n) <= ${canPart ? strideLimit : 2_000_000_000} AND ${all(ask.costly(values))} ORDER BY d.at${direction}, d.id${direction} LIMIT ${values.add(batch)}::int)
     SELECT n.n::text AS n, ${shown}, NULL AS rank FROM n LEFT JOIN h ON true ORDER BY h.at${direction}, h.id${direction}`, values.list, { signal });
  return { rows: rows.filter((row) => row['id'] != null).map(read), full: canPart && Number(rows[0]?.['n'] ?? 0) > strideLimit };
}

/** Numbers of the newest and the oldest stretch that can hold a hit; null where there are no documents. */

async function endsOf({ port, names, bucketSeconds }: Documents, bounds: { readonly after: readonly [string | null, string | null]; readonly before: readonly [string | null, string | null] }, signal: AbortSignal): Promise<{ newest: number | null; oldest: number | null } | null> {
  const bucket = (sql: string): string => `floor(extract(epoch FROM ${sql}) / ${bucketSeconds})::text`;
  const [row] = await port.rows(
    `SELECT ${bucket('least(n.at, $1::timestamptz, $2::timestamptz)')} AS newest, ${bucket('greatest(o.at, $3::timestamptz, $4::timestamptz)')} AS oldest
     FROM (SELECT d.at FROM ${names.documentsSql} d WHERE d.at < 'infinity' ORDER BY d.at DESC, d.id DESC LIMIT 1) n, (SELECT d.at FROM ${names.documentsSql} d WHERE d.at > '-infinity' ORDER BY d.at, d.id LIMIT 1) o`,
    [...bounds.before, ...bounds.after], { signal });
  const number = (text: string | null | undefined): number | null => (text == null || !Number.isFinite(Number(text)) ? null : Number(text));
  return { newest: number(row?.['newest']), oldest: number(row?.['oldest']) };
}

function read(row: PgRow): Candidate {
  return { id: row['id'] ?? '', at: row['at'] ?? '', language: row['language'] ?? 'm', rank: row['rank'] ?? null };
}

/** Whether the documents stand and are complete; null where they do not. */
export async function readIndexState(port: QueryPort, names: SearchNames): Promise<{ bucketSeconds: number; unaccented: boolean; trigrams: string | null } | null> {
  const schema = quoteIdent(names.schema);
  const [there] = await port.rows('SELECT (to_regclass($1) IS NOT NULL AND to_regclass($2) IS NOT NULL)::text AS found', [names.documentsSql, `${schema}.libraries`]);
  if (there?.['found'] !== 'true') return null;
  const [row] = await port.rows(`
    SELECT l.state, l.bucket_seconds::text AS seconds,
      EXISTS (SELECT FROM pg_ts_config_map m JOIN pg_ts_dict t ON t.oid = m.mapdict JOIN pg_ts_config g ON g.oid = m.mapcfg WHERE g.cfgname = 'travessia_en' AND g.cfgnamespace = $2::regnamespace AND t.dictname = 'unaccent')::text AS unaccented,
      (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm') AS trigrams
    FROM ${schema}.libraries l WHERE l.documents = $1`, [names.documents, names.schema]);
  if (row?.['state'] !== 'ready') return null;
  return { bucketSeconds: Number(row['seconds']), unaccented: row['unaccented'] === 'true', trigrams: row['trigrams'] ?? null };
}
