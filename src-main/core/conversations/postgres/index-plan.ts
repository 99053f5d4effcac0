import { createHash } from 'node:crypto';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../../shared/pure/quote.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import type { QueryPort } from '../ports.ts';
import { insertDocuments, triggerStatements } from './documents.ts';
import { columnSql } from './fields.ts';
import { dropStatements } from './index-drop.ts';
import { configurationStatements, functionStatements, journalStatements, type PlanStatement } from './index-functions.ts';
import { searchNames, searchSchema, type SearchNames } from './index-names.ts';
import { columnOf, type TableShape } from './shape.ts';
import type { Source } from './source.ts';
import { isCovered, tableIndexes } from './table-indexes.ts';

/** One step, in the order of the plan. `once`: a statement. fill: all rows in pieces. mend: what the pieces left out, and what went meanwhile. */
export interface IndexStep extends PlanStatement {
  readonly kind: 'once' | 'fill' | 'mend' | 'note';
}

export interface IndexPlan {
  readonly names: SearchNames;
  readonly source: Source;
  readonly bucketSeconds: number;
  readonly steps: readonly IndexStep[];
  readonly undo: readonly string[];
  readonly blockers: readonly string[];
  /** Approves exactly these steps (design: what must always hold, 4). */
  readonly hash: string;
}

export interface IndexPlanOptions {
  /** Indexes are made without locking writers out; off for PGlite, where nobody else writes. */
  readonly concurrently?: boolean;
}

/** Messages in one stretch of time, about; searching walks from stretch to stretch (search-newest.ts). */
const bucketMessages = 8192;

interface Facts {
  readonly installed: ReadonlyMap<string, string>;
  readonly available: ReadonlySet<string>;
  readonly mayCreate: boolean;
  readonly owns: ReadonlyMap<string, boolean>;
  readonly state: string | null;
  readonly trouble: boolean;
  readonly indexes: ReadonlyMap<string, boolean>;
  readonly readers: readonly string[];
  readonly bucketSeconds: number;
  readonly rowSecurity: boolean;
}

async function readFacts(port: QueryPort, source: Source, names: SearchNames): Promise<Facts> {
  const { conversations, messages } = source.shape;
  const extensions = await port.rows("SELECT e.extname AS name, n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname IN ('unaccent', 'pg_trgm')");
  const available = await port.rows("SELECT name FROM pg_available_extensions WHERE name IN ('unaccent', 'pg_trgm')");
  const rights = await port.rows(`
    SELECT has_database_privilege(current_database(), 'CREATE')::text AS may_create, pg_has_role((SELECT relowner FROM pg_class WHERE oid = $1::oid), 'USAGE')::text AS conversations,
      pg_has_role((SELECT relowner FROM pg_class WHERE oid = $2::oid), 'USAGE')::text AS messages, (SELECT relrowsecurity::text FROM pg_class WHERE oid = $2::oid) AS row_security`, [conversations.oid, messages.oid]);
  const readers = await port.rows(`
    SELECT DISTINCT CASE WHEN a.grantee = 0 THEN NULL ELSE a.grantee::regrole::text END AS role FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
    WHERE c.oid = $1::oid AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner ORDER BY 1`, [messages.oid]);
  const indexes = await port.rows(`SELECT c.relname AS name, i.indisvalid::text AS valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid IN ($1::oid, $2::oid, to_regclass($3)::oid)`, [conversations.oid, messages.oid, names.documentsSql]);
  const hasJournal = (await port.rows(`SELECT to_regclass($1)::text AS found`, [`${searchSchema}.libraries`]))[0]?.['found'] != null;
  const journal = hasJournal ? (await port.rows(`SELECT state, trouble, bucket_seconds::text AS seconds FROM ${quoteIdent(searchSchema)}.libraries WHERE documents = $1`, [names.documents]))[0] : undefined;
  const own = rights[0] ?? {};
  return {
    installed: new Map(extensions.map((row) => [row['name'] ?? '', row['schema'] ?? ''])), available: new Set(available.map((row) => row['name'] ?? '')), mayCreate: own['may_create'] === 'true',
    owns: new Map([['conversations', own['conversations'] === 'true'], ['messages', own['messages'] === 'true']]), state: journal?.['state'] ?? null, trouble: journal?.['trouble'] != null,
    indexes: new Map(indexes.map((row) => [row['name'] ?? '', row['valid'] === 'true'])), readers: readers.map((row) => row['role'] ?? 'PUBLIC'), rowSecurity: own['row_security'] === 'true',
    bucketSeconds: journal === undefined ? await chooseBucket(port, source) : Number(journal['seconds']),
  };
}

