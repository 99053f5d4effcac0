import { expect, test } from 'vitest';
import { filesOf } from './files-of.ts';

const table = (database: string, phase: 'waiting' | 'loading' | 'done' | 'failed' | 'indexing', rows: number) => ({ table: `t${rows}`, database, phase, rows, rowsTotal: 100, bytes: 0, rejected: 0 });

test('each file has the rows of its tables and the work it is at', () => {
  expect(filesOf([table('a.db', 'done', 100), table('a.db', 'loading', 40), table('b.db', 'waiting', 0), table('c.db', 'done', 100), table('d.db', 'done', 100), table('d.db', 'waiting', 0), table('e.db', 'failed', 1), table('e.db', 'loading', 1)])).toEqual([
    { database: 'a.db', phase: 'loading', rows: 140, rowsTotal: 200 },
    { database: 'b.db', phase: 'waiting', rows: 0, rowsTotal: 100 },
    { database: 'c.db', phase: 'done', rows: 100, rowsTotal: 100 },
    { database: 'd.db', phase: 'loading', rows: 100, rowsTotal: 200 },
    { database: 'e.db', phase: 'failed', rows: 2, rowsTotal: 200 },
  ]);
});
