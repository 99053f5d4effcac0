import type { Finding } from '../../../shared/model/finding.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import type { TargetColumn, TargetKey, TargetTable } from './target-tables.ts';

/** The type a column's values are loaded and compared in: a domain's own, a text for an enumeration. */
export function loadedType(column: TargetColumn): string {
  return column.labels === null ? column.base : 'text';
}

/** True where the loader has a form for values of this type. */
export function isSupported(type: string): boolean {
  try {
    codecFor(type);
    return true;
  } catch {
    return false;
  }
}

/**
 * The key by which rows find their counterparts: the primary key, else a unique key without NULLs, all of whose columns are filled from
 * the source. Undefined where there is none.
 */
export function mergeKey(table: PlanTable, target: TargetTable): TargetKey | undefined {
  const filled = new Set(table.columns.filter((column) => column.include).map((column) => column.target));
  return target.keys.find((key) => key.immediate && !key.nullable && key.columns.every((column) => filled.has(column)));
}

export interface CheckedTable {
  readonly table: PlanTable;
  /** Undefined: there is none. */
  readonly target: TargetTable | undefined;
  readonly holdsRows: boolean;
  readonly mode: 'fail' | 'replace' | 'append' | 'upsert';
}

/** What keeps rows of the source out of a table of the target, most severe first; `critical` ones stop the run. */
export function schemaCheck({ table, target, holdsRows, mode }: CheckedTable): Finding[] {
  const critical = (code: string, params: Record<string, string> = {}, column?: string): Finding => ({ code: `plan.finding.adopt-${code}`, severity: 'critical', table: table.source.table, ...(column === undefined ? {} : { column }), params });
  const name = `${table.target.schema}.${table.target.table}`;
  if (target === undefined) return [critical('table-missing', { name })];
  if (target.kind !== 'r' && target.kind !== 'p') return [critical('not-a-table', { name })];
  const found: Finding[] = [];
  if (holdsRows && mode !== 'append' && mode !== 'upsert') found.push(critical('holds-rows', { name }));
  if (mode === 'upsert' && mergeKey(table, target) === undefined) found.push(critical('no-key', { name }));
  const columns = new Map(target.columns.map((column) => [column.name, column]));
  const filled = new Set<string>();
  for (const column of table.columns.filter((each) => each.include)) {
    const partner = columns.get(column.target);
    filled.add(column.target);
    if (partner === undefined) found.push(critical('column-missing', { name, target: column.target }, column.source));
    else if (!isSupported(loadedType(partner))) found.push(critical('type-unsupported', { type: partner.type }, column.source));
    else if (column.type !== loadedType(partner) || (column.targetType ?? column.type) !== partner.type) found.push(critical('type-changed', { type: partner.type, planned: column.targetType ?? column.type }, column.source));
    else if (column.labels?.some((label) => partner.labels?.includes(label) !== true) === true) found.push(critical('type-changed', { type: `${partner.type} (${(partner.labels ?? []).join(', ')})`, planned: `${partner.type} (${column.labels.join(', ')})` }, column.source));
    else if (partner.notNull && column.nullable) found.push(critical('type-changed', { type: `${partner.type} NOT NULL`, planned: column.type }, column.source));
  }
  for (const column of target.columns) {
    if (!filled.has(column.name) && column.notNull && !column.filled && column.generated === null) found.push(critical('column-required', { name, target: column.name, type: column.type }));
  }
  return found;
}

/** Differences that stop nothing and that a person should know of. */
export function schemaNotes(table: PlanTable, target: TargetTable): Finding[] {
  const note = (code: string, params: Record<string, string>, column?: string): Finding => ({ code: `plan.finding.adopt-${code}`, severity: 'info', table: table.source.table, ...(column === undefined ? {} : { column }), params });
  const filled = new Set(table.columns.filter((column) => column.include).map((column) => column.target));
  const extra = target.columns.filter((column) => !filled.has(column.name) && (!column.notNull || column.filled || column.generated !== null));
  return [
    ...(table.target.table === table.source.table ? [] : [note('name', { name: `${target.schema}.${target.name}` })]),
    ...(extra.length === 0 ? [] : [note('column-extra', { columns: extra.map((column) => column.name).join(', ') })]),
    ...(target.triggers.length === 0 ? [] : [note('triggers', { names: target.triggers.map((trigger) => trigger.name).join(', ') })]),
    ...target.columns.filter((column) => filled.has(column.name) && column.conditions.length > 0).map((column) => note('domain', { target: column.name, type: column.type, definition: column.conditions.join(' AND ') })),
    ...target.checks.map((check) => note('check-extra', { name: check.name, definition: check.definition })),
  ];
}
