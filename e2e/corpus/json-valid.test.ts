/** `json_valid(x)` is `x IS JSON` where the server knows that, and listed with the reason where it does not. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan } from '../../shared/model/plan.ts';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

const sql = `
CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT CHECK (json_valid(body)), more TEXT CHECK (more IS NULL OR json_valid(more)), j JSON CHECK (json_valid(j)), b TEXT CHECK (json_valid(b, 6) OR 1));
CREATE INDEX note_valid ON note (body) WHERE json_valid(more);
CREATE VIEW valid AS SELECT id, json_valid(body) AS ok, json_valid(more) AS more_ok, json_valid('{bad') AS bad FROM note;
INSERT INTO note VALUES (1, '{"a": [1, 2.50, "\\u0000 \\ud800"]}', '1', '{}', '[]'), (2, 'null', NULL, NULL, NULL), (3, ' "x" ', ' [ ]' || char(10), '[1]', '1'), (4, NULL, '"é😀"', 'true', '0');
PRAGMA ignore_check_constraints = ON; INSERT INTO note VALUES (5, '{"a":1,}', '''x''', '1', 'x'), (6, '', '01', '2', 'y');`;

const isOlder = async (session: PgSession): Promise<boolean> => Number((await session.one('SHOW server_version_num'))?.['server_version_num']) < 160_000;

describe.skipIf(!hasPostgres())('json_valid', () => {
  test('crosses in checks, views and conditions of indexes', async ({ skip }) => {
    using folder = tempFolder('json-valid');
    await using it = await migrationOf(buildSqlite(join(folder.path, 'notes.db'), sql), folder.path);
    skip(await isOlder(it.session), 'needs PostgreSQL 16');
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'verified' });
    expect(result.objects.filter(({ outcome }) => outcome === 'listed').map(({ name, reason }) => [name, reason])).toEqual([['note_check_4', expect.stringContaining('flags')]]);
    expect(await it.session.arrays('SELECT id::text, ok::text, more_ok::text, bad::text FROM valid ORDER BY id')).toEqual([['1', '1', '1', '0'], ['2', '1', null, '0'], ['3', '1', '1', '0'], ['4', null, '1', '0'], ['5', '0', '0', '0'], ['6', '0', '0', '0']].map((row) => row.map((cell) => (cell === null ? null : cell === '1' || cell === '0' ? expect.stringMatching(cell === '1' ? /^(1|true)$/ : /^(0|false)$/) : cell))));
    await expect(it.session.exec(`INSERT INTO note (id, body) VALUES (9, '{bad')`)).rejects.toMatchObject({ message: expect.stringContaining('note_check') });
  });

  test('is listed with the reason for a target that does not answer, and a plan for a newer server is refused by an older one', async ({ skip }) => {
    using folder = tempFolder('json-valid');
    const path = buildSqlite(join(folder.path, 'notes.db'), sql);
    await using it = await migrationOf(path, folder.path);
    skip(await isOlder(it.session), 'needs PostgreSQL 16');
    const planOf = async (target: string): Promise<Plan> => JSON.parse((await it.run(['plan', path, '--target', target])).stdout);
    const offline = await planOf('postgresql://somebody@127.0.0.1:1/none');
    expect(offline.targetVersion).toBeUndefined();
    expect(offline.objects.filter(({ outcome, reason }) => outcome === 'listed' && /PostgreSQL 16/.test(reason?.params?.['detail'] ?? '')).map(({ kind }) => kind).toSorted()).toEqual(['check', 'check', 'index', 'view']);
    // Nothing was made in order to be asked.
    const embedded = await planOf('embedded:never');
    expect(embedded.targetVersion).toBeGreaterThanOrEqual(16);
    expect(readdirSync(folder.path).filter((name) => /server/.test(name))).toEqual([]);
    writeFileSync(join(folder.path, 'plan.json'), JSON.stringify({ ...embedded, target: it.target, targetVersion: 99 }));
    expect(refusalOf(await it.run(['migrate', join(folder.path, 'plan.json'), '--format', 'json']))).toMatchObject({ code: 'PLAN_STALE', message: expect.stringContaining('PostgreSQL 99'), hint: expect.stringContaining('anew') });
  });
});
