import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { QueryPort } from '../ports.ts';
import { searchNames, searchSchema } from './index-names.ts';
import { readIndexState } from './search-candidates.ts';
import { readShape } from './shape.ts';
import { makeSource, type Source } from './source.ts';

/** A library's tables, for its index plan. @throws TravessiaError MAPPING_INVALID */
export async function readIndexable(port: QueryPort, library: string, mapping: Mapping): Promise<Source> {
  return makeSource(port, library, mapping, await readShape(port, mapping));
}

/** True where the library can be searched now. */
export async function hasSearchIndex(port: QueryPort, mapping: Mapping): Promise<boolean> {
  const { messages } = await readShape(port, mapping);
  return (await readIndexState(port, searchNames(messages, mapping))) !== null;
}

/** Tables of the search index that whoever searches this library has to read; none where it was not made. */
export async function searchTables(port: QueryPort, mapping: Mapping): Promise<{ schema: string; name: string }[]> {
  if (mapping.messages === undefined) return [];
  const { documents } = searchNames({ schema: mapping.messages.table.schema ?? 'public', name: mapping.messages.table.name }, mapping);
  const rows = await port.rows("SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname IN ($2, 'libraries')", [searchSchema, documents]);
  return rows.some((row) => row['name'] === documents) ? rows.map((row) => ({ schema: searchSchema, name: row['name'] ?? '' })) : [];
}
