import { tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { Cast, SourceValue } from '../../../shared/model/values.ts';

/** A column and the ways to try it; `labels`: only these texts fit. */
export interface Trial {
  readonly table: string;
  readonly column: string;
  /** Only rows that meet this condition cross. */
  readonly filter: string | undefined;
  readonly ways: readonly { readonly type: string; readonly cast: Cast | undefined; readonly labels: readonly string[] | undefined }[];
}

/** Values other than NULL that do not fit, and one of them. */
export interface Misfits {
  readonly count: number;
  readonly example: string;
}

/** Counts what does not fit, by the codecs that will write the rows. `db` must give integers as bigint. */
export function countMisfits(db: SqliteDb, trials: readonly Trial[]): Misfits[][] {
  return trials.map(({ table, column, filter, ways }) => {
    const tried = ways.map(({ type, cast, labels }) => {
      const codec = codecFor(type, cast);
      const allowed = labels === undefined ? undefined : new Set(labels);
      return { fits: (value: SourceValue) => codec.misfit(value) === undefined && (allowed === undefined || allowed.has(String(value))), count: 0, example: '' };
    });
    const rows = db.prepare<[], [SourceValue]>(`SELECT ${quoteIdent(column)} FROM ${tableItselfOf(db, table)} WHERE ${quoteIdent(column)} IS NOT NULL${filter === undefined ? '' : ` AND (${filter})`}`).raw();
    for (const [value] of rows.iterate()) {
      for (const way of tried) {
        if (way.fits(value)) continue;
        way.count += 1;
        if (way.count === 1) way.example = typeof value === 'object' ? '' : String(value).slice(0, 80);
      }
    }
    return tried.map(({ count, example }) => ({ count, example }));
  });
}
