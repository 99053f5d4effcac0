/** Keys that PostgreSQL's b-tree cannot hold: known before the load, said with a choice, and never an error after it. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../shared/model/plan.ts';
import type { RunResult } from '../../shared/model/run.ts';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('long-keys');
afterAll(() => folder.remove());

const schema = `
CREATE TABLE k (code TEXT PRIMARY KEY, mail TEXT COLLATE NOCASE UNIQUE, raw BLOB UNIQUE);
CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES k (code), body TEXT, kind INTEGER, packed TEXT UNIQUE, near TEXT, UNIQUE (kind, body));
CREATE INDEX c_body ON c (body); CREATE UNIQUE INDEX c_raw ON c (near); CREATE INDEX c_both ON c (kind DESC, body);`;

/** Printable, and as hard to compress as anything of that length. */
const noise = (length: number): string => randomBytes(length).toString('latin1').replaceAll(/[\0-\x1f\x7f-\x9f]/g, 'x').slice(0, length);

function build(name: string): { path: string; long: string } {
  const key = noise(3000);
  const path = buildSqlite(join(folder.path, name), schema, (db) => {
    db.prepare('INSERT INTO k VALUES (?, ?, ?), (?, ?, ?)').run(key, `A${key}`, randomBytes(3000), 'short', 'B', Buffer.from('s'));
    // Nine thousand bytes that compress, and two thousand that need not.
    db.prepare('INSERT INTO c VALUES (1, ?, ?, 1, ?, ?), (2, ?, ?, 2, ?, ?)').run(key, key, 'abc'.repeat(3000), noise(1600), 'short', 'b', 'p', 'n');
  });
  return { path, long: key };
}

const outcomes = ({ objects }: Pick<RunResult, 'objects'>) => objects.filter(({ kind }) => ['primary key', 'unique', 'index', 'foreign key'].includes(kind)).map(({ kind, name, outcome }) => `${outcome} ${kind} ${name}`);

describe.skipIf(!hasPostgres())('keys too long for a b-tree', () => {
  test('cross by a hash, with their meaning, and the plan says so with the choices', async () => {
    const { path, long } = build('hashed.db');
    await using it = await migrationOf(path, folder.path);
    const plan: Plan = JSON.parse((await it.run(['plan', path, '--target', 'embedded'])).stdout);
    expect(plan.findings.filter(({ code }) => code === 'plan.finding.long-key-hash').map(({ object, params }) => [object, Number(params?.['bytes']) > 2704, params?.['column']])).toEqual([
      ['k_pkey', true, 'k.code'], ['k_mail_key', true, 'k.mail'], ['k_raw_key', true, 'k.raw'], ['c_kind_body_key', true, 'c.body'], ['c_body', true, 'c.body'], ['c_both', true, 'c.body'],
    ]);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(outcomes(result)).toEqual(plan.objects.filter(({ kind }) => ['primary key', 'unique', 'index', 'foreign key'].includes(kind)).map(({ kind, name, outcome }) => `${outcome} ${kind} ${name}`));
    expect(outcomes(result).filter((each) => each.startsWith('listed'))).toEqual(['listed foreign key c_code_fkey']);
    const { session } = it;
    const insert = (sql: string, value: string) => session.query(sql, [value]);
    await expect(insert('INSERT INTO k VALUES ($1)', long)).rejects.toMatchObject({ message: expect.stringContaining('k_pkey') });
    await expect(insert(`INSERT INTO k (code, mail) VALUES ('other', $1)`, `a${long}`)).rejects.toMatchObject({ message: expect.stringContaining('k_mail_key') });
    await expect(insert('INSERT INTO c (id, kind, body) VALUES (9, 1, $1)', long)).rejects.toMatchObject({ message: expect.stringContaining('c_kind_body_key') });
    await session.exec('SET enable_seqscan = off');
    const { rows } = await session.query('EXPLAIN (COSTS OFF) SELECT * FROM c WHERE body = $1', ['x']);
    expect(JSON.stringify(rows)).toMatch(/c_body/);
    expect((await it.run(['verify', result.runId])).stdout).not.toMatch(/not there|differs/);
    it.expectEveryCell(result);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
  });

  test('are left out, or tried as they are, where that is chosen', async () => {
    const { path } = build('chosen.db');
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate(['--override', '*.*:keys=omit', '--override', 'c.body:keys=plain']);
    expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'verified' });
    const reasons = Object.fromEntries(result.objects.filter(({ outcome }) => outcome === 'listed').map(({ name, reason }) => [name, reason]));
    expect(reasons).toMatchObject({ k_pkey: expect.stringContaining('left out by decision'), c_body: expect.stringContaining('keys=hash'), c_both: expect.stringContaining('keys=hash') });
  });
});
