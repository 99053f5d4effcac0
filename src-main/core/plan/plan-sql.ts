import type { Plan } from '../../../shared/model/plan.ts';
import { changesRows } from '../../../shared/model/repair.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { wordFor } from '../../../shared/pure/texts/index.ts';
import { readingSettings, sessionSettings, stagingSettings } from '../../drivers/postgres/index.ts';
import { threadsOf } from '../threads.ts';
import { buildSettings, helpedBuild } from './build-settings.ts';
import { addSearch, generatedRebuild } from './statements-generated.ts';
import { createTrigger, createTriggerFunction } from './statements-trigger.ts';
import { addForeignKey, convertColumn, createTable, createType, createView, nativeForeignKeys, setSequence, tableIndexes, tableObjects, validateForeignKey, type Placement } from './statements.ts';

/** Of the transaction of the swap alone: they end with it. */
export const swapSettings: readonly string[] = [`SET LOCAL lock_timeout = '3s'`, 'SET LOCAL search_path = pg_catalog'];

/** Final schemas of a plan, in order of first use. */
export function schemasOf(plan: Plan): string[] {
  return [...new Set([...plan.tables.filter((table) => table.include).map((table) => table.target.schema), ...plan.views.map((view) => view.target.schema)])];
}

/** Staging schema for each final schema of one run; within 63 bytes whatever the final name. */
export function stagingPlacement(plan: Plan, runId: string): Placement {
  const schemas = schemasOf(plan);
  return (schema) => `travessia_${runId}_${schemas.indexOf(schema) + 1}`;
}

/** Where a replaced table waits until `complete`: one schema for each final schema, so that equal names do not meet. */
export function keptPlacement(plan: Plan, runId: string): Placement {
  const schemas = schemasOf(plan);
  return (schema) => `travessia_${runId}_kept_${schemas.indexOf(schema) + 1}`;
}

/** What runs in the run's own copy of a source, before anything else; it is SQLite's SQL. */
function repairLines(plan: Plan): string[] {
  const active = (plan.repairs ?? []).filter((repair) => changesRows(repair.choice));
  const databases = [...new Set(active.map((repair) => repair.database))];
  return databases.flatMap((database) => [
    '', `-- Repairs, in SQLite, on the run's own copy of ${database}; the source is never written to. One transaction.`,
    '-- INSERT, UPDATE and DELETE are repeated, all in this order, until a whole round changes nothing. "kept" is a file beside the copy.',
    '-- target_form(value, type, cast, collation) is the value as the target compares it. The triggers of these tables are dropped before',
    '-- and created again after. Rows in "kept" go to travessia.rejects, values set to NULL and parents added to travessia.repairs.',
    ...active.filter((repair) => repair.database === database).flatMap(({ id, choice, count, offers }) => [
      `-- ${id}: ${choice}, ${count} ${wordFor(count, 'row', 'rows')}`, ...(offers.find((offer) => offer.choice === choice)?.sql ?? []).map((sql) => `${sql};`),
    ]),
  ]);
}

/** The swap in a target where something stands, as the run works it out (core/runs/swap.ts). */
export interface ShownSwap {
  readonly statements: readonly { readonly sql: string; readonly why: string; readonly otherwise?: string; readonly proof?: { readonly code: string } }[];
  readonly blockers: readonly string[];
  readonly lost: readonly string[];
  /** Why it could not be worked out, or will be refused. */
  readonly refused?: string;
}

const commented = (text: string): string => text.split('\n').map((line) => `-- ${line}`).join('\n');

function swapLines({ statements, blockers, lost, refused }: ShownSwap): string[] {
  if (refused !== undefined) return ['', '-- 8. Swap: worked out from the target, which does not allow it or could not be asked', commented(refused)];
  return [
    '', '-- 8. Swap, in one transaction after every cell was compared, as it would be in the target as it stands now', ...['BEGIN', ...swapSettings].map((sql) => `${sql};`),
    ...statements.flatMap(({ sql, why, otherwise, proof }) => [
      commented(proof === undefined ? why : `It must be true, or all is undone (${proof.code}): ${why}`), `${sql};`, ...(otherwise === undefined ? [] : [commented(`where the server refuses that: ${otherwise};`)]),
    ]),
    ...blockers.map((blocker) => commented(`It stops the swap: ${blocker}`)), ...lost.map((each) => commented(`It is lost: ${each}`)), 'COMMIT;',
  ];
}

/**
 * The whole plan as one readable script: what runs, in its order. `<run>` stands for the run's id, known only when it starts.
 * @param swap - where tables stand in the target already
 */
