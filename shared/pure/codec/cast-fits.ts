import type { Cast } from '../../model/values.ts';
import { parseTypeName } from './type-name.ts';

const texts = ['text', 'citext', 'varchar', 'char'];
const moments = ['date', 'timestamp', 'timestamptz'];

/** Types whose codec knows the cast; with any other it would be ignored by one side of a comparison and not by the other. */
const typesOf: Readonly<Record<Cast, readonly string[]>> = {
  'epoch s': moments, 'epoch ms': moments, 'epoch us': moments, 'epoch ns': moments, 'julian day': moments,
  'nul escaped': texts, 'blob as utf-8': [...texts, 'json', 'jsonb'], 'text as bytes': ['bytea'],
  'bytes escaped': ['text', 'citext'], 'latin-1 decoded': ['text', 'citext'], 'windows-1252 decoded': ['text', 'citext'],
  'nan read': ['real', 'double precision'], 'zone to utc': ['timestamp'],
};

/** True where a column of the type (as in DDL) can hold values by the cast. */
export function castFits(type: string, cast: Cast): boolean {
  return typesOf[cast].includes(parseTypeName(type).base);
}
