import { existsSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Answers, Assessment, TableAssessment, Thresholds } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { countOfRows, openSqlite, readSqliteCatalog, rebuildIndexes, tableItself, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { registerForm } from '../keys/index.ts';
import { sourceState, takeSnapshot, type Source, type SourceState } from '../sources/index.ts';
import { judgeChecks } from './broken-checks.ts';
import { columnFindings } from './column-findings.ts';
import { databaseFindings } from './database-findings.ts';
import { decide } from './decide.ts';
import { estimate } from './estimate.ts';
import { gradeOf, worstOf } from './grade.ts';
import { startIntegrityChecks } from './integrity.ts';
import { joinWays, type JoinedWays, type ScannedTable } from './joined-ways.ts';
import { findOrphans } from './orphans.ts';
import { agreed, expectedPlan, listedFindings } from './expected.ts';
import { findLongKeys } from './long-keys.ts';
import { policiesOf, type SecondPass } from './policies.ts';
import { profileOf } from './profile.ts';
import { btreeSizes, type BtreeSize } from './sizes.ts';
import { tableFindings } from './table-findings.ts';
import { keyColumns, rowNamer, type TableScan } from './scan-result.ts';
import { scanTable } from './table-scan.ts';
import { messagesOf } from './trouble.ts';
import { findUniqueViolations } from './unique-violations.ts';

export interface AssessProgress {
  readonly phase: 'snapshot' | 'tables' | 'integrity';
  /** The table being read. */
  readonly table: string | null;
  readonly rows: number;
  /** As the pages tell before anything is read; 0 where unknown. */
  readonly rowsTotal: number;
  readonly bytes: number;
  /** 0..1 over all phases; null while unknown. */
  readonly progress: number | null;
}

export interface AssessInput {
  /** Read only for its fingerprint once a snapshot is there. */
  readonly source: Source;
  /** A consistent copy (`takeSnapshot`). Made here where there is no such file yet. */
  readonly snapshotPath: string;
  readonly thresholds: Thresholds;
  readonly answers: Answers;
  /** Share of misfits up to which a column keeps its declared type; default 0.01. Only findings and grades depend on it. */
  readonly rejectShare?: number;
}

export interface AssessOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AssessProgress) => void;
}

/**
 * Says what a source really holds, by its snapshot: every value of every table read once, the structure, keys that point nowhere, damage, sizes,
 * a grade, an estimate and the decision "migrate now or not yet". Synchronous in its parts but for SQLite's own checks, so it belongs in a worker thread
 * (`workers/assess.ts`). A table that cannot be read to its end carries its error; the others go on.
 *
 * @throws TravessiaError CANCELLED, those of `openSqlite` and of the source's kind
 */
