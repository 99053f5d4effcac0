/**
 * What must come of each outside database (outcomes/*.json), written from the file and the design by judgement, not from the
 * program's output; `why` says what decided the unusual parts.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { RunResult } from '../../shared/model/run.ts';
import { sortedLists, type SchemaShape, type TableShape } from './catalog.ts';

const names = z.array(z.string());
const tableSchema = z.strictObject({
  rows: z.number(),
  columns: z.record(z.string(), z.string()),
  primaryKey: names.optional(),
  notNull: names,
  unique: z.array(names).optional(),
  indexes: z.array(names).optional(),
  foreignKeys: names.optional(),
  checks: z.number().optional(),
  defaults: names.optional(),
  identity: z.strictObject({ column: z.string(), next: z.string() }).optional(),
});

const outcomeSchema = z.strictObject({
  /** Below the corpus' folder `sqlite`. */
  file: z.string(),
  why: names,
  exit: z.number(),
  status: z.enum(['verified', 'rejects']),
  tables: z.record(z.string(), tableSchema),
  /** Views that cross. */
  views: names,
  /** Triggers that cross. */
  triggers: names.optional(),
  /** Everything that does not cross, as `kind name`; each must have a reason. */
  listed: names,
});
export type Outcome = z.infer<typeof outcomeSchema>;

const folder = join(import.meta.dirname, 'outcomes');

export function outcomes(): Outcome[] {
  return readdirSync(folder).filter((name) => name.endsWith('.json')).toSorted().map((name) => outcomeSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
}

const maxNameBytes = 63;

/** Names that fit must stay as they are; longer ones are cut and told apart. */
function nameProblems(what: string, mapping: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  for (const [source, target] of mapping) {
    if (Buffer.byteLength(source) <= maxNameBytes && target !== source) problems.push(`${what}: ${source} became ${target}`);
    if (Buffer.byteLength(target) > maxNameBytes) problems.push(`${what}: ${target} is longer than ${maxNameBytes} bytes`);
    if (!source.startsWith(target.slice(0, 40))) problems.push(`${what}: ${target} does not tell that it was ${source}`);
  }
  if (new Set(mapping.values()).size < mapping.size) problems.push(`${what}: two names became one`);
  return problems;
}

/** The expected table with the target's column names. */
function renamed(table: TableShape, columns: ReadonlyMap<string, string>): TableShape {
  const to = (name: string): string => columns.get(name) ?? name;
  return {
    ...table,
    ...(table.primaryKey === undefined ? {} : { primaryKey: table.primaryKey.map(to) }),
    ...(table.defaults === undefined ? {} : { defaults: table.defaults.map(to) }),
    columns: Object.fromEntries(Object.entries(table.columns).map(([name, type]) => [to(name), type])),
    notNull: table.notNull.map(to),
    ...(table.unique === undefined ? {} : { unique: sortedLists(table.unique.map((list) => list.map(to))) }),
    ...(table.indexes === undefined ? {} : { indexes: sortedLists(table.indexes.map((list) => list.map(to))) }),
    ...(table.foreignKeys === undefined ? {} : { foreignKeys: table.foreignKeys.toSorted() }),
  };
}

function compare(path: string, expected: unknown, found: unknown): string[] {
  const [left, right] = [JSON.stringify(expected), JSON.stringify(found)];
  return left === right ? [] : [`${path}: expected ${left}, found ${right}`];
}

/** Every difference between what must come of a database and what stands in the target, in words. */
export function differences(outcome: Pick<Outcome, 'tables' | 'views'>, shape: SchemaShape, result: Pick<RunResult, 'tables'>): string[] {
  const problems = compare('tables', Object.keys(outcome.tables).toSorted(), Object.keys(shape.tables).toSorted());
  for (const [name, table] of Object.entries(outcome.tables)) {
    const entry = result.tables.find((candidate) => candidate.source.table === name);
    const found = shape.tables[entry?.target.table ?? name];
    if (found === undefined) continue;
    const mapping = new Map(entry?.columns.map((column) => [column.source, column.target]));
    problems.push(...nameProblems(name, mapping));
    const expected = renamed(table, mapping);
    for (const key of ['rows', 'columns', 'primaryKey', 'notNull', 'unique', 'indexes', 'foreignKeys', 'checks', 'defaults', 'identity'] as const) {
      problems.push(...compare(`${name}.${key}`, expected[key], found[key]));
    }
  }
  return [...problems, ...compare('views', outcome.views.toSorted(), shape.views.toSorted())];
}
