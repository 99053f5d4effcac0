import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { ReadWay, RunResult, Verification } from '../../../shared/model/run.ts';
import type { DoneRepair } from '../../../shared/model/repair.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import type { AppendedTable } from './swap-types.ts';
import { outcomeKey, type Outcomes } from './build-objects.ts';

export interface TableCounts {
  readonly source: number;
  readonly loaded: number;
  readonly rejected: number;
  /** Of those loaded, rows with values that a person gave. */
  readonly mended: number;
  /** Rows in which a repair set a value to NULL; rows that one added. */
  readonly repaired: number;
  readonly added: number;
  readonly seconds: number;
  /** Threads that loaded it. */
  readonly lanes: number;
  readonly read?: ReadWay | undefined;
}

export interface ResultInput {
  readonly runId: string;
  readonly status: RunResult['status'];
  readonly plan: Plan;
  readonly counts: (table: PlanTable) => TableCounts;
  readonly outcomes: Outcomes;
  readonly verification: Verification | null;
  readonly seconds: RunResult['seconds'];
  readonly sourceMoved: boolean;
  readonly swapped: boolean;
  readonly findings: readonly Finding[];
  readonly repairs: readonly DoneRepair[];
  /** What became of rows in tables that stood already. */
  readonly merged: readonly AppendedTable[];
  /** Where the tables stand now. */
  readonly place: (schema: string) => string;
}

function say(reason: { readonly code: string; readonly params?: Readonly<Record<string, string>> | undefined } | undefined): string | undefined {
  return reason === undefined ? undefined : describe(reason.code, reason.params ?? {});
}

/** A key with NULLs becomes a unique constraint, one with a collation of its own a unique index, a long one an exclusion: the server's answer stands under that. */
const madeAs: Readonly<Partial<Record<Plan['objects'][number]['kind'], readonly string[]>>> = { 'primary key': ['unique', 'index', 'exclusion'], unique: ['index', 'exclusion'], index: ['exclusion'] };

function mergedRows({ merged }: ResultInput, { target }: PlanTable): { merged?: { inserted: number; updated: number; unchanged: number } } {
  const found = merged.find((each) => each.schema === target.schema && each.table === target.table)?.merged;
  return found === undefined ? {} : { merged: { inserted: Number(found.inserted), updated: Number(found.updated), unchanged: Number(found.unchanged) } };
}

/** What `migrate --format json` prints (command-line.md); nothing of the source is missing from it. */
export function buildResult(input: ResultInput): RunResult {
  const { plan, outcomes, verification } = input;
  const included = plan.tables.filter((table) => table.include);
  let rejected = 0;
  const tables = included.map((table) => {
    const counts = input.counts(table);
    rejected += counts.rejected;
    const verified = verification?.tables.find((entry) => entry.database === table.source.database && entry.table === table.source.table);
    return {
      source: table.source,
      target: { schema: input.place(table.target.schema), table: table.target.table },
      ...(table.filter === undefined ? {} : { filter: table.filter }),
      columns: table.columns
        .filter((column) => column.include)
        .map((column) => ({ source: column.source, target: column.target, type: outcomes.get(outcomeKey('type', `${table.target.table}.${column.target}`, table.target.schema))?.outcome === 'listed' ? 'text' : column.type, ...(column.cast === undefined ? {} : { cast: column.cast }) })),
      excluded: table.columns.filter((column) => !column.include).map((column) => ({ source: column.source, reason: say(column.excluded) ?? 'left out' })),
      rows: { source: counts.source, loaded: counts.loaded, rejected: counts.rejected, repaired: counts.repaired, added: counts.added, ...(counts.mended === 0 ? {} : { mended: counts.mended }) },
      ...mergedRows(input, table),
      seconds: counts.seconds,
      ...(counts.lanes > 1 ? { lanes: counts.lanes } : {}),
      ...(counts.read === undefined ? {} : { read: counts.read }),
      verified: verified?.equal ?? false,
    };
  });
  const objects = plan.objects.map((object) => {
    const table = plan.tables.find((candidate) => candidate.source.table === object.table && candidate.source.database === object.database);
    const view = plan.views.find((candidate) => candidate.source.view === object.name && candidate.source.database === object.database);
    const schema = table?.target.schema ?? view?.target.schema ?? '';
    const name = view?.target.view ?? object.name;
    const happened = [object.kind, ...(madeAs[object.kind] ?? [])].map((kind) => outcomes.get(outcomeKey(kind, name, schema))).find((outcome) => outcome !== undefined);
    const reason = happened?.reason ?? say(object.reason);
    return {
      kind: object.kind,
      name: object.name,
      database: object.database,
      ...(object.table === undefined ? {} : { table: object.table }),
      outcome: happened?.outcome ?? object.outcome,
      ...(reason === undefined || reason === '' ? {} : { reason }),
    };
  });
  return {
    runId: input.runId,
    status: input.status,
    tables,
    objects,
    rejects: { rows: rejected, table: 'travessia.rejects' },
    ...(input.repairs.length === 0 ? {} : { repairs: [...input.repairs] }),
    seconds: input.seconds,
    sourceMoved: input.sourceMoved,
    swapped: input.swapped,
    findings: [...plan.findings, ...input.findings],
  };
}

/** A result as it stands once rows were mended, until the run is resumed and counts anew. */
export function withMended(result: RunResult, { database, table, mended }: { readonly database: string; readonly table: string; readonly mended: number }): RunResult {
  return {
    ...result,
    rejects: { ...result.rejects, rows: result.rejects.rows - mended },
    tables: result.tables.map((each) => (each.source.database !== database || each.source.table !== table ? each : {
      ...each, rows: { ...each.rows, loaded: each.rows.loaded + mended, rejected: each.rows.rejected - mended, mended: (each.rows.mended ?? 0) + mended },
    })),
  };
}
