/** Each problem with each choice, by command: what stands in the target, what was kept, and that the counts speak of the source. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { buildSqlite, freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, until } from './command-line.ts';
import { migrationOf, type Migration } from './migrate-file.ts';

const shop = [
  "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'unknown')",
  'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers(id), total REAL)',
  'CREATE TABLE lines (order_id INTEGER NOT NULL REFERENCES orders(id), pos INTEGER, what TEXT, PRIMARY KEY (order_id, pos))',
  'CREATE TABLE codes (code TEXT PRIMARY KEY, label TEXT)',
  'CREATE TABLE tags (id INTEGER PRIMARY KEY, v, UNIQUE (v))',
  'CREATE TABLE words (v PRIMARY KEY)',
  'CREATE TABLE heard (x)',
  'CREATE TRIGGER heard_order AFTER DELETE ON orders BEGIN INSERT INTO heard VALUES (old.id); END',
  "INSERT INTO customers VALUES (1, 'Ana'), (2, 'Bento')",
  'INSERT INTO orders VALUES (1, 1, 1.5), (2, 2, 2.5), (3, 77, 3.5), (4, 78, 4.5), (5, NULL, 0)',
  "INSERT INTO lines VALUES (1, 1, 'a'), (3, 1, 'b'), (3, 2, 'c'), (99, 1, 'lost')",
  "INSERT INTO codes VALUES ('a', 'A'), (NULL, 'none'), (NULL, 'none 2')",
  "INSERT INTO tags VALUES (1, 1), (2, '1'), (3, 'x'), (4, 2), (5, '2')",
  "INSERT INTO words VALUES (7), ('7'), ('y')",
];

async function withShop(work: (shop: Migration) => Promise<void>): Promise<void> {
  const folder = tempFolder('repairs');
  const path = buildSqlite(join(folder.path, 'shop.db'), ['PRAGMA foreign_keys = OFF', ...shop].join(';\n'));
  try {
    await using migration = await migrationOf(path, folder.path);
    await work(migration);
  } finally {
    folder.remove();
  }
}

const repair = (...rules: string[]): string[] => rules.flatMap((rule) => ['--repair', rule]);
const rowsOf = (result: { tables: readonly { source: { table: string }; rows: object }[] }) => Object.fromEntries(result.tables.map((table) => [table.source.table, table.rows]));
const rows = (source: number, loaded: number, rejected = 0, repaired = 0, added = 0) => ({ source, loaded, rejected, repaired, added });

describe.skipIf(!hasPostgres())('repairs by command', () => {
  test('quarantine: rows leave, and those they leave behind', { timeout: 120_000 }, () => withShop(async (shop) => {
    const { exit, result } = await shop.migrate(repair('orphans=quarantine', 'null-keys=quarantine', 'duplicates=quarantine'));
    expect(exit).toBe(1);
    expect(result.status).toBe('rejects');
    expect(rowsOf(result)).toEqual({ customers: rows(2, 2), orders: rows(5, 3, 2), lines: rows(4, 1, 3), codes: rows(3, 1, 2), tags: rows(5, 3, 2), words: rows(3, 2, 1), heard: rows(0, 0) });
    const kept = await shop.session.arrays(`SELECT "table", key, code, row->>'id' FROM travessia.rejects ORDER BY "table", id`);
    expect(kept.map(([table, key, code]) => `${table} ${key} ${code}`)).toEqual([
      'codes rowid=2 QUARANTINED_NULL_KEY', 'codes rowid=3 QUARANTINED_NULL_KEY',
      'lines order_id=3, pos=1 QUARANTINED_ORPHAN', 'lines order_id=3, pos=2 QUARANTINED_ORPHAN', 'lines order_id=99, pos=1 QUARANTINED_ORPHAN',
      'orders id=3 QUARANTINED_ORPHAN', 'orders id=4 QUARANTINED_ORPHAN', 'tags id=2 QUARANTINED_DUPLICATE', 'tags id=5 QUARANTINED_DUPLICATE',
      "words v='7' QUARANTINED_DUPLICATE",
    ]);
    const [row] = await shop.session.arrays(`SELECT row::text FROM travessia.rejects WHERE "table" = 'orders' ORDER BY id LIMIT 1`);
    expect(JSON.parse(row?.[0] ?? '')).toEqual({ id: ['integer', '3'], customer_id: ['integer', '77'], total: ['real', '3.5'] });
    const invalid = await shop.session.arrays(`SELECT conname FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace`);
    expect(invalid).toEqual([]);
    const keys = await shop.session.arrays(`SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u') AND connamespace = 'public'::regnamespace ORDER BY 1`);
    expect(keys.flat()).toEqual(['codes_pkey', 'customers_pkey', 'lines_pkey', 'orders_pkey', 'tags_pkey', 'tags_v_key', 'words_pkey']);
    const verified = await shop.run(['verify', result.runId]);
    expect(verified.code).toBe(0);
    expect(verified.stdout).toContain('10 rows were quarantined, 0 values set to NULL, 0 parents created');
    // A kept row that was touched is found.
    await shop.session.exec(`UPDATE travessia.rejects SET row = '{}' WHERE "table" = 'codes' AND key = 'rowid=2'`);
    expect(await shop.run(['verify', result.runId])).toMatchObject({ code: 1 });
    expect((await shop.run(['rollback', result.runId])).code).toBe(0);
    expect(await shop.session.arrays("SELECT to_regnamespace('travessia')::text")).toEqual([[null]]);
  }));

  test('null-out and create-parent: nothing leaves, and what changed is kept', { timeout: 120_000 }, () => withShop(async (shop) => {
    const { exit, result } = await shop.migrate(repair('orphans=create-parent', 'orders.customer_id=null-out', 'tags.v=null-out'));
    expect(exit).toBe(0);
    expect(result.status).toBe('verified');
    expect(rowsOf(result)).toMatchObject({ customers: rows(2, 2), orders: rows(5, 6, 0, 2, 1), lines: rows(4, 4), tags: rows(5, 5, 0, 2), codes: rows(3, 3) });
    expect(result.repairs?.map(({ object, quarantined, nulled, created }) => [object, quarantined, nulled, created])).toEqual([['orders_customer_id_fkey', 0, 2, 0], ['lines_order_id_fkey', 0, 0, 1], ['tags_v_key', 0, 2, 0]]);
    expect(await shop.session.arrays(`SELECT "table", key, "column", change, before::text, after::text FROM travessia.repairs ORDER BY id`)).toEqual([
      ['orders', 'id=3', 'customer_id', 'nulled', '["integer","77"]', 'null'], ['orders', 'id=4', 'customer_id', 'nulled', '["integer","78"]', 'null'],
      ['orders', 'id=99', '', 'created', 'null', '{"id":["integer","99"],"customer_id":null,"total":null}'],
      ['tags', 'id=2', 'v', 'nulled', '["text","1"]', 'null'], ['tags', 'id=5', 'v', 'nulled', '["text","2"]', 'null'],
    ]);
    expect(await shop.session.arrays('SELECT id::text, customer_id::text FROM orders ORDER BY id')).toEqual([['1', '1'], ['2', '2'], ['3', null], ['4', null], ['5', null], ['99', null]]);
    expect(await shop.session.arrays(`SELECT conname FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace`)).toEqual([]);
    expect((await shop.run(['evidence', result.runId, '--out', '.', '--format', 'json'])).code).toBe(0);
    // A row created with its number is behind it: the next draws no number that is there, and nobody was told another.
    expect(result.objects.find(({ kind, name }) => kind === 'sequence' && name === 'orders.id')?.reason).toContain('the next value is 6 at the least');
    expect(await shop.session.arrays('INSERT INTO orders (total) VALUES (1) RETURNING id::text')).toEqual([['100']]);
    // Records of what was changed outlive the run, as rejects do.
    expect((await shop.run(['complete', result.runId])).code).toBe(0);
    expect(await shop.session.arrays('SELECT count(*)::text FROM travessia.repairs')).toEqual([['5']]);
  }));

  test('keep is the default; a rehearsal repairs as the run would', { timeout: 120_000 }, () => withShop(async (shop) => {
    const rehearsed = resultOf(await shop.run(['rehearse', join(shop.folder, 'shop.db'), '--target', 'embedded', '--format', 'json', ...repair('orphans=quarantine')]));
    expect(rowsOf(rehearsed)).toMatchObject({ orders: rows(5, 3, 2), lines: rows(4, 1, 3) });
    const { result } = await shop.migrate();
    expect(result.repairs).toBeUndefined();
    expect(rowsOf(result)).toMatchObject({ orders: rows(5, 5), lines: rows(4, 4), codes: rows(3, 3), tags: rows(5, 5) });
    expect((await shop.session.arrays(`SELECT conname FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace ORDER BY 1`)).flat()).toEqual(['lines_order_id_fkey', 'orders_customer_id_fkey']);
  }));

  test('a choice that is not possible is refused with those that are', { timeout: 120_000 }, () => withShop(async (shop) => {
    const plan = (...rules: string[]) => shop.run(['plan', join(shop.folder, 'shop.db'), '--target', 'embedded', '--format', 'json', ...repair(...rules)]);
    expect(refusalOf(await plan('orphans=null-out'))).toMatchObject({ code: 'REPAIR_NOT_POSSIBLE', message: expect.stringContaining('order_id'), hint: expect.stringContaining('keep, quarantine, create-parent') });
    expect(refusalOf(await plan('order.customer_id=quarantine'))).toMatchObject({ code: 'REPAIR_NOT_POSSIBLE', hint: expect.stringContaining('orders.orders_customer_id_fkey (2)') });
    expect(refusalOf(await plan('orphans=delete'))).toMatchObject({ code: 'USAGE' });
    const sql = (await shop.run(['plan', join(shop.folder, 'shop.db'), '--target', 'embedded', '--sql', ...repair('orphans=quarantine')])).stdout;
    expect(sql).toContain('DELETE FROM "orders" AS c WHERE');
    expect(sql).toContain('orphan lines.lines_order_id_fkey: quarantine, 3 rows');
    expect(sql).toMatch(/VALIDATE CONSTRAINT "orders_customer_id_fkey"/);
  }));

  test('struck dead at any step: the resumed run has every record once', { timeout: 240_000 }, async () => {
    const home = tempFolder('repairs-killed');
    const path = join(home.path, 'big.db');
    const db = new Database(path);
    db.pragma('foreign_keys = OFF');
    db.exec(`CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id), boss INTEGER REFERENCES child(id), text TEXT);
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) INSERT INTO child SELECT i, i % 100, CASE WHEN i % 7 = 0 THEN i - 1 END, 'text ' || i FROM n;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90) INSERT INTO parent SELECT i FROM n`);
    db.close();
    await using database = await freshDatabase();
    await using session = await database.connect();
    const target = splitUrl(database.url);
    const options = { home: home.path, password: target.password };
    const words = ['migrate', path, '--target', target.url, '--format', 'json', ...repair('child.parent=quarantine', 'child.boss=null-out')];
    const first = startCommand(words, options);
    // The records are there, and the load has just begun.
    const run = await until(async () => {
      if ((await session.one("SELECT to_regclass('travessia.repairs')::text AS name"))?.['name'] == null) return null;
      return (await session.one("SELECT run FROM travessia.runs WHERE detail::jsonb ? 'repairs'"))?.['run'] ?? null;
    }, first);
    first.child.kill('SIGKILL');
    await first.ended;
    // As if the power had gone while the copy was being repaired: what is finished is lost, what is not lies about.
    const folder = join(home.path, 'runs', run);
    for (const name of readdirSync(folder).filter((each) => each.endsWith('.repaired'))) rmSync(join(folder, name));
    writeFileSync(join(folder, 'big.db.snapshot.repaired.part'), 'half');
    const second = startCommand(['resume', run, '--format', 'json'], options);
    const fence = async (): Promise<string | null> => (await session.one('SELECT fence FROM travessia.runs'))?.['fence'] ?? null;
    const former = await fence();
    await until(async () => ((await fence()) === former ? null : true), second);
    second.child.kill('SIGKILL');
    await second.ended;
    const result = resultOf(await command(['resume', run, '--format', 'json'], options));
    // parent 0 and 91 to 99 are missing: 10 of 100; of the others the boss may have gone.
    expect(rowsOf(result)['child']).toMatchObject({ source: 60_000, loaded: 54_000, rejected: 6000 });
    const [nullOut, quarantine] = result.repairs ?? [];
    expect([quarantine?.quarantined, nullOut?.nulled]).toEqual([6000, Number((await session.one('SELECT count(*)::text AS n FROM travessia.repairs'))?.['n'])]);
    expect(await session.arrays('SELECT count(*)::text, count(DISTINCT key)::text FROM travessia.rejects')).toEqual([['6000', '6000']]);
    expect(await session.arrays('SELECT count(*)::text FROM child')).toEqual([['54000']]);
    expect((await command(['verify', run], options)).code).toBe(0);
    home.remove();
  });
});
