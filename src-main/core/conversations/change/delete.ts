import { z } from 'zod';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { quoteLiteral } from '../../../../shared/pure/quote.ts';
import { noConversation } from '../scan/index.ts';
import { batchColumn, findCascade, type Cascade, type Roots, type RowsOf } from './cascade.ts';
import { fieldSql, isBefore, readMapped, typeOf, type MappedTables } from './fields.ts';
import { countsOf, keptTable, missingRecord, recordSql, type Kept, type KeptStep } from './kept.ts';
import { firing, why, type ChangePlan, type Statement } from './plan.ts';
import { nameOf, type ChangeSession, type Relation } from './relations.ts';

/** Conversations (and single messages) that one transaction of a purge takes. */
export const purgeBatch = 200;

interface Deletion {
  /** All rows, for counting. */
  readonly all: Cascade;
  /** Those of one batch, as they are copied; the same as `all` for one conversation. */
  readonly keep: Cascade;
  /** Those of one batch, as they are deleted: by the keys that were kept. */
  readonly remove: Cascade;
}

/** Rows that name the conversation themselves: of a history without a table of conversations, or of one whose row is missing. */
function rootsByValue(mapping: Mapping, tables: MappedTables, key: string): Roots {
  const roots: Roots[number][] = [];
  for (const [relation, part] of [[tables.messages, mapping.messages], [tables.tasks, mapping.tasks], [tables.events, mapping.events]] as const) {
    if (relation === null || part === undefined) continue;
    // Several columns name it together: its key is the JSON array of their values.
    const others = part === mapping.messages ? (mapping.messages.conversationWith ?? []) : [];
    const values = others.length === 0 ? [key === noConversation ? null : key] : valuesOf(key);
    const where = [part.conversation, ...others].map((field, index) => isValue(fieldSql(field, 't'), values[index] ?? null)).join(' AND ');
    roots.push({ relation, where: () => where });
  }
  return roots;
}

const isValue = (sql: string, value: string | null): string => (value === null ? `${sql} IS NULL` : `${sql} = ${quoteLiteral(value)}`);

function valuesOf(key: string): (string | null)[] {
  try {
    return z.array(z.string().nullable()).parse(JSON.parse(key));
  } catch (cause) {
    throw new TravessiaError('NOT_FOUND', { message: 'There is no such conversation.', hint: 'It may have been deleted meanwhile.', cause });
  }
}

async function rootsOfConversation(session: ChangeSession, mapping: Mapping, tables: MappedTables, key: string): Promise<Roots> {
  const { conversations } = tables;
  if (conversations === null || mapping.conversations === undefined) return rootsByValue(mapping, tables, key);
  const where = isValue(fieldSql(mapping.conversations.id, 't'), key);
  const { rows } = await session.query(`SELECT 1 FROM ${nameOf(conversations)} t WHERE ${where} LIMIT 1`);
  return rows.length > 0 ? [{ relation: conversations, where: () => where }] : rootsByValue(mapping, tables, key);
}

interface PurgeRoots {
  readonly all: Roots;
  readonly keep: Roots;
  readonly remove: Roots;
}

function rootsOfPurge(mapping: Mapping, tables: MappedTables, cutoff: string): PurgeRoots {
  const all: Roots[number][] = [];
  const keep: Roots[number][] = [];
  const remove: Roots[number][] = [];
  for (const [relation, part] of [[tables.conversations, mapping.conversations], [tables.messages, mapping.messages]] as const) {
    if (relation === null || part?.deleted === undefined) continue;
    const before = isBefore(relation, part.deleted, cutoff);
    const id = fieldSql(part.id, 't');
    const ownId = fieldSql(part.id, 'p');
    all.push({ relation, where: () => before });
    keep.push({ relation, where: () => `${id} IN (SELECT ${id} FROM ${nameOf(relation)} t WHERE ${before} ORDER BY 1 LIMIT ${purgeBatch})` });
    remove.push({ relation, where: (own) => `${id} IN (SELECT ${ownId} FROM ${own} p)` });
  }
  if (all.length === 0) throw new TravessiaError('UNSUPPORTED_SOURCE', { message: 'This library does not say which conversations are soft-deleted.', hint: 'Name the column that holds the moment of the deletion in the mapping.' });
  return { all, keep, remove };
}

