/** Two or three tables that foreign keys join, of any declarations and with the values in which SQLite and PostgreSQL disagree: the plan's word on every key holds. */
import fc from 'fast-check';
import { describe, test, vi } from 'vitest';
import type { Cast } from '../../shared/model/values.ts';
import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';
import { hasPostgres } from '../../src-main/test-support/index.ts';
import { crossFile } from './migrate.ts';
import { placeOfTests } from './place.ts';

vi.mock('node:worker_threads', async (original) => ({ ...(await original<object>()), Worker: (await import('./stand-in.ts')).LoadWorkerHere }));

const asked = process.env['TRAVESSIA_PROPERTY_CASES'];
const cases = Number(asked ?? 60);
const seed = Number(process.env['TRAVESSIA_SEED'] ?? (asked === undefined ? 20_261_122 : Math.floor(Math.random() * 2 ** 31)));
const place = placeOfTests('random-keys');

const declarations = ['', 'INTEGER', 'BIGINT', 'REAL', 'NUMERIC', 'DECIMAL(10,2)', 'TEXT', 'VARCHAR(4)', 'BLOB', 'DATE', 'DATETIME', 'BOOLEAN', 'UUID', 'TEXT COLLATE NOCASE', 'TEXT COLLATE RTRIM', 'NUMERIC COLLATE NOCASE'] as const;
/** Values that are one in some eyes; most are plain, so that many keys hold. */
const values = [
  ['1', '2', '3'], ['1', '2.0', "'3'"], ['1.5', "'1.5'", "'1.50'"], ["'a'", "'b'", "'A'"], ["'a'", "'a '", "x'61'"], [String.raw`'C:\x'`, "'a' || char(0) || 'b'", "'plain'"], ["x'00ff'", "x'61'", 'NULL'],
  ["'2024-01-01'", "'2024-01-01 00:00:00'", "'2024-01-01T00:00:00'"], ['0', "'no'", "'true'"], ['1e300', '9007199254740993', '9.007199254740993e15'], ["'02'", "'2'", '2'], ["'123e4567-e89b-12d3-a456-426614174000'", "'123E4567-E89B-12D3-A456-426614174000'", "x'123e4567e89b12d3a456426614174000'"],
  ['NULL', "''", "' '"], ['-0.0', '0', "'-0'"],
] as const;

/** What a person may say of one side alone. */
const chosen = fc.constantFrom<{ type: string; cast?: Cast }>({ type: 'text' }, { type: 'text', cast: 'nul escaped' }, { type: 'bytea', cast: 'text as bytes' }, { type: 'numeric' }, { type: 'numeric(12,2)' }, { type: 'bigint' }, { type: 'integer' }, { type: 'double precision' }, { type: 'varchar(20)' }, { type: 'timestamp' }, { type: 'uuid' });

const pool = fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }).map((lists) => lists.flat());
const column = fc.record({ declared: fc.constantFrom(...declarations), picks: fc.array(fc.nat(), { maxLength: 6 }) });
const shape = fc.record({ pool, parent: column, child: column, grandchild: fc.option(column), second: fc.option(fc.record({ parent: fc.constantFrom(...declarations), child: fc.constantFrom(...declarations) })), withoutRowid: fc.boolean(), self: fc.boolean(), override: fc.option(fc.record({ table: fc.nat(1), as: chosen })) });

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function statements({ pool: list, parent, child, grandchild, second, withoutRowid, self }: Shape): string[] {
  const pick = (index: number): string => list[index % list.length] ?? 'NULL';
  const two = second !== null;
  const rows = (table: string, picks: readonly number[], width: number) => picks.map((index) => `INSERT OR IGNORE INTO ${table} VALUES (${Array.from({ length: width }, (_, at) => pick(index + at)).join(', ')})`);
  const key = two ? 'k, l' : 'k';
  const up = self && !two ? ', up REFERENCES p (k)' : '';
  return [
    'PRAGMA foreign_keys = OFF',
    `CREATE TABLE p (k ${parent.declared}${two ? `, l ${second.parent}` : ''}${up}, PRIMARY KEY (${key}))${withoutRowid ? ' WITHOUT ROWID' : ''}`,
    `CREATE TABLE c (k ${child.declared}${two ? `, l ${second.child}` : ''}, UNIQUE (${key}), FOREIGN KEY (${key}) REFERENCES p (${key}))`,
    ...(grandchild === null ? [] : [`CREATE TABLE g (k ${grandchild.declared}${two ? `, l ${second.child}` : ''}, FOREIGN KEY (${key}) REFERENCES c (${key}))`]),
    ...rows('p', parent.picks, (two ? 2 : 1) + (up === '' ? 0 : 1)), ...rows('c', child.picks, two ? 2 : 1), ...(grandchild === null ? [] : rows('g', grandchild.picks, two ? 2 : 1)),
  ];
}

describe.skipIf(!hasPostgres())('keys', () => {
  test(`hold as the plan says (${cases} cases, seed ${seed})`, { timeout: 60_000 + cases * 4000, retry: 0 }, async () => {
    process.stdout.write(`property test of keys: ${cases} cases, seed ${seed}\n`);
    const seen = new Map<string, number>();
    await fc.assert(fc.asyncProperty(shape, async (wanted) => {
      const sql = statements(wanted);
      const build = (path: string) => {
        using opened = openSqlite(path, { mode: 'write', create: true });
        const refused: string[] = [];
        for (const statement of sql) {
          try {
            opened.db.exec(statement);
          } catch {
            // An INTEGER PRIMARY KEY takes integers only, a key WITHOUT ROWID no NULL.
            refused.push(statement);
          }
        }
        return { statements: sql, refused };
      };
      const overrides = wanted.override === null ? [] : [{ table: wanted.override.table, column: 0, as: wanted.override.as }];
      const { problems, plan } = await crossFile(build, { schema: 'plain', options: { identifiers: 'preserve', rejectShare: 0, infer: false, jobs: 1 }, overrides, undo: false }, place().folder, place().database, place().session);
      for (const { kind, outcome, reason } of plan.objects) if (kind === 'foreign key') seen.set(`${outcome} ${reason?.code ?? ''}`, (seen.get(`${outcome} ${reason?.code ?? ''}`) ?? 0) + 1);
      seen.set('joined', (seen.get('joined') ?? 0) + plan.findings.filter(({ code }) => code.startsWith('plan.finding.joined')).length);
      if (problems.length > 0) throw new Error([...problems, JSON.stringify(overrides), ...sql].join(';\n'));
    }), { numRuns: cases, seed });
    process.stdout.write(`${JSON.stringify(Object.fromEntries(seen))}\n`);
  });
});
