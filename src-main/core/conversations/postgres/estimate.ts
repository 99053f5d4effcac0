/** What the planner expects, from its statistics alone. */
import type { QueryPort } from '../ports.ts';
import type { Values } from './values.ts';

/** Rows a query would give, by the planner's estimate: it knows how common each word and tag is (manual 69.1, most common elements). */
export async function estimatedRows(port: QueryPort, sql: string, values: Values, signal: AbortSignal): Promise<number> {
  const rows = await port.rows(`EXPLAIN (FORMAT JSON) ${sql}`, values.list, { signal });
  return Number(/"Plan Rows":\s*(\d+)/.exec(rows[0]?.['QUERY PLAN'] ?? '')?.[1] ?? 0);
}
