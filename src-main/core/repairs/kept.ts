import type { PlanRepair, RepairProblem } from '../../../shared/model/repair.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { RejectCode, TypedValue } from '../../../shared/model/values.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { openSqlite, readSqliteCatalog, type OpenedSqlite } from '../../drivers/sqlite/index.ts';
import { everyExactRow } from '../load/exact-rows.ts';
import type { RejectRecord } from '../load/journal.ts';
import { repairFiles } from './files.ts';
import { places } from './outcome.ts';
import { emptiedColumns } from './possible.ts';
import { rowNames, tuple } from './problem.ts';
import { rebuildSteps, type Step } from './rebuild.ts';
import { keptTable } from './statements.ts';
import { readSummary, type RepairSummary } from './summary.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

export const quarantineCodes: Readonly<Record<RepairProblem, RejectCode>> = {
  'orphan': 'QUARANTINED_ORPHAN', 'null-key': 'QUARANTINED_NULL_KEY', 'duplicate-key': 'QUARANTINED_DUPLICATE', 'unique-violation': 'QUARANTINED_DUPLICATE', 'check': 'QUARANTINED_CHECK',
};

/** A value that became NULL, or a row that was added. */
export interface ChangeRecord {
  readonly table: string;
  readonly key: string;
  /** Empty for a whole row. */
  readonly column: string;
  readonly change: 'nulled' | 'created';
  readonly repair: string;
  readonly before: TypedValue | null;
  readonly after: Readonly<Record<string, TypedValue>> | null;
}

/** What the repairs of one source changed, read from the original and the copy, row by row. */
export interface KeptChanges {
  readonly summary: RepairSummary;
  /** Rows taken out of a table, as they were. */
  rejects(table: string): Generator<RejectRecord, void>;
  changes(): Generator<ChangeRecord, void>;
  [Symbol.dispose](): void;
}

/** @throws TravessiaError FILE_NOT_FOUND, PLAN_STALE */
export function openKept(snapshotPath: string, repairs: readonly PlanRepair[], tables: readonly PlanTable[]): KeptChanges {
  const files = repairFiles(snapshotPath);
  const attached = (path: string): OpenedSqlite => {
    const opened = openSqlite(path, { mode: 'read' });
    opened.db.prepare('ATTACH ? AS kept').run(files.kept);
    return opened;
  };
  const original = attached(files.original);
  const copy = attached(snapshotPath);
  const catalog = readSqliteCatalog(original.db);
  const steps = rebuildSteps(repairs, tables, catalog).filter((step) => step.statements !== null);
  const rowsOf = ({ db }: OpenedSqlite, step: Step, name: string) => {
    const table = catalog.tables.find((each) => sameName(each.name, name));
    const planned = tables.find((each) => each.source.table === table?.name);
    const keys = table === undefined ? null : rowNames(table);
    if (table === undefined || planned === undefined || keys === null) throw new Error(`${name} was repaired and is not in the plan`);
    const filter = `${tuple(keys, '')} IN (SELECT ${places('k', keys.length)} FROM ${keptTable(step.repair.id)})`;
    return { name: table.name, rows: everyExactRow({ db, table, columns: planned.columns.map((column) => column.source), rowKey: planned.rowKey, encoding: catalog.encoding, filter }) };
  };
  return {
    summary: readSummary(original.db, 'kept'),
    *rejects(name) {
      for (const step of steps.filter(({ repair }) => repair.choice === 'quarantine' && repair.table === name)) {
        const { problem, object, columns, parent } = step.repair;
        const code = quarantineCodes[problem];
        const reason = describe(`reject.${code}`, { column: columns.join(', '), object, parent: parent?.table ?? '' });
        for (const row of rowsOf(original, step, name).rows) yield { key: row.key, column: columns.join(', '), code, reason, row: row.typed() };
      }
    },
    *changes() {
      for (const step of steps) {
        const { repair, problem } = step;
        if (repair.choice === 'null-out') {
          const columns = emptiedColumns(problem);
          for (const row of rowsOf(original, step, repair.table).rows) {
            const typed = row.typed();
            for (const column of columns) yield { table: repair.table, key: row.key, column, change: 'nulled', repair: repair.id, before: typed[column] ?? null, after: null };
          }
        } else if (repair.choice === 'create-parent') {
          const { name, rows } = rowsOf(copy, step, repair.parent?.table ?? '');
          for (const row of rows) yield { table: name, key: row.key, column: '', change: 'created', repair: repair.id, before: null, after: row.typed() };
        }
      }
    },
    [Symbol.dispose]() {
      original.close();
      copy.close();
    },
  };
}
