import type { SqliteColumn, SqliteTable, SqliteVirtual } from '../../../shared/model/catalog.ts';
import { parseCreateVirtualTable } from '../../../shared/pure/sqlite-sql/index.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

const fullText = new Set(['fts3', 'fts4', 'fts5']);
const boxes = new Set(['rtree', 'rtree_i32']);

/** `key = value` arguments of a full-text table, lower-case keys, values without their quotes (fts5.html 4, fts3.html 6). */
function optionsOf(args: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  for (const arg of args) {
    const [, key, value] = /^\s*(\w+)\s*=\s*([\s\S]*?)\s*$/.exec(arg) ?? [];
    if (key === undefined || value === undefined) continue;
    const known = options.get(key.toLowerCase()) ?? [];
    options.set(key.toLowerCase(), [...known, unquoted(value)]);
  }
  return options;
}

function unquoted(text: string): string {
  const first = text.charAt(0);
  if (first === '[') return text.slice(1, -1);
  return first === "'" || first === '"' || first === '`' ? text.slice(1, -1).replaceAll(first + first, first) : text;
}

/** Columns that are kept but not searched: UNINDEXED in fts5, `notindexed=` in fts4. */
function unindexedOf(module: string, args: readonly string[], options: ReadonlyMap<string, readonly string[]>): string[] {
  if (module !== 'fts5') return [...(options.get('notindexed') ?? [])];
  return args.flatMap((arg) => {
    const [, name] = /^\s*([\s\S]+?)\s+unindexed\s*$/i.exec(arg) ?? [];
    return name === undefined ? [] : [unquoted(name)];
  });
}

/** What a virtual table of a known module holds; undefined for any other module or an unreadable statement. */
export function describeVirtual(sql: string): SqliteVirtual | undefined {
  let parsed: ReturnType<typeof parseCreateVirtualTable>;
  try {
    parsed = parseCreateVirtualTable(sql);
  } catch {
    return undefined;
  }
  const module = parsed.module.toLowerCase();
  if (boxes.has(module)) return { module, holds: 'rows', unindexed: [], tokenizer: '' };
  if (!fullText.has(module)) return undefined;
  const options = optionsOf(module === 'fts3' ? [] : parsed.args);
  const content = options.get('content')?.[0];
  const tokenizer = options.get('tokenize')?.[0] ?? parsed.args.map((arg) => /^\s*tokenize\s+(.*)$/is.exec(arg)?.[1]).find((found) => found !== undefined) ?? '';
  const common = { module, unindexed: unindexedOf(module, parsed.args, options), tokenizer };
  if (content === undefined) return { ...common, holds: 'rows' };
  return content === '' ? { ...common, holds: 'nothing' } : { ...common, holds: 'index', content };
}

/**
 * A virtual table that keeps rows of its own, as the ordinary table it is to everybody who reads it: the row number, which the module
 * hides, is its first column and its key. A full-text table's columns have no types; what goes in is text.
 */
export function asOrdinary(table: SqliteTable, virtual: SqliteVirtual): SqliteTable {
  const visible = table.columns.filter((column) => column.hidden !== 1);
  if (boxes.has(virtual.module)) {
    const columns = visible.map((column, index): SqliteColumn => (index === 0 ? { ...column, declared: 'INTEGER', pk: 1 } : column));
    return { ...table, kind: 'table', columns, rowidName: columns[0]?.name ?? null, rowidAlias: columns[0]?.name ?? null };
  }
  const taken = new Set(table.columns.map((column) => foldName(column.name)));
  const rowid = ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name));
  if (rowid === undefined) return table;
  const key: SqliteColumn = { name: rowid, declared: 'INTEGER', notNull: true, default: null, pk: 1, hidden: 0 };
  // fts4's language of a row is hidden as well, and part of what was stored.
  const language = table.columns.filter((column) => column.hidden === 1 && virtual.module !== 'fts5' && !['docid', '__langid', foldName(table.name)].includes(foldName(column.name)));
  const columns = [key, ...visible.map((column) => ({ ...column, declared: 'TEXT' })), ...language.map((column): SqliteColumn => ({ ...column, declared: 'INTEGER', hidden: 0 }))];
  return { ...table, kind: 'table', columns, rowidName: rowid, rowidAlias: rowid };
}