/** So that a stretch of time holds some thousand messages; a power of two of minutes, at most 64 days. */
async function chooseBucket(port: QueryPort, source: Source): Promise<number> {
  const { message, shape: { messages: table } } = source;
  const { created } = message;
  if (created === undefined || created.path !== undefined || table.rows === 0) return 3600;
  const sql = columnSql('m', created);
  const { family } = columnOf(table, created);
  // A sample is enough, and a table without an index on its times must not be read whole for a plan.
  const sample = table.rows > 200_000 ? `${table.sql} m TABLESAMPLE SYSTEM (${Math.max(0.01, (100 * 20_000) / table.rows)})` : `${table.sql} m`;
  const isTime = family === 'timestamptz' || family === 'timestamp' || family === 'date';
  const rows = await port.rows(`SELECT ${isTime ? `extract(epoch FROM max(${sql}) - min(${sql}))` : `max(${sql}::text), min(${sql}::text)`}::text AS span FROM ${sample}${isTime ? ` WHERE isfinite(${sql})` : ''}`).catch(() => []);
  const span = Number(rows[0]?.['span'] ?? 0);
  if (!isTime || !Number.isFinite(span) || span <= 0) return 3600;
  const wanted = (span * bucketMessages) / table.rows;
  let seconds = 60;
  while (seconds < wanted && seconds < 60 * 2 ** 16) seconds *= 2;
  return seconds;
}

/**
 * What search and lists need, as the statements that make it, in their order; what stands already is left out. The words live in a table of
 * their own beside the messages: a column added to a big live table would rewrite it under lock, or swell it by an update of every row.
 */
