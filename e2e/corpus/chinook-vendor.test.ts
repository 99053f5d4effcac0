/** The vendor publishes the same data for SQLite and for PostgreSQL: what crosses must equal what they load themselves. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { corpusCopy, corpusPath, freshDatabase, hasCorpus, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

/** The vendor's names are ours in snake case. */
function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}

function vendorSql(): string {
  const text = readFileSync(corpusPath('sqlite/chinook/vendor-postgresql.sql'), 'utf8');
  return text.replaceAll(/^(DROP DATABASE|CREATE DATABASE|\\c) .*$/gm, '');
}

test.skipIf(!hasCorpus() || !hasPostgres())('chinook equals the vendor\'s own PostgreSQL version, but for the trailing space in the SQLite file', async () => {
  using folder = tempFolder('chinook');
  const source = corpusCopy('sqlite/chinook/chinook.sqlite', folder.path);
  await using database = await freshDatabase();
  const target = splitUrl(database.url);
  const ended = await command(['migrate', source, '--target', target.url, '--format', 'json'], { home: folder.path, password: target.password });
  expect(ended.code, ended.stderr).toBe(0);
  const result = resultOf(ended);
  expect(result.tables).toHaveLength(11);

  await using session = await database.connect();
  await session.exec('CREATE SCHEMA vendor; SET search_path = vendor');
  await session.exec(vendorSql());
  const different: string[] = [];
  let cells = 0;
  for (const table of result.tables) {
    const name = table.source.table;
    const keys = (await session.query(
      `SELECT a.attname AS name FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) WHERE i.indisprimary AND i.indrelid = $1::regclass`,
      [`public."${name}"`],
    )).rows.map((row) => row['name'] ?? '');
    expect(keys.length, `${name} has a primary key`).toBeGreaterThan(0);
    const join = keys.map((key) => `o."${key}" = v.${snake(key)}`).join(' AND ');
    const from = `public."${name}" o FULL JOIN vendor.${snake(name)} v ON ${join}`;
    const unmatched = await session.one(`SELECT count(*)::text AS n FROM ${from} WHERE o."${keys[0]}" IS NULL OR v.${snake(keys[0] ?? '')} IS NULL`);
    expect(unmatched?.['n'], `rows of ${name} on one side only`).toBe('0');
    for (const { target: column } of table.columns) {
      const { rows } = await session.query(`SELECT o."${column}"::text AS ours, v.${snake(column)}::text AS theirs FROM ${from} WHERE o."${column}"::text IS DISTINCT FROM v.${snake(column)}::text`);
      different.push(...rows.map((row) => `${name}.${column}: ${JSON.stringify(row['ours'])} ${JSON.stringify(row['theirs'])}`));
      cells += table.rows.loaded;
    }
  }
  expect(cells).toBeGreaterThan(66_000);
  expect(different.toSorted()).toEqual([
    'Customer.City: "Edinburgh " "Edinburgh"',
    ...Array.from({ length: 7 }, () => 'Invoice.BillingCity: "Edinburgh " "Edinburgh"'),
  ]);
});
