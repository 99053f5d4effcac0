import type { TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { identifierBytes, maxIdentifierBytes } from '../../../shared/pure/quote.ts';
import type { OrphanCheck } from './orphans.ts';

/** PostgreSQL's limit of columns per table (manual, appendix K). */
const maxColumns = 1600;

/** What stands out in one table's structure and keys. */
export function tableFindings(table: SqliteTable, assessed: Pick<TableAssessment, 'nullKeys' | 'uniqueViolations' | 'checks' | 'longKeys' | 'error' | 'rows'>, references: OrphanCheck): Finding[] {
  return [...kindFindings(table, assessed), ...keyFindings(table, assessed, references), ...indexFindings(table), ...nameFindings(table)];
}

function kindFindings(table: SqliteTable, assessed: Pick<TableAssessment, 'error' | 'rows'>): Finding[] {
  const at = { table: table.name };
  const found: Finding[] = [];
  if (table.kind === 'virtual') {
    const module = /\busing\s+["'`[]?(\w+)/i.exec(table.sql)?.[1] ?? '';
    found.push({ code: table.error === null ? 'finding.virtual' : 'finding.virtual-unloadable', severity: 'warning', ...at, params: { module, detail: table.error ?? '' } });
  }
  if (table.kind === 'shadow') found.push({ code: 'finding.shadow', severity: 'info', ...at });
  if (assessed.error !== undefined && table.kind === 'table') {
    found.push({ code: 'finding.unreadable', severity: 'critical', ...at, count: assessed.rows, params: { detail: assessed.error.message } });
  }
  if (table.withoutRowid && table.kind === 'table') found.push({ code: 'finding.without-rowid', severity: 'info', ...at });
  if (table.strict) found.push({ code: 'finding.strict', severity: 'info', ...at });
  if (table.autoincrement) found.push({ code: 'finding.autoincrement', severity: 'info', ...at, params: { sequence: table.sequence ?? '0' } });
  if (table.columns.length > maxColumns) found.push({ code: 'finding.too-many-columns', severity: 'critical', ...at, count: String(table.columns.length) });
  return found;
}

function keyFindings(table: SqliteTable, assessed: Pick<TableAssessment, 'nullKeys' | 'uniqueViolations' | 'checks' | 'longKeys'>, references: OrphanCheck): Finding[] {
  if (table.kind !== 'table') return [];
  const at = { table: table.name };
  const found: Finding[] = [];
  if (!table.columns.some((column) => column.pk > 0)) found.push({ code: 'finding.no-key', severity: 'info', ...at });
  if (assessed.nullKeys !== '0') found.push({ code: 'finding.null-in-key', severity: 'warning', ...at, count: assessed.nullKeys });
  for (const orphans of references.orphans) {
    const code = orphans.inSource === undefined ? 'finding.orphans' : orphans.count === '0' ? 'finding.orphans-found' : 'finding.orphans-differ';
    found.push({
      code, severity: 'warning', ...at, count: orphans.count,
      params: { columns: orphans.columns.join(', '), parent: orphans.parent, source: orphans.inSource ?? orphans.count },
      examples: orphans.examples.map((text) => splitExample(text)),
    });
  }
  for (const { foreignKey, message } of references.mismatched) {
    found.push({ code: 'finding.foreign-key-mismatch', severity: 'warning', ...at, params: { columns: foreignKey.columns.join(', '), parent: foreignKey.parent, detail: message } });
  }
  for (const { expression, broken, examples } of assessed.checks ?? []) {
    if (broken !== '0') found.push({ code: 'finding.check-broken', severity: 'warning', ...at, count: broken, params: { expression }, examples: examples.map((text) => splitExample(text)) });
  }
  for (const { index, columns, bytes } of assessed.longKeys ?? []) found.push({ code: 'finding.long-key', severity: 'warning', ...at, object: index, params: { columns: columns.join(', '), bytes } });
  for (const violation of assessed.uniqueViolations) {
    found.push({ code: 'finding.unique-violation', severity: 'critical', ...at, object: violation.index, count: violation.groups, params: { columns: violation.columns.join(', '), reason: violation.reason } });
  }
  return found;
}

function splitExample(text: string): { key: string; value: string } {
  const at = text.indexOf(': ');
  return at < 0 ? { key: '', value: text } : { key: text.slice(0, at), value: text.slice(at + 2) };
}

function indexFindings(table: SqliteTable): Finding[] {
  return table.indexes.flatMap((index): Finding[] => {
    const at = { table: table.name, object: index.name };
    const found: Finding[] = [];
    if (index.partial) found.push({ code: 'finding.partial-index', severity: 'info', ...at });
    if (index.columns.some((column) => column.name === null)) found.push({ code: 'finding.expression-index', severity: 'info', ...at });
    const collations = [...new Set(index.columns.map((column) => column.collation.toUpperCase()))].filter((name) => name !== 'BINARY');
    if (collations.length > 0) found.push({ code: 'finding.collation', severity: collations.every((name) => name === 'NOCASE' || name === 'RTRIM') ? 'info' : 'warning', ...at, params: { collation: collations.join(', ') } });
    return found;
  });
}

/** Names that PostgreSQL would cut, and those that would then be the same (manual 4.1.1: 63 bytes). */
function nameFindings(table: SqliteTable): Finding[] {
  const found: Finding[] = [];
  if (identifierBytes(table.name) > maxIdentifierBytes) found.push({ code: 'finding.long-name', severity: 'warning', table: table.name, params: { name: table.name } });
  const long = table.columns.filter((column) => identifierBytes(column.name) > maxIdentifierBytes);
  for (const column of long) found.push({ code: 'finding.long-name', severity: 'warning', table: table.name, column: column.name, params: { name: column.name } });
  return [...found, ...collisionFindings(table.columns.map((column) => column.name), { table: table.name })];
}

/** Names that collide once cut to 63 bytes, or once their case is folded as PostgreSQL users write them. */
export function collisionFindings(names: readonly string[], at: { readonly table?: string }): Finding[] {
  const found: Finding[] = [];
  const report = (code: string, groups: Map<string, string[]>): void => {
    for (const group of groups.values()) if (group.length > 1) found.push({ code, severity: 'warning', ...at, params: { names: group.join(', ') } });
  };
  report('finding.collision-63', Map.groupBy(names.filter((name) => identifierBytes(name) > maxIdentifierBytes), (name) => Buffer.from(name).subarray(0, maxIdentifierBytes).toString()));
  report('finding.collision-case', Map.groupBy(names, (name) => name.toLowerCase()));
  return found;
}
