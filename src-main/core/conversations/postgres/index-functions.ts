/**
 * What stands in the schema travessia_search once for a database: text search configurations, functions, and the journal of the filling.
 *
 * The functions are marked IMMUTABLE and call only what pg_catalog and this schema hold. Texts of more than 200,000 characters are indexed by their
 * beginning (a tsvector holds 1 MB: manual 12.11).
 */
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import { foldSql, searchSchema } from './index-names.ts';

export interface PlanStatement {
  readonly sql: string;
  readonly why: string;
}

const schema = quoteIdent(searchSchema);

/** Longest text that is indexed, in characters. */
const longest = 200_000;

/** Words that say which language a text is in; none of them is common in the other. */
const markers = {
  e: ['the', 'and', 'of', 'is', 'to', 'you', 'that', 'it', 'for', 'with', 'this', 'was', 'my', 'please'],
  p: ['de', 'que', 'não', 'nao', 'para', 'uma', 'um', 'com', 'os', 'da', 'em', 'é', 'na', 'por', 'foi'],
};

/** Characters of a text by which its language is told, and below which a text without markers is taken for both. */
const tellingLength = 240;
const shortText = 160;

function count(words: readonly string[]): string {
  return words.map((word) => `(pg_catalog.strpos(s, ${quoteLiteral(` ${word} `)}) > 0)::int`).join(' + ');
}

/** Fields of a block that say nothing to a reader (core/conversations/parts/block.ts) or hold bytes. */
const silentKeys = '^(type|id|index|item_?[iI]d|signature|toolCallId|callId|callID|call_id|tool_call_id|tool_use_id|mime_?[tT]ype|mediaType|media_type|mime|url|image|image_url|data|base64|file_id|status|state|role|encrypted_content|cache_control|cacheControl)$';

const body = (text: string): string => `$travessia$${text}$travessia$`;

/** @param unaccent - qualified name of the dictionary; null where the extension cannot be had */
export function configurationStatements(unaccent: string | null): PlanStatement[] {
  const languages = [['en', 'english', 'english_stem'], ['pt', 'portuguese', 'portuguese_stem'], ['simple', 'simple', 'simple']] as const;
  return languages.map(([name, copied, stemmer]) => {
    const full = `${schema}.${quoteIdent(`travessia_${name}`)}`;
    const mapping = unaccent === null ? '' : ` ALTER TEXT SEARCH CONFIGURATION ${full} ALTER MAPPING FOR word, hword, hword_part WITH ${unaccent}, pg_catalog.${stemmer}; ALTER TEXT SEARCH CONFIGURATION ${full} ALTER MAPPING FOR numword, numhword WITH ${unaccent}, pg_catalog.simple;`;
    return {
      sql: `DO ${body(` BEGIN IF NOT EXISTS (SELECT FROM pg_ts_config WHERE cfgname = ${quoteLiteral(`travessia_${name}`)} AND cfgnamespace = ${quoteLiteral(searchSchema)}::regnamespace) THEN CREATE TEXT SEARCH CONFIGURATION ${full} (COPY = pg_catalog.${copied});${mapping} END IF; END `)}`,
      why: describe(`index.${name}${unaccent === null ? '-plain' : ''}`),
    };
  });
}

