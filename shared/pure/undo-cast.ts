import type { Cast } from '../model/values.ts';

/**
 * SQL over a column of PostgreSQL that gives back what the source held, exactly: for texts their bytes as bytea. Undefined for casts
 * that need none, and for those whose inverse depends on more than the value.
 *
 * @param column - quoted
 * @param type - of the column
 */
export function undoSql(column: string, type: string, cast: Cast | undefined): string | undefined {
  switch (cast) {
    // Pairs of backslashes first, from the left, so that an escaped backslash before u0000 is not taken for a NUL.
    case 'nul escaped': return `decode(replace(replace(${column}, '\\\\', '\\134'), '\\u0000', '\\000'), 'escape')`;
    case 'bytes escaped': return `decode(${column}, 'escape')`;
    case 'latin-1 decoded': return `convert_to(${column}, 'LATIN1')`;
    case 'windows-1252 decoded': return `convert_to(${column}, 'WIN1252')`;
    case 'text as bytes': return column;
    case 'blob as utf-8': return `convert_to(${column}, 'UTF8')`;
    case 'epoch s': return `extract(epoch FROM ${column})::bigint`;
    case 'epoch ms': return `(extract(epoch FROM ${column}) * 1000)::bigint`;
    case 'epoch us': return `(extract(epoch FROM ${column}) * 1000000)::bigint`;
    default: return type === 'bytea' ? column : undefined;
  }
}
