import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { tempFolder } from '../../test-support/index.ts';
import { applySteps, type ApplyRequest } from './apply.ts';

const create = 'CREATE TABLE made (n INTEGER)';

/** A process that prepares the copy, never done by itself. */
function prepareForever(request: ApplyRequest): ReturnType<typeof spawn> {
  const endless = { ...request, statements: [create, 'INSERT INTO made WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c LIMIT 100000000000'] };
  const module = new URL('./apply.ts', import.meta.url).href;
  return spawn(process.execPath, ['--input-type=module', '-e', `const { applySteps } = await import(${JSON.stringify(module)}); applySteps(${JSON.stringify(endless)});`], { stdio: 'ignore' });
}

describe('preparing a copy', () => {
  it('after kill -9 leaves none, and begins again from the untouched one', async () => {
    using folder = tempFolder('apply');
    const from = join(folder.path, 'shop.snapshot');
    {
      using opened = openSqlite(from, { mode: 'write', create: true });
      opened.db.exec('CREATE TABLE flat (a TEXT); INSERT INTO flat VALUES (1), (2)');
    }
    const request: ApplyRequest = { do: 'apply', from, to: `${from}.prepared`, reads: [], statements: [create, 'INSERT INTO made SELECT a FROM flat'] };
    const child = prepareForever(request);
    await expect.poll(() => readdirSync(folder.path).some((name) => name.includes('.part')), { timeout: 60_000 }).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(request.to)).toBe(false);
    applySteps(request);
    using opened = openSqlite(request.to, { mode: 'read' });
    expect(opened.db.prepare('SELECT count(*) FROM made').pluck().get()).toBe(2n);
    using untouched = openSqlite(from, { mode: 'read' });
    expect(untouched.db.prepare(`SELECT name FROM sqlite_schema`).pluck().all()).toEqual(['flat']);
    expect(readdirSync(folder.path).filter((name) => name.includes('.part'))).toEqual([]);
  });

  it('that no longer is what the plan was made for ends as a stale plan, and leaves nothing', () => {
    using folder = tempFolder('apply');
    const from = join(folder.path, 'shop.snapshot');
    {
      using opened = openSqlite(from, { mode: 'write', create: true });
      opened.db.exec('CREATE TABLE flat (a TEXT)');
    }
    expect(() => applySteps({ do: 'apply', from, to: `${from}.prepared`, reads: [], statements: [create, 'INSERT INTO made SELECT gone FROM flat'] })).toThrow(/no such column: gone/);
    expect(readdirSync(folder.path)).toEqual(['shop.snapshot']);
  });
});
