import { spawn } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { corpusCopy, hasCorpus } from '../../test-support/corpus.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { openSqlite } from './open.ts';
import { snapshotSqlite } from './snapshot.ts';

function make(path: string, rows = 3): void {
  const db = new Database(path);
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)');
  db.transaction(() => { for (let i = 0; i < rows; i += 1) db.prepare('INSERT INTO t (v) VALUES (?)').run(`row ${i}`); })();
  db.close();
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

describe('opening a SQLite file', () => {
  it('reads but never writes in mode read', () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a.db');
    make(path);
    using opened = openSqlite(path, { mode: 'read' });
    expect(opened.db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3n);
    expect(() => opened.db.exec('DELETE FROM t')).toThrow(/readonly/);
    opened.db.pragma('query_only = OFF');
    expect(() => opened.db.exec('DELETE FROM t')).toThrow(/readonly/);
  });

  it.each(['with space.db', 'ha#sh.db', 'quest?ion.db', 'per%20cent.db', " quote'd.db", 'trailing.db ', 'file:x.db', ':memory:'])('opens a file named %j', (name) => {
    using folder = tempFolder();
    const plain = join(folder.path, 'plain.db');
    make(plain);
    copyFileSync(plain, join(folder.path, name));
    using opened = openSqlite(join(folder.path, name), { mode: 'read' });
    expect(opened.db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(3n);
  });

  it('names what is wrong with a file', () => {
    using folder = tempFolder();
    const at = (name: string): string => join(folder.path, name);
    writeFileSync(at('text.db'), 'just some text\n'.repeat(20));
    writeFileSync(at('short.db'), 'x');
    writeFileSync(at('random.db'), Buffer.from(Array.from({ length: 8192 }, (_, i) => (i * 7919 + 13) % 256)));
    make(at('good.db'), 2000);
    const bytes = readFileSync(at('good.db'));
    writeFileSync(at('damaged.db'), Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(3996, 0x5a), bytes.subarray(4096)]));
    mkdirSync(at('folder.db'));
    expect(codeOf(() => openSqlite(at('none.db'), { mode: 'read' }))).toBe('FILE_NOT_FOUND');
    expect(codeOf(() => openSqlite(at('none.db'), { mode: 'write' }))).toBe('FILE_NOT_FOUND');
    for (const name of ['text.db', 'short.db', 'random.db', 'folder.db']) expect(codeOf(() => openSqlite(at(name), { mode: 'read' }))).toBe('NOT_A_DATABASE');
    expect(codeOf(() => openSqlite(at('damaged.db'), { mode: 'read' }))).toBe('DATABASE_CORRUPT');
  });

  it('leaves no files beside a WAL database, and the database as it was', () => {
    using folder = tempFolder();
    const path = join(folder.path, 'wal.db');
    make(path);
    const writer = new Database(path);
    writer.pragma('journal_mode = WAL');
    writer.close();
    const before = statSync(path, { bigint: true }).mtimeNs;
    openSqlite(path, { mode: 'read' }).close();
    expect(readdirSync(folder.path)).toEqual(['wal.db']);
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
    const program = new Database(path);
    program.exec("INSERT INTO t (v) VALUES ('in the WAL')");
    const reader = openSqlite(path, { mode: 'read' });
    expect(reader.db.prepare('SELECT count(*) FROM t').pluck().get()).toBe(4n);
    reader.close();
    expect(readdirSync(folder.path)).toEqual(['wal.db', 'wal.db-shm', 'wal.db-wal']);
    program.exec("INSERT INTO t (v) VALUES ('and on')");
    program.close();
  });

  it('reads a log that nobody has open in a copy, and leaves its folder as it was to the last byte', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'left', 'wal.db');
    mkdirSync(join(folder.path, 'left'));
    make(path);
    const writer = new Database(path);
    writer.pragma('journal_mode = WAL');
    writer.exec("INSERT INTO t (v) VALUES ('in the log')");
    // As a backup tool or a crash leaves them: the file and its log, and no shared memory.
    for (const part of ['', '-wal']) copyFileSync(path + part, join(folder.path, `copy.db${part}`));
    writer.close();
    for (const part of ['', '-wal']) copyFileSync(join(folder.path, `copy.db${part}`), path + part);
    const state = () => readdirSync(join(folder.path, 'left')).map((name) => `${name} ${readFileSync(join(folder.path, 'left', name)).toString('hex')}`);
    const before = state();
    expect(before).toHaveLength(2);
    using opened = openSqlite(path, { mode: 'read', workFolder: join(folder.path, 'run') });
    expect([opened.copied, opened.db.prepare('SELECT count(*) FROM t').pluck().get()]).toEqual([true, 4n]);
    expect(state()).toEqual(before);
    opened.close();
    await snapshotSqlite(path, join(folder.path, 'snapshot'));
    expect(state()).toEqual(before);
    const later = new Database(path);
    later.exec("INSERT INTO t (v) VALUES ('later')");
    const reader = openSqlite(path, { mode: 'read' });
    expect([reader.copied, reader.db.prepare('SELECT count(*) FROM t').pluck().get()]).toEqual([false, 5n]);
    reader.close();
    later.close();
  });

  it('says DATABASE_BUSY while another connection holds the file exclusively', () => {
    using folder = tempFolder();
    const path = join(folder.path, 'a.db');
    make(path);
    const other = new Database(path);
    other.exec('BEGIN EXCLUSIVE');
    expect(codeOf(() => openSqlite(path, { mode: 'read', busyTimeout: 0 }))).toBe('DATABASE_BUSY');
    other.close();
  });

  it('rolls a hot journal back in a copy and leaves the original as it was', () => {
    using folder = tempFolder();
    const path = join(folder.path, 'live.db');
    make(path, 5);
    const writer = new Database(path);
    // A tiny cache spills changed pages into the main file before COMMIT: after a crash the journal is hot.
    writer.pragma('cache_size = 1');
    writer.pragma('cache_spill = 1');
    writer.exec("BEGIN; UPDATE t SET v = 'changed'");
    for (let i = 0; i < 5000; i += 1) writer.prepare('INSERT INTO t (v) VALUES (?)').run('x'.repeat(200));
    const crashed = join(folder.path, 'crashed.db');
    copyFileSync(path, crashed);
    copyFileSync(`${path}-journal`, `${crashed}-journal`);
    writer.close();
    const before = readFileSync(crashed);
    using opened = openSqlite(crashed, { mode: 'read', workFolder: join(folder.path, 'run') });
    expect(opened.copied).toBe(true);
    expect(opened.db.prepare("SELECT count(*), sum(v = 'changed') FROM t").raw().get()).toEqual([5n, 0n]);
    expect(readFileSync(crashed).equals(before)).toBe(true);
    opened.close();
    expect(readdirSync(join(folder.path, 'run'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32' || !hasCorpus())('reads a WAL file in a folder that may not be written', async () => {
    using folder = tempFolder();
    const inner = join(folder.path, 'inner');
    corpusCopy('sqlite/wal-traps/fc.db', inner);
    chmodSync(folder.path, 0o755);
    chmodSync(inner, 0o555);
    const count = await countAsNobody(join(inner, 'fc.db'));
    chmodSync(inner, 0o755);
    expect(readdirSync(inner).toSorted()).toEqual(['fc.db', 'fc.db-wal']);
    expect(count).toBe('true 1900');
  });
});

/** Permissions do not bind root, so the child gives root up where the tests run as root. */
async function countAsNobody(path: string): Promise<string> {
  const script = `
    if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534); }
    const o = openSqlite(process.argv[1], { mode: 'read' });
    const tables = o.db.prepare("SELECT name FROM sqlite_schema WHERE type='table'").pluck().all();
    console.log(o.copied, tables.map((t) => Number(o.db.prepare('SELECT count(*) FROM "' + t + '"').pluck().get())).reduce((a, b) => a + b));
    o.close();`;
  const code = `const { openSqlite } = await import(${JSON.stringify(new URL('./open.ts', import.meta.url).href)}); (await import('better-sqlite3')).default(':memory:').close();${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, path], { stdio: ['ignore', 'pipe', 'pipe'], cwd: import.meta.dirname });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return await new Promise((done) => child.on('close', () => done(output.trim())));
}
