import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { isClean } from './integrity.ts';
import { collisionFindings } from './table-findings.ts';

/** What stands out in the file as a whole. */
export function databaseFindings(catalog: SqliteCatalog, file: Assessment['file'], integrity: Assessment['integrity']): Finding[] {
  const found: Finding[] = [];
  if (!isClean(integrity.quickCheck)) found.push({ code: 'finding.damaged', severity: 'critical', count: String(integrity.quickCheck.length), params: { detail: integrity.quickCheck.slice(0, 3).join('; ') } });
  else if (!isClean(integrity.integrityCheck)) found.push({ code: 'finding.index-damaged', severity: 'warning', count: String(integrity.integrityCheck.length), params: { detail: integrity.integrityCheck.slice(0, 3).join('; ') } });
  if (integrity.integrityCheck.length === 0) found.push({ code: 'finding.quick-check-only', severity: 'info', params: { bytes: String(file.bytes) } });
  if (file.walBytes > 0) found.push({ code: 'finding.wal', severity: 'info', params: { bytes: String(file.walBytes) } });
  if (catalog.encoding !== 'UTF-8') found.push({ code: 'finding.utf16', severity: 'info', params: { encoding: catalog.encoding } });
  if (file.freePages > file.pageCount / 4 && file.freePages > 100) found.push({ code: 'finding.free-pages', severity: 'info', count: String(file.freePages), params: { pages: String(file.pageCount) } });
  for (const view of catalog.views) if (view.error !== null) found.push({ code: 'finding.view-broken', severity: 'warning', object: view.name, params: { detail: view.error } });
  for (const trigger of catalog.triggers) found.push({ code: 'finding.trigger', severity: 'warning', table: trigger.table, object: trigger.name });
  if (catalog.tables.length === 0) found.push({ code: 'finding.empty', severity: 'warning' });
  const relations = [...catalog.tables.map((table) => table.name), ...catalog.views.map((view) => view.name)];
  return [...found, ...collisionFindings(relations, {})];
}
