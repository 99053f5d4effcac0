import { z } from 'zod';
import { doneRepairSchema, repairedTableSchema } from '../../../shared/model/repair.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';

export const repairSummarySchema = z.object({ done: z.array(doneRepairSchema), tables: z.array(repairedTableSchema) });
export type RepairSummary = z.infer<typeof repairSummarySchema>;

/** Part of the repair's own transaction: where it stands, all that it says is there. */
export function writeSummary(db: SqliteDb, summary: RepairSummary): void {
  db.exec('CREATE TABLE kept.summary (json)');
  db.prepare('INSERT INTO kept.summary VALUES (?)').run(JSON.stringify(summary));
}

export function readSummary(db: SqliteDb, schema: 'main' | 'kept'): RepairSummary {
  const text = db.prepare<unknown[], string>(`SELECT json FROM ${schema}.summary`).pluck().get();
  return repairSummarySchema.parse(JSON.parse(text ?? 'null'));
}
