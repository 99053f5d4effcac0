import { z } from 'zod';
import { typedValueSchema, type Cell, type TypedValue } from '../../../shared/model/values.ts';
import type { PlanInverse } from '../../../shared/model/plan.ts';
import { mendedValueSchema, type Difference } from '../../../shared/model/run.ts';
import { isHashedBytes, isRawText, type SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { createRowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { exactOf } from '../load/exact-value.ts';
import type { TableShape } from './shape.ts';
import type { TargetReader } from './target-reader.ts';

/**
 * The rejects of one table, as a book in which every rejected source row is looked up: the row must be there under its key, and the
 * kept copy must hold exactly what the source holds. A row that was mended stands in it too, with what the target is to hold in its stead.
 */
export interface RejectBook {
  readonly size: number;
  /** True where rows were mended: then a row's key in the target may be another than in the source. */
  readonly mends: boolean;
  /** True where a row that the target could hold may rightly be rejected, so that every row has to be looked up. */
  readonly refusesGoodRows: boolean;
  /** Starts a pass: everything may be taken again. */
  reopen(): void;
  /**
   * Where the row stands in the book and may stand there, 'rejected', or the row as it was mended; null where it does not. `problem` is the
   * canonical's own verdict.
   */
  take(row: readonly SourceCell[], problem: boolean): 'rejected' | readonly SourceCell[] | null;
  /** Rejects taken in this pass. */
  readonly taken: number;
  /** Rejects that no source row answered to. */
  leftovers(): { readonly count: number; readonly differences: Difference[] };
}

interface Entry {
  readonly key: string;
  readonly column: string;
  readonly code: string;
  total: number;
  left: number;
  /** Of those, what was mended: each with its new values. Rows that are equal share an entry. */
  readonly mended: ReadonlyMap<string, SourceCell>[];
}

/** A Map: in an object, and in zod's records, a column named `__proto__` would be lost. */
const rowSchema = z.custom<object>((value) => typeof value === 'object' && value !== null).transform((row) => new Map(Object.entries(row).map(([name, value]) => [name, typedValueSchema.parse(value)])));

/** Reads the book. Without a run, or without a table of rejects, it is empty and every unrepresentable row is a difference. */
export async function openRejectBook(shape: TableShape, runId: string | null, encoding: string, target: TargetReader, elsewhere?: PlanInverse['rejects']): Promise<RejectBook> {
  const entries = new Map<string, Entry>();
  const keys = new Set<string>();
  const identify = createIdentity();
  const width = shape.plan.columns.length;
  // Compared columns first, then those that do not cross: the order of shape.names.
  const columns = shape.names.slice(0, width);
  const add = (key: string, column: string, code: string, row: ReadonlyMap<string, TypedValue>): Entry => {
    const id = identify(key, columns.map((name) => row.get(name) ?? null));
    const entry = entries.get(id) ?? { key, column, code, total: 0, left: 0, mended: [] };
    entry.total += 1;
    entry.left += 1;
    entries.set(id, entry);
    keys.add(key);
    return entry;
  };
  const [there] = runId === null ? [] : await target.arrays("SELECT to_regclass('travessia.rejects')::text");
  if (runId !== null && there?.[0] != null) {
    const { database, table } = elsewhere ?? shape.plan.source;
    // Of a merged table only the rows of one source, whose key there has a column more: the whole row has to tell.
    const [only, values] = elsewhere === undefined ? ['', []] : [' AND "row" -> $4 ->> 1 = $5', [elsewhere.column, elsewhere.value]];
    // Rows that a repair took out are not in the copy that was loaded; repairs/records.ts holds them against the original.
    const sql = `SELECT key, "column", code, row::text FROM travessia.rejects WHERE run = $1 AND source = $2 AND "table" = $3 AND code NOT LIKE 'QUARANTINED%'${only}`;
    for await (const piece of target.pieces(sql, [runId, database, table, ...values])) {
      for (const [named, column, code, kept] of piece) {
        const key = elsewhere === undefined ? named : '';
        const row = rowSchema.parse(JSON.parse(kept ?? '{}'));
        add(key ?? '', column ?? '', code ?? '', row);
      }
    }
  }
  const [mendedThere] = runId === null || elsewhere !== undefined ? [] : await target.arrays("SELECT to_regclass('travessia.mended')::text");
  if (runId !== null && mendedThere?.[0] != null) {
    const { database, table } = shape.plan.source;
    const sql = 'SELECT key, "column", code, row::text, "values"::text FROM travessia.mended WHERE run = $1 AND source = $2 AND "table" = $3 ORDER BY id';
    for await (const piece of target.pieces(sql, [runId, database, table])) {
      for (const [key, column, code, kept, values] of piece) {
        const given = z.array(mendedValueSchema).parse(JSON.parse(values ?? '[]'));
        add(key ?? '', column ?? '', code ?? '', rowSchema.parse(JSON.parse(kept ?? '{}'))).mended.push(new Map(given.map((each) => [each.column, exactOf(each.value, 'UTF-8').value])));
      }
    }
  }

  let taken = 0;
  const size = [...entries.values()].reduce((sum, entry) => sum + entry.total, 0);
  return {
    size,
    mends: [...entries.values()].some((entry) => entry.mended.length > 0),
    refusesGoodRows: [...entries.values()].some((entry) => entry.code === 'DUPLICATE_KEY'),
    get taken() { return taken; },
    reopen() {
      taken = 0;
      for (const entry of entries.values()) entry.left = entry.total;
    },
    take(row, problem) {
      if (size === 0) return null;
      const key = elsewhere === undefined ? rowKeyText(shape, row) : '';
      if (!keys.has(key)) return null;
      const entry = entries.get(identify(key, columns.map((_, index) => typedOf(row[index] ?? null, encoding))));
      if (entry === undefined || entry.left === 0) return null;
      entry.left -= 1;
      const nullRefused = entry.code === 'NULL_NOT_ALLOWED' && shape.columns.some((column, index) => !column.nullable && (row[index] ?? null) === null);
      // A row that the target could hold, kept out for no reason: found, but not excused.
      if (!problem && !nullRefused && entry.code !== 'DUPLICATE_KEY') return null;
      const values = entry.mended[entry.left];
      if (values !== undefined) return row.map((cell, index) => values.get(shape.names[index] ?? '') ?? (values.has(shape.names[index] ?? '') ? null : cell));
      taken += 1;
      return 'rejected';
    },
    leftovers() {
      const open = [...entries.values()].filter((entry) => entry.left > 0);
      const { database, table } = shape.plan.source;
      const target_ = `${shape.target.schema}.${shape.target.table}`;
      const cell = (entry: Entry): Cell => ({ class: 'text', text: `rejected as ${entry.code}, but the source holds no such row` });
      return {
        count: open.reduce((sum, entry) => sum + entry.left, 0),
        differences: open.slice(0, 1000).map((entry) => ({
          database, table, target: target_, kind: 'extra', key: entry.key, cells: [{ column: entry.column, source: null, target: cell(entry) }],
        })),
      };
    },
  };
}

/** The key of a source row as the rejects name it; text that is not valid stands as its bytes. */
export function rowKeyText(shape: TableShape, row: readonly SourceCell[]): string {
  const names = shape.rowKey.length > 0 ? shape.rowKey : shape.plan.columns.map((column) => column.source);
  const values = names.map((name) => row[shape.names.indexOf(name)] ?? null);
  return keyText(names, values.map((value) => (isRawText(value) ? value.rawText : isHashedBytes(value) ? value.sha256 : value))).replaceAll('\0', '\\u0000');
}

/** A hash of a key and a whole row by class and value: the books may be long, and the rows wide. */
function createIdentity(): (key: string, row: readonly TypedValue[]) => string {
  const hash = createRowHash();
  return (key, row) => {
    hash.reset(0);
    hash.add(key);
    for (const value of row) {
      const [kind, text] = value ?? ['null', ''];
      hash.add(kind);
      hash.add(kind === 'real' ? realIdentity(text) : text);
    }
    return `${hash.hi}:${hash.lo}`;
  };
}

/** Any spelling of a REAL stands for the same double. */
function realIdentity(text: string): string {
  const value = Number(text);
  return Object.is(value, -0) ? '-0' : String(value);
}

function typedOf(value: SourceCell, encoding: string): TypedValue {
  if (value === null) return null;
  if (typeof value === 'bigint') return ['integer', value.toString()];
  if (typeof value === 'number') return ['real', realIdentity(Object.is(value, -0) ? '-0' : String(value))];
  if (typeof value === 'string') return value.includes('\0') ? ['text-hex', textBytes(value, encoding).toString('hex')] : ['text', value];
  if (isHashedBytes(value)) return ['blob', value.sha256];
  return isRawText(value) ? ['text-hex', Buffer.from(value.rawText).toString('hex')] : ['blob', Buffer.from(value).toString('hex')];
}

function textBytes(text: string, encoding: string): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(text, 'utf8');
  const little = Buffer.from(text, 'utf16le');
  return encoding === 'UTF-16be' ? little.swap16() : little;
}
