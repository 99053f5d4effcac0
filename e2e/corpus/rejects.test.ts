/** Rows that the plan cannot represent are kept whole, with key, column, code and reason; everything else crosses. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rejectCodes } from '../../shared/model/values.ts';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { refusalOf, resultOf } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('rejects');
const path = join(folder.path, 'letters.db');
const rows = 2000;

/** Each breaks one column of one row (the last of them two columns): few enough that the columns keep their types. */
const bad = [
  { id: 11, set: "body = 'before' || char(0) || 'after'", column: 'body', code: 'NUL_IN_TEXT' },
  { id: 12, set: "body = CAST(x'66C328' AS TEXT)", column: 'body', code: 'INVALID_UTF8' },
  { id: 13, set: "body = x'00FF'", column: 'body', code: 'BLOB_IN_TEXT' },
  { id: 21, set: "amount = 'a lot'", column: 'amount', code: 'NOT_AN_INTEGER' },
  { id: 22, set: 'amount = 9e999', column: 'amount', code: 'INFINITE' },
  { id: 23, set: 'amount = 1e19', column: 'amount', code: 'OUT_OF_RANGE' },
  { id: 24, set: 'amount = 2.5', column: 'amount', code: 'NOT_AN_INTEGER' },
  { id: 31, set: "sent = 'yesterday'", column: 'sent', code: 'NOT_A_TIMESTAMP' },
  { id: 32, set: "sent = '2024-01-01 00:00:00.1234567'", column: 'sent', code: 'BELOW_MICROSECOND' },
  { id: 33, set: "sent = '2023-02-30 10:00:00'", column: 'sent', code: 'NOT_A_TIMESTAMP' },
  { id: 41, set: "flag = 'maybe'", column: 'flag', code: 'NOT_A_BOOLEAN' },
  { id: 51, set: "document = '{broken'", column: 'document', code: 'NOT_JSON' },
  { id: 61, set: "token = 'not-a-uuid'", column: 'token', code: 'NOT_A_UUID' },
  { id: 71, set: "price = 'free'", column: 'price', code: 'NOT_A_NUMBER' },
  { id: 99, set: "body = 'x' || char(0), amount = 'two in one row'", column: 'body', code: 'NUL_IN_TEXT' },
] as const;

beforeAll(() => {
  const db = new Database(path);
  db.exec('CREATE TABLE letter (id INTEGER PRIMARY KEY, body TEXT NOT NULL, amount INTEGER, sent DATETIME, flag BOOLEAN, document JSON, token UUID, price REAL)');
  const insert = db.prepare('INSERT INTO letter VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  db.transaction(() => {
    for (let id = 1; id <= rows; id += 1) {
      insert.run(id, `letter ${id} ✉`, id * 7, `2024-03-${String((id % 28) + 1).padStart(2, '0')} 08:00:00`, id % 2, `{"id":${id}}`, `6f9619ff-8b86-d011-b42d-${String(id).padStart(12, '0')}`, id / 8);
    }
    for (const { id, set } of bad) db.exec(`UPDATE letter SET ${set} WHERE id = ${id}`);
  })();
  db.exec('CREATE TABLE untouched (id INTEGER PRIMARY KEY, word TEXT); INSERT INTO untouched VALUES (1, \'here\')');
  db.close();
});
afterAll(() => folder.remove());

