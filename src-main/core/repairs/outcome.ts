import type { RepairOutcome } from '../../../shared/model/repair.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { emptiedColumns } from './possible.ts';
import { rowNames, tuple } from './problem.ts';
import type { Step } from './rebuild.ts';
import { keptTable, wantedTable } from './statements.ts';

export const nothingDone: RepairOutcome = { quarantined: 0, nulled: 0, created: 0 };

/** `k1, k2` */
export function places(letter: 'k' | 'v', count: number): string {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`).join(', ');
}

export function one(db: SqliteDb, sql: string): number {
  return Number(db.prepare<unknown[], bigint>(sql).pluck().get() ?? 0);
}

/** A row whose values were set to NULL and that left later leaves as it was: only its leaving counts. */
export function tidyKept(db: SqliteDb, active: readonly Step[]): void {
  for (const emptied of active.filter(({ repair }) => repair.choice === 'null-out')) {
    for (const left of active.filter(({ repair }) => repair.choice === 'quarantine' && repair.table === emptied.repair.table)) {
      const keys = rowNames(emptied.problem.table) ?? [];
      const names = keys.map((_, index) => `k${index + 1}`);
      db.exec(`DELETE FROM ${keptTable(emptied.repair.id)} WHERE ${tuple(names, '')} IN (SELECT ${names.join(', ')} FROM ${keptTable(left.repair.id)})`);
    }
  }
}

/** What one repair did, counted in what was kept. */
export function outcomeOf(db: SqliteDb, { repair, problem }: Step): RepairOutcome {
  const kept = keptTable(repair.id);
  const rows = one(db, `SELECT count(*) FROM ${kept}`);
  if (repair.choice === 'quarantine') return { ...nothingDone, quarantined: rows };
  if (repair.choice === 'create-parent') return { ...nothingDone, created: rows };
  return { ...nothingDone, nulled: rows * emptiedColumns(problem).length };
}

/** Rows that broke the key: taken out, emptied, or given a parent. */
export function dealtWith(db: SqliteDb, { repair, problem }: Step): number {
  if (repair.choice !== 'create-parent') return one(db, `SELECT count(*) FROM ${keptTable(repair.id)}`);
  const columns = problem.foreignKey?.columns ?? [];
  return one(db, `SELECT count(*) FROM ${quoteIdent(repair.table)} AS c WHERE ${tuple(columns, 'c')} IN (SELECT ${places('v', columns.length)} FROM ${wantedTable(repair.id)})`);
}
