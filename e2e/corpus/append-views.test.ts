/** Views of a source whose rows are added to tables that stand: they read those, the former rows and the new ones, and outlive staging. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { splitUrl } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

describe.skipIf(!hasPostgres())('views beside appended rows', () => {
  test('read the tables that stand, and are left alone where the target has them', async () => {
    using folder = tempFolder('append-views');
    const path = join(folder.path, 'shop.db');
    const db = new Database(path);
    // Reads a view of a later name first, so that the order is worked out; `lines` reads only what comes along.
    db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item VALUES (1, 'a'), (2, 'b'); CREATE TABLE log (line TEXT); INSERT INTO log VALUES ('x');
      CREATE VIEW z_named AS SELECT id, name FROM item WHERE name IS NOT NULL; CREATE VIEW counted AS SELECT count(*) AS n FROM z_named; CREATE VIEW lines AS SELECT line FROM log;
      CREATE VIEW odd AS SELECT abs(name) AS n FROM item;
      CREATE TRIGGER renamed INSTEAD OF UPDATE ON z_named BEGIN UPDATE item SET name = NEW.name WHERE id = OLD.id; END`);
    db.close();
    await using it = await migrationOf(path, folder.path);
    await it.session.exec(`CREATE TABLE item (id bigint PRIMARY KEY, name varchar(20)); INSERT INTO item VALUES (100, 'former')`);
    const before = await catalogState(it.session);
    const counted = () => it.session.one('SELECT n::text AS n, (SELECT count(*)::text FROM lines) AS lines FROM counted');
    const shown = await it.run(['plan', path, '--target', splitUrl(it.database.url).url, '--if-exists', 'append', '--sql']);
    for (const part of ['CREATE VIEW "public"."counted"', 'INSERT INTO "public"."item"', 'ALTER VIEW "travessia_<run>_1"."lines"', 'in the target as it stands now']) expect(shown.stdout, shown.stderr).toContain(part);
    const first = await it.migrate(['--if-exists', 'append']);
    expect({ exit: first.exit, status: first.result.status }, first.stderr).toEqual({ exit: 0, status: 'verified' });
    expect(await counted()).toEqual({ n: '3', lines: '1' });
    await it.session.exec(`UPDATE z_named SET name = 'changed' WHERE id = 100`);
    expect(await it.session.one('SELECT name FROM item WHERE id = 100')).toEqual({ name: 'changed' });
    await it.session.exec(`UPDATE item SET name = 'former' WHERE id = 100`);
    const verified = await it.run(['verify', first.result.runId]);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    expect((await it.run(['rollback', first.result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);

    const second = await it.migrate(['--if-exists', 'append']);
    expect((await it.run(['complete', second.result.runId])).code).toBe(0);
    expect(await it.session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
    expect(await counted()).toEqual({ n: '3', lines: '1' });

    const more = new Database(path);
    more.exec(`DELETE FROM item; INSERT INTO item VALUES (3, 'c')`);
    more.close();
    // One of the views is somebody's own now; the one that reads it was never compared over it.
    await it.session.exec(`DROP VIEW lines; CREATE OR REPLACE VIEW z_named AS SELECT id, name FROM item WHERE id < 0; COMMENT ON VIEW z_named IS 'own'`);
    const third = await it.migrate(['--if-exists', 'append']);
    expect({ exit: third.exit, status: third.result.status }, third.stderr).toEqual({ exit: 0, status: 'verified' });
    expect(third.result.objects.filter(({ kind, outcome }) => kind === 'view' && outcome === 'listed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual(expect.arrayContaining([
      expect.stringContaining('counted: public.counted stays as it is'), expect.stringContaining('z_named: public.z_named stays as it is')]));
    expect(third.result.objects.find(({ kind, name }) => kind === 'view' && name === 'lines')?.outcome).not.toBe('listed');
    expect((await it.run(['complete', third.result.runId])).code).toBe(0);
    expect(await counted()).toEqual({ n: '0', lines: '2' });
  }, 240_000);
});
