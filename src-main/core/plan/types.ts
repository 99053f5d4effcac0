import type { Assessment, ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Origin } from '../../../shared/model/origin.ts';
import type { Override, PlanColumn, PlanObject, PlanOptions, Reason } from '../../../shared/model/plan.ts';
import type { ParsedTable } from './parsed-table.ts';
import type { Namer } from './names.ts';
import type { RowFilter } from './row-filters.ts';
import type { RepairDraft } from '../repairs/draft.ts';
import type { TextFormats } from './text-formats.ts';

/** One source as planning sees it: what the file says (catalog), what is really there (assessment), and where it goes. */
export interface PlannedSource {
  readonly assessment: Assessment;
  readonly catalog: SqliteCatalog;
  readonly schema: string;
  /** How date columns were written, where all values were written alike. */
  readonly formats?: TextFormats;
  /** Where only part of a table's rows crosses. */
  readonly filters?: ReadonlyMap<string, RowFilter>;
  /** What a PostgreSQL source's snapshot cannot say, in PostgreSQL's words. */
  readonly origin?: Origin;
  /** What the plan's template says about this source. */
  readonly overrides?: readonly Override[];
  /** In place of the plan's own, where no value may become a reject. */
  readonly rejectShare?: number;
}

/** A table on its way into the plan, before its keys and constraints are decided. */
export interface DraftTable {
  readonly database: string;
  readonly source: SqliteTable;
  readonly assessed: TableAssessment;
  readonly parsed: ParsedTable | undefined;
  readonly schema: string;
  readonly target: string;
  readonly formats: TextFormats;
  readonly filter: RowFilter | undefined;
  columns: PlanColumn[];
}

/** What planning gathers besides the tables. */
export interface PlanNotes {
  readonly objects: PlanObject[];
  readonly findings: Finding[];
}

export interface PlanContext {
  readonly options: PlanOptions;
  readonly notes: PlanNotes;
  /** Major version of the target, of which a translation may use what older ones lack. */
  readonly serverVersion: number;
  /** What is done about rows that break a key of this source. */
  readonly repairs: RepairDraft;
  /** One namespace of relations (tables, indexes, views, constraint indexes) for each target schema. */
  relationNames(schema: string): Namer;
  /** One namespace of the functions of triggers for each target schema. */
  functionNames(schema: string): Namer;
}

/** What all sources of a plan share, before a source's own tables are known. */
export type SharedContext = Omit<PlanContext, 'repairs'>;

export function reason(code: string, params?: Readonly<Record<string, string>>): Reason {
  return params === undefined ? { code } : { code, params: { ...params } };
}

export function profileOf(table: TableAssessment, column: string): ColumnProfile | undefined {
  return table.columns.find((profile) => profile.name === column);
}

