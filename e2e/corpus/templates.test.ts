/** Each template from its program's stores to verified tables, by one command. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { templateStores } from '../support/template-stores.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

describe.skipIf(!hasPostgres())('one command', () => {
  test.each(templateStores)('$name', async ({ name, make, tables }) => {
    using folder = tempFolder('templates');
    await using database = await freshDatabase();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const ended = await command(['migrate', ...(await make(folder.path)), '--target', target.url, '--template', name, '--format', 'json'], { home, password: target.password });
    const result = resultOf(ended);
    expect([ended.code, result.status, result.swapped, result.rejects.rows]).toEqual([0, 'verified', true, 0]);
    expect(result.tables.map(({ target: { schema, table } }) => `${schema}.${table}`)).toEqual(expect.arrayContaining([...tables]));
  });
});