const stepName = (relation: Relation): { schema: string; table: string } => ({ schema: relation.schema, table: relation.name });

/** Counts every step's rows and obstacles in one statement, so from one view of the database; `text` changes with any of the rows. */
async function count(session: ChangeSession, cascade: Cascade, deep: boolean): Promise<{ rows: number[]; obstacles: number[]; text: string }> {
  const inCte: RowsOf = (step) => `g${step}`;
  const ctes = cascade.steps.map((step) => `g${step.number} AS MATERIALIZED (SELECT t.* FROM ${nameOf(step.relation)} t WHERE ${step.where(inCte)})`);
  const sums = cascade.steps.map((step) => `SELECT ${step.number} AS n, count(*) AS rows, ${deep || step.number === 1 ? `sum(hashtextextended(g::text, 0)::numeric)` : 'NULL::numeric'} AS hash FROM g${step.number} g`);
  const obstacles = cascade.obstacles.map((each, index) => `SELECT ${-1 - index}, count(*), NULL::numeric FROM ${nameOf(each.relation)} t WHERE ${each.where(inCte)}`);
  const { rows } = await session.query(`WITH ${ctes.join(', ')} SELECT n::text, rows::text, hash::text FROM (${[...sums, ...obstacles].join(' UNION ALL ')}) s`);
  const of = (n: number): number => Number(rows.find((row) => row['n'] === String(n))?.['rows'] ?? 0);
  return { rows: cascade.steps.map(({ number }) => of(number)), obstacles: cascade.obstacles.map((_, index) => of(-1 - index)), text: JSON.stringify(rows.map((row) => [row['n'], row['rows'], row['hash']]).toSorted()) };
}

/** The statements that take one batch: copies first, then deletions. */
export function batchStatements(keptId: string, deletion: Deletion, batch: number): Statement[] {
  const rowsOf: RowsOf = (step) => `(SELECT * FROM ${keptTable(keptId, step)} WHERE ${batchColumn} = ${batch})`;
  const keeps = deletion.keep.steps.map((step) => ({
    sql: `INSERT INTO ${keptTable(keptId, step.number)} SELECT t.*, ${batch} FROM ${nameOf(step.relation)} t WHERE ${step.where(rowsOf)}`,
    why: step.action === 'delete' ? why('keep') : why('keep-nulled', { columns: step.columns.join(', ') }),
  }));
  const removes = deletion.remove.order.flatMap((number) => {
    const step = deletion.remove.steps.find((each) => each.number === number);
    return step === undefined ? [] : [{ sql: `DELETE FROM ${nameOf(step.relation)} t WHERE ${step.where(rowsOf)}`, why: `${why('delete')}${firing(step.relation, 'delete')}` }];
  });
  return [...keeps, ...removes];
}

/** Rows of a batch that are still there although they were deleted: a trigger kept them back. */
export function batchChecks(keptId: string, deletion: Deletion, batch: number): Statement[] {
  const rowsOf: RowsOf = (step) => `(SELECT * FROM ${keptTable(keptId, step)} WHERE ${batchColumn} = ${batch})`;
  return deletion.remove.steps.filter(({ action }) => action === 'delete').map((step) => ({
    sql: `SELECT count(*)::text AS n FROM ${nameOf(step.relation)} t WHERE ${step.where(rowsOf)}`, why: `rows of ${nameOf(step.relation)} were not deleted: a trigger or a rule held them back`,
  }));
}

export interface DeletionPlan extends ChangePlan {
  readonly deletion: Deletion;
  readonly steps: readonly KeptStep[];
}

