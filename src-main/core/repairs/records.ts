import { existsSync } from 'node:fs';
import type { PlanRepair, RepairOutcome } from '../../../shared/model/repair.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { Difference, TableVerification } from '../../../shared/model/run.ts';
import { createRowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { repairFiles } from './files.ts';
import { openKept } from './kept.ts';

/** What is asked of the target: one piece of rows after another. */
export interface RecordReader {
  arrays(sql: string, values: string[]): Promise<(string | null)[][]>;
  pieces(sql: string, values: string[]): AsyncIterable<(string | null)[][]>;
}

export interface RecordsInput {
  readonly table: PlanTable;
  readonly target: { readonly schema: string; readonly table: string };
  readonly snapshotPath: string;
  /** Repairs and tables of the database. */
  readonly repairs: readonly PlanRepair[];
  readonly tables: readonly PlanTable[];
  /** Null: there is no run whose records could be looked at. */
  readonly runId: string | null;
  readonly reader: RecordReader;
}

/**
 * Completes a comparison of the repaired copy with the target by what the repairs changed: the rows taken out must stand in the
 * target's rejects exactly as the source has them, and each changed value and added row in travessia.repairs. Rows of the source are
 * counted as they were.
 */
export async function compareRecords(compared: TableVerification, input: RecordsInput, onDifferences: (differences: readonly Difference[]) => void): Promise<TableVerification> {
  const { table, snapshotPath, runId } = input;
  if (!existsSync(repairFiles(snapshotPath).kept)) return compared;
  using kept = openKept(snapshotPath, input.repairs, input.tables);
  const own = kept.summary.tables.find((each) => each.table === table.source.table);
  if (own === undefined) return compared;
  const expected = new Map<string, { readonly key: string; readonly column: string; left: number }>();
  const identity = createIdentity();
  const outcome = { quarantined: own.quarantined, nulled: 0, created: own.created };
  const expect = (key: string, column: string, parts: readonly string[]): void => {
    const id = identity([key, column, ...parts]);
    const known = expected.get(id);
    if (known === undefined) expected.set(id, { key, column, left: 1 });
    else known.left += 1;
  };
  for (const { key, column, code, row } of kept.rejects(own.table)) expect(key, column, [code, JSON.stringify(row)]);
  for (const change of kept.changes()) {
    if (change.table !== own.table) continue;
    if (change.change === 'nulled') outcome.nulled += 1;
    expect(change.key, change.column, [change.change, change.repair, JSON.stringify(change.before), JSON.stringify(change.after)]);
  }
  const repairs: RepairOutcome = outcome;
  const counted = { ...compared, rowsSource: compared.rowsSource + own.before - own.after, rowsRejected: compared.rowsRejected + own.quarantined, repairs };
  if (runId === null) return counted;
  const strangers: { key: string; column: string }[] = [];
  const meet = (key: string, column: string, parts: readonly string[]): void => {
    const entry = expected.get(identity([key, column, ...parts]));
    if (entry === undefined || entry.left === 0) strangers.push({ key, column });
    else entry.left -= 1;
  };
  const values = [runId, table.source.database, table.source.table];
  const there = async (name: string): Promise<boolean> => (await input.reader.arrays(`SELECT to_regclass('travessia.${name}')::text`, []))[0]?.[0] != null;
  if (await there('rejects')) {
    for await (const piece of input.reader.pieces(`SELECT key, "column", code, row::text FROM travessia.rejects WHERE run = $1 AND source = $2 AND "table" = $3 AND code LIKE 'QUARANTINED%'`, values)) {
      for (const [key, column, code, row] of piece) meet(key ?? '', column ?? '', [code ?? '', plain(row)]);
    }
  }
  if (await there('repairs')) {
    for await (const piece of input.reader.pieces('SELECT key, "column", change, repair, before::text, after::text FROM travessia.repairs WHERE run = $1 AND source = $2 AND "table" = $3', values)) {
      for (const [key, column, change, repair, before, after] of piece) meet(key ?? '', column ?? '', [change ?? '', repair ?? '', plain(before), plain(after)]);
    }
  }
  const lost = [...expected.values()].filter((entry) => entry.left > 0);
  const missing = lost.reduce((sum, entry) => sum + entry.left, 0);
  const differences = [
    ...lost.map((entry) => difference(input, 'missing', entry, 'repaired before the load, and the target has no such record of it')),
    ...strangers.map((entry) => difference(input, 'extra', entry, 'recorded as repaired, and the source says otherwise')),
  ];
  onDifferences(differences.slice(0, 1000));
  return { ...counted, missing: counted.missing + missing, extra: counted.extra + strangers.length, equal: counted.equal && differences.length === 0 };
}

function difference({ table, target }: RecordsInput, kind: Difference['kind'], { key, column }: { key: string; column: string }, text: string): Difference {
  const cell = { class: 'text' as const, text };
  return { database: table.source.database, table: table.source.table, target: `${target.schema}.${target.table}`, kind, key, cells: [{ column, source: kind === 'missing' ? cell : null, target: kind === 'missing' ? null : cell }] };
}

/** The server's own spelling of a JSON value may differ; its meaning and order do not. */
function plain(json: string | null | undefined): string {
  return JSON.stringify(JSON.parse(json ?? 'null'));
}

/** Records may be many and rows wide: only a hash of each is held. */
function createIdentity(): (parts: readonly string[]) => string {
  const hash = createRowHash();
  return (parts) => {
    hash.reset(0);
    for (const part of parts) hash.add(part);
    return `${hash.hi}:${hash.lo}`;
  };
}