export function planScript(plan: Plan, swap: ShownSwap | null = null): string {
  const place = stagingPlacement(plan, '<run>');
  const tables = plan.tables.filter((table) => table.include);
  const lines: string[] = [`-- Plan ${plan.id}, version ${plan.version}: ${plan.sources.map((source) => source.database).join(', ')} into ${plan.target}`];
  const add = (title: string, statements: readonly (string | undefined)[]) => {
    const present = statements.filter((statement) => statement !== undefined);
    if (present.length > 0) lines.push('', `-- ${title}`, ...present.map((statement) => `${statement};`));
  };
  for (const { database, steps } of plan.preparations ?? []) add(`0. Before the load, in SQLite: the run's own copy of ${database}`, steps.map(({ sql }) => sql));
  lines.push(...repairLines(plan));
  add('Settings of the program\'s own sessions: they end with each session. Nothing of the server, a database or a role is changed', sessionSettings.map(([name, value]) => `SET ${name} TO ${quoteLiteral(value)}`));
  add('Of the transactions that fill staging and build keys and indexes there: their commits do not wait for the disk; the one that ends a phase waits for all', stagingSettings);
  add('1. Staging schemas and tables', [...schemasOf(plan).map((schema) => `CREATE SCHEMA ${quoteIdent(place(schema))}`), ...(plan.types ?? []).map((type) => createType(type, place)), ...tables.map((table) => createTable(table, place).sql)]);
  add('2. Load, in transactions of some seconds; the first of a table that one connection loads begins with TRUNCATE, and adds FREEZE to its COPY', tables.map((table) => `COPY ${quoteQualified(place(table.target.schema), table.target.table)} (${table.columns.filter((column) => column.include).map((column) => quoteIdent(column.target)).join(', ')}) FROM STDIN (FORMAT binary)`));
  add('Columns the server reads from their text', tables.flatMap((table) => table.columns.filter((column) => column.include && column.loadedAs !== undefined).map((column) => convertColumn(table, column, place))));
  add('Generated columns, where the server computes in every loaded row what SQLite did', tables.flatMap((table) => {
    const generated = new Set(table.columns.filter((column) => column.include && column.generated !== undefined).map((column) => column.target));
    return generated.size === 0 ? [] : ['BEGIN', ...generatedRebuild(table, generated, place), 'COMMIT'];
  }));
  add('Columns for searching', tables.flatMap((table) => (table.search ?? []).flatMap((search) => addSearch(table, search, place))));
  const objects = tables.flatMap((table) => tableObjects(table, place));
  const { jobs } = threadsOf(plan.options.jobs, tables);
  add('Of the transactions that build indexes side by side', [...new Set(tables.flatMap((table) => buildSettings(table, tableIndexes(table, place).length, jobs)))]);
  const helped = tables.flatMap((table) => helpedBuild(table, buildSettings(table, tableIndexes(table, place).length, jobs), quoteQualified(place(table.target.schema), table.target.table)) ?? []);
  add('Of the table that is loaded last, before its indexes; its last index is built with twice that memory, the others with no worker', [...helped.map(({ begin }) => begin), ...(helped.length === 0 ? [] : ['SET LOCAL max_parallel_maintenance_workers = 0'])]);
  add('3. Indexes, two at a time, those of keys too', tables.flatMap((table) => tableIndexes(table, place)).map(({ sql, index }) => index ?? sql));
  add('Of the table that was loaded last, behind its indexes', helped.map(({ end }) => end));
  add('Keys and checks', objects.map(({ object, sql }) => (object.kind === 'index' ? undefined : sql)));
  add('4. Foreign keys', tables.flatMap((table) => table.foreignKeys.flatMap((key) => [addForeignKey(table, key, place).sql, key.validate ? validateForeignKey(table, key, place).sql : undefined])));
  add('Foreign keys in PostgreSQL’s own text', tables.flatMap((table) => nativeForeignKeys(table, place).map(({ sql }) => sql)));
  add('5. Next values', tables.map((table) => setSequence(table, place)?.sql));
  add('6. Views', plan.views.map((view) => createView(view, place, tables, plan.views, plan.types).sql));
  add('Triggers', (plan.triggers ?? []).flatMap((trigger) => [createTriggerFunction(trigger, place), createTrigger(trigger, place)]));
  add('7. Statistics', tables.map((table) => `ANALYZE ${quoteQualified(place(table.target.schema), table.target.table)}`));
  add('Comparison: settings of its reading transactions, which end with them', readingSettings);
  if (swap !== null) return `${[...lines, ...swapLines(swap)].join('\n')}\n`;
  add('8. Swap, in one transaction after every cell was compared', [
    'BEGIN',
    ...swapSettings,
    ...schemasOf(plan).map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdent(schema)}`),
    ...tables.map((table) => `ALTER TABLE ${quoteQualified(place(table.target.schema), table.target.table)} SET SCHEMA ${quoteIdent(table.target.schema)}`),
    ...(plan.types ?? []).map(({ target }) => `ALTER TYPE ${quoteQualified(place(target.schema), target.type)} SET SCHEMA ${quoteIdent(target.schema)}`),
    ...plan.views.map((view) => `ALTER VIEW ${quoteQualified(place(view.target.schema), view.target.view)} SET SCHEMA ${quoteIdent(view.target.schema)}`),
    ...(plan.triggers ?? []).map(({ target }) => `ALTER FUNCTION ${quoteQualified(place(target.schema), target.function)}() SET SCHEMA ${quoteIdent(target.schema)}`),
    ...schemasOf(plan).map((schema) => `DROP SCHEMA ${quoteIdent(place(schema))}`),
    'COMMIT',
  ]);
  return `${lines.join('\n')}\n`;
}
