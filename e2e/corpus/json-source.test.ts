/** From a browser's or a program's JSON into PostgreSQL, by the command line, compared with the JSON itself. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Assessment } from '../../shared/model/assessment.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

/** An offline-first program's localStorage: users, issues, sync_queue, and keys of its own. */
function browserStorage(count: number): Record<string, string> {
  const users = Array.from({ length: 40 }, (_, index) => ({ id: `u-${index}`, name: `Usuário ${index} 😀`, email: index % 7 === 0 ? null : `u${index}@example.org`, createdAt: '2025-01-02T03:04:05.678Z', deviceId: 'd1' }));
  const issues = Array.from({ length: count }, (_, index) => ({
    id: `i-${index}`, title: `Título ${index}`, description: index % 3 === 0 ? `linha 1\nlinha 2 "aspas" \\ ${index}` : '', status: index % 2 === 0 ? 'pending' : 'done', userId: `u-${index % 40}`,
    version: index, locallyModified: index % 5 === 0, deletedAt: null, estimate: index / 4, tags: ['a', { deep: [index, null, 'x'] }],
  }));
  return { users: JSON.stringify(users), issues: JSON.stringify(issues, null, 1), sync_queue: '[]', migrated_to_pglite: 'true', 'last-sync': '2025-06-01T00:00:00.000Z', session: '{"token":"t","n":12345678901234567890}' };
}

describe.skipIf(!hasPostgres())('a localStorage export', () => {
  test('crosses by one command; every value equals the JSON', async () => {
    using folder = tempFolder('json-source');
    await using database = await freshDatabase();
    const { url, password } = splitUrl(database.url);
    const storage = browserStorage(3000);
    const path = join(folder.path, 'export.json');
    writeFileSync(path, JSON.stringify(storage));
    const options = { home: folder.path, password };
    const ended = await command(['migrate', path, '--target', url, '--format', 'json'], options);
    const result = resultOf(ended);
    expect({ code: ended.code, status: result.status, moved: result.sourceMoved }).toEqual({ code: 0, status: 'verified', moved: false });
    expect(Object.fromEntries(result.tables.flatMap((table) => table.columns.map((column) => [`${table.source.table}.${column.source}`, column.type])))).toMatchObject({
      'users.id': 'text', 'users.email': 'text', 'issues.version': 'bigint', 'issues.locallyModified': 'boolean', 'issues.estimate': 'double precision', 'issues.tags': 'json', 'issues.deletedAt': 'text', 'key_value.value': 'text',
    });
    await using session = await database.connect();
    const rows = async (table: string, order: string) => (await session.query(`SELECT to_json(t)::text AS row FROM public.${table} t ORDER BY ${order}`)).rows.map((row): unknown => JSON.parse(row['row'] ?? ''));
    expect(await rows('users', `substr(id, 3)::int`)).toEqual(JSON.parse(storage['users'] ?? ''));
    expect(await rows('issues', 'version')).toEqual(JSON.parse(storage['issues'] ?? ''));
    const others = Object.entries(storage).filter(([key]) => key !== 'users' && key !== 'issues').map(([key, value]) => ({ key, value }));
    expect(await rows('key_value', 'ctid')).toEqual(others);
    const keys = await session.query(`SELECT conrelid::regclass::text AS t, pg_get_constraintdef(oid) AS def FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace ORDER BY 1`);
    expect(keys.rows).toEqual([{ t: 'issues', def: 'PRIMARY KEY (id)' }, { t: 'key_value', def: 'PRIMARY KEY (key)' }, { t: 'users', def: 'PRIMARY KEY (id)' }]);
    const again = await command(['verify', result.runId, '--format', 'json'], options);
    expect(again.code).toBe(0);
    expect((await command(['rollback', result.runId], options)).code).toBe(0);
  });

  test('is planned, and run from the plan after the export changed: the run takes a copy of its own', async () => {
    using folder = tempFolder('json-source');
    await using database = await freshDatabase();
    const { url, password } = splitUrl(database.url);
    const path = join(folder.path, 'items.ndjson');
    const plan = join(folder.path, 'plan.json');
    const options = { home: folder.path, password };
    const line = (id: number) => JSON.stringify({ id, name: `item ${id}`, price: id + 0.25 });
    writeFileSync(path, [1, 2].map(line).join('\n'));
    expect((await command(['plan', `json:${path}`, '--target', url, '--out', plan], options)).code).toBe(0);
    writeFileSync(path, [1, 2, 3].map(line).join('\n'));
    const result = resultOf(await command(['migrate', plan, '--format', 'json'], options));
    expect(result).toMatchObject({ status: 'verified', tables: [{ source: { database: 'items.ndjson', table: 'items' }, rows: { source: 3, loaded: 3, rejected: 0 } }] });
    expect(JSON.parse(readFileSync(plan, 'utf8'))).toMatchObject({ sources: [{ source: `json:${path}`, database: 'items.ndjson' }] });
    writeFileSync(path, [4].map((id) => JSON.stringify({ id, other: 1 })).join('\n'));
    expect(refusalOf(await command(['migrate', plan, '--format', 'json'], options))).toMatchObject({ code: 'PLAN_STALE' });
  });

  test('is assessed; a file that is cut off, empty or too deep is refused with its place', async () => {
    using folder = tempFolder('json-source');
    const options = { home: folder.path };
    const path = join(folder.path, 'store.json');
    writeFileSync(path, '{"items":{"a":{"n":1,"x":null},"b":{"n":2}}}');
    const assessed = await command(['assess', path, '--format', 'json'], options);
    const assessment: Assessment = JSON.parse(assessed.stdout);
    expect(assessment).toMatchObject({ source: `json:${path}`, database: 'store.json', rows: '2', file: { journalMode: 'none' }, tables: [{ name: 'items', key: ['id'] }] });
    expect(assessment.tables[0]?.findings.map((finding) => finding.code)).toContain('source.json.null-and-absent');
    expect((await command(['assess', path], options)).stdout).toContain('1 object lacks this property and 1 holds null in it');
    writeFileSync(path, '{"items":[{"a":1},');
    expect(refusalOf(await command(['assess', path, '--format', 'json'], options))).toMatchObject({ code: 'DATABASE_CORRUPT' });
    writeFileSync(path, '');
    expect(refusalOf(await command(['assess', path, '--format', 'json'], options))).toMatchObject({ code: 'DATABASE_EMPTY' });
    expect(refusalOf(await command(['assess', `json:${join(folder.path, 'none.json')}`, '--format', 'json'], options))).toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