export async function assessSnapshot(input: AssessInput, options: AssessOptions): Promise<Assessment> {
  const started = performance.now();
  const report = createReporter(options);
  // Taken first: a write between here and the copy makes the source count as moved, at worst once too often.
  const state = await sourceState(input.source);
  const notes = existsSync(input.snapshotPath) ? [] : await takeSnapshot({ source: input.source, toPath: input.snapshotPath }, { signal: options.signal, onProgress: (done, total) => report.snapshot(done, total) });
  using opened = openSqlite(input.snapshotPath, { mode: 'read' });
  const { db } = opened;
  const catalog = readSqliteCatalog(db);
  const sizes = btreeSizes(db);
  report.total(catalog, sizes);
  const checks = startIntegrityChecks(db, input.snapshotPath, catalog.pageSize * catalog.pageCount, options.signal);
  const rejectShare = input.rejectShare ?? 0.01;
  registerForm(db);
  let readsPages = false;
  const assessAll = async (doubted: ReadonlySet<string>, pagesFrom?: number): Promise<TableAssessment[]> => {
    report.begin();
    const scans = new Map<SqliteTable, Scanned>();
    for (const table of catalog.tables) {
      if (table.kind === 'table' && table.error === null) scans.set(table, await scanOne(db, catalog, table, sizes.get(table.name), { ...options, ...(pagesFrom === undefined ? {} : { pagesFrom }) }, report));
    }
    readsPages = [...scans.values()].some(({ scan }) => scan.way === 'pages');
    // What a key compares by depends on the columns of other tables.
    const joined = joinWays(db, catalog, new Map([...scans].filter(([, { scan }]) => scan.error === undefined)), rejectShare);
    return catalog.tables.map((table) => {
      const scanned = scans.get(table);
      return withNotes(scanned === undefined ? unscanned(db, table, keyColumns(table).map((column) => column.name)) : assessTable(db, catalog, table, scanned, joined, { rejectShare, doubted, database: input.source.database }), notes);
    });
  };
  let tables = await assessAll(new Set());
  report.integrity();
  const file = fileOf(catalog, state);
  const found = await checks();
  const damaged = messagesOf(found, 'pages').length > 0;
  // Of a damaged file that stands which SQLite itself can read.
  if (damaged && readsPages) tables = await assessAll(new Set(), Number.POSITIVE_INFINITY);
  // Pages that two trees claim would be written to: then nothing is built anew, and rows are read from the tables alone.
  const rebuilt = messagesOf(found, 'indexes').length > 0 && !damaged ? rebuildIndexes(input.snapshotPath) : undefined;
  // What was asked through a damaged index, such as rows without a parent, has to be asked again.
  if (rebuilt !== undefined) tables = await assessAll(new Set(rebuilt.refused.map(({ index }) => index)));
  if (damaged) tables = tables.map((table, index) => withCount(db, catalog.tables[index], table));
  const foreignKeyCheck = String(tables.flatMap((table) => table.orphans).reduce((sum, orphans) => sum + BigInt(orphans.inSource ?? orphans.count), 0n));
  const integrity = { ...found, foreignKeyCheck, ...(rebuilt === undefined ? {} : { rebuilt: { indexes: rebuilt.rebuilt, refused: [...rebuilt.refused] } }) };
  if (options.signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The assessment was cancelled.' });
  const rows = tables.filter((table) => table.kind === 'table').reduce((sum, table) => sum + BigInt(table.rows), 0n);
  let own = [...databaseFindings(catalog, file, integrity), ...notes.filter((note) => !tables.some((table) => table.name === note.table))];
  const estimated = tables.flatMap((assessed, index) => {
    const table = catalog.tables[index];
    return table === undefined || assessed.kind !== 'table' ? [] : [{ assessed, table, indexBytes: table.indexes.reduce((sum, each) => sum + (sizes.get(each.name)?.pageBytes ?? 0), 0) }];
  });
  const assessment: Assessment = {
    id: randomUUID(),
    createdAt: new Date().toISOString(),
    source: input.source.reference,
    database: input.source.database,
    fingerprint: state.fingerprint,
    file,
    integrity,
    tables,
    views: catalog.views.map((view) => ({ name: view.name, ...(view.error === null ? {} : { broken: view.error }) })),
    triggers: catalog.triggers.map(({ name, table }) => ({ name, table })),
    findings: own,
    grade: worstOf([gradeOf(own), ...tables.map((table) => table.grade)]),
    rows: String(rows),
    estimate: estimate(estimated),
    thresholds: input.thresholds,
    answers: input.answers,
    decision: decide(Number(rows), input.answers, input.thresholds),
    seconds: 0,
  };
  // The planner itself says what becomes of triggers, keys, views: the findings say the same.
  const expected = await expectedPlan(assessment, catalog, input.snapshotPath, rejectShare);
  if (expected !== undefined) {
    own = [...agreed(own, expected), ...listedFindings(expected.objects)];
    tables = tables.map((table) => {
      const findings = [...agreed(table.findings, expected), ...listedFindings(expected.objects, table.name)];
      return { ...table, findings, grade: gradeOf(findings) };
    });
  }
  return { ...assessment, tables, findings: own, grade: worstOf([gradeOf(own), ...tables.map((table) => table.grade)]), seconds: Math.round((performance.now() - started) / 10) / 100 };
}

interface TableTask {
  readonly rejectShare: number;
  /** What people call the file of which this is a copy. */
  readonly database: string;
  /** Indexes that do not say what stands in their table. */
  readonly doubted: ReadonlySet<string>;
}

/** A table whose rows were read, to the end or to where that was possible. */
interface Scanned extends ScannedTable {
  readonly scan: TableScan;
}

async function scanOne(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, size: BtreeSize | undefined, { signal, pagesFrom }: AssessOptions & { readonly pagesFrom?: number }, report: Reporter): Promise<Scanned> {
  report.table(table.name);
  const maxRowBytes = size?.maxPayload ?? 0;
  const scan = await scanTable(db, table, { maxRowBytes, rowsExpected: size?.rows ?? 0, encoding: catalog.encoding, signal, ...(pagesFrom === undefined ? {} : { pagesFrom }), onRows: (rows, bytes) => report.rows(rows, bytes) });
  const pass: SecondPass = { db, table, encoding: catalog.encoding, maxRowBytes, name: rowNamer(table, scan.columns.map(({ column }) => column)) };
  const profiles = scan.columns.map(profileOf).map((profile) => {
    const policies = scan.error === undefined ? policiesOf(pass, profile) : [];
    return policies.length === 0 ? profile : { ...profile, policies };
  });
  return { pass, profiles, scan };
}

function assessTable(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, { scan, profiles }: Scanned, { wayOf, settledOf, lost }: JoinedWays, { rejectShare, database, doubted }: TableTask): TableAssessment {
  const references = findOrphans(db, catalog, table, wayOf);
  const lostKeys = lost.get(table) ?? [];
  const base = {
    name: table.name,
    kind: table.kind,
    rows: String(scan.rows),
    payloadBytes: String(scan.bytes),
    maxRowBytes: scan.maxRowBytes,
    columns: profiles,
    key: keyColumns(table).map((column) => column.name),
    nullKeys: String(scan.nullKeys),
    orphans: [...references.orphans],
    ...(scan.error === undefined ? { checks: judgeChecks(db, table), longKeys: findLongKeys(db, table, profiles, catalog.encoding) } : {}),
    uniqueViolations: scan.error === undefined ? findUniqueViolations(db, table, profiles, wayOf, doubted) : [],
    keyWays: namesInKeys(table).map((name) => ({ name, way: wayOf(table, name) })).flatMap(({ name, way }) => (way === undefined ? [] : [{ column: name, type: way.type, ...(way.cast === undefined ? {} : { cast: way.cast }) }])),
    ...(lostKeys.length === 0 ? {} : { lostKeys: [...lostKeys] }),
    ...(scan.error === undefined ? {} : { error: { code: scan.error.code, message: scan.error.message.replaceAll(db.name, database) } }),
  };
  const findings = [
    ...tableFindings(table, base, references),
    ...scan.columns.flatMap(({ column }, index) => {
      const profile = profiles[index];
      return profile === undefined ? [] : columnFindings(table.name, column, profile, rejectShare, settledOf(table, column.name));
    }),
  ];
  return { ...base, findings, grade: gradeOf(findings) };
}

/** Columns that a key of the table compares; a foreign key of another table points at no others. */
function namesInKeys(table: SqliteTable): string[] {
  const names = [...keyColumns(table).map((column) => column.name), ...table.indexes.filter((index) => index.unique).flatMap((index) => index.columns.flatMap(({ name }) => name ?? [])), ...table.foreignKeys.flatMap((key) => key.columns)];
  return [...new Set(names)];
}

/** Virtual and shadow tables, and what SQLite cannot open: listed, counted where that is possible, never read. */
function unscanned(db: SqliteDb, table: SqliteTable, key: string[]): TableAssessment {
  const counted = table.error === null ? countRows(db, table) : table.error;
  const base = {
    name: table.name,
    kind: table.kind,
    rows: typeof counted === 'bigint' ? String(counted) : '0',
    payloadBytes: '0',
    maxRowBytes: 0,
    columns: [],
    key,
    nullKeys: '0',
    orphans: [],
    uniqueViolations: [],
    ...(typeof counted === 'bigint' ? {} : { error: { code: 'UNSUPPORTED_SOURCE', message: counted } }),
  };
  const findings = tableFindings(table, base, { orphans: [], mismatched: [] });
  return { ...base, findings, grade: gradeOf(findings) };
}

function countRows(db: SqliteDb, table: SqliteTable): bigint | string {
  try {
    return db.prepare<unknown[], bigint>(`SELECT count(*) FROM "${table.name.replaceAll('"', '""')}"`).pluck().safeIntegers(true).get() ?? 0n;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Rows that stand out of their order are missed by whoever goes from key to key, as the load does: then the table counts as not read. */
function withCount(db: SqliteDb, table: SqliteTable | undefined, assessed: TableAssessment): TableAssessment {
  if (table === undefined || assessed.kind !== 'table' || assessed.error !== undefined) return assessed;
  const message = outOfOrder(db, table, assessed.rows);
  if (message === undefined) return assessed;
  const findings: Finding[] = [...assessed.findings, { code: 'finding.unreadable', severity: 'critical', table: table.name, count: assessed.rows, params: { detail: message } }];
  return { ...assessed, error: { code: 'DATABASE_CORRUPT', message }, findings, grade: gradeOf(findings) };
}

function outOfOrder(db: SqliteDb, table: SqliteTable, rows: string): string | undefined {
  try {
    const all = String(db.prepare<unknown[], bigint>(`SELECT ${countOfRows} FROM ${tableItself(table)}`).pluck().get() ?? 0n);
    return all === rows ? undefined : `Its rows are not in order: ${all} stand in it, and ${rows} are met from key to key.`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What the source could not give as it was belongs to the table it concerns. */
function withNotes(table: TableAssessment, notes: readonly Finding[]): TableAssessment {
  const findings = [...notes.filter((note) => note.table === table.name), ...table.findings];
  return { ...table, findings, grade: gradeOf(findings) };
}

function fileOf(catalog: SqliteCatalog, { fingerprint, journalMode }: SourceState): Assessment['file'] {
  const { encoding, pageSize, pageCount, freePages, userVersion, applicationId, sqliteVersion } = catalog;
  return { bytes: fingerprint.bytes, encoding, pageSize, pageCount, freePages, journalMode, walBytes: fingerprint.walBytes, userVersion, applicationId, sqliteVersion };
}

interface Reporter {
  snapshot(done: number, total: number): void;
  total(catalog: SqliteCatalog, sizes: ReadonlyMap<string, BtreeSize>): void;
  /** Every row is read, or read anew. */
  begin(): void;
  table(name: string): void;
  rows(rows: number, bytes: number): void;
  integrity(): void;
}

/** Shares of the whole, by what a file of 600 MB took: snapshot 10 %, tables 75 %, checks the rest. */
function createReporter({ onProgress }: AssessOptions): Reporter {
  let state: AssessProgress = { phase: 'snapshot', table: null, rows: 0, rowsTotal: 0, bytes: 0, progress: 0 };
  const set = (change: Partial<AssessProgress>): void => {
    state = { ...state, ...change };
    onProgress(state);
  };
  return {
    snapshot: (done, total) => set({ progress: total === 0 ? 0.1 : (done / total) * 0.1 }),
    total: (catalog, sizes) => set({ phase: 'tables', rowsTotal: catalog.tables.filter((table) => table.kind === 'table').reduce((sum, table) => sum + (sizes.get(table.name)?.rows ?? 0), 0), progress: 0.1 }),
    begin: () => set({ phase: 'tables', rows: 0, bytes: 0, progress: 0.1 }),
    table: (name) => set({ table: name }),
    rows: (rows, bytes) => set({ rows: state.rows + rows, bytes: state.bytes + bytes, progress: state.rowsTotal === 0 ? null : 0.1 + 0.75 * Math.min(1, (state.rows + rows) / state.rowsTotal) }),
    integrity: () => set({ phase: 'integrity', table: null, progress: 0.85 }),
  };
}
