import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { pieceBytes } from './large-values.ts';
import { openLoadSource } from './load-source.ts';
import { loadTable } from './load-table.ts';
import { buildFile, planTable, startRun } from './test-fixture.ts';

/** Bytes that repeat at no power of two, so that a piece in the wrong place shows. */
const blob = (bytes: number, step: number): Buffer => Buffer.alloc(bytes, Uint8Array.from({ length: 251 }, (_, index) => (index * step) % 251));
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

describe.skipIf(!hasPostgres())('large blobs', () => {
  // Of a file in UTF-16 SQLite gives the pieces, of others they come from the pages.
  it.each([[true, 'UTF-8'], [false, 'UTF-8'], [true, 'UTF-16le']] as const)('cross in pieces among small rows, and what does not fit is kept whole (plain integers: %s, %s)', async (plainIntegers, encoding) => {
    using folder = tempFolder('large');
    await using database = await freshDatabase();
    await using session = await database.connect();
    const blobs = [blob(9_000_001, 7), Buffer.alloc(0), blob(pieceBytes, 3), blob(pieceBytes + 1, 5), blob(100, 9), blob(2 * pieceBytes, 11)];
    const path = buildFile(folder.path, (db) => {
      db.exec(`PRAGMA encoding = '${encoding}'`);
      db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB, n INTEGER, b BLOB NOT NULL)');
      const insert = db.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
      blobs.forEach((value, index) => insert.run(index - 3, index % 2 === 0 ? value : null, index, value));
      insert.run(100, blob(pieceBytes + 7, 2), 'no number', Buffer.alloc(1));
      insert.run(102, null, blob(pieceBytes + 1, 6), Buffer.alloc(0));
      insert.run(101, 'text in a blob column', 7, blob(pieceBytes + 9, 4));
    });
    const [task] = await startRun(session, database, path, [planTable(path, 't', { id: { type: 'bigint' }, a: { type: 'bytea' }, n: { type: 'integer' }, b: { type: 'bytea', nullable: false } }, { maxRowBytes: 20_000_000, reading: { by: 'rowid', columns: ['id'], plainIntegers } })]);
    if (task === undefined) throw new Error('no task');
    using source = openLoadSource(path);
    expect(await loadTable(session, task, source, { signal: new AbortController().signal })).toMatchObject({ rows: 9, loaded: 6, rejected: 3, read: encoding === 'UTF-8' ? 'both' : 'rows' });
    expect(await session.arrays('SELECT id, n, md5(a), md5(b) FROM staging.t ORDER BY id')).toEqual(blobs.map((value, index) => [String(index - 3), String(index), index % 2 === 0 ? md5(value) : null, md5(value)]));
    expect(await session.arrays("SELECT key, code, length(row -> 'a' ->> 1) FROM travessia.rejects ORDER BY id")).toEqual([['id=100', 'NOT_AN_INTEGER', String((pieceBytes + 7) * 2)], ['id=101', 'TEXT_IN_BLOB', '21'], ['id=102', 'NOT_AN_INTEGER', null]]);
  });
});
