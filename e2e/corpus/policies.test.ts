/** Policies for texts and numbers PostgreSQL cannot hold as they are: said on the command line, verified to the cell, undone exactly. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('policies');
afterAll(() => folder.remove());

const texts = ["'plain'", "'a\\b'", "CAST(x'6100625C' AS TEXT)", "CAST(x'63e966e9' AS TEXT)", "'é'", "CAST(x'80efbfbd' AS TEXT)"];
const columns = ['nul_escape', 'escaped', 'latin', 'windows', 'bytes', 'kept'];

function build(name: string): string {
  const path = join(folder.path, name);
  const db = new Database(path);
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns.map((name) => `${name} TEXT`).join(', ')}, whole INTEGER, price NUMERIC(10,2), clean TEXT)`);
  const insert = (values: string) => db.exec(`INSERT INTO t VALUES (${values})`);
  texts.forEach((text, at) => {
    const nulFree = at === 2 ? "'n'" : text;
    insert(`${at + 1}, ${at > 2 ? "'n'" : text}, ${text}, ${nulFree}, ${nulFree}, ${text}, 'k', ${at === 0 ? '9e999' : at}, ${at === 1 ? '-9e999' : '1.5'}, 'c'`);
  });
  db.close();
  return path;
}

describe.skipIf(!hasPostgres())('policies', () => {
  test('each crosses, compares equal and is brought back by the SQL the plan shows', async () => {
    const path = build('policies.db');
    await using it = await migrationOf(path, folder.path);
    const said = ['t.nul_escape:nul=escape', 't.escaped:nul=escape,invalid=escape', 't.latin:invalid=latin-1', 't.windows:invalid=windows-1252', 't.bytes:invalid=bytea', '*.*:infinity=numeric', '{"table":"t","column":"kept","nul":"escape","invalid":"latin-1"}'];
    const { exit, result, stderr } = await it.migrate(said.flatMap((each) => ['--override', each]));
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    const types = Object.fromEntries((result.tables[0]?.columns ?? []).map(({ source, type, cast }) => [source, cast === undefined ? type : `${type} ${cast}`]));
    expect(types).toEqual({
      id: 'bigint', nul_escape: 'text nul escaped', escaped: 'text bytes escaped', latin: 'text latin-1 decoded', windows: 'text windows-1252 decoded', bytes: 'bytea text as bytes', kept: 'text', whole: 'numeric', price: 'numeric', clean: 'text',
    });
    const back = await it.session.arrays(`SELECT encode(decode(replace(replace(nul_escape, '\\\\', '\\134'), '\\u0000', '\\000'), 'escape'), 'hex'), encode(decode(escaped, 'escape'), 'hex'),
      encode(convert_to(latin, 'LATIN1'), 'hex'), encode(convert_to(windows, 'WIN1252'), 'hex'), encode(bytes, 'hex'), whole::text, price::text FROM t ORDER BY id`);
    const db = new Database(path);
    const wanted = db.prepare(`SELECT ${columns.slice(0, 5).map((name) => `lower(hex(CAST(${name} AS BLOB)))`).join(', ')} FROM t ORDER BY id`).raw().all();
    db.close();
    expect(back.map((row) => row.slice(0, 5))).toEqual(wanted);
    expect([back[0]?.[5], back[1]?.[6]]).toEqual(['Infinity', '-Infinity']);
  });

  test('a rejected value keeps its row whole, and a decision that says nothing is refused', async () => {
    await using it = await migrationOf(build('rejected.db'), folder.path);
    const { exit, result } = await it.migrate(['--override', '*.*:nul=reject,invalid=reject,infinity=reject', '--max-rejects', 'all']);
    expect({ exit, rejects: result.rejects.rows }).toEqual({ exit: 1, rejects: 5 });
    expect((await it.run(['plan', 'x.db', '--target', 'embedded', '--override', 't.a:nonsense=1'])).code).toBe(2);
    expect((await it.run(['plan', 'x.db', '--target', 'embedded', '--override', 't.a:nul=maybe'])).code).toBe(2);
  });
});