export async function planIndex(source: Source, { concurrently = true }: IndexPlanOptions = {}): Promise<IndexPlan> {
  const { conversations, messages } = source.shape;
  const names = searchNames(messages, source.mapping);
  const facts = await readFacts(source.port, source, names);
  const schema = quoteIdent(searchSchema);
  const steps: IndexStep[] = [];
  const once = (sql: string, why: string): void => void steps.push({ kind: 'once', sql, why });
  const blockers: string[] = [];
  for (const [which, table] of [['conversations', conversations], ['messages', messages]] as const) {
    if (facts.owns.get(which) !== true) blockers.push(describe('index.blocked.owner', { table: table.sql }));
    if (table.partitioned) blockers.push(describe('index.blocked.partitioned', { table: table.sql }));
  }
  if (!facts.mayCreate && facts.state === null) blockers.push(describe('index.blocked.schema'));
  if (facts.rowSecurity) blockers.push(describe('index.blocked.policies', { table: messages.sql }));
  const key = columnOf(messages, source.message.id);
  if (!(messages.key.length === 1 && messages.key[0] === source.message.id.column)) blockers.push(describe('index.blocked.no-key', { column: quoteIdent(source.message.id.column), table: messages.sql }));

  const extension = (name: string): string | null => {
    const standing = facts.installed.get(name);
    if (standing !== undefined) return quoteIdent(standing);
    return facts.available.has(name) && facts.mayCreate ? schema : null;
  };
  const unaccentSchema = extension('unaccent');
  const trigramSchema = extension('pg_trgm');
  const unaccent = unaccentSchema === null ? null : `${unaccentSchema}.unaccent`;
  if (facts.state !== 'ready' || facts.trouble) {
    once(`CREATE SCHEMA IF NOT EXISTS ${schema}`, describe('index.schema'));
    if (unaccent === null) steps.push({ kind: 'note', sql: '-- CREATE EXTENSION unaccent', why: describe('index.no-unaccent') });
    if (trigramSchema === null) steps.push({ kind: 'note', sql: '-- CREATE EXTENSION pg_trgm', why: describe('index.no-trigrams') });
    for (const [name, why] of [['unaccent', describe('index.unaccent')], ['pg_trgm', describe('index.trigrams')]] as const) {
      if (!facts.installed.has(name) && extension(name) !== null) once(`CREATE EXTENSION IF NOT EXISTS ${name} WITH SCHEMA ${schema}`, why);
    }
    for (const statement of [...configurationStatements(unaccent), ...functionStatements(unaccent), ...journalStatements]) once(statement.sql, statement.why);
    once(
      `CREATE TABLE IF NOT EXISTS ${names.documentsSql} (id ${key.type} PRIMARY KEY, conversation ${columnOf(messages, source.message.conversation).type}, at timestamptz NOT NULL, language "char" NOT NULL, words tsvector NOT NULL, tags text[] NOT NULL)`,
      describe('index.documents'));
    once(`ALTER TABLE ${names.documentsSql} ALTER COLUMN words SET STATISTICS 400, ALTER COLUMN tags SET STATISTICS 400`, describe('index.statistics'));
    if (facts.trouble) once(`TRUNCATE ${names.documentsSql}; DELETE FROM ${schema}.pieces WHERE documents = ${quoteLiteral(names.documents)}`, describe('index.anew'));
    once(`INSERT INTO ${schema}.libraries (documents, source, bucket_seconds, filenode, state) VALUES (${quoteLiteral(names.documents)}, ${quoteLiteral(messages.sql)}, ${facts.bucketSeconds}, pg_relation_filenode(${quoteLiteral(messages.sql)}::regclass), 'filling') ON CONFLICT (documents) DO UPDATE SET state = 'filling', trouble = NULL`, describe('index.filling'));
    for (const statement of triggerStatements(source, names, facts.bucketSeconds)) once(statement.sql, statement.why);
    for (const role of facts.readers) {
      once(`GRANT USAGE ON SCHEMA ${schema} TO ${role}`, describe('index.grant'));
      once(`GRANT SELECT ON ${names.documentsSql}, ${schema}.libraries TO ${role}`, describe('index.grant'));
    }
    steps.push({ kind: 'fill', sql: insertDocuments(source, names, facts.bucketSeconds, `${messages.sql} m WHERE m.ctid >= $1::tid AND m.ctid < $2::tid`, 'keep'), why: describe('index.fill') });
    steps.push({ kind: 'mend', sql: insertDocuments(source, names, facts.bucketSeconds, `${messages.sql} m WHERE NOT EXISTS (SELECT FROM ${names.documentsSql} d WHERE d.id = m.${quoteIdent(source.message.id.column)})`, 'keep'), why: describe('index.mend') });
  }
  const make = (name: string, table: Pick<TableShape, 'schema' | 'sql'>, definition: string, why: string): void => {
    if (facts.indexes.get(name) === true) return;
    if (facts.indexes.get(name) === false) once(`DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS ${quoteQualified(table.schema, name)}`, describe('index.unfinished'));
    once(`CREATE INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF NOT EXISTS ${quoteIdent(name)} ON ${table.sql} ${definition}`, why);
  };
  const documents = { schema: searchSchema, sql: names.documentsSql };
  make(`${names.documents}_words`, documents, 'USING gin (words, tags) WITH (fastupdate = off)', describe('index.gin'));
  make(`${names.documents}_at`, documents, '(at DESC, id DESC)', describe('index.ends'));
  const own = tableIndexes(source, trigramSchema).filter((index) => !isCovered(index));
  for (const index of own) make(index.name, index.table, index.definition, index.why);
  if (steps.length > 0) {
    once(`ANALYZE ${names.documentsSql}`, describe('index.analyze'));
    if (own.length > 0) once(`ANALYZE ${conversations.sql}`, describe('index.analyze-tables'));
    once(`UPDATE ${schema}.libraries SET state = 'ready', trouble = NULL, changed_at = now() WHERE documents = ${quoteLiteral(names.documents)}`, describe('index.ready'));
  }
  const undo = dropStatements(source, names, own).map(({ sql }) => sql);
  if (steps.length > 0) steps.push({ kind: 'note', sql: `-- The way back, at any time: ${undo.join('; ')};`, why: describe('index.back') });
  const hash = createHash('sha256').update(JSON.stringify(steps.map(({ kind, sql }) => [kind, sql]))).digest('hex');
  return { names, source, bucketSeconds: facts.bucketSeconds, steps, undo, blockers, hash };
}
