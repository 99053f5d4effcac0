import type { Plan, PlanColumn, PlanForeignKey, PlanIndex, PlanKey, PlanObject, PlanTable } from '../../../shared/model/plan.ts';
import type { Preparation } from '../../../shared/model/reshape.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { reason } from '../plan/types.ts';
import { foldTables, type Folded } from './fold.ts';
import type { Merge } from './merge.ts';

interface Planned {
  readonly merge: Merge;
  readonly merged: PlanTable;
  readonly parts: readonly PlanTable[];
  /** The column that names the source, in the target. */
  readonly column: string;
}

function plannedOf(plan: Plan, merge: Merge): Planned | undefined {
  const find = (database: string, table: string) => plan.tables.find(({ source }) => source.database === database && source.table === table);
  const merged = find(merge.database, merge.name);
  const column = merged?.columns.find(({ source }) => source === merge.column)?.target;
  return merged === undefined || column === undefined ? undefined : { merge, merged, column, parts: merge.parts.flatMap(({ database, table }) => find(database, table.name) ?? []) };
}

/** Names of a part's objects speak of the merged table. */
function named({ merged }: Planned, part: PlanTable, name: string): string {
  return name.startsWith(part.target.table) ? `${merged.target.table}${name.slice(part.target.table.length)}` : name;
}

/** One of each meaning, under the name that came first. */
function distinct<T>(items: readonly T[], meaning: (item: T) => string): T[] {
  return [...new Map(items.toReversed().map((item) => [meaning(item), item])).values()].toReversed();
}

function identityOf(planned: Planned): Pick<PlanTable, 'identityNext'> & { readonly identity: string } | undefined {
  const { merged, parts } = planned;
  const found = parts.map((part) => part.columns.find((column) => column.identity)?.target);
  const [identity] = found;
  if (identity === undefined || found.some((name) => name !== identity) || merged.columns.find(({ target }) => target === identity)?.type !== 'bigint') return undefined;
  return { identity, identityNext: String(parts.map(({ identityNext }) => BigInt(identityNext ?? '1')).reduce((a, b) => (a > b ? a : b))) };
}

function columnsOf(planned: Planned, identity: string | undefined): PlanColumn[] {
  return planned.merged.columns.map((column): PlanColumn => {
    if (column.target === planned.column) return { ...column, default: `''`, why: [...column.why, reason('plan.why.source-column')] };
    if (column.target === identity) return { ...column, identity: true, nullable: false };
    const [before, ...others] = planned.parts.map((part) => part.columns.find(({ source }) => source.toLowerCase() === column.source.toLowerCase()));
    return before?.default === undefined || before.type !== column.type || others.some((other) => other?.default !== before.default) ? column : { ...column, default: before.default };
  });
}

/** A key holds within a source: the column that names it comes first. Only where every source has it. */
function keysOf(planned: Planned): PlanKey[] {
  const all = planned.parts.map((part) => part.uniques.map((key) => ({ name: named(planned, part, key.name), columns: [planned.column, ...key.columns] })));
  return (all[0] ?? []).filter((key) => all.every((others) => others.some((other) => other.columns.join('\0') === key.columns.join('\0'))));
}

function indexesOf(planned: Planned): PlanIndex[] {
  const all = planned.parts.flatMap((part) => part.indexes.map((index): PlanIndex => ({ ...index, name: named(planned, part, index.name), terms: index.unique ? [quoteIdent(planned.column), ...index.terms] : index.terms })));
  return distinct(all, ({ terms, where, unique }) => JSON.stringify([terms, where, unique]));
}

/** Keys among merged tables carry the source; one that points at a table that is not merged cannot hold for all sources. */
function foreignKeysOf(planned: Planned, all: readonly Planned[], listed: (name: string) => void): PlanForeignKey[] {
  const keys = planned.parts.flatMap((part) => part.foreignKeys.flatMap((key): PlanForeignKey[] => {
    const name = named(planned, part, key.name);
    const parent = all.find(({ parts }) => parts.some(({ target }) => target.schema === key.references.schema && target.table === key.references.table));
    if (parent === undefined) {
      listed(name);
      return [];
    }
    const { schema, table } = parent.merged.target;
    return [{ ...key, name, columns: [planned.column, ...key.columns], references: { schema, table, columns: [parent.column, ...key.references.columns] } }];
  }));
  const one = distinct(keys, ({ columns, references }) => JSON.stringify([columns, references]));
  // Orphans in one source are orphans of the merged table.
  return one.map((key) => ({ ...key, validate: keys.filter((each) => each.columns.join('\0') === key.columns.join('\0')).every(({ validate }) => validate) }));
}

