import { rmSync, writeFileSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { changesRows, type DoneRepair, type PlanRepair, type RepairedTable, type RepairOutcome } from '../../../shared/model/repair.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { openSqlite, readSqliteCatalog, sqliteError, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { registerForm } from '../keys/index.ts';
import { conditionOf } from './problem.ts';
import { proveCopy } from './prove.ts';
import { rebuildSteps, type Step } from './rebuild.ts';
import { dealtWith, nothingDone, outcomeOf, tidyKept } from './outcome.ts';
import { writeSummary } from './summary.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

export interface RepairCopyInput {
  readonly database: string;
  /** The source as it was, never written to. */
  readonly originalPath: string;
  /** The copy that is changed. */
  readonly copyPath: string;
  /** Where what leaves the copy is kept; made anew. */
  readonly keptPath: string;
  /** Of this database. */
  readonly repairs: readonly PlanRepair[];
  readonly tables: readonly PlanTable[];
  readonly signal?: AbortSignal;
}

export interface RepairReport {
  readonly done: readonly DoneRepair[];
  readonly tables: readonly RepairedTable[];
  /** By repair: rows that break its key: those it dealt with and, where it is kept, those that are left. */
  readonly counts: ReadonlyMap<string, { readonly count: string; readonly outcome: RepairOutcome }>;
}

/** A parent made again and again means that one choice undoes another. */
const maxCreatingRounds = 100;

/**
 * Repairs a copy in one transaction: each repair in turn, parents first, round after round until a whole round changes nothing; then
 * proves by statements of its own that the copy and what was kept are the original, and that no row breaks a repaired key any more.
 * Triggers do not fire: they are dropped, and made again before the end.
 *
 * @throws TravessiaError REPAIR_NOT_POSSIBLE (the choices contradict each other or the data), PLAN_STALE, CANCELLED, INTERNAL
 */
export function repairCopy(input: RepairCopyInput): RepairReport {
  for (const part of ['', '-journal']) rmSync(input.keptPath + part, { force: true });
  // An empty file is an empty database; ATTACH makes none.
  writeFileSync(input.keptPath, '');
  using opened = openSqlite(input.copyPath, { mode: 'write' });
  const { db } = opened;
  const catalog = readSqliteCatalog(db);
  const steps = rebuildSteps(input.repairs, input.tables, catalog);
  registerForm(db);
  db.pragma('foreign_keys = OFF');
  db.prepare('ATTACH ? AS kept').run(input.keptPath);
  db.prepare('ATTACH ? AS original').run(input.originalPath);
  try {
    db.exec('BEGIN IMMEDIATE');
    const report = inside(db, catalog, steps, input);
    db.exec('COMMIT');
    return report;
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error instanceof TravessiaError ? error : refused(error, input);
  }
}

function inside(db: SqliteDb, catalog: SqliteCatalog, steps: readonly Step[], input: RepairCopyInput): RepairReport {
  const active = steps.filter((step) => step.statements !== null);
  const names = touchedTables(active);
  const before = new Map(names.map((name) => [name, countRows(db, name)]));
  const triggers = catalog.triggers.filter((trigger) => names.some((name) => sameName(name, trigger.table)));
  for (const trigger of triggers) db.exec(`DROP TRIGGER ${quoteIdent(trigger.name)}`);
  for (const { statements } of active) for (const sql of statements?.once ?? []) db.exec(sql);
  for (let round = 1; ; round += 1) {
    let changed = false;
    for (const step of active) {
      if (input.signal?.aborted === true) throw new TravessiaError('CANCELLED', { message: 'The repair of the copy was cancelled.' });
      if (!runRound(db, step)) continue;
      changed = true;
      if (step.repair.choice === 'create-parent' && round > maxCreatingRounds) {
        throw impossible(step.repair, 'the parents it adds are taken out again by another repair');
      }
    }
    if (!changed) break;
  }
  for (const trigger of triggers) db.exec(trigger.sql);
  tidyKept(db, active);
  const outcomes = new Map(active.map((step) => [step.repair.id, outcomeOf(db, step)]));
  const counts = new Map(steps.map((step) => {
    const left = countLeft(db, catalog, step);
    const outcome = outcomes.get(step.repair.id) ?? nothingDone;
    if (step.statements !== null && left !== 0) throw impossible(step.repair, `${left} rows would still break it`);
    return [step.repair.id, { count: String(step.statements === null ? left : dealtWith(db, step)), outcome }] as const;
  }));
  const tables = names.map((table): RepairedTable => ({ database: input.database, table, before: before.get(table) ?? 0, after: countRows(db, table), ...proveCopy(db, catalog, table, active) }));
  for (const { table, before: was, after, quarantined, created } of tables) {
    if (was + created !== after + quarantined) throw new TravessiaError('INTERNAL', { message: `Repairing ${table}: ${was} rows and ${created} added are not ${after} left and ${quarantined} taken out.` });
  }
  const done = active.map(({ repair }): DoneRepair => ({ id: repair.id, database: repair.database, table: repair.table, problem: repair.problem, object: repair.object, choice: repair.choice, ...(outcomes.get(repair.id) ?? nothingDone) }));
  writeSummary(db, { done, tables });
  return { done, tables, counts };
}

/** One round of one repair. @returns whether it changed anything */
function runRound(db: SqliteDb, { repair, statements }: Step): boolean {
  const changes = (statements?.round ?? []).map((sql) => Number(db.prepare(sql).run().changes));
  const [noted = 0, made = 0] = changes;
  if (repair.choice !== 'create-parent' && noted !== made) {
    throw new TravessiaError('INTERNAL', { message: `The repair of ${repair.table}.${repair.object} noted ${noted} rows and changed ${made}.` });
  }
  return made > 0;
}

function touchedTables(active: readonly Step[]): string[] {
  return [...new Set(active.flatMap(({ repair, problem }) => (repair.choice === 'create-parent' ? [problem.foreignKey?.parent ?? ''] : [repair.table])))];
}

function countRows(db: SqliteDb, table: string): number {
  return Number(db.prepare<unknown[], bigint>(`SELECT count(*) FROM ${quoteIdent(table)}`).pluck().get() ?? 0);
}

function countLeft(db: SqliteDb, catalog: SqliteCatalog, step: Step): number {
  const condition = conditionOf(step.problem, catalog);
  if (condition === undefined) return Number(step.repair.count);
  return Number(db.prepare<unknown[], bigint>(`SELECT count(*) FROM ${quoteIdent(step.problem.table.name)} AS c WHERE ${condition}`).pluck().get() ?? 0);
}

function impossible({ table, object, choice, offers }: PlanRepair, what: string): TravessiaError {
  return new TravessiaError('REPAIR_NOT_POSSIBLE', {
    message: `${table}.${object}=${choice} cannot be done: ${what}.`,
    hint: `Choose otherwise for this key (possible: ${offers.map((offer) => offer.choice).join(', ')}) or for those that it hangs together with. Nothing has been changed.`,
  });
}

/** SQLite's own word against a statement: a CHECK, a NOT NULL or a key that the choice would break. */
function refused(error: unknown, { repairs, copyPath }: RepairCopyInput): unknown {
  const text = error instanceof Error ? error.message : String(error);
  if (!/constraint failed|datatype mismatch/i.test(text)) return sqliteError(error, copyPath);
  const chosen = repairs.filter(({ choice }) => changesRows(choice)).map(({ table, object, choice }) => `${table}.${object}=${choice}`);
  return new TravessiaError('REPAIR_NOT_POSSIBLE', {
    message: `The repairs cannot be done as chosen (${chosen.join('; ')}): ${text}.`, hint: 'Choose otherwise, for example quarantine. Nothing has been changed.', cause: error,
  });
}
