/**
 * Random SQL of SQLite crosses as what answers alike, or is listed: views, conditions of CHECK constraints and of indexes, generated
 * columns and expressions of indexes, over one table of awkward values that crosses through the whole engine in this process.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { openSqlite } from '../../src-main/drivers/sqlite/index.ts';
import { hasPostgres } from '../../src-main/test-support/index.ts';
import { compareConditions, compareViews, emptyTally, shown, type Tally } from './answers.ts';
import { chosenTypes, conditionArbitrary, createTables, declarations, expressionArbitrary, fillRows, outerArbitrary, viewArbitrary } from './expressions.ts';
import { crossFile, type Settings } from './migrate.ts';
import { placeOfTests } from './place.ts';

vi.mock('node:worker_threads', async (original) => ({ ...(await original<object>()), Worker: (await import('./stand-in.ts')).LoadWorkerHere }));

const asked = process.env['TRAVESSIA_PROPERTY_CASES'];
const cases = Number(asked ?? 400);
/** `npm test` tries the same expressions for the same code, so that a failure belongs to a change; new ones are for `npm run prove -- expressions`. */
const usualSeed = 20_261_123;
const seed = Number(process.env['TRAVESSIA_SEED'] ?? (asked === undefined ? usualSeed : Math.floor(Math.random() * 2 ** 31)));
const place = placeOfTests('expressions');

/** Views in one file. */
const batch = 200;
const settings: Settings = { schema: 'plain', options: { identifiers: 'preserve', rejectShare: 0.01, infer: true, jobs: 1 }, overrides: [], undo: false };

/** Every second file with types that a person chose. */
const chosen: Settings = {
  ...settings, options: { ...settings.options, infer: false },
  overrides: chosenTypes.map(({ name, as }) => ({ table: 0, column: declarations.findIndex((each) => each.startsWith(`${name} `)) + 1, as })),
};

type Db = ReturnType<typeof openSqlite>['db'];

