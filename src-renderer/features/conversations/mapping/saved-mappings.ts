import type { Library, Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { entityNames } from './mapping-draft.ts';

export interface SavedMapping {
  /** The libraries that are read by it. */
  readonly names: readonly string[];
  readonly mapping: Mapping;
}

/** Every column that a part of a mapping names, however deep. */
function columnsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(columnsIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => (name === 'column' && typeof value === 'string' ? [value] : name === 'table' ? [] : columnsIn(value)));
}

const same = (a: string | null, b: string | null): boolean => (a ?? '').toLowerCase() === (b ?? '').toLowerCase();

/** Whether a database has all tables and columns that a mapping names. */
export function fits(mapping: Mapping, shape: SourceShape): boolean {
  return entityNames.every((name) => {
    const part = mapping[name];
    if (part === undefined) return true;
    const table = shape.tables.find((each) => same(each.name, part.table.name) && (part.table.schema === null || part.table.schema === undefined || each.schema === null || same(each.schema, part.table.schema)));
    return table !== undefined && columnsIn(part).every((wanted) => table.columns.some((column) => same(column.name, wanted)));
  });
}

/** The mappings of libraries that would read this database too, but for those it was detected to need anyway; equal ones once. */
export function savedMappings(libraries: readonly Library[], shape: SourceShape, detected: readonly Mapping[]): SavedMapping[] {
  const known = new Set(detected.map((mapping) => JSON.stringify(mapping)));
  const saved = new Map<string, { names: string[]; mapping: Mapping }>();
  for (const { name, kind, mapping } of libraries) {
    const text = JSON.stringify(mapping);
    if (kind === 'replica' || known.has(text) || mapping.messages === undefined || !fits(mapping, shape)) continue;
    const entry = saved.get(text);
    if (entry === undefined) saved.set(text, { names: [name], mapping });
    else entry.names.push(name);
  }
  return [...saved.values()];
}
