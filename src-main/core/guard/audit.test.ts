import { spawn } from 'node:child_process';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withProcessLock } from '../../drivers/sqlite/process-lock.ts';
import { createFileSecrets } from '../../platform/secrets.file.ts';
import { openStore } from '../../store/index.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import type { TempFolder } from '../../test-support/temp-folder.ts';
import { createAuditLog } from './audit-log.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

const at = '2026-01-01T00:00:00.000Z';
const entry = (call: string) => ({ at, who: 'ana (web)', call, detail: `{"n":"${call}"}`, outcome: 'ok' });

async function open(home: string) {
  const store = await openStore(home);
  const secrets = createFileSecrets(home, {});
  const log = createAuditLog({ store, secrets, alone: (work) => withProcessLock(join(home, 'guard.lock'), work), now: () => Date.parse(at) });
  return { store, secrets, log, async close() { await log.close(); await store.close(); } };
}

/** What somebody does who has the file and goes round the program. */
function tamper(home: string, sql: string): void {
  const db = new Database(join(home, 'store.db'));
  db.exec(`DROP TRIGGER IF EXISTS audit_never_changes; DROP TRIGGER IF EXISTS audit_never_shrinks; ${sql}`);
  db.close();
}

describe('the audit\'s chain', () => {
  let made: TempFolder;
  let folder: TempFolder;
  let home: string;
  beforeAll(async () => {
    made = tempFolder('audit-made');
    const { log, close } = await open(made.path);
    for (let n = 1; n <= 8; n += 1) await log.append(entry(`call/${n}`));
    await close();
  });
  beforeEach(() => {
    folder = tempFolder('audit');
    home = folder.path;
    cpSync(made.path, home, { recursive: true });
  });
  afterEach(() => folder[Symbol.dispose]());
  afterAll(() => made[Symbol.dispose]());

  async function check() {
    const { log, close } = await open(home);
    const found = await log.check();
    await close();
    return found;
  }
  const problems = async () => (await check()).problems;

  it('is whole as it was written, over restarts', async () => {
    expect(await check()).toEqual({ intact: true, lines: 8, unchained: 0, problems: [], checkedAt: at });
    const { log, close } = await open(home);
    await log.append(entry('call/9'));
    await close();
    expect(await check()).toMatchObject({ intact: true, lines: 9 });
  });

  it('refuses UPDATE and DELETE', () => {
    const db = new Database(join(home, 'store.db'));
    expect(() => db.exec("UPDATE audit SET who = 'nobody'")).toThrow('append-only');
    expect(() => db.exec('DELETE FROM audit')).toThrow('append-only');
    expect(() => db.exec("INSERT OR REPLACE INTO audit (seq, at, who, call, detail, outcome) VALUES (3, '', '', '', '', '')")).toThrow();
    db.close();
  });

  it.each([
    ['a changed detail', "UPDATE audit SET detail = '{}' WHERE seq = 4", [{ kind: 'changed', seq: 4 }]],
    ['a changed time of the first', "UPDATE audit SET at = '2020' WHERE seq = 1", [{ kind: 'changed', seq: 1 }]],
    ['a changed last line', "UPDATE audit SET outcome = 'CANCELLED' WHERE seq = 8", [{ kind: 'changed', seq: 8 }]],
    ['two changed', "UPDATE audit SET who = 'bia (web)' WHERE seq IN (3, 6)", [{ kind: 'changed', seq: 3 }]],
    ['a line taken out', 'DELETE FROM audit WHERE seq = 5', [{ kind: 'missing', seq: 5 }]],
    ['a line taken out and the rest moved up', 'DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5', [{ kind: 'changed', seq: 5 }, { kind: 'truncated', seq: 8 }]],
    ['the newest cut off', 'DELETE FROM audit WHERE seq > 6', [{ kind: 'truncated', seq: 7 }]],
    ['the newest cut off and the counter put back', "DELETE FROM audit WHERE seq > 6; UPDATE sqlite_sequence SET seq = 6 WHERE name = 'audit'", [{ kind: 'truncated', seq: 7 }]],
    ['everything gone', 'DELETE FROM audit', [{ kind: 'rebuilt', seq: 1 }]],
    ['the oldest cut off', 'DELETE FROM audit WHERE seq < 4', [{ kind: 'rebuilt', seq: 4 }]],
    ['two lines that changed places', 'UPDATE audit SET seq = 100 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 100', [{ kind: 'changed', seq: 3 }]],
    ['macs taken away', 'UPDATE audit SET mac = NULL, prev = NULL WHERE seq >= 6', [{ kind: 'unproven', seq: 6 }]],
    ['a line slipped in at the end', "INSERT INTO audit (at, who, call, detail, outcome, prev, mac) SELECT at, who, 'made/up', detail, outcome, mac, 'ff' FROM audit WHERE seq = 8", [{ kind: 'changed', seq: 9 }]],
  ] as const)('finds %s', async (_name, sql, expected) => {
    tamper(home, sql);
    expect(await problems()).toEqual(expected);
  });

  it('finds a cut that the program wrote on from, though it grew longer than before', async () => {
    tamper(home, "DELETE FROM audit WHERE seq > 5; UPDATE sqlite_sequence SET seq = 5 WHERE name = 'audit'");
    const { log, close } = await open(home);
    for (let n = 0; n < 9; n += 1) await log.append(entry('later'));
    await close();
    expect(await problems()).toEqual([{ kind: 'rebuilt', seq: 8 }]);
  });

  it('finds a chain made anew with another key, and a file that was replaced or removed', async () => {
    using other = tempFolder('audit-other');
    const foreign = await open(other.path);
    for (let n = 1; n <= 12; n += 1) await foreign.log.append(entry('made/up'));
    await foreign.close();
    for (const part of ['', '-wal', '-shm']) rmSync(join(home, `store.db${part}`), { force: true });
    copyFileSync(join(other.path, 'store.db'), join(home, 'store.db'));
    expect(await problems()).toEqual([{ kind: 'rebuilt', seq: 1 }]);
    for (const part of ['', '-wal', '-shm']) rmSync(join(home, `store.db${part}`), { force: true });
    expect(await problems()).toEqual([{ kind: 'rebuilt', seq: 1 }]);
    const { log, close } = await open(home);
    for (let n = 0; n < 20; n += 1) await log.append(entry('later'));
    await close();
    expect(await problems()).toEqual([{ kind: 'rebuilt', seq: 1 }]);
  });

  it('finds that key and anchor were taken away, and says what it cannot prove without them', async () => {
    rmSync(join(home, 'secrets.json'));
    expect(await problems()).toEqual([{ kind: 'no-anchor', seq: null }]);
    const { log, close } = await open(home);
    await log.append(entry('later'));
    await log.append(entry('later'));
    await close();
    expect(await problems()).toEqual([{ kind: 'rebuilt', seq: 1 }]);
  });

  it('does not take a crash between a line and its anchor for damage', async () => {
    const { store, secrets, log, close } = await open(home);
    const before = await secrets.get('guard:audit');
    for (let n = 9; n <= 12; n += 1) await log.append(entry(`call/${n}`));
    await close();
    await secrets.set('guard:audit', before ?? '');
    expect(await check()).toMatchObject({ intact: true, lines: 12 });
    expect(store.path).toContain(home);
    // Lines beyond the anchor must still chain on.
    await secrets.set('guard:audit', before ?? '');
    tamper(home, "UPDATE audit SET detail = 'x' WHERE seq = 11");
    expect(await problems()).toEqual([{ kind: 'changed', seq: 11 }]);
  });

  it('begins anew when somebody says why, holding what was there as it stood', async () => {
    tamper(home, 'DELETE FROM audit WHERE seq = 5');
    const { log, close } = await open(home);
    await log.restart(entry('audit/anchor'));
    await log.append(entry('later'));
    await close();
    expect(await check()).toMatchObject({ intact: true, lines: 9 });
    tamper(home, "UPDATE audit SET detail = 'x' WHERE seq = 2");
    expect(await problems()).toEqual([{ kind: 'changed', seq: null }]);
    tamper(home, "UPDATE audit SET detail = '{\"n\":\"call/2\"}' WHERE seq = 2; DELETE FROM audit WHERE seq >= 9");
    expect((await problems()).map((each) => each.kind)).toContain('rebuilt');
  });

  it('keeps lines of before the chain and counts them', async () => {
    using old = tempFolder('audit-old');
    const first = await open(old.path);
    for (let n = 1; n <= 3; n += 1) await first.store.audit.append(entry(`old/${n}`));
    expect(await first.log.check()).toMatchObject({ lines: 3, unchained: 3, problems: [{ kind: 'no-anchor', seq: null }] });
    await first.log.append(entry('call/1'));
    expect(await first.log.check()).toMatchObject({ intact: true, lines: 4, unchained: 3 });
    await first.close();
    tamper(old.path, "UPDATE audit SET who = 'nobody' WHERE seq = 2");
    const second = await open(old.path);
    expect(await second.log.check()).toMatchObject({ intact: false, problems: [{ kind: 'changed', seq: null }] });
    await second.close();
  });

  it('without the key keeps lines that are not proved, and says so', async () => {
    const store = await openStore(home);
    const locked = createAuditLog({ store, secrets: { ...createFileSecrets(home, {}), get: () => Promise.reject(new Error('locked')) }, alone: (work) => work(), now: () => 0 });
    await locked.append(entry('blind'));
    expect((await locked.check()).problems).toEqual([{ kind: 'no-anchor', seq: null }]);
    await store.close();
    const { log, close } = await open(home);
    await log.append(entry('later'));
    expect((await log.check()).problems).toEqual([{ kind: 'unproven', seq: 9 }]);
    await close();
  });

  it('takes lines of several processes at once, and those of one that was killed', async () => {
    const here = new URL('.', import.meta.url).href;
    const code = `const { openStore } = await import('${here}../../store/index.ts'); const { createFileSecrets } = await import('${here}../../platform/secrets.file.ts'); const { createAuditLog } = await import('${here}audit-log.ts'); const { withProcessLock } = await import('${here}../../drivers/sqlite/process-lock.ts');
      const home = process.argv[1]; const store = await openStore(home); const log = createAuditLog({ store, secrets: createFileSecrets(home, {}), alone: (work) => withProcessLock(home + '/guard.lock', work), now: Date.now });
      for (let n = 0; ; n++) { await log.append({ at: '', who: 'child', call: String(n), detail: '', outcome: 'ok' }); console.log(n); }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = -1;
    const enough = Promise.withResolvers<void>();
    child.stdout.on('data', (chunk: Buffer) => {
      said = Number(chunk.toString().trim().split('\n').at(-1));
      if (said >= 15) enough.resolve();
    });
    const { log, close } = await open(home);
    let mine = 0;
    while (said < 15) await log.append(entry(`mine/${(mine += 1)}`));
    await enough.promise;
    child.kill('SIGKILL');
    await new Promise((done) => child.on('close', done));
    const found = await log.check();
    expect(found).toMatchObject({ intact: true });
    expect(found.lines).toBeGreaterThanOrEqual(8 + mine + said + 1);
    await close();
  });
});
