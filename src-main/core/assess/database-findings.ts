import type { Assessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { messagesOf } from './trouble.ts';
import { collisionFindings } from './table-findings.ts';

/** What stands out in the file as a whole. */
export function databaseFindings(catalog: SqliteCatalog, file: Assessment['file'], integrity: Assessment['integrity']): Finding[] {
  const found: Finding[] = [];
  const told = (messages: readonly string[]) => ({ count: String(messages.length), params: { detail: messages.slice(0, 3).join('; ') } });
  const [pages, indexes, search] = [messagesOf(integrity, 'pages'), messagesOf(integrity, 'indexes'), messagesOf(integrity, 'search')];
  if (pages.length > 0) found.push({ code: 'finding.damaged', severity: 'critical', ...told([...pages, ...indexes]) });
  else if (indexes.length > 0) found.push({ code: 'finding.index-damaged', severity: 'warning', ...told(indexes) });
  if (search.length > 0) found.push({ code: 'finding.search-damaged', severity: 'warning', ...told(search) });
  for (const { index, table, reason } of integrity.rebuilt?.refused ?? []) found.push({ code: 'finding.index-not-rebuilt', severity: 'critical', table, object: index, params: { index, detail: reason } });
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
