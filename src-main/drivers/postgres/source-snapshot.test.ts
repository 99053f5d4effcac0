import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { openSqlite } from '../sqlite/index.ts';
import { connectPostgres } from './connect.ts';
import { parseDatabase, resolvePostgres } from './index.ts';
import { snapshotServer } from './source-server.ts';

describe.skipIf(!hasPostgres())('snapshotServer', () => {
  it('reads a table from its beginning, though somebody else is in the middle of it', async () => {
    await using database = await freshDatabase();
    const reference = parseDatabase(database.url);
    if (reference.kind !== 'postgres') throw new Error('No server.');
    const config = resolvePostgres(reference);
    await using session = await connectPostgres(config);
    // One row to a page, and more pages than a quarter of the server's memory: from there on scans join each other (manual 19.13.1, synchronize_seqscans).
    await session.exec(`CREATE TABLE big (id integer, pad text); ALTER TABLE big ALTER pad SET STORAGE PLAIN;
      INSERT INTO big SELECT i, repeat('x', 4100) FROM generate_series(1, (SELECT setting::int / 4 + 500 FROM pg_settings WHERE name = 'shared_buffers')) i`);
    await session.exec('BEGIN; DECLARE elsewhere NO SCROLL CURSOR FOR SELECT id FROM big; MOVE FORWARD 900 FROM elsewhere');
    using folder = tempFolder('snapshot-order');
    const path = `${folder.path}/copy.db`;
    await snapshotServer(config, 'it', path, { signal: new AbortController().signal, onProgress: () => undefined });
    await session.exec('ROLLBACK');
    using copy = openSqlite(path, { mode: 'read' });
    const first = copy.db.prepare<[], { id: bigint }>('SELECT id FROM big ORDER BY rowid LIMIT 3').all();
    expect(first).toEqual([{ id: 1n }, { id: 2n }, { id: 3n }]);
  });
});