describe.skipIf(!hasPostgres())('rejects', () => {
  test('above the limit nothing swaps; with a higher limit resume goes on', async () => {
    await using it = await migrationOf(path, folder.path);
    const before = await catalogState(it.session);
    const first = await it.migrate();
    expect({ exit: first.exit, status: first.result.status, swapped: first.result.swapped }).toEqual({ exit: 4, status: 'stopped', swapped: false });
    expect(first.stderr).toContain(`resume ${first.result.runId}`);
    expect((await it.shape()).tables).toEqual({});
    const waiting = first.result.tables.find((table) => table.source.table === 'letter');
    expect(waiting).toMatchObject({ rows: { source: rows, loaded: rows - bad.length, rejected: bad.length }, verified: true });
    // While it waits, the result names the staging schema: everything is there to be looked at, and to be judged.
    expect(Object.keys((await it.shape(waiting?.target.schema)).tables)).toContain('letter');
    it.expectEveryCell(first.result);

    const kept = (await it.session.query(`SELECT source, "table", key, "column", code, reason, row::text AS row FROM ${first.result.rejects.table} WHERE run = $1`, [first.result.runId])).rows;
    expect(kept).toHaveLength(bad.length);
    for (const { id, column, code } of bad) {
      const reject = kept.find((row) => new RegExp(`(^|\\D)${id}$`).test(row['key'] ?? ''));
      expect(reject, `row ${id}`).toMatchObject({ table: 'letter', column, code });
      expect(rejectCodes).toContain(reject?.['code']);
      expect((reject?.['reason'] ?? '').length).toBeGreaterThan(10);
      expect(Object.keys(JSON.parse(reject?.['row'] ?? '{}'))).toEqual(['id', 'body', 'amount', 'sent', 'flag', 'document', 'token', 'price']);
    }
    const rowOf = (id: number): unknown => JSON.parse(kept.find((row) => new RegExp(`(^|\\D)${id}$`).test(row['key'] ?? ''))?.['row'] ?? '{}');
    expect(rowOf(12)).toMatchObject({ id: ['integer', '12'], body: ['text-hex', expect.stringMatching(/^66c328$/i)], amount: ['integer', '84'], price: ['real', '1.5'] });
    expect(rowOf(13)).toMatchObject({ body: ['blob', expect.stringMatching(/^00ff$/i)] });
    expect(rowOf(23)).toMatchObject({ amount: ['real', expect.stringMatching(/^1(\.0)?e\+?19$|^10000000000000000000(\.0)?$/)] });
    expect(rowOf(31)).toMatchObject({ sent: ['text', 'yesterday'], body: ['text', 'letter 31 ✉'] });

    const second = await it.run(['resume', first.result.runId, '--max-rejects', String(bad.length - 1), '--format', 'json']);
    expect(second.code).toBe(4);
    expect(resultOf(second).swapped).toBe(false);
    expect((await it.shape()).tables).toEqual({});

    const third = await it.run(['resume', first.result.runId, '--max-rejects', String(bad.length), '--format', 'json']);
    const result = resultOf(third);
    expect({ exit: third.code, status: result.status, swapped: result.swapped, runId: result.runId }, third.stderr).toEqual({ exit: 1, status: 'rejects', swapped: true, runId: first.result.runId });
    expect(result.rejects.rows).toBe(bad.length);
    const shape = await it.shape();
    expect(shape.tables['letter']).toMatchObject({
      rows: rows - bad.length, primaryKey: ['id'], notNull: ['id', 'body'],
      columns: { id: 'integer', body: 'text', amount: 'integer', sent: 'timestamp', flag: 'boolean', document: 'json', token: 'uuid', price: 'float' },
    });
    expect(shape.tables['untouched']?.rows).toBe(1);
    it.expectEveryCell(result);

    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('within the limit they swap at once; complete keeps rejects that nobody exported', async () => {
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate(['--max-rejects', 'all', '--schema', 'post']);
    expect({ exit, status: result.status, swapped: result.swapped }).toEqual({ exit: 1, status: 'rejects', swapped: true });
    it.expectEveryCell(result);
    expect((await it.run(['complete', result.runId])).code).toBe(0);
    const left = await it.session.one('SELECT count(*)::text AS n FROM travessia.rejects WHERE run = $1', [result.runId]);
    expect(left?.['n']).toBe(String(bad.length));
    const again = await it.run(['rollback', result.runId, '--format', 'json']);
    expect([2, 4]).toContain(again.code);
    expect(refusalOf(again).message.length).toBeGreaterThan(10);
    expect((await it.shape('post')).tables['letter']?.rows).toBe(rows - bad.length);
  });
});