export function functionStatements(unaccent: string | null): PlanStatement[] {
  const text = (name: string): string => (unaccent === null ? foldSql(name) : name);
  const vector = (configuration: string): string => `pg_catalog.to_tsvector('${searchSchema}.travessia_${configuration}'::pg_catalog.regconfig, ${text('t')})`;
  return [
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.language_of(t text) RETURNS "char" LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS ${body(`
DECLARE s text := ' ' || lower(left(t, ${tellingLength})) || ' '; en int; pt int;
BEGIN
  en := ${count(markers.e)};
  pt := ${count(markers.p)};
  IF en > pt THEN RETURN 'e'; END IF;
  IF pt > en THEN RETURN 'p'; END IF;
  IF en = 0 AND length(t) > ${shortText} THEN RETURN 's'; END IF;
  RETURN 'm';
END`)}`,
      why: describe('index.language'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.words_of(t text, language "char") RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS ${body(`
BEGIN
  t := left(t, ${longest});
  CASE language WHEN 'e' THEN RETURN ${vector('en')}; WHEN 'p' THEN RETURN ${vector('pt')}; WHEN 's' THEN RETURN ${vector('simple')}; ELSE RETURN ${vector('en')} || ${vector('pt')}; END CASE;
END`)}`,
      why: describe('index.words'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.json_of(t text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE AS ${body(`
BEGIN
  IF t IS NULL OR t !~ '^\\s*[\\[{"]' THEN RETURN NULL; END IF;
  RETURN t::jsonb;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END`)}`,
      why: describe('index.json'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.texts_of(j jsonb, besides text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS ${body(`
  SELECT pg_catalog.string_agg(v #>> '{}', E'\\n') FROM (
    SELECT j AS v WHERE pg_catalog.jsonb_typeof(j) = 'string'
    UNION ALL SELECT v FROM pg_catalog.jsonb_path_query(j, 'strict $.** ? (@.type() == "object").keyvalue() ? (@.value.type() == "string" && !(@.key like_regex "${silentKeys}")).value', '{}', true) v
    UNION ALL SELECT v FROM pg_catalog.jsonb_path_query(j, 'strict $.** ? (@.type() == "array")[*] ? (@.type() == "string")', '{}', true) v
  ) AS said WHERE v #>> '{}' IS DISTINCT FROM besides`)}`,
      why: describe('index.texts'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.moment_of(t text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE PARALLEL UNSAFE SET "TimeZone" = 'UTC' SET "DateStyle" = 'ISO, MDY' AS ${body(`
BEGIN
  IF t ~ '^-?\\d+(\\.\\d+)?$' THEN RETURN ${schema}.moment_of(t::numeric); END IF;
  RETURN t::timestamptz;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END`)}`,
      why: describe('index.moment-text'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.moment_of(n numeric) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS ${body(`
  SELECT pg_catalog.to_timestamp((CASE WHEN abs(n) < 1e11 THEN n WHEN abs(n) < 1e14 THEN n / 1e3 WHEN abs(n) < 1e17 THEN n / 1e6 ELSE n / 1e9 END)::double precision)`)}`,
      why: describe('index.moment-number'),
    },
    {
      sql: `CREATE OR REPLACE FUNCTION ${schema}.time_tags(at timestamptz, seconds bigint) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS ${body(`
DECLARE b bigint;
BEGIN
  IF NOT isfinite(at) THEN RETURN ARRAY['0:none']; END IF;
  b := floor(extract(epoch FROM at) / seconds);
  RETURN ARRAY['0:' || b, '1:' || (b >> 3), '2:' || (b >> 6), '3:' || (b >> 9)];
END`)}`,
      why: describe('index.time'),
    },
  ];
}

/** The journal: what is indexed, how far, and what was deleted while it was being filled. */
export const journalStatements: readonly PlanStatement[] = [
  { sql: `CREATE TABLE IF NOT EXISTS ${schema}.libraries (documents text PRIMARY KEY, source text NOT NULL, bucket_seconds bigint NOT NULL, filenode oid NOT NULL, state text NOT NULL CHECK (state IN ('filling', 'ready')), trouble text, changed_at timestamptz NOT NULL DEFAULT now())`, why: describe('index.journal') },
  { sql: `CREATE TABLE IF NOT EXISTS ${schema}.pieces (documents text NOT NULL REFERENCES ${schema}.libraries ON DELETE CASCADE, first_page bigint NOT NULL, PRIMARY KEY (documents, first_page))`, why: describe('index.pieces') },
  { sql: `CREATE TABLE IF NOT EXISTS ${schema}.gone (documents text NOT NULL REFERENCES ${schema}.libraries ON DELETE CASCADE, id text NOT NULL)`, why: describe('index.gone') },
];
