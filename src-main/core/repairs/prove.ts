import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { one, places } from './outcome.ts';
import { emptiedColumns } from './possible.ts';
import { rowNames, tuple } from './problem.ts';
import type { Step } from './rebuild.ts';
import { keptTable } from './statements.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** SQLite's expressions are 1,000 deep at most. */
const columnsPerStatement = 100;

/**
 * Holds a repaired table of the copy against the original, by statements that owe nothing to the repairs' own: every row of the
 * original is in the copy or among those taken out; every row of the copy is the original's or was added; every cell is equal but
 * those noted as emptied; and each noted value is the original's. So the notes, applied backwards, give the source.
 *
 * @throws TravessiaError INTERNAL
 */
export function proveCopy(db: SqliteDb, catalog: SqliteCatalog, name: string, active: readonly Step[]): { quarantined: number; changed: number; created: number } {
  const table = catalog.tables.find((each) => sameName(each.name, name));
  const keys = table === undefined ? null : rowNames(table);
  if (table === undefined || keys === null) throw new TravessiaError('INTERNAL', { message: `There is no table ${name} to be proven.` });
  const of = (choice: string, belongs: (step: Step) => boolean): Step[] => active.filter((step) => step.repair.choice === choice && belongs(step));
  const own = (step: Step): boolean => step.repair.table === table.name;
  const left = of('quarantine', own);
  const emptied = of('null-out', own);
  const added = of('create-parent', ({ problem }) => sameName(problem.foreignKey?.parent, table.name));
  const list = places('k', keys.length);
  const set = (steps: readonly Step[], every: 'UNION' | 'UNION ALL'): string => (steps.length === 0 ? `SELECT ${keys.map((_, index) => `NULL AS k${index + 1}`).join(', ')} WHERE false` : steps.map(({ repair }) => `SELECT ${list} FROM ${keptTable(repair.id)}`).join(` ${every} `));
  const count = (steps: readonly Step[], every: 'UNION' | 'UNION ALL'): number => one(db, `SELECT count(*) FROM (${set(steps, every)})`);
  const [mine, theirs] = [`main.${quoteIdent(table.name)}`, `original.${quoteIdent(table.name)}`];
  const on = (a: string, b: string): string => keys.map((key) => `${a}.${quoteIdent(key)} = ${b}.${quoteIdent(key)}`).join(' AND ');
  const noted = (alias: string): string => keys.map((key, index) => `${alias}.${quoteIdent(key)} = k.k${index + 1}`).join(' AND ');
  const within = (alias: string, steps: readonly Step[]): string => `${tuple(keys, alias)} IN (${set(steps, 'UNION ALL')})`;
  const none = (what: string, sql: string): void => {
    const found = one(db, `SELECT count(*) FROM ${sql}`);
    if (found > 0) throw new TravessiaError('INTERNAL', { message: `The repaired copy of ${table.name} does not agree with the source: ${found} ${what}.`, hint: 'Nothing was loaded. Report this, with the plan.' });
  };
  const quarantined = count(left, 'UNION ALL');
  if (quarantined !== count(left, 'UNION')) throw new TravessiaError('INTERNAL', { message: `A row of ${table.name} was taken out twice.` });
  none('rows are gone without being noted', `${theirs} AS o WHERE NOT EXISTS (SELECT 1 FROM ${mine} AS m WHERE ${on('m', 'o')}) AND NOT ${within('o', left)}`);
  none('rows are noted as taken out and were never there', `(${set(left, 'UNION')}) AS k WHERE NOT EXISTS (SELECT 1 FROM ${theirs} AS o WHERE ${noted('o')})`);
  none('rows are noted as taken out and still there', `${mine} AS m WHERE ${within('m', left)} AND NOT ${within('m', added)}`);
  none('rows came without being noted', `${mine} AS m WHERE NOT EXISTS (SELECT 1 FROM ${theirs} AS o WHERE ${on('o', 'm')}) AND NOT ${within('m', added)}`);
  none('rows are noted as added and were there before', `${theirs} AS o WHERE ${within('o', added)} AND NOT ${within('o', left)}`);
  const differs = (a: string, b: string): string => `(typeof(${a}) <> typeof(${b}) OR ${a} IS NOT ${b} COLLATE BINARY)`;
  const cells = table.columns.filter((column) => column.hidden === 0).map((column) => {
    const [before, after] = [`o.${quoteIdent(column.name)}`, `m.${quoteIdent(column.name)}`];
    const by = emptied.filter(({ problem }) => emptiedColumns(problem).includes(column.name));
    return by.length === 0 ? differs(before, after) : `(${differs(before, after)} AND NOT (${after} IS NULL AND ${within('o', by)}))`;
  });
  for (let from = 0; from < cells.length; from += columnsPerStatement) {
    none('rows hold another value', `${theirs} AS o JOIN ${mine} AS m ON ${on('m', 'o')} WHERE NOT ${within('o', added)} AND (${cells.slice(from, from + columnsPerStatement).join(' OR ')})`);
  }
  for (const { repair, problem } of emptied) {
    const kept = keptTable(repair.id);
    const wrong = emptiedColumns(problem).map((column, index) => differs(`k.v${index + 1}`, `o.${quoteIdent(column)}`));
    none('noted values are not the source’s', `${kept} AS k LEFT JOIN ${theirs} AS o ON ${noted('o')} WHERE ${wrong.join(' OR ')}`);
  }
  return { quarantined, changed: count(emptied, 'UNION'), created: count(added, 'UNION') };
}
