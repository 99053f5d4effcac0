import { tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { codecFor } from '../../../shared/pure/codec/index.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { Cast, SourceValue } from '../../../shared/model/values.ts';

/** A column and the ways to try it. */
export interface Trial {
  readonly table: string;
  readonly column: string;
  /** Only rows that meet this condition cross. */
  readonly filter: string | undefined;
  readonly ways: readonly { readonly type: string; readonly cast: Cast | undefined; readonly labels: readonly string[] | undefined }[];
}

/** Values other than NULL that do not fit, and one of them; and how many NULLs there are. */
export interface Misfits {
  readonly count: number;
  readonly nulls: number;
  readonly example: string;
}

/** Counts what does not fit, by the codecs that will write the rows. `db` must give integers as bigint. */
export function countMisfits(db: SqliteDb, trials: readonly Trial[]): Misfits[][] {
  return trials.map(({ table, column, filter, ways }) => {
    const tried = ways.map(({ type, cast, labels }) => {
      const codec = codecFor(type, cast, { labels });
      return { fits: (value: SourceValue) => codec.misfit(value) === undefined, count: 0, example: '' };
    });
    let nulls = 0;
    const rows = db.prepare<[], [SourceValue]>(`SELECT ${quoteIdent(column)} FROM ${tableItselfOf(db, table)}${filter === undefined ? '' : ` WHERE (${filter}\n)`}`).raw();
    for (const [value] of rows.iterate()) {
      if (value === null) {
        nulls += 1;
        continue;
      }
      for (const way of tried) {
        if (way.fits(value)) continue;
        way.count += 1;
        if (way.count === 1) way.example = typeof value === 'object' ? '' : String(value).slice(0, 80);
      }
    }
    return tried.map(({ count, example }) => ({ count, nulls, example }));
  });
}
