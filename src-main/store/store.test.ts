import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { getTableColumns, getTableName, is, Table } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { fingerprintSchema } from '../../shared/model/assessment.ts';
import type { Library } from '../../shared/model/conversation-mapping.ts';
import type { Job } from '../../shared/model/job.ts';
import { planOptionsSchema } from '../../shared/model/plan.ts';
import type { Plan } from '../../shared/model/plan.ts';
import type { Connection, Project } from '../../shared/model/project.ts';
import type { Difference, Run, Verification } from '../../shared/model/run.ts';
import { hasSmallDisk, smallDisk } from '../test-support/small-disk.ts';
import { tempFolder } from '../test-support/temp-folder.ts';
import { openStore } from './index.ts';
import { ForeignStoreError, migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import * as schema from './schema.ts';

const at = '2025-01-01T00:00:00.000Z';
const connection = (id: string, name: string): Connection => ({ id, name, kind: 'sqlite', location: '/tmp/a.db', environment: 'test', colour: 'green', readOnly: true, hasPassword: false, createdAt: at, lastUsedAt: null });
const project: Project = { id: 'p', name: 'Shop', sources: ['a.db'], troubles: [], leftOut: [], ticks: [], target: 'embedded', environment: 'production', state: 'draft', assessmentIds: [], planId: null, rehearsalRunId: null, runId: null, createdAt: at, updatedAt: at, history: [] };
const run = (id: string, createdAt = at): Run => ({
  id, projectId: 'p', planId: 'plan', planVersion: 1, state: 'planned', rehearsal: false, target: 'embedded', sources: ['a.db'], stagingSchema: 's', keptSchema: null, createdAt, updatedAt: createdAt,
  verifiedAt: null, jobId: null, maxRejects: 0, result: null, error: null, progress: [], next: [],
});
const verification = (id: string): Verification => ({ id, runId: 'r', createdAt: at, method: 'm', tables: [], objects: [], differences: 3, cut: false, equal: false, seconds: 1 });
const difference = (table: string, key: string): Difference => ({ database: 'a.db', table, target: `public.${table}`, kind: 'missing', key, cells: [] });
const library = (id: string, name: string): Library => ({ id, name, source: '/tmp/a.db', kind: 'sqlite', mapping: { adapter: 'generic' }, way: 'cached', search: 'missing', refreshedAt: null, createdAt: at });
const job = (id: string): Job => ({ id, kind: 'assess', title: 't', state: 'running', projectId: null, runId: null, phase: '', progress: null, rows: 0, rowsTotal: 0, bytes: 0, startedAt: at, endedAt: null, rowsPerSecond: null, remaining: null, error: null, resultId: null });

describe('the store', () => {
  it.skipIf(!hasSmallDisk()).each(['made', 'new'])('on a disk that became read-only says which folder may not be written (%s)', async (kind) => {
    using disk = smallDisk(1);
    if (kind === 'made') await (await openStore(disk.path)).close();
    disk.lock();
    await expect(openStore(disk.path)).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE', message: `The data folder may not be written: ${disk.path}.` });
  });

  it('keeps everything over a restart', async () => {
    using folder = tempFolder('store');
    const first = await openStore(folder.path);
    expect([first.isNew, first.notice]).toEqual([true, null]);
    await first.connections.put(connection('1', 'b'));
    await first.connections.put(connection('2', 'a'));
    await first.connections.put({ ...connection('1', 'b'), colour: 'red' });
    await expect(first.connections.put(connection('3', 'a'))).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    await first.projects.put(project);
    await first.runs.put(run('r'));
    await first.runs.put(run('later', '2025-02-01T00:00:00.000Z'));
    await first.runs.patch('r', { state: 'loading', maxRejects: 'all' });
    expect(await first.runs.patch('none', { state: 'loading' })).toBeNull();
    await first.runEvents.append('r', { at, event: 'loading', detail: '{}' });
    await first.saveVerification(verification('v'), [difference('t', 'id=1'), difference('u', 'id=2'), difference('t', 'id=3')]);
    await first.jobs.put(job('j'));
    await first.jobs.appendLog('j', { at, level: 'info', text: 'one' });
    await first.jobs.appendLog('j', { at, level: 'warning', text: 'two', code: 'log.load.table', params: { table: 'two' } });
    await first.libraries.put(library('l', 'Support'));
    await first.libraries.put(library('m', 'Archive'));
    await first.libraries.put({ ...library('l', 'Support'), search: 'ready' });
    await expect(first.libraries.put(library('n', 'Archive'))).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    await first.settings.set({ language: 'pt-BR' });
    for (let n = 1; n <= 5; n += 1) await first.audit.append({ at, who: 'me', call: `call/${n}`, detail: '', outcome: 'ok' });
    await first.close();
    await expect(first.runs.list()).rejects.toThrow('closed');

    await using store = await openStore(folder.path);
    expect([store.isNew, store.notice]).toEqual([false, null]);
    expect((await store.connections.list()).map((each) => [each.name, each.colour])).toEqual([['a', 'green'], ['b', 'red']]);
    expect((await store.connections.byName('b'))?.id).toBe('1');
    expect(await store.projects.get('p')).toEqual(project);
    expect((await store.runs.list()).map((each) => each.id)).toEqual(['later', 'r']);
    expect(await store.runs.get('r')).toEqual({ ...run('r'), state: 'loading', maxRejects: 'all' });
    expect(await store.runEvents.list('r')).toEqual([{ at, event: 'loading', detail: '{}' }]);
    expect((await store.verifications.ofRun('r'))?.id).toBe('v');
    const page = await store.differences.page('v', { limit: 2 });
    expect([page.rows.map((each) => each.key), page.next]).toEqual([['id=1', 'id=2'], '2']);
    expect((await store.differences.page('v', { limit: 2, after: '2' })).rows.map((each) => each.key)).toEqual(['id=3']);
    expect((await store.differences.page('v', { table: 't' })).rows).toHaveLength(2);
    expect((await store.differences.page('v', { database: 'another', table: 't' })).rows).toEqual([]);
    expect(await store.jobs.log('j')).toEqual([{ at, level: 'info', text: 'one' }, { at, level: 'warning', text: 'two', code: 'log.load.table', params: { table: 'two' } }]);
    expect(await store.jobs.list()).toEqual([job('j')]);
    expect(await store.libraries.list()).toEqual([library('m', 'Archive'), { ...library('l', 'Support'), search: 'ready' }]);
    await store.libraries.remove('m');
    expect(await store.libraries.get('m')).toBeNull();
    expect(await store.libraries.get('l')).toMatchObject({ name: 'Support', mapping: { adapter: 'generic' } });
    expect(await store.settings.all()).toMatchObject({ language: 'pt-BR', theme: 'system' });
    expect((await store.audit.page({ limit: 3 })).map((each) => [each.seq, each.call])).toEqual([[5, 'call/5'], [4, 'call/4'], [3, 'call/3']]);
    expect((await store.audit.page({ limit: 3, before: 3 })).map((each) => each.call)).toEqual(['call/2', 'call/1']);
    await store.saveVerification(verification('v'), [difference('t', 'id=9')]);
    expect((await store.differences.page('v')).rows).toHaveLength(1);
    if (process.platform !== 'win32') expect(statSync(store.path).mode & 0o777).toBe(0o600);
  });

  it('is written with WAL, FULL and foreign keys', async () => {
    using folder = tempFolder('store');
    await using store = await openStore(folder.path);
    const other = new Database(store.path, { readonly: true });
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal');
    other.close();
    await expect(store.differences.append('no such verification', [difference('t', 'k')])).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  });

  it('never changes a plan under its version', async () => {
    using folder = tempFolder('store');
    await using store = await openStore(folder.path);
    const plan = (version: number, target: string): Plan => ({
      format: 'travessia-plan/1', id: 'plan', version, createdAt: at, assessmentId: 'a', target, tables: [], views: [], objects: [], findings: [], options: planOptionsSchema.parse({}),
      sources: [{ source: 'a.db', database: 'a.db', fingerprint: fingerprintSchema.parse({ bytes: 1, mtimeMs: 1, changeCounter: 1, walBytes: 0, modifiedMs: 1, sha256: '' }) }],
    });
    await store.plans.put(plan(1, 'embedded'), 'first');
    await store.plans.put(plan(1, 'embedded'));
    await store.plans.put(plan(2, 'other'));
    await expect(store.plans.put(plan(1, 'changed'))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    expect([(await store.plans.get('plan'))?.target, (await store.plans.get('plan', 1))?.target, await store.plans.get('plan', 3), await store.plans.get('none')]).toEqual(['other', 'embedded', null, null]);
    expect(await store.plans.versions('plan')).toEqual([{ version: 2, createdAt: at, note: '' }, { version: 1, createdAt: at, note: 'first' }]);
  });

  it.each([
    ['random bytes', (path: string) => writeFileSync(path, Buffer.alloc(8192, 0x5a))],
    ['a damaged page', (path: string) => { const bytes = readFileSync(path); bytes.fill(0x5a, 4096, 12_288); writeFileSync(path, bytes); }],
    ['another program\'s database', (path: string) => { rmSync(path); const db = new Database(path); db.exec('CREATE TABLE runs (mine)'); db.close(); }],
  ])('sets %s aside, starts anew and says so', async (_name, damage) => {
    using folder = tempFolder('store');
    const store = await openStore(folder.path);
    await store.projects.put(project);
    await store.close();
    damage(store.path);
    const [one, two] = await Promise.all([openStore(folder.path), openStore(folder.path)]);
    expect([one.notice, two.notice].filter((notice) => notice !== null)).toHaveLength(1);
    expect(await one.projects.list()).toEqual([]);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('store-damaged-') && name.endsWith('.db'))).toHaveLength(1);
    await one.projects.put(project);
    expect(await two.projects.list()).toHaveLength(1);
    await Promise.all([one.close(), two.close()]);
  });

  it('notices that it was lost, and leaves the store of a newer program alone', async () => {
    using folder = tempFolder('store');
    const store = await openStore(folder.path);
    await store.close();
    rmSync(store.path);
    const second = await openStore(folder.path);
    expect(second.notice).toMatch(/missing/);
    await second.close();
    const db = new Database(store.path);
    db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?, ?)').run(99, 'future', 'x', at);
    db.close();
    await expect(openStore(folder.path)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(existsSync(store.path)).toBe(true);
  });

  it('names a document that cannot be read', async () => {
    using folder = tempFolder('store');
    await using store = await openStore(folder.path);
    const db = new Database(store.path);
    db.prepare('INSERT INTO projects VALUES (?, ?, ?, ?, ?)').run('bad', 'draft', at, at, '{"id":"bad"}');
    db.close();
    await expect(store.projects.get('bad')).rejects.toMatchObject({ code: 'STORE_DAMAGED', message: expect.stringContaining('bad') });
  });

  it('takes patches of two processes at once, and what was acknowledged survives kill -9', async () => {
    using folder = tempFolder('store');
    await using store = await openStore(folder.path);
    await store.runs.put(run('r'));
    const code = `const { openStore } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)}); const s = await openStore(process.argv[1]);
      for (let n = 0; ; n++) { await s.audit.append({ at: '', who: 'child', call: String(n), detail: '', outcome: 'ok' }); const r = await s.runs.get('r'); await s.runs.patch('r', { maxRejects: n }); console.log(n); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = -1;
    const enough = Promise.withResolvers<void>();
    child.stdout.on('data', (chunk: Buffer) => {
      said = Number(chunk.toString().trim().split('\n').at(-1));
      if (said >= 20) enough.resolve();
    });
    let mine = 0;
    const writing = (async () => { while (said < 20) { await store.runs.patch('r', { keptSchema: String((mine += 1)) }); } })();
    await enough.promise;
    child.kill('SIGKILL');
    await new Promise((done) => child.on('close', done));
    await writing;
    const saved = await store.runs.get('r');
    expect(saved?.keptSchema).toBe(String(mine));
    expect(Number(saved?.maxRejects)).toBeGreaterThanOrEqual(said);
    const rows = await store.audit.page({ limit: 500 });
    expect(rows.filter((each) => each.who === 'child').length).toBeGreaterThan(said);
  });

  it('does not keep a program alive', async () => {
    using folder = tempFolder('store');
    const code = `const { openStore } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)}); const s = await openStore(process.argv[1]); console.log((await s.projects.list()).length);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
    expect(await new Promise((done) => child.on('close', done))).toBe(0);
    expect(output.trim()).toBe('0');
  });
});

