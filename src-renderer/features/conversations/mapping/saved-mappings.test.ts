import { expect, test } from 'vitest';
import type { Library, Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import { savedMappings } from './saved-mappings.ts';

const own: Mapping = { adapter: 'generic', messages: { table: { schema: null, name: 'Talk' }, id: { column: 'id' }, conversation: { column: 'thread' }, content: { column: 'words', path: ['text'] }, contentAs: 'text', metadata: [{ column: 'more' }] } };
const library = (name: string, mapping: Mapping, kind: Library['kind'] = 'sqlite'): Library => ({ id: name, name, source: name, kind, mapping, way: 'cached', search: 'ready', refreshedAt: null, createdAt: '2030-01-01T00:00:00Z' });
const shape = (...columns: readonly string[]): SourceShape => ({ tables: [{ schema: null, name: 'talk', rows: null, columns: columns.map((name) => ({ name, type: 'text' })) }] });

test('what fits is offered once, with the names of all that use it', () => {
  const found = savedMappings([library('a', own), library('b', own), library('copy', own, 'replica')], shape('ID', 'thread', 'words', 'more', 'other'), []);
  expect(found).toEqual([{ names: ['a', 'b'], mapping: own }]);
});

test('what names a column that is not there is not offered, nor what was detected', () => {
  expect(savedMappings([library('a', own)], shape('id', 'thread', 'words'), [])).toEqual([]);
  expect(savedMappings([library('a', own)], shape('id', 'thread', 'words', 'more'), [own])).toEqual([]);
});