async function plan(session: ChangeSession, deletion: Deletion, kept: Pick<Kept, 'id' | 'kind' | 'who' | 'title'>, isPurge: boolean): Promise<DeletionPlan> {
  const counted = await count(session, deletion.all, !isPurge);
  const steps: KeptStep[] = deletion.all.steps.map((step, index) => ({ number: step.number, ...stepName(step.relation), action: step.action, columns: [...step.columns], rows: counted.rows[index] ?? 0 }));
  const blockers = [...deletion.all.blockers];
  for (const [index, obstacle] of deletion.all.obstacles.entries()) {
    const rows = counted.obstacles[index] ?? 0;
    if (rows > 0) blockers.push(why('blocked.restrict', { rows: String(rows), table: nameOf(obstacle.relation), key: obstacle.key }));
  }
  const setup = deletion.all.steps.map((step) => ({ sql: `CREATE TABLE ${keptTable(kept.id, step.number)} AS SELECT t.*, 0 AS ${batchColumn} FROM ${nameOf(step.relation)} t WITH NO DATA`, why: why('keep-table', { table: nameOf(step.relation) }) }));
  const batches = batchStatements(kept.id, deletion, 1).map((each) => (isPurge ? { ...each, why: `${each.why}; ${why('batches', { rows: String(purgeBatch) })}` } : each));
  const record = recordSql({ ...kept, steps: isPurge ? steps.map((step) => ({ ...step, rows: 0 })) : steps });
  return {
    statements: [...(await missingRecord(session)).map((sql) => ({ sql, why: why('record-place') })), ...setup, ...batches, { sql: record, why: why('record') }],
    counts: countsOf(steps), blockers, rows: counted.text, checks: batchChecks(kept.id, deletion, 1), deletion, steps,
  };
}

/** Deletes one conversation and all that belongs to it. @throws TravessiaError NOT_FOUND, UNSUPPORTED_SOURCE, MAPPING_INVALID */
export async function planDelete(session: ChangeSession, mapping: Mapping, key: string, kept: Pick<Kept, 'id' | 'who'>): Promise<DeletionPlan> {
  if (mapping.adapter === 'llm-2026') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: 'Messages of this program belong to several conversations at once: deleting one would tear others.', hint: 'Delete it in its own program.' });
  const tables = await readMapped(session, mapping);
  const cascade = findCascade(mapping, tables, await rootsOfConversation(session, mapping, tables, key));
  const title = mapping.conversations?.title;
  let name: string | null = null;
  if (title !== undefined && tables.conversations !== null && mapping.conversations !== undefined) {
    name = (await session.query(`SELECT left((${fieldSql(title, 't')})::text, 200) AS title FROM ${nameOf(tables.conversations)} t WHERE ${fieldSql(mapping.conversations.id, 't')} = ${quoteLiteral(key)}`)).rows[0]?.['title'] ?? null;
  }
  const made = await plan(session, { all: cascade, keep: cascade, remove: cascade }, { ...kept, kind: 'delete', title: name ?? key }, false);
  if (made.steps.every(({ rows }) => rows === 0)) throw new TravessiaError('NOT_FOUND', { message: 'There is no such conversation.', hint: 'It may have been deleted meanwhile.' });
  return { ...made, title: name };
}

/** Deletes for good what was soft-deleted before `cutoff` (ISO), in batches. @throws TravessiaError UNSUPPORTED_SOURCE, MAPPING_INVALID */
export async function planPurge(session: ChangeSession, mapping: Mapping, cutoff: string, kept: Pick<Kept, 'id' | 'who'>): Promise<DeletionPlan> {
  const tables = await readMapped(session, mapping);
  const roots = rootsOfPurge(mapping, tables, cutoff);
  for (const { relation } of roots.all) {
    const id = relation === tables.conversations ? mapping.conversations?.id : mapping.messages?.id;
    if (id !== undefined && typeOf(relation, id) === 'json') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${nameOf(relation)} has a key that cannot be compared.` });
  }
  const deletion = { all: findCascade(mapping, tables, roots.all), keep: findCascade(mapping, tables, roots.keep), remove: findCascade(mapping, tables, roots.remove) };
  return plan(session, deletion, { ...kept, kind: 'purge', title: cutoff }, true);
}
