import type { Candidate, ColumnProfile } from '../../../shared/model/assessment.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { RejectCode } from '../../../shared/model/values.ts';
import { codecFor, discard } from '../../../shared/pure/codec/index.ts';
import { chunkReader, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { exactValue } from '../load/exact-value.ts';
import { writeValue } from '../load/row-encoder.ts';
import type { Way } from '../keys/index.ts';
import { exampleText } from './rung-counts.ts';
import type { RowNamer } from './column-scan.ts';

const policyCasts = ['bytes escaped', 'latin-1 decoded', 'windows-1252 decoded'] as const;
const maxExamples = 5;

/** How one column of a table is read once more. */
export interface SecondPass {
  readonly db: SqliteDb;
  readonly table: SqliteTable;
  readonly encoding: string;
  /** 0 where unknown. */
  readonly maxRowBytes: number;
  readonly name: RowNamer;
}

/**
 * Ways for the texts of a column that PostgreSQL's text cannot hold (NUL, invalid UTF-8), besides those of its ladder, each with what
 * would not fit. A second pass over that column alone: few columns hold such texts, so the first pass pays nothing for them.
 */
export function policiesOf(pass: SecondPass, profile: ColumnProfile): Candidate[] {
  if (profile.nulTexts === '0' && profile.invalidTexts === '0') return [];
  const casts = policyCasts.filter((cast) => cast === 'bytes escaped' || (profile.invalidTexts !== '0' && pass.encoding === 'UTF-8'));
  return measureWays(pass, profile.name, casts.map((cast) => ({ type: 'text', cast })));
}

/** Counts what of a column would not fit, by the loader's own codecs, for ways that are not among those of its ladder. */
export function measureWays({ db, table, encoding, maxRowBytes, name }: SecondPass, column: string, ways: readonly Way[]): Candidate[] {
  if (ways.length === 0) return [];
  const counts = ways.map((way) => ({ way, codec: codecFor(way.type, way.cast), misfits: 0, codes: new Map<RejectCode, number>(), examples: new Array<{ key: string; value: string; code: string }>() }));
  // The columns of the key stand in front, as the namer of rows expects all columns in their order.
  const columns = table.columns.filter(({ hidden }) => hidden !== 1);
  const at = columns.findIndex((each) => each.name === column);
  const read = { rowsPerChunk: 1000, bytesPerChunk: 4 * 1024 * 1024, safeIntegers: true, ...(maxRowBytes === 0 ? {} : { maxRowBytes }) };
  for (const chunk of chunkReader(db, table, [...columns.map((each) => ({ name: each.name })), { name: column, read: 'bytes' as const }], read)) {
    for (const row of chunk.rows) {
      const exact = exactValue(row[at] ?? null, row[columns.length] ?? null, encoding);
      if (exact.value === null) continue;
      for (const count of counts) {
        const code = writeValue(count.codec, exact, discard);
        if (code === undefined) continue;
        count.misfits += 1;
        count.codes.set(code, (count.codes.get(code) ?? 0) + 1);
        if (count.examples.length < maxExamples) count.examples.push({ key: name(row.toSpliced(columns.length, 1)), value: exampleText(exact.invalid ?? exact.value), code });
      }
    }
  }
  return counts.map(({ way, misfits, codes, examples }) => ({
    type: way.type, ...(way.cast === undefined ? {} : { cast: way.cast }), misfits: String(misfits), codes: Object.fromEntries([...codes].map(([code, number]) => [code, String(number)])), examples,
  }));
}
