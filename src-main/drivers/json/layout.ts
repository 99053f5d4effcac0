import type { Finding } from '../../../shared/model/finding.ts';
import { ColumnStats, type Storage } from './column-stats.ts';
import { createNamer, type Namer } from '../sqlite/index.ts';
import { distinctEntries } from './distinct.ts';
import { createKeySet } from './key-set.ts';
import type { Part } from './parts.ts';
import { kindAt, sourceOf, stringOf } from './scan.ts';

/** PostgreSQL's limit of columns per table (manual, appendix K). */
const maxColumns = 1600;

export interface ColumnLayout {
  /** Name in the snapshot. */
  readonly name: string;
  /** The property it holds; `key`: the key under which the row stands; `value`: the whole row. */
  readonly from: { readonly property: string } | 'key' | 'value';
  readonly storage: Storage;
}

export interface TableLayout {
  readonly name: string;
  readonly part: Part;
  readonly columns: readonly ColumnLayout[];
  readonly primaryKey: string | null;
  readonly rows: number;
}

interface Seen {
  readonly stats: Map<string, ColumnStats>;
  rows: number;
  /** Every object holds the key under which it stands in its own `id`. */
  idIsKey: boolean;
  /** Every row has an `id` of its own so far. */
  hasIds: boolean;
}

function look(part: Part, where: string): Seen {
  const seen: Seen = { stats: new Map(), rows: 0, idIsKey: part.form === 'map', hasIds: true };
  using ids = createKeySet();
  for (const { key, value, place } of part.rows()) {
    seen.rows += 1;
    let id: string | null = null;
    for (const entry of distinctEntries(value, where, place)) {
      let stats = seen.stats.get(entry.key);
      if (stats === undefined) seen.stats.set(entry.key, (stats = new ColumnStats()));
      stats.add(entry.value);
      if (entry.key === 'id') id = kindAt(entry.value) === 'string' ? stringOf(entry.value) : sourceOf(entry.value);
    }
    if (id !== key) seen.idIsKey = false;
    seen.hasIds = seen.hasIds && id !== null && ids.add(id);
  }
  return seen;
}

/** How a part of the document becomes a table, with what cannot be kept in it as it was. */
export function layoutOf(part: Part, tables: Namer, findings: Finding[]): TableLayout {
  const name = tables.take(part.name);
  if (name !== part.name) findings.push({ code: 'source.renamed', severity: 'warning', table: name, params: { from: JSON.stringify(part.name), to: name } });
  if (part.form === 'pairs' || part.form === 'values') return ofWholeValues(part, name, findings);
  const seen = look(part, name);
  if (seen.stats.size >= maxColumns) {
    findings.push({ code: 'source.json.too-wide', severity: 'warning', table: name, params: { columns: String(seen.stats.size) } });
    return { name, part, rows: seen.rows, columns: [...keyOf(part), { name: 'value', from: 'value', storage: 'json' }], primaryKey: part.form === 'map' ? 'key' : null };
  }
  const columns = createNamer('empty');
  const folded = [...seen.stats.keys()].map((each) => each.toLowerCase());
  // The key keeps its row's identity; where the objects repeat it in `id`, that column is it.
  const keyName = part.form !== 'map' || seen.idIsKey ? null : columns.take(folded.includes('id') ? (folded.includes('key') ? 'object_key' : 'key') : 'id');
  const properties = [...seen.stats].map(([property, stats]): ColumnLayout => {
    const column = columns.take(property);
    const at = { table: name, column };
    if (column !== property) findings.push({ code: 'source.renamed', severity: 'warning', ...at, params: { from: JSON.stringify(property), to: column } });
    const absent = seen.rows - stats.present;
    if (absent > 0 && stats.nulls > 0) findings.push({ code: 'source.json.null-and-absent', severity: 'warning', ...at, count: String(absent), params: { nulls: String(stats.nulls) } });
    const { storage } = stats;
    if (storage === 'json' && stats.nested < stats.present - stats.nulls) findings.push({ code: 'source.json.kept-as-json', severity: 'info', ...at, params: { kinds: stats.describe() } });
    return { name: column, from: { property }, storage };
  });
  const id = seen.stats.get('id');
  const isKey = id !== undefined && seen.hasIds && id.present === seen.rows && id.nulls === 0 && !id.hasOddText && (id.storage === 'text' || id.storage === 'integer');
  const ownKey = isKey ? (properties.find((column) => typeof column.from === 'object' && column.from.property === 'id')?.name ?? null) : null;
  return {
    name, part, rows: seen.rows,
    columns: keyName === null ? properties : [{ name: keyName, from: 'key', storage: 'text' }, ...properties],
    primaryKey: keyName === null || hasOddKeys(part) ? ownKey : keyName,
  };
}

function keyOf(part: Part): ColumnLayout[] {
  return part.form === 'map' || part.form === 'pairs' ? [{ name: 'key', from: 'key', storage: 'text' }] : [];
}

function hasOddKeys(part: Part): boolean {
  for (const { key } of part.rows()) if (key !== null && (key.includes('\0') || !key.isWellFormed())) return true;
  return false;
}

/** One column for each value as it is: keys that hold no table, and lists of something other than objects. */
function ofWholeValues(part: Part, name: string, findings: Finding[]): TableLayout {
  const stats = new ColumnStats();
  let rows = 0;
  for (const { value } of part.rows()) {
    rows += 1;
    stats.add(value);
  }
  // In a localStorage export every value is a string and stays the string it was; elsewhere the kinds are told apart by JSON.
  const storage: Storage = part.form === 'values' ? stats.storage : part.raw ? 'text' : 'json';
  if (storage === 'json' && part.form === 'values' && stats.nested < stats.present - stats.nulls) {
    findings.push({ code: 'source.json.kept-as-json', severity: 'info', table: name, column: 'value', params: { kinds: stats.describe() } });
  }
  return { name, part, rows, columns: [...keyOf(part), { name: 'value', from: 'value', storage }], primaryKey: part.form === 'pairs' && !hasOddKeys(part) ? 'key' : null };
}
