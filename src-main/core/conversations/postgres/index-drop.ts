import { createHash } from 'node:crypto';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../../shared/pure/quote.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import type { PlanStatement } from './index-functions.ts';
import { searchNames, searchSchema, type SearchNames } from './index-names.ts';
import type { IndexPlan, IndexStep } from './index-plan.ts';
import type { Source } from './source.ts';
import { tableIndexes, type TableIndex } from './table-indexes.ts';

const schema = quoteIdent(searchSchema);

/**
 * Takes away what the index of a library is made of; the program's own rows stay. Its search ends with the first statement, in one transaction, so
 * that an interruption leaves an index or none. What other libraries of the database search by stays: the schema goes with the last of them.
 */
export function dropStatements(source: Source, names: SearchNames, own: readonly TableIndex[], concurrently = false): PlanStatement[] {
  const { messages } = source.shape;
  const triggers = ['insert', 'update', 'delete', 'truncate'].map((event) => `DROP TRIGGER IF EXISTS ${quoteIdent(`${names.documents}_${event}`)} ON ${messages.sql}`);
  const step = `DROP FUNCTION IF EXISTS ${schema}.${quoteIdent(`${names.documents}_step`)}()`;
  return [
    { sql: [...triggers, step, `DROP TABLE ${names.documentsSql}`, `DELETE FROM ${schema}.libraries WHERE documents = ${quoteLiteral(names.documents)}`].join(';\n'), why: describe('index.drop-words') },
    ...own.map(({ name, table }) => ({ sql: `DROP INDEX ${concurrently ? 'CONCURRENTLY ' : ''}IF EXISTS ${quoteQualified(table.schema, name)}`, why: describe('index.drop-index') })),
    { sql: `DO $travessia$ BEGIN IF NOT EXISTS (SELECT FROM ${schema}.libraries) THEN DROP SCHEMA ${schema} CASCADE; END IF; END $travessia$`, why: describe('index.drop-schema') },
  ];
}

/** As `planIndex`, of taking it away; without steps where there is none. */
export async function planIndexDrop(source: Source): Promise<IndexPlan> {
  const { port, shape: { conversations, messages } } = source;
  const names = searchNames(messages, source.mapping);
  const none: IndexPlan = { names, source, bucketSeconds: 0, steps: [], undo: [], blockers: [], hash: '' };
  const [there] = await port.rows('SELECT to_regclass($1)::text AS documents, to_regclass($2)::text AS libraries', [names.documentsSql, `${searchSchema}.libraries`]);
  if (there?.['documents'] == null || there['libraries'] == null) return none;
  const owned = await port.rows(`SELECT c.oid::regclass::text AS name, pg_has_role(c.relowner, 'USAGE')::text AS mine FROM pg_class c WHERE c.oid IN ($1::oid, $2::oid, to_regclass($3)::oid)`, [conversations.oid, messages.oid, names.documentsSql]);
  const others = await port.rows(`SELECT FROM ${schema}.libraries WHERE source = $1 AND documents <> $2 LIMIT 1`, [messages.sql, names.documents]);
  const standing = new Set((await port.rows('SELECT c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid IN ($1::oid, $2::oid)', [conversations.oid, messages.oid])).map((row) => row['name']));
  // Another library over the same tables goes on using their indexes.
  const own = others.length > 0 ? [] : tableIndexes(source, schema).filter(({ name }) => standing.has(name));
  const steps: IndexStep[] = dropStatements(source, names, own, true).map((statement) => ({ kind: 'once', ...statement }));
  const blockers = owned.filter((row) => row['mine'] !== 'true').map((row) => describe('index.blocked.owner', { table: row['name'] ?? '' }));
  return { ...none, steps, blockers, hash: createHash('sha256').update(JSON.stringify(steps.map(({ sql }) => sql))).digest('hex') };
}
