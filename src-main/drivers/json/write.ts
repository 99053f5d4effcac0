import { setImmediate } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteSqlite, type SqliteDb } from '../sqlite/index.ts';
import { declarations, type Storage } from './column-stats.ts';
import type { TableLayout } from './layout.ts';
import { numberKind, plainText } from './numbers.ts';
import { entriesOf, kindAt, sourceOf, stringOf, type Slice } from './scan.ts';

/** Rows between two looks at the signal. */
const pause = 2000;

type Bound = string | bigint | number | null;

/** UTF-8 of a text with half surrogate pairs, each in the three bytes it would have: no valid UTF-8, and nothing is lost. */
function bytesOf(text: string): Buffer {
  return Buffer.concat([...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    const isHalf = code >= 0xd800 && code <= 0xdfff;
    return isHalf ? Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]) : Buffer.from(character, 'utf8');
  }));
}

function numberOf(storage: Storage, source: string): Bound {
  if (storage === 'numeric') return plainText(source);
  if (storage === 'double') return Number(source);
  return numberKind(source) === 'integer' ? BigInt(source) : Number(source);
}

function boundOf(storage: Storage, value: Slice): Bound {
  const kind = kindAt(value);
  if (kind === 'null') return null;
  if (storage === 'json') return sourceOf(value);
  if (kind === 'string') return stringOf(value);
  if (kind === 'boolean') return value.text.charAt(value.start) === 't' ? 1n : 0n;
  return numberOf(storage, sourceOf(value));
}

function createTable(layout: TableLayout): string {
  const columns = layout.columns.map(({ name, storage }) => {
    const declared = declarations[storage];
    const key = name === layout.primaryKey ? ' NOT NULL PRIMARY KEY' : '';
    return `${quoteSqlite(name)}${declared === '' ? '' : ` ${/ /.test(declared) ? quoteSqlite(declared) : declared}`}${key}`;
  });
  return `CREATE TABLE ${quoteSqlite(layout.name)} (\n  ${columns.join(',\n  ')}\n)`;
}

/** Creates one table of the snapshot and writes its rows in the order of the source, from the slices of its text. */
export async function writeTable(db: SqliteDb, layout: TableLayout, signal: AbortSignal, onRows: (rows: number) => void): Promise<void> {
  const table = quoteSqlite(layout.name);
  db.exec(createTable(layout));
  const insert = db.prepare<Bound[]>(`INSERT INTO ${table} VALUES (${layout.columns.map(() => '?').join(', ')})`);
  const places = new Map(layout.columns.flatMap((column, index) => (typeof column.from === 'object' ? [[column.from.property, index] as const] : [])));
  let rows = 0;
  for (const { key, value } of layout.part.rows()) {
    const bound: Bound[] = layout.columns.map(({ from, storage }) => (from === 'key' ? key : from === 'value' ? boundOf(storage, value) : null));
    if (places.size > 0) {
      for (const entry of entriesOf(value)) {
        const index = places.get(entry.key);
        const column = index === undefined ? undefined : layout.columns[index];
        if (index !== undefined && column !== undefined) bound[index] = boundOf(column.storage, entry.value);
      }
    }
    const { lastInsertRowid } = insert.run(...bound);
    bound.forEach((each, index) => {
      const column = layout.columns[index];
      if (typeof each !== 'string' || each.isWellFormed() || column === undefined) return;
      // A JavaScript string would be bound with U+FFFD in place of the half pair.
      db.prepare(`UPDATE ${table} SET ${quoteSqlite(column.name)} = CAST(? AS TEXT) WHERE rowid = ?`).run(bytesOf(each), lastInsertRowid);
    });
    rows += 1;
    if (rows % pause === 0) {
      onRows(pause);
      await setImmediate();
      if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.' });
    }
  }
  onRows(rows % pause);
}
