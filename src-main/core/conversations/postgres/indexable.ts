import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { QueryPort } from '../ports.ts';
import { searchNames } from './index-names.ts';
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
