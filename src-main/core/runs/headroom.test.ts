import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { sessionSettings } from '../../drivers/postgres/index.ts';
import { assertHeadroom, headroomOf, sizeText } from './headroom.ts';

const mib = 1024 ** 2;

describe.skipIf(!hasPostgres())('space in the target', () => {
  test('is estimated by what crosses, compared where it can be known, and refused with the numbers', async () => {
    using folder = tempFolder('space');
    const source = join(folder.path, 'big.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE wide (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO wide SELECT i, hex(zeroblob(200)) FROM n;
      INSERT INTO other SELECT * FROM wide`);
    db.close();
    await using database = await freshDatabase();
    const core = await createCore({ home: join(folder.path, 'home') });
    try {
      const { handlers, jobs } = core;
      const { jobId } = await handlers['assess/start']({ source });
      const assessmentId = (await jobs.wait(jobId)).resultId ?? '';
      const assessments = [await handlers['assess/get']({ id: assessmentId })];
      const plan = await handlers['plans/create']({ assessmentIds: [assessmentId], target: database.url, options: {} });
      await using session = await database.connect();
      const ask = (planned: typeof plan, free: number) => headroomOf({ plan: planned, assessments, session, config: null, dataFolder: '/', freeOf: () => Promise.resolve(free) });
      const whole = await ask(plan, 500 * mib);
      expect(whole).toMatchObject({ freeBytes: 500 * mib, enough: true });
      // max_wal_size bounds what stands of the log; a little load stays below it.
      expect(whole.maxWalBytes).toBeGreaterThan(mib);
      expect(whole.walKeptBytes).toBe(whole.walBytes);
      expect(whole.targetBytes).toBeGreaterThan(2 * 20000 * 400);

      const half = await handlers['plans/override']({ id: plan.id, options: {}, overrides: [{ table: 'other', exclude: true }, { table: 'wide', filter: 'id <= 10000' }] });
      expect((await ask(half, 500 * mib)).targetBytes / whole.targetBytes).toBeCloseTo(0.25, 2);

      const short = await ask(plan, mib);
      expect(() => assertHeadroom(short)).toThrow(expect.objectContaining({ code: 'DISK_FULL', message: expect.stringMatching(/needs about .* MiB .*; 1 MiB are free\. Nothing was begun\./) }));
      // Where the server's disk cannot be seen nothing is claimed.
      const unknown = await headroomOf({ plan, assessments, session, config: null, dataFolder: null });
      expect([unknown.freeBytes, unknown.enough, unknown.needBytes]).toEqual([null, null, whole.needBytes]);
      expect(() => assertHeadroom(unknown)).not.toThrow();
      expect((await handlers['plans/headroom']({ id: plan.id })).needBytes).toBe((await ask(half, 500 * mib)).needBytes);

      const run = await jobs.wait((await handlers['runs/migrate']({ planId: plan.id })).jobId);
      expect((await jobs.log(run.id)).map(({ code }) => code).find((code) => code?.startsWith('log.space.'))).toMatch(/^log\.space\.(enough|unknown)$/);
    } finally {
      await core.close();
    }
  });
});

test('sizes are said in three digits', () => {
  expect([0, 900, 1536, 5.25 * mib, 3 * 1024 * mib].map(sizeText)).toEqual(['0 bytes', '900 bytes', '1.5 KiB', '5.25 MiB', '3 GiB']);
});

describe.skipIf(!hasPostgres())('settings', () => {
  test('are the session’s own, as the plan shows them, and end with it', async () => {
    await using database = await freshDatabase();
    {
      await using session = await database.connect();
      const rows = await session.arrays(`SELECT name, current_setting(name) FROM pg_settings WHERE source = 'client' AND name NOT IN ('application_name', 'client_encoding') ORDER BY name`);
      const shown = new Map(sessionSettings.map(([name, value]) => [name.toLowerCase(), value]));
      for (const [name, value] of rows) expect(shown.get(name?.toLowerCase() ?? ''), name ?? '').toBe(value);
    }
    await using after = await database.connect();
    // Other tests set what they like for databases of their own.
    expect(await after.arrays('SELECT setconfig::text FROM pg_db_role_setting WHERE setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))')).toEqual([]);
    expect(await after.arrays(`SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'`)).toEqual([]);
  });
});
