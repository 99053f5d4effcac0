/**
 * Where rows are kept as they were: for each table concerned a table of its own in the schema `travessia`, a copy with the same column types, so
 * that nothing passes through a text or a JSON form; and one row in travessia.kept that tells what was done.
 */
import { z } from 'zod';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { keptSchema, type KeptChange } from '../../../../shared/model/conversation-work.ts';
import { quoteLiteral, quoteQualified } from '../../../../shared/pure/quote.ts';
import type { ChangeSession } from './relations.ts';

const stepSchema = z.object({
  number: z.number(), schema: z.string(), table: z.string(),
  /** delete, update: what became of the rows. after: a row as the change left it, for telling whether somebody changed it since. */
  action: z.enum(['delete', 'update', 'after']),
  /** Columns that the change was about; empty for deletions. */
  columns: z.array(z.string()),
  rows: z.number(),
});
export type KeptStep = z.infer<typeof stepSchema>;

const detailSchema = z.object({ steps: z.array(stepSchema) });

export interface Kept {
  readonly id: string;
  readonly kind: KeptChange['kind'];
  readonly at: string;
  readonly who: string;
  readonly title: string;
  readonly steps: readonly KeptStep[];
  readonly undone: boolean;
}

export const recordTable = `CREATE TABLE IF NOT EXISTS travessia.kept (
  id text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), who text NOT NULL, kind text NOT NULL, title text NOT NULL, detail json NOT NULL, undone_at timestamptz)`;

export function keptTable(id: string, step: number): string {
  return quoteQualified('travessia', `kept_${id}_${step}`);
}

export function recordSql(kept: Omit<Kept, 'at' | 'undone'>): string {
  const values = [kept.id, kept.who, kept.kind, kept.title, JSON.stringify({ steps: kept.steps })].map(quoteLiteral);
  return `INSERT INTO travessia.kept (id, who, kind, title, detail) VALUES (${values.join(', ')})`;
}

/** What the record has to have around it; empty where it is there. */
export async function missingRecord(session: ChangeSession): Promise<string[]> {
  const { rows } = await session.query(`SELECT to_regnamespace('travessia')::text AS schema, to_regclass('travessia.kept')::text AS kept`);
  return [...(rows[0]?.['schema'] === null ? ['CREATE SCHEMA IF NOT EXISTS travessia'] : []), ...(rows[0]?.['kept'] === null ? [recordTable] : [])];
}

function fromRow(row: Readonly<Record<string, string | null>>): Kept {
  return {
    id: row['id'] ?? '', kind: keptSchema.shape.kind.parse(row['kind']), at: new Date(row['at'] ?? 0).toISOString(), who: row['who'] ?? '', title: row['title'] ?? '',
    steps: detailSchema.parse(JSON.parse(row['detail'] ?? 'null')).steps, undone: row['undone'] === 'true',
  };
}

const columns = `id, who, kind, title, detail::text AS detail, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, (undone_at IS NOT NULL)::text AS undone`;

/** Newest first; none where nothing was ever changed here. */
export async function listKept(session: ChangeSession): Promise<Kept[]> {
  if ((await session.query(`SELECT to_regclass('travessia.kept')::text AS t`)).rows[0]?.['t'] === null) return [];
  return (await session.query(`SELECT ${columns} FROM travessia.kept ORDER BY travessia.kept.at DESC, id LIMIT 500`)).rows.map(fromRow);
}

/** @throws TravessiaError NOT_FOUND */
export async function readKept(session: ChangeSession, id: string): Promise<Kept> {
  const found = (await session.query(`SELECT to_regclass('travessia.kept')::text AS t`)).rows[0]?.['t'] === null ? [] : (await session.query(`SELECT ${columns} FROM travessia.kept WHERE id = $1`, [id])).rows;
  const row = found[0];
  if (row === undefined) throw new TravessiaError('NOT_FOUND', { message: 'Nothing is kept of that change.', hint: 'See the list of changes that can be undone.' });
  return fromRow(row);
}

/** Rows per table, deletions and updates together. */
export function countsOf(steps: readonly KeptStep[]): { table: string; rows: number }[] {
  const counts = new Map<string, number>();
  for (const { schema, table, action, rows } of steps) {
    const name = schema === 'public' ? table : `${schema}.${table}`;
    if (action !== 'after') counts.set(name, (counts.get(name) ?? 0) + rows);
  }
  return [...counts].map(([table, rows]) => ({ table, rows }));
}
