import { z } from 'zod';
import type { Difference } from '../../../shared/model/run.ts';
import type { Cell, StorageClass } from '../../../shared/model/values.ts';
import { isHashedBytes, isRawText, realText, type SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { rowHashSql } from '../../../shared/pure/canonical/row-hash.ts';
import type { Buckets } from './buckets.ts';
import { farDifference, type FarDifference } from './far-difference.ts';
import { keyHash } from './narrow-hash.ts';
import { hashValue, type RowDifference } from './narrow.ts';
import { rowKeyText } from './reject-book.ts';
import { createCellHash } from './row-digest.ts';
import type { ComparedColumn } from './shape.ts';
import { expectedRow, scanSource, type TableContext } from './table-context.ts';

const shownBytes = 2048;
const texts = z.array(z.string().nullable());

interface TargetRow {
  readonly shown: readonly (string | null)[];
  readonly sizes: readonly (string | null)[];
  readonly hashes: readonly (string | null)[];
}

interface SourceRow {
  readonly cells: readonly (Cell | null)[];
  readonly hashes: readonly (string | null)[];
  readonly key: string;
}

/** Reads the differing rows again on both sides and puts their cells side by side: for a changed row only those that differ. */
export async function showDifferences(context: TableContext, buckets: Buckets, rows: readonly RowDifference[]): Promise<void> {
  // A row may show 2 KB per column: fewer rows at a time where there are many columns.
  const batch = Math.max(50, Math.min(2000, Math.floor(20_000 / context.shape.columns.length)));
  for (let from = 0; from < rows.length; from += batch) {
    const some = rows.slice(from, from + batch);
    const theirs = await targetRows(context, buckets, some);
    const pairs = new Map(some.filter(({ kind }) => kind === 'changed').map((row) => [idOf(row.key, row.source), row]));
    const alike: AlikeCell[] = [];
    const mine = await sourceRows(context, buckets, some, (id, cells, hashes, values) => {
      const row = pairs.get(id);
      const other = row === undefined ? undefined : theirs.get(idOf(row.key, row.target));
      if (row === undefined || other === undefined || alike.length >= mostAlike) return;
      for (const [index, cell] of cells.entries()) {
        const value = values[index] ?? null;
        if (cell?.cut === true && cell.text === other.shown[index] && hashes[index] !== other.hashes[index]) alike.push({ id, row, index, value });
      }
    });
    const far = new Map<string, FarDifference>();
    for (const { id, row, index, value } of alike) {
      const column = context.shape.columns[index];
      const found = column === undefined ? null : await farDifference(context, column, { keySql: keySqlOf(context, buckets), key: row.key, hash: row.target ?? 0n }, value, shownBytes);
      if (found !== null) far.set(`${id} ${index}`, found);
    }
    context.onDifferences(some.map((row) => differenceOf(context, row, mine.get(idOf(row.key, row.source)), theirs.get(idOf(row.key, row.target)), far)));
  }
}

/** A pair of long cells whose shown beginnings are equal. */
interface AlikeCell {
  readonly id: string;
  readonly row: RowDifference;
  readonly index: number;
  readonly value: SourceCell;
}

/** Pairs of a batch that are followed to where they part; each holds a value of the source in memory. */
const mostAlike = 20;

function keySqlOf({ shape }: TableContext, buckets: Buckets): string {
  return buckets.kind === 'range' ? `${shape.columns[buckets.key]?.column ?? ''}::int8` : `(${buckets.keySql})`;
}

function idOf(key: bigint, hash: bigint | null): string {
  return `${key}:${hash ?? ''}`;
}

async function targetRows(context: TableContext, buckets: Buckets, rows: readonly RowDifference[]): Promise<Map<string, TargetRow>> {
  const { shape, target } = context;
  const keys = [...new Set(rows.filter((row) => row.target !== null).map((row) => row.key))];
  const found = new Map<string, TargetRow>();
  if (keys.length === 0) return found;
  const list = (of: (column: ComparedColumn) => string): string => `to_json(ARRAY[${shape.columns.map(of).join(', ')}]::text[])::text`;
  const key = keySqlOf(context, buckets);
  const sql = `SELECT ${key}::text, (${rowHashSql(shape.columns)})::text, ${list(shownSql)}, ${list((column) => `octet_length(${column.base === 'bytea' ? column.column : `${column.column}::text`})::text`)},
    ${list((column) => `hashtextextended(${column.text} COLLATE "C", 0)::text`)} FROM ${shape.from} WHERE ${key} = ANY ($1::int8[])`;
  const wanted = new Set(rows.map((row) => idOf(row.key, row.target)));
  for await (const piece of target.pieces(sql, [keys.map(String)])) {
    for (const [keyText, hashText, shown, sizes, hashes] of piece) {
      const id = idOf(BigInt(keyText ?? 0), BigInt(hashText ?? 0));
      if (wanted.has(id)) found.set(id, { shown: parse(shown), sizes: parse(sizes), hashes: parse(hashes) });
    }
  }
  return found;
}

function shownSql({ base, column }: ComparedColumn): string {
  return base === 'bytea' ? `encode(substring(${column} FROM 1 FOR ${shownBytes / 2}), 'hex')` : `left(${column}::text, ${shownBytes})`;
}

function parse(text: string | null | undefined): (string | null)[] {
  return texts.parse(JSON.parse(text ?? '[]'));
}

type OnSourceRow = (id: string, cells: readonly (Cell | null)[], hashes: readonly (string | null)[], values: readonly SourceCell[]) => void;

async function sourceRows(context: TableContext, buckets: Buckets, rows: readonly RowDifference[], onRow: OnSourceRow): Promise<Map<string, SourceRow>> {
  const wanted = new Set(rows.filter((row) => row.source !== null).map((row) => idOf(row.key, row.source)));
  const found = new Map<string, SourceRow>();
  if (wanted.size === 0) return found;
  const cellHash = createCellHash();
  const keep = (row: readonly SourceCell[], key: bigint): void => {
    const id = idOf(key, hashValue(context.digest.hash));
    if (!wanted.has(id)) return;
    const cells = context.shape.columns.map((_, index) => sourceCell(row[index] ?? null));
    const hashes = context.shape.columns.map((column, index) => {
      const value = row[index] ?? null;
      return value === null ? null : cellHash(column.canonicalOf(value));
    });
    found.set(id, { key: rowKeyText(context.shape, row), cells, hashes });
    onRow(id, cells, hashes, row);
  };
  if (buckets.kind === 'range') {
    context.book.reopen();
    const name = context.source.column(context.shape.columns[buckets.key]?.source ?? '');
    for (const key of new Set(rows.filter((row) => row.source !== null).map((row) => row.key))) {
      for (const row of context.source.scan({ where: `${name} = ?`, values: [key] })) {
        const expected = expectedRow(context, row);
        if (expected !== null) keep(expected, key);
      }
    }
    return found;
  }
  await scanSource(context, {}, (row) => {
    const { hi, lo } = context.digest.hash;
    keep(row, hashValue(keyHash(buckets, row, { hi, lo })));
  });
  return found;
}

function differenceOf({ shape }: TableContext, row: RowDifference, mine: SourceRow | undefined, theirs: TargetRow | undefined, far: ReadonlyMap<string, FarDifference>): Difference {
  const cells = shape.columns.flatMap((column, index) => {
    const a = mine?.hashes[index] ?? null;
    const b = theirs?.hashes[index] ?? null;
    if (row.kind === 'changed' && a === b) return [];
    const apart = far.get(`${idOf(row.key, row.source)} ${index}`);
    const at = (cell: Cell, text: string | undefined): Cell => (apart === undefined || text === undefined ? cell : { ...cell, text, from: apart.from });
    return [{
      column: column.source,
      source: mine === undefined ? null : at(mine.cells[index] ?? nullCell, apart?.source),
      target: theirs === undefined ? null : at(targetCell(column, theirs, index), apart?.target),
    }];
  });
  const { database, table } = shape.plan.source;
  return { database, table, target: `${shape.target.schema}.${shape.target.table}`, kind: row.kind, key: mine?.key ?? targetKey(shape, theirs), cells };
}

const nullCell: Cell = { class: 'null', text: null };

/** The key of a row that only the target has, in the source's words. */
function targetKey(shape: TableContext['shape'], row: TargetRow | undefined): string {
  const positions = shape.keys.length > 0 ? shape.keys : shape.columns.map((_, index) => index).slice(0, 8);
  return positions.map((position) => {
    const column = shape.columns[position];
    const text = row?.shown[position] ?? null;
    const plain = column !== undefined && ['integer', 'real'].includes(classOf(column.base));
    return `${column?.source ?? ''}=${text === null ? 'NULL' : plain ? text : column?.base === 'bytea' ? `x'${text}'` : `'${text.slice(0, 200).replaceAll("'", "''")}'`}`;
  }).join(', ');
}

function classOf(base: string): StorageClass {
  if (['smallint', 'integer', 'bigint'].includes(base)) return 'integer';
  if (['real', 'double precision', 'numeric'].includes(base)) return 'real';
  return base === 'bytea' ? 'blob' : 'text';
}

function targetCell(column: ComparedColumn, row: TargetRow, index: number): Cell {
  const text = row.shown[index] ?? null;
  if (text === null) return nullCell;
  return sized(classOf(column.base), text, Number(row.sizes[index] ?? 0));
}

function sourceCell(value: SourceCell): Cell {
  if (value === null) return nullCell;
  if (typeof value === 'bigint') return { class: 'integer', text: value.toString() };
  if (typeof value === 'number') return { class: 'real', text: realText(value) };
  if (typeof value === 'string') return sized('text', charactersOf(value), Buffer.byteLength(value));
  if (isHashedBytes(value)) return { class: 'blob', text: `SHA-256 ${value.sha256}` };
  const bytes = isRawText(value) ? value.rawText : value;
  return sized(isRawText(value) ? 'text' : 'blob', `${isRawText(value) ? 'invalid text, bytes ' : ''}${Buffer.from(bytes.subarray(0, shownBytes / 2)).toString('hex')}`, bytes.length);
}

/** As many characters as the target shows, which counts them and not UTF-16 units. */
function charactersOf(value: string): string {
  return Array.from(value.slice(0, 2 * shownBytes)).slice(0, shownBytes).join('');
}

function sized(kind: StorageClass, text: string, bytes: number): Cell {
  const shown = kind === 'blob' ? text.length / 2 : Buffer.byteLength(text);
  return { class: kind, text, bytes, ...(shown < bytes ? { cut: true } : {}) };
}
