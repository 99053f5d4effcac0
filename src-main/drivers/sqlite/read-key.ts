import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';

/**
 * Where a reader stands: the key of the last row delivered, as JSON text. It survives a restart of the program:
 * `[["integer","42"]]`, text as hex of its raw bytes so that invalid UTF-8 finds its way back.
 */
export type ReadPosition = string;

/**
 * How the rows of a table are told apart and ordered.
 * rowid: by whichever of its names no column hides. key: WITHOUT ROWID, by the primary key.
 * offset: the rare table that hides all three names behind columns; counted along the table's own order.
 */
export type TableKey =
  | { readonly kind: 'rowid'; readonly name: string }
  | { readonly kind: 'key'; readonly columns: readonly string[]; /** The key's own, which may differ from its columns'. */ readonly collations: readonly string[] }
  | { readonly kind: 'offset' };

export function tableKey(table: Pick<SqliteTable, 'withoutRowid' | 'rowidName' | 'rowidAlias' | 'columns' | 'indexes'>): TableKey {
  if (table.withoutRowid) {
    const columns = table.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
    const index = table.indexes.find((candidate) => candidate.origin === 'pk');
    return { kind: 'key', columns, collations: columns.map((name) => index?.columns.find((column) => column.name === name)?.collation ?? '') };
  }
  const name = table.rowidAlias ?? table.rowidName;
  return name === null ? { kind: 'offset' } : { kind: 'rowid', name };
}

/** Expressions of the key, ordered; empty for kind 'offset'. */
export function keyExpressions(key: TableKey): string[] {
  if (key.kind === 'offset') return [];
  if (key.kind === 'rowid') return [quoteIdent(key.name)];
  return key.columns.map((name, at) => `${quoteIdent(name)}${key.collations[at] === undefined || key.collations[at] === '' ? '' : ` COLLATE ${quoteIdent(key.collations[at])}`}`);
}

/** `WHERE` part for "after this position", with one `?` per key part; text is bound as its bytes and cast back. */
export function afterClause(key: TableKey, position: ReadPosition | null, comparison: '>' | '<=' = '>'): { sql: string; values: SourceValue[] } {
  if (key.kind === 'offset' || position === null) return { sql: '', values: [] };
  const parts = decodePosition(position);
  const expressions = keyExpressions(key);
  if (parts.length !== expressions.length) {
    throw new TravessiaError('INVALID_INPUT', { message: 'The resume position belongs to another table or to an older structure of it.' });
  }
  // A CAST has affinity TEXT, which must not convert the column it is compared with: the unary plus removes it (datatype3.html, 4.2).
  const marks = parts.map((part) => (part.isText ? '+CAST(? AS TEXT)' : '?'));
  const sql = expressions.length === 1 ? `${expressions[0]} ${comparison} ${marks[0]}` : `(${expressions.join(', ')}) ${comparison} (${marks.join(', ')})`;
  return { sql, values: parts.map((part) => part.value) };
}

/** Columns that deliver a key exactly: the storage class and the value, text as raw bytes. */
export function exactKeyColumns(key: TableKey): string[] {
  return keyExpressions(key).flatMap((each) => [`typeof(${each})`, `CASE typeof(${each}) WHEN 'text' THEN CAST(${each} AS BLOB) ELSE ${each} END`]);
}

/** Makes a position from a row read by `exactKeyColumns` with safe integers. */
export function encodePosition(row: readonly unknown[]): ReadPosition {
  const parts: [string, string][] = [];
  for (let at = 0; at < row.length; at += 2) {
    const type = String(row[at]);
    const value = row[at + 1];
    parts.push([type, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : type === 'real' ? realText(value) : String(value ?? '')]);
  }
  return JSON.stringify(parts);
}

/** The position after a rowid. */
export function rowidPosition(rowid: bigint | number): ReadPosition {
  return JSON.stringify([['integer', String(rowid)]]);
}

function realText(value: unknown): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function decodePosition(position: ReadPosition): { value: SourceValue; isText: boolean }[] {
  const parsed: unknown = JSON.parse(position);
  if (!Array.isArray(parsed)) throw new TravessiaError('INVALID_INPUT', { message: 'The resume position is not one of this program.' });
  return parsed.map((part: unknown) => {
    const [type, value] = Array.isArray(part) ? [String(part[0]), String(part[1])] : ['', ''];
    switch (type) {
      case 'integer': return { value: BigInt(value), isText: false };
      case 'real': return { value: Number(value), isText: false };
      case 'text': return { value: Buffer.from(value, 'hex'), isText: true };
      case 'blob': return { value: Buffer.from(value, 'hex'), isText: false };
      case 'null': return { value: null, isText: false };
      default: throw new TravessiaError('INVALID_INPUT', { message: 'The resume position is not one of this program.' });
    }
  });
}
