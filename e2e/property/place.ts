import { afterAll, beforeAll } from 'vitest';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../src-main/test-support/index.ts';

/** Where the tests of one file cross: a folder and a database of their own, made before them and gone after them. */
export interface Place {
  readonly folder: string;
  readonly database: TestDatabase;
  readonly session: PgSession;
}

export function placeOfTests(name: string): () => Place {
  const folder = tempFolder(name);
  let place: Place | undefined;
  beforeAll(async () => {
    if (!hasPostgres()) return;
    const database = await freshDatabase();
    place = { folder: folder.path, database, session: await database.connect() };
  });
  afterAll(async () => {
    await place?.session.close();
    await place?.database.close();
    folder.remove();
  });
  return () => {
    if (place === undefined) throw new Error('asked for before the tests begin, or without PostgreSQL');
    return place;
  };
}