/** What only some of the sources demand of their rows, in the words of SQL: nothing of it can be demanded of rows of all. */
function looserIn(planned: Planned): string[] {
  const { merge, merged, parts } = planned;
  const said = (each: readonly (readonly [database: string, what: string | undefined])[], word: string): string[] => {
    const [first] = each;
    return first === undefined || each.every(([, what]) => what === first[1]) ? [] : [`${word} (${each.flatMap(([database, what]) => (what === undefined ? [] : [`${what === '' ? '' : `${what} `}${database}`])).join(', ')})`];
  };
  const columns = merged.columns.flatMap(({ source, target, nullable }) => {
    const own = merge.parts.map(({ database, table }) => [database, table.columns.find(({ name }) => name.toLowerCase() === source.toLowerCase())] as const).filter(([, column]) => column !== undefined);
    return [
      ...(nullable ? said(own.map(([database, column]) => [database, column?.notNull === true ? '' : undefined]), `NOT NULL ${quoteIdent(target)}`) : []),
      ...said(own.map(([database, column]) => [database, column?.default ?? undefined]), `DEFAULT ${quoteIdent(target)}`),
    ];
  });
  const keys = distinct(parts.flatMap(({ uniques }) => uniques), (key) => key.columns.join('\0')).flatMap((key) =>
    said(parts.map(({ source, uniques }) => [source.database, uniques.some((other) => other.columns.join('\0') === key.columns.join('\0')) ? '' : undefined]), `UNIQUE (${key.columns.map(quoteIdent).join(', ')})`));
  return [...columns, ...keys];
}

/** Gives merged tables what their parts have (defaults, checks, keys, indexes, identity) and folds the parts into them. */
export function foldMerges(plan: Plan, merges: readonly Merge[], preparations: readonly Preparation[]): Plan {
  if (merges.length === 0) return plan;
  const all = merges.flatMap((merge) => plannedOf(plan, merge) ?? []);
  const objects: PlanObject[] = [...plan.objects];
  const findings: Plan['findings'] = [...plan.findings];
  const note = (planned: Planned, kind: PlanObject['kind'], name: string, outcome: PlanObject['outcome'] = 'created') => {
    objects.push({ kind, name, table: planned.merge.name, database: planned.merge.database, outcome, reason: reason(outcome === 'created' ? 'plan.object.merged-from-parts' : 'plan.object.parent-missing', { parent: '' }) });
  };
  const tables = plan.tables.map((table): PlanTable => {
    const planned = all.find(({ merged }) => merged === table);
    if (planned === undefined) return table;
    const identity = identityOf(planned);
    const stated = planned.parts.flatMap((part) => part.checks.map((check) => ({ ...check, name: named(planned, part, check.name) })));
    // Rows that break it in one source break it in the merged table.
    const broken = new Set(stated.filter(({ validate }) => validate === false).map(({ expression }) => expression));
    const checks = distinct(stated, ({ expression }) => expression).map((check) => (broken.has(check.expression) ? { ...check, validate: false } : check));
    const made: PlanTable = {
      ...table, checks, uniques: keysOf(planned), indexes: indexesOf(planned), foreignKeys: foreignKeysOf(planned, all, (name) => note(planned, 'foreign key', name, 'listed')),
      columns: columnsOf(planned, identity?.identity), ...(identity?.identityNext === undefined ? {} : { identityNext: identity.identityNext }),
    };
    for (const { name } of made.checks) note(planned, 'check', name);
    for (const { name } of made.uniques) note(planned, 'unique', name);
    for (const { name } of made.indexes) note(planned, 'index', name);
    for (const key of made.foreignKeys) {
      if (key.validate) note(planned, 'foreign key', key.name);
      else {
        const sources = planned.parts.filter((part) => part.foreignKeys.some((each) => !each.validate && named(planned, part, each.name) === key.name)).map(({ source }) => source.database);
        objects.push({ kind: 'foreign key', name: key.name, table: planned.merge.name, database: planned.merge.database, outcome: 'created', reason: reason('plan.object.merged-not-valid', { sources: sources.join(', ') }) });
      }
    }
    const looser = looserIn(planned);
    if (looser.length > 0) findings.push({ code: 'plan.finding.merge-looser', severity: 'warning', database: planned.merge.database, table: planned.merge.target, params: { what: looser.join('; ') } });
    return made;
  });
  const folded = all.flatMap(({ merge, merged, column }) => merge.parts.map(({ database, table }): Folded => ({
    database, table: table.name, into: [`${merged.target.schema}.${merged.target.table}`], view: false,
    rejects: { database: merge.database, table: merge.name, column: merge.column, value: database },
    inverse: {
      lost: [],
      columns: table.columns.filter(({ hidden }) => hidden !== 1).map(({ name }) => {
        const found = merged.columns.find(({ source }) => source.toLowerCase() === name.toLowerCase());
        return { column: name, sql: found === undefined ? 'NULL::text' : `t.${quoteIdent(found.target)}`, type: found?.type ?? 'text', cast: found?.cast };
      }),
      from: `${quoteQualified(merged.target.schema, merged.target.table)} AS t\nWHERE t.${quoteIdent(column)} = ${quoteLiteral(database)}`,
    },
  })));
  return { ...foldTables({ ...plan, tables, objects, findings }, folded), preparations: [...(plan.preparations ?? []), ...preparations] };
}
