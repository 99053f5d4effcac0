import type { CommonTable, Select } from './ast.ts';
import { quoteName } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { KnownTable, Scope } from './scope.ts';
import type { OutputColumn, Translator } from './translator.ts';
import { isNumber } from './typed.ts';
import { foldName } from '../fold-name.ts';

interface WithClause {
  readonly sql: string;
  readonly tables: ReadonlyMap<string, KnownTable>;
}

/** Prints WITH. SQLite finds recursion by itself; PostgreSQL wants the word RECURSIVE and equal column types. */
export function printCommonTables(select: Select, outer: Scope, translator: Translator): WithClause {
  const tables = new Map(outer.tables);
  const parts: string[] = [];
  let isRecursive = false;
  for (const table of select.with) {
    const isSelf = mentions(table.select, foldName(table.name));
    isRecursive ||= isSelf;
    const printed = isSelf ? printRecursive(table, { ...outer, tables }, translator) : printPlain(table, { ...outer, tables }, translator);
    const sqlName = quoteName(table.name);
    tables.set(foldName(table.name), { sqlName, columns: printed.columns });
    const names = printed.columns.map((column) => quoteName(column.target)).join(', ');
    const hint = table.materialized === undefined ? '' : table.materialized ? 'MATERIALIZED ' : 'NOT MATERIALIZED ';
    const limit = isSelf ? recursionLimit(table.select) : undefined;
    if (limit === undefined) parts.push(`${sqlName} (${names}) AS ${hint}(${printed.sql})`);
    else {
      // PostgreSQL has no LIMIT inside of a recursion, but reads no further than what is asked for outside.
      parts.push(`${unlimited(table)} (${names}) AS (${printed.sql})`);
      parts.push(`${sqlName} (${names}) AS ${hint}(SELECT * FROM ${unlimited(table)} LIMIT ${limit})`);
    }
  }
  return { sql: parts.length === 0 ? '' : `WITH ${isRecursive ? 'RECURSIVE ' : ''}${parts.join(', ')} `, tables };
}

const unlimited = (table: CommonTable): string => quoteName(`${table.name} unlimited`);

function recursionLimit(select: Select): string | undefined {
  const { limit } = select;
  const value = limit?.type === 'literal' && limit.value.kind === 'integer' ? limit.value.text : undefined;
  if (limit !== undefined && value === undefined) throw new Untranslatable('a recursive WITH with a computed LIMIT inside');
  return value;
}

interface Printed {
  readonly sql: string;
  readonly columns: readonly OutputColumn[];
}

function printPlain(table: CommonTable, scope: Scope, translator: Translator): Printed {
  const result = translator.select(table.select, scope);
  return { sql: result.sql, columns: rename(result.columns, table, translator) };
}

function rename(columns: readonly OutputColumn[], table: CommonTable, translator: Translator): OutputColumn[] {
  const { columns: names } = table;
  if (names === undefined) return [...columns];
  if (names.length !== columns.length) throw new Untranslatable(`${table.name} names ${names.length} columns for ${columns.length}`);
  return columns.map((column, index) => {
    const name = names[index] ?? column.name;
    return { ...column, name, target: translator.context.identifier?.(name) ?? name };
  });
}

/** The first SELECT decides the types; every SELECT is cast to them. */
function printRecursive(table: CommonTable, scope: Scope, translator: Translator): Printed {
  const { cores, orderBy, offset } = table.select;
  if (orderBy.length > 0 || offset !== undefined) throw new Untranslatable('a recursive WITH with ORDER BY or OFFSET inside');
  if (cores.some(({ operator }) => operator === 'INTERSECT' || operator === 'EXCEPT')) {
    throw new Untranslatable('a recursive WITH that is not built by UNION');
  }
  const lower = foldName(table.name);
  const isSeed = (select: Select['cores'][number]): boolean => !mentions(select.core, lower);
  const seeds = cores.filter(isSeed);
  const steps = cores.filter((core) => !isSeed(core));
  const [first] = seeds;
  const [step, ...others] = steps;
  if (first === undefined || step === undefined || others.length > 0 || cores.at(-1) !== step) {
    throw new Untranslatable('a recursive WITH of several recursive parts');
  }
  const seed: Select = { recursive: false, with: table.select.with, cores: seeds.map((core, index) => (index === 0 ? { core: core.core } : core)), orderBy: [] };
  const start = translator.select(seed, scope);
  const columns = rename(start.columns, table, translator).map((column) => ({ ...column, type: widened(column.type) }));
  const tables = new Map(scope.tables);
  const sqlName = table.select.limit === undefined ? quoteName(table.name) : unlimited(table);
  tables.set(lower, { sqlName, columns });
  const next = translator.select({ recursive: false, with: [], cores: [{ core: step.core }], orderBy: [] }, { ...scope, tables });
  next.columns.forEach((column, index) => {
    const wanted = columns[index]?.type;
    const isSame = wanted !== undefined && (column.type.kind === wanted.kind || (isNumber(column.type.kind) && isNumber(wanted.kind)) || column.type.kind === 'null');
    if (!isSame) throw new Untranslatable('a recursive WITH whose parts give values of different types');
  });
  const castTo = (inner: Printed): string =>
    `SELECT ${inner.columns.map((column, index) => `"of".${quoteName(column.target)}::${columns[index]?.type.pg ?? 'text'}${columns[index]?.type.kind === 'text' ? ' COLLATE "C"' : ''}`).join(', ')} FROM (${inner.sql}) AS "of"`;
  return { sql: `${castTo(start)} ${step.operator ?? 'UNION ALL'} ${castTo(next)}`, columns };
}

/** The type wide enough for what recursion may add. */
function widened(type: OutputColumn['type']): OutputColumn['type'] {
  if (type.pg === 'integer' || type.pg === 'smallint') return { ...type, pg: 'bigint' };
  if (type.kind === 'null') return { ...type, kind: 'text', pg: 'text' };
  return type.kind === 'real' || type.kind === 'num' ? { ...type, pg: 'double precision' } : type;
}

/** True if a table of that name stands in a FROM clause or after IN anywhere inside. */
function mentions(node: unknown, lower: string): boolean {
  if (Array.isArray(node)) return node.some((item) => mentions(item, lower));
  if (typeof node !== 'object' || node === null) return false;
  const isTable = ('type' in node && node.type === 'table') || ('kind' in node && node.kind === 'table');
  if (isTable && 'name' in node && typeof node.name === 'string' && foldName(node.name) === lower) return true;
  return Object.values(node).some((value) => mentions(value, lower));
}
