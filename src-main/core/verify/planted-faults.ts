import type { PgSession } from '../../drivers/postgres/index.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { planTable, randomFrom, type TestValue } from './test-fixture.ts';

/** The table that faults are planted in: text, a moment, a double, and something to tell NULL from empty. */
export function chatTable(rowKey: 'integer' | 'text' | 'none'): { readonly table: PlanTable; readonly declared: string } {
  const key = rowKey === 'integer' ? 'id INTEGER PRIMARY KEY' : rowKey === 'text' ? 'id TEXT PRIMARY KEY' : 'id INTEGER';
  return {
    declared: `${key}, conversation TEXT, role TEXT, content TEXT, note TEXT, at TEXT, score REAL`,
    table: planTable('messages', [
      { source: 'id', type: rowKey === 'text' ? 'text' : 'bigint' }, { source: 'conversation', type: 'text' }, { source: 'role', type: 'text' }, { source: 'content', type: 'text' },
      { source: 'note', type: 'text' }, { source: 'at', type: 'timestamptz' }, { source: 'score', type: 'double precision' },
    ], { rowKey: rowKey === 'none' ? [] : ['id'], rows: '200000', reading: { by: 'rowid', columns: [rowKey === 'integer' ? 'id' : 'rowid'], plainIntegers: false } }),
  };
}

/** The fewest rows that hold 20 faults of every class each at a row of its own, with room to choose. */
const fewestRows = 10_000;

/** How many rows to plant in (`npm run prove -- planted --rows N`): those of the tables with a key and without one; milliseconds it may take. */
export function plantedRows(wanted: string | undefined): { readonly rows: number; readonly withoutKey: number; readonly timeout: number } {
  const rows = Math.max(fewestRows, Number(wanted ?? 200_000));
  return { rows, withoutKey: Math.max(fewestRows, rows / 10), timeout: Math.max(120_000, rows / 2) };
}

export function* chatRows(count: number, rowKey: 'integer' | 'text' | 'none'): Generator<readonly TestValue[]> {
  for (let n = 1; n <= count; n += 1) {
    const at = new Date(1_700_000_000_000 + n * 977).toISOString().replace('T', ' ').replace('Z', String(n % 1000).padStart(3, '0'));
    const words = `Message ${n}: the quick brown fox jumps over ${n * 7919 % 10_007} lazy dogs, travessia já começou`;
    yield [rowKey === 'text' ? `m-${n}` : n, `c-${n % 997}`, n % 2 === 0 ? 'user' : 'assistant', words, n % 3 === 0 ? null : n % 3 === 1 ? '' : `note ${n}`, at, n / 7 + 0.1];
  }
}

/** What a planted fault must be found as: `kind key column`, one line per differing cell (rows: no column). */
export type Expected = Set<string>;

/** Plants `each` faults of every class at random rows of the target; no row gets two. `sqlKey` turns a row's number into its key. */
export async function plantFaults(session: PgSession, rows: number, each: number, seed: number, sqlKey: (n: number) => string, keyText: (n: number) => string): Promise<Expected> {
  const random = randomFrom(seed);
  const used = new Set<number>();
  const pick = (fits: (n: number) => boolean = () => true): number => {
    for (;;) {
      const n = 1 + random(rows);
      if (!used.has(n) && fits(n)) {
        used.add(n);
        return n;
      }
    }
  };
  const expected: Expected = new Set();
  const statements: string[] = [];
  const cell = (n: number, column: string, expression: string): void => {
    expected.add(`changed ${keyText(n)} ${column}`);
    statements.push(`UPDATE public.messages SET ${column} = ${expression} WHERE id = ${sqlKey(n)}`);
  };
  for (let at = 0; at < each; at += 1) {
    cell(pick(), 'content', `'changed ' || ${at}`);
    const lost = pick();
    expected.add(`missing ${keyText(lost)}`);
    statements.push(`DELETE FROM public.messages WHERE id = ${sqlKey(lost)}`);
    const extra = rows + 1 + at;
    expected.add(`extra ${keyText(extra)}`);
    statements.push(`INSERT INTO public.messages VALUES (${sqlKey(extra)}, 'c-1', 'user', 'x', NULL, now(), 1)`);
    const [first, second] = [pick(), pick()];
    for (const [n, other] of [[first, second], [second, first]] as const) cell(n, 'content', `(SELECT content FROM swap WHERE id = ${sqlKey(other)})`);
    const columns = pick();
    cell(columns, 'role', `(SELECT conversation FROM swap WHERE id = ${sqlKey(columns)})`);
    cell(columns, 'conversation', `(SELECT role FROM swap WHERE id = ${sqlKey(columns)})`);
    cell(pick(), 'content', "content || ' '");
    cell(pick((n) => n % 3 === 1), 'note', 'NULL');
    cell(pick((n) => n % 3 === 0), 'note', "''");
    cell(pick(), 'at', "at + interval '1 microsecond'");
    const double = pick();
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, double / 7 + 0.1);
    view.setUint8(7, view.getUint8(7) ^ 1);
    cell(double, 'score', String(view.getFloat64(0)));
  }
  const picked = [...used].map(sqlKey).join(', ');
  await session.exec('CREATE INDEX IF NOT EXISTS messages_id ON public.messages (id)');
  await session.exec(`CREATE TEMPORARY TABLE swap AS SELECT * FROM public.messages WHERE id IN (${picked})`);
  await session.exec(`BEGIN; ${statements.join('; ')}; COMMIT`);
  return expected;
}