/** Runs what SQLite may refuse; true where it did not. */
function taken(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/** A view for each SELECT that SQLite can answer, and one on every fourth of them. */
function createViews(db: Db, queries: readonly string[], own: number): number {
  const create = (name: string, query: string): boolean => {
    const isTaken = taken(() => {
      db.exec(`CREATE VIEW ${name} AS ${query}`);
      db.prepare(`SELECT * FROM ${name}`).all();
    });
    if (!isTaken) db.exec(`DROP VIEW IF EXISTS ${name}`);
    return isTaken;
  };
  const refused = queries.map((query, index) => {
    const isTaken = create(`v${index}`, query);
    if (isTaken && index % 4 === 0) create(`w${index}`, fc.sample(outerArbitrary(`v${index}`), { numRuns: 1, seed: own + index })[0] ?? '');
    return isTaken ? 0 : 1;
  });
  return refused.reduce<number>((sum, each) => sum + each, 0);
}

/** Tables with a CHECK constraint, a generated column, an expression of an index and a condition of another each, all over the same rows. */
function createConditions(db: Db, conditions: readonly string[], expressions: readonly string[]): void {
  db.exec('PRAGMA ignore_check_constraints = ON');
  const from = (index: number): string => expressions[index % expressions.length] ?? 'i';
  conditions.forEach((condition, index) => {
    const name = `c${index}`;
    const generated = `x ${['TEXT', 'INTEGER', 'REAL', 'NUMERIC', ''][index % 5] ?? ''} AS (${from(index)}) ${index % 2 === 0 ? 'STORED' : 'VIRTUAL'}`;
    const columns = ['id INTEGER PRIMARY KEY', ...declarations];
    const isMade = [[...columns, generated, `CHECK (${condition})`], [...columns, `CHECK (${condition})`]].some((parts) => taken(() => {
      db.exec(`CREATE TABLE ${name} (${parts.join(', ')})`);
      if (!taken(() => fillRows(db, name))) {
        db.exec(`DROP TABLE ${name}`);
        throw new Error('an expression that fails on a row');
      }
    }));
    if (!isMade) return;
    taken(() => db.exec(`CREATE INDEX i${index} ON ${name} (${from(index + 1)})`));
    taken(() => db.exec(`CREATE INDEX p${index} ON ${name} (id) WHERE ${conditions[(index + 1) % conditions.length] ?? 'i'}`));
  });
}

async function cross(build: (db: Db) => void, tally: Tally, how = settings): Promise<readonly string[]> {
  const { folder, database, session } = place();
  const found: string[] = [];
  const { problems } = await crossFile((path) => {
    using opened = openSqlite(path, { mode: 'write', create: true });
    build(opened.db);
    return { statements: [], refused: [] };
  }, how, folder, database, session, async ({ path, plan, output }) => {
    found.push(...await compareViews(path, plan, output.result, session, tally), ...await compareConditions(path, plan, session, tally));
    return [];
  });
  return [...problems, ...found];
}

/** What it found that only a plan shows: classes of a column's values, columns of views, texts of times. */
const found: readonly (readonly [name: string, query: string])[] = [
  ['json_order', 'SELECT id, row_number() OVER (ORDER BY (+js), id) AS x FROM t'], ['json_compared', "SELECT id, js < 'b' AS x FROM t"], ['untyped_class',
  'SELECT id, typeof(untyped) AS x FROM t'], ['untyped_equal', "SELECT id, untyped = '12' AS x FROM t"],
  ['untyped_word', "SELECT id, untyped IN ('a', 'b') AS x FROM t"], ['either', 'SELECT id, coalesce(k, s) AS x FROM t'], ['either_equal', "SELECT x = '12' AS y FROM either"],
  ['sums', 'SELECT k, sum(n) AS x FROM t GROUP BY k'], ['sums_class', 'SELECT typeof(x) AS y FROM sums'],
  ['sums_text', "SELECT x || '' AS y FROM sums"], ['nulls', 'SELECT id, NULL AS x FROM t'], ['nulls_filled', 'SELECT coalesce(x, 1) AS y FROM nulls'], ['wholes',
  'SELECT max(n, 2) AS x FROM t'], ['wholes_text', "SELECT x || '' AS y FROM wholes"],
  ['fine_later', "SELECT id, datetime(fine, '+1 day') AS x FROM t"], ['fine_seconds', "SELECT id, strftime('%f', fine) AS x FROM t"], ['fine_subsec',
  "SELECT id, datetime(fine, 'subsec') AS x FROM t"], ['fine_days', 'SELECT id, sin(julianday(fine)) AS x FROM t'], ['not_epochs', "SELECT id, date(ts, 'unixepoch') AS x FROM t"],
  ['clocks', 'SELECT id, tm <> moment AS x FROM t'],
];

describe.skipIf(!hasPostgres())('any expression', () => {
  test.each([['as planned', settings], ['with types that a person chose', chosen]] as const)('what was found answers alike or is listed, %s', async (_, how) => {
    const tally = emptyTally();
    const problems = await cross((db) => {
      createTables(db);
      for (const [name, query] of found) db.exec(`CREATE VIEW ${name} AS ${query}`);
    }, tally, how);
    expect(problems).toEqual([]);
    expect(tally.equal).toBeGreaterThan(found.length / 3);
  });

  test(`answers alike or is listed (${cases} views, seed ${seed})`, { timeout: 60_000 + cases * 500, retry: 0 }, async () => {
    const tally = emptyTally();
    const problems: string[] = [];
    const queries = fc.sample(viewArbitrary, { numRuns: cases, seed });
    for (let from = 0; from < cases; from += batch) {
      problems.push(...await cross((db) => {
        createTables(db);
        tally.refused += createViews(db, queries.slice(from, from + batch), seed + from);
      }, tally, (from / batch) % 2 === 0 ? settings : chosen));
    }
    const conditions = Math.ceil(cases / 20);
    for (let from = 0; from < conditions; from += 20) {
      const numRuns = Math.min(20, conditions - from);
      problems.push(...await cross((db) => createConditions(db, fc.sample(conditionArbitrary, { numRuns, seed: seed + from }), fc.sample(expressionArbitrary, { numRuns, seed: seed - from })), tally));
    }
    process.stdout.write(`expressions: ${cases} views, seed ${seed}\n${shown(tally)}\n`);
    if (problems.length > 0) throw new Error(`${problems.length} answer differently or fail, shortest first:\n${problems.toSorted((a, b) => a.length - b.length).slice(0, 200).join('\n\n')}`);
    expect(tally.equal).toBeGreaterThan(cases / 4);
  });
});
