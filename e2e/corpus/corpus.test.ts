/** Every outside database crosses as its outcome file says, and an outside judge agrees on every cell. */
import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { corpusCopy, corpusPath, freshDatabase, hasCorpus, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { describeSchema } from './catalog.ts';
import { command, refusalOf, resultOf, splitUrl, type Ended } from './command-line.ts';
import { everyCell, hasEveryCell } from './every-cell.ts';
import { expectForetold, foretold } from './expected.ts';
import { differences, outcomes } from './outcome.ts';

const folder = tempFolder('corpus');
afterAll(() => folder.remove());
const canRun = hasCorpus() && hasPostgres();
const judge = hasEveryCell();
const all = outcomes().map((outcome) => [outcome.file, outcome] as const);

/** Every table of the file, virtual and shadow tables included. */
function tablesOf(path: string): string[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'").pluck().all().map(String);
  } finally {
    db.close();
  }
}

describe.skipIf(!canRun)('outside databases', () => {
  test.each(all)('%s crosses as its outcome file says', async (file, outcome) => {
    const place = join(folder.path, file.replaceAll(/\W/g, '-'));
    const source = corpusCopy(`sqlite/${file}`, place);
    const seen = corpusCopy(`sqlite/${file}`, join(place, 'seen'));
    await using database = await freshDatabase();
    const target = splitUrl(database.url);
    const run = (words: readonly string[]): Promise<Ended> => command(words, { home: place, password: target.password });
    const said = await foretold(run, source, target.url);
    const ended = await run(['migrate', source, '--target', target.url, '--format', 'json']);
    const result = resultOf(ended);
    expectForetold(said, result);
    expect({ exit: ended.code, status: result.status }, ended.stderr).toEqual({ exit: outcome.exit, status: outcome.status });

    await using session = await database.connect();
    expect(differences(outcome, await describeSchema(session, 'public'), result)).toEqual([]);

    const triggers = result.objects.filter((object) => object.kind === 'trigger' && object.outcome !== 'listed').map((object) => object.name);
    expect(triggers.toSorted()).toEqual(outcome.triggers ?? []);
    const listed = result.objects.filter((object) => object.outcome === 'listed');
    expect(listed.map((object) => `${object.kind} ${object.name}`).toSorted()).toEqual(outcome.listed);
    expect(listed.filter((object) => (object.reason ?? '').length < 10)).toEqual([]);

    const told = result.objects.filter((object) => object.kind === 'virtual table' && (object.reason ?? '').length >= 10);
    const named = new Set([...result.tables.map((table) => table.source.table), ...[...listed, ...told].map((object) => object.name)]);
    expect(tablesOf(seen).filter((table) => !named.has(table)), 'tables that disappeared').toEqual([]);
    for (const table of result.tables) {
      expect({ table: table.source.table, database: table.source.database, verified: table.verified, rejected: table.rows.rejected })
        .toEqual({ table: table.source.table, database: basename(file), verified: true, rejected: 0 });
      expect(table.rows.source).toBe(table.rows.loaded + table.rows.rejected);
    }
    // Nothing of the run stands beside the tables but its journal.
    const schemas = await session.query(`SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') ORDER BY 1`);
    expect(schemas.rows.map((row) => row['name'])).toEqual(['travessia']);
    if (judge) expect(everyCell(seen, database.direct, result, place)).toMatchObject({ code: 0 });
  });

  test.skipIf(judge)('the outside judge (every-cell.py, python3, psql) is absent: its comparison is skipped', () => undefined);

  test('a -wal left behind is named as what it is: without it the file holds nothing', async () => {
    const place = join(folder.path, 'wal-lost');
    const home = tempFolder('wal-home');
    const source = corpusCopy('sqlite/apps/kuma.db', place).replace('kuma.db', 'fc.db');
    copyFileSync(corpusPath('sqlite/wal-traps/fc.db'), source);
    await using database = await freshDatabase();
    const target = splitUrl(database.url);
    const ended = await command(['migrate', source, '--target', target.url, '--format', 'json'], { home: home.path, password: target.password });
    expect({ exit: ended.code, code: refusalOf(ended).code }).toEqual({ exit: 2, code: 'DATABASE_EMPTY' });
    expect(refusalOf(ended).hint ?? '').toMatch(/wal/i);
    home.remove();
  });
});

test.skipIf(!canRun)('a target where everything is text fails', async () => {
  const chinook = all.find(([file]) => file.startsWith('chinook/'))?.[1];
  if (chinook === undefined) throw new Error('no outcome file for chinook');
  await using database = await freshDatabase();
  await using session = await database.connect();
  for (const [name, table] of Object.entries(chinook.tables)) {
    await session.exec(`CREATE TABLE "${name}" (${Object.keys(table.columns).map((column) => `"${column}" text`).join(', ')})`);
  }
  const found = differences(chinook, await describeSchema(session, 'public'), { tables: [] });
  for (const part of ['Album.columns', 'Album.primaryKey', 'Album.notNull', 'Album.indexes', 'Album.foreignKeys', 'Album.identity', 'Album.rows']) {
    expect(found.some((problem) => problem.startsWith(`${part}: `)), part).toBe(true);
  }
});