describe('migrations', () => {
  it('lead from an empty store, and from every earlier version, to the tables drizzle expects', () => {
    for (let from = 0; from <= migrations.length; from += 1) {
      const db = new Database(':memory:');
      migrate(db, migrations.slice(0, from));
      expect(migrate(db, migrations)).toEqual({ from, to: migrations.length });
      for (const table of Object.values(schema).filter((each) => is(each, Table))) {
        const expected = Object.values(getTableColumns(table)).map((column) => `${column.name} ${column.getSQLType().toUpperCase()} ${column.notNull}`);
        const found = db.prepare<unknown[], { name: string; type: string; required: number; pk: number }>('SELECT name, type, "notnull" AS required, pk FROM pragma_table_info(?)').all(getTableName(table)).map((column) => `${column.name} ${column.type} ${column.required === 1 || column.pk > 0}`);
        expect(found, getTableName(table)).toEqual(expected);
      }
      db.close();
    }
  });

  it('refuses a changed past and undoes one that fails', () => {
    const db = new Database(':memory:');
    const first = { version: 1, name: 'one', sql: 'CREATE TABLE one (a)' };
    migrate(db, [first]);
    expect(() => migrate(db, [{ ...first, sql: 'CREATE TABLE one (b)' }])).toThrow(ForeignStoreError);
    expect(() => migrate(db, [first, { version: 2, name: 'two', sql: 'CREATE TABLE two (a); CREATE TABLE two (a)' }])).toThrow(/already exists/);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE name = 'two'").get()).toBeUndefined();
    db.close();
  });
});
