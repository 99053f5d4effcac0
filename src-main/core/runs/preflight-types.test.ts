import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { hasEmbeddedPostgres } from '../../drivers/embedded-postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { assertTypesKnown } from './preflight-types.ts';

describe.skipIf(!hasPostgres())('chosen types that a server lacks', () => {
  test('are refused before the load, with what can be chosen instead', async () => {
    using folder = tempFolder('types');
    const source = join(folder.path, 'odd.db');
    const db = new Database(source);
    db.exec(`CREATE TABLE odd (id INTEGER PRIMARY KEY, price NUMERIC, mail TEXT); INSERT INTO odd VALUES (1, 9e999, 'A@b'), (2, 1.5, 'c')`);
    db.close();
    await using database = await freshDatabase();
    await using session = await database.connect();
    const core = await createCore({ home: join(folder.path, 'home') });
    try {
      const { handlers, jobs } = core;
      const assessmentId = (await jobs.wait((await handlers['assess/start']({ source })).jobId)).resultId ?? '';
      const planned = (more: object) => handlers['plans/create']({ assessmentIds: [assessmentId], target: database.url, options: { overrides: [{ table: 'odd', column: 'price', infinity: 'numeric' }, { table: 'odd', column: 'mail', ...more }] } });
      const outcome = async (plan: Awaited<ReturnType<typeof planned>>) => {
        const job = await jobs.wait((await handlers['runs/migrate']({ planId: plan.id })).jobId);
        return job.error === null ? job.state : `${job.error.code}: ${job.error.message}`;
      };
      const plain = await planned({});
      // No server below 14 stands here: its number is given, the rest is the server's own answer.
      await expect(assertTypesKnown(session, plain, 130014, (_, { source: name }) => name === 'price', false)).rejects.toMatchObject({ code: 'UNSUPPORTED_TARGET', message: expect.stringMatching(/odd\.price.*14 or later.*13/), hint: expect.stringContaining('odd.price:infinity=text') });
      await assertTypesKnown(session, plain, 140000, () => true, false);
      await assertTypesKnown(session, plain, 130014, () => false, false);

      const folded = await planned({ type: 'citext' });
      expect(await outcome(folded)).toMatch(/^UNSUPPORTED_TARGET: odd\.mail: the database has no type citext; its extension is not installed/);
      expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
      // A rehearsal's own server gets what the target is to have.
      if (hasEmbeddedPostgres()) expect((await jobs.wait((await handlers['runs/rehearse']({ planId: folded.id })).jobId)).error).toBeNull();
      await session.exec('CREATE SCHEMA extensions; CREATE EXTENSION citext SCHEMA extensions');
      expect(await outcome(folded)).toContain('stands in schema extensions');
      expect(await outcome(await planned({ type: 'extensions.citext' }))).toBe('done');
      expect(await session.one(`SELECT mail OPERATOR(extensions.=) 'a@B'::extensions.citext AS same, price::text FROM odd WHERE id = 1`)).toEqual({ same: 't', price: 'Infinity' });
    } finally {
      await core.close();
    }
  });
});
