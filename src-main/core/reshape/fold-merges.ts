import type { Plan, PlanColumn, PlanForeignKey, PlanObject, PlanTable, Reason } from '../../../shared/model/plan.ts';
import type { Preparation } from '../../../shared/model/reshape.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { createNamer } from '../plan/names.ts';
import { greatestNumber, isFull } from '../plan/plan-identity.ts';
import { reason } from '../plan/types.ts';
import { foldTables, type Folded } from './fold.ts';
import type { Merge } from './merge.ts';
import { distinct, mergedKeys, named, unlike, type MergedKeys, type Planned } from './merged-keys.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

function plannedOf(plan: Plan, merge: Merge): Planned | undefined {
  const find = (database: string, table: string) => plan.tables.find(({ source }) => source.database === database && source.table === table);
  const merged = find(merge.database, merge.name);
  const column = merged?.columns.find(({ source }) => source === merge.column)?.target;
  return merged === undefined || column === undefined ? undefined : { merge, merged, column, parts: merge.parts.flatMap(({ database, table }) => find(database, table.name) ?? []) };
}

function identityOf(planned: Planned): Pick<PlanTable, 'identityNext'> & { readonly identity: string } | undefined {
  const { merged, parts } = planned;
  const found = parts.map((part) => part.columns.find((column) => column.identity)?.target);
  const [identity] = found;
  if (identity === undefined || found.some((name) => name !== identity) || merged.columns.find(({ target }) => target === identity)?.type !== 'bigint') return undefined;
  return { identity, identityNext: String(parts.map(({ identityNext }) => BigInt(identityNext ?? '1')).reduce((a, b) => (a > b ? a : b))) };
}

/** What comes next, and whether each source could go on: PostgreSQL gives numbers to rows of all of them. */
function identityReason({ parts }: Planned, next: string): Reason {
  const full = parts.filter(({ identityNext }) => isFull(identityNext ?? '1')).map(({ source }) => source.database);
  return full.length === 0 ? reason('plan.object.identity', { next }) : reason('plan.object.merged-identity-full', { greatest: String(greatestNumber), sources: full.join(', ') });
}

function columnsOf(planned: Planned, identity: string | undefined): PlanColumn[] {
  return planned.merged.columns.map((column): PlanColumn => {
    if (column.target === planned.column) return { ...column, default: `''`, why: [...column.why, reason('plan.why.source-column')] };
    if (column.target === identity) return { ...column, identity: true, nullable: false };
    const [before, ...others] = planned.parts.map((part) => part.columns.find(({ source }) => sameName(source, column.source)));
    return before?.default === undefined || before.type !== column.type || others.some((other) => other?.default !== before.default) ? column : { ...column, default: before.default };
  });
}

/** True where a foreign key of PostgreSQL may point at the columns. */
function isUnique({ merged }: Planned, { uniques, indexes }: MergedKeys, columns: readonly string[]): boolean {
  const id = (names: readonly string[]): string => names.toSorted().join('\0');
  const lists = [...(merged.primaryKey === undefined ? [] : [merged.primaryKey]), ...uniques].map((key) => key.columns);
  return lists.some((list) => id(list) === id(columns)) || indexes.some(({ unique, where, terms }) => unique && where === undefined && id(terms) === id(columns.map(quoteIdent)));
}

/** Keys among merged tables carry the source; one that points at a table that is not merged, or at what is unique in some sources only, cannot hold for all of them. */
function foreignKeysOf(planned: Planned, all: ReadonlyMap<Planned, MergedKeys>, listed: (name: string, why: Reason) => void): PlanForeignKey[] {
  const keys = planned.parts.flatMap((part) => part.foreignKeys.flatMap((key): PlanForeignKey[] => {
    const name = named(planned, part, key.name);
    const [parent, keys] = [...all].find(([{ parts }]) => parts.some(({ target }) => target.schema === key.references.schema && target.table === key.references.table)) ?? [];
    if (parent === undefined || keys === undefined) {
      listed(name, reason('plan.object.parent-missing', { parent: '' }));
      return [];
    }
    const { schema, table } = parent.merged.target;
    const columns = [parent.column, ...key.references.columns];
    if (!isUnique(parent, keys, columns)) {
      listed(name, reason('plan.object.parent-not-unique', { parent: table, columns: columns.join(', ') }));
      return [];
    }
    return [{ ...key, name, columns: [planned.column, ...key.columns], references: { schema, table, columns } }];
  }));
  const one = distinct(keys, ({ columns, references }) => JSON.stringify([columns, references]));
  // Orphans in one source are orphans of the merged table.
  return one.map((key) => ({ ...key, validate: keys.filter((each) => each.columns.join('\0') === key.columns.join('\0')).every(({ validate }) => validate) }));
}

/** What only some of the sources demand of their rows, in the words of SQL: nothing of it can be demanded of rows of all. */
function looserIn({ merge, merged }: Planned, keys: readonly string[]): string[] {
  const columns = merged.columns.flatMap(({ source, target, nullable }) => {
    const own = merge.parts.map(({ database, table }) => [database, table.columns.find(({ name }) => sameName(name, source))] as const).filter(([, column]) => column !== undefined);
    return [
      ...(nullable ? unlike(own.map(([database, column]) => [database, column?.notNull === true ? '' : undefined]), `NOT NULL ${quoteIdent(target)}`) : []),
      ...unlike(own.map(([database, column]) => [database, column?.default ?? undefined]), `DEFAULT ${quoteIdent(target)}`),
    ];
  });
  return [...columns, ...keys];
}

/** Gives merged tables what their parts have (defaults, checks, keys, indexes, identity) and folds the parts into them. */
export function foldMerges(plan: Plan, merges: readonly Merge[], preparations: readonly Preparation[]): Plan {
  if (merges.length === 0) return plan;
  const all = merges.flatMap((merge) => plannedOf(plan, merge) ?? []);
  const keysOf = new Map(all.map((planned) => [planned, mergedKeys(planned)]));
  const objects: PlanObject[] = [...plan.objects];
  const findings: Plan['findings'] = [...plan.findings];
  const note = ({ merge }: Planned, kind: PlanObject['kind'], name: string, outcome: PlanObject['outcome'] = 'created', why = reason('plan.object.merged-from-parts')) => {
    objects.push({ kind, name, table: merge.name, database: merge.database, outcome, reason: why });
  };
  const tables = plan.tables.map((table): PlanTable => {
    const [planned, keys] = [...keysOf].find(([{ merged }]) => merged === table) ?? [];
    if (planned === undefined || keys === undefined) return table;
    const { uniques, indexes } = keys;
    const names = createNamer('relation', [table.primaryKey?.name ?? '', ...uniques.map(({ name }) => name)]);
    const fresh = <T extends { readonly name: string }>(each: T): T => ({ ...each, name: names.take(each.name).name });
    const identity = identityOf(planned);
    const stated = planned.parts.flatMap((part) => part.checks.map((check) => ({ ...check, name: named(planned, part, check.name) })));
    // Rows that break it in one source break it in the merged table.
    const broken = new Set(stated.filter(({ validate }) => validate === false).map(({ expression }) => expression));
    const checks = distinct(stated, ({ expression }) => expression).map((check) => (broken.has(check.expression) ? { ...check, validate: false } : check)).map(fresh);
    const made: PlanTable = {
      ...table, checks, uniques, indexes, foreignKeys: foreignKeysOf(planned, keysOf, (name, why) => note(planned, 'foreign key', name, 'listed', why)).map(fresh),
      columns: columnsOf(planned, identity?.identity), ...(identity?.identityNext === undefined ? {} : { identityNext: identity.identityNext }),
    };
    if (identity?.identityNext !== undefined) note(planned, 'sequence', `${table.target.table}.${identity.identity}`, 'translated', identityReason(planned, identity.identityNext));
    for (const { name } of made.checks) note(planned, 'check', name);
    for (const { name } of made.uniques) note(planned, 'unique', name);
    for (const { name } of made.indexes) note(planned, 'index', name);
    for (const key of made.foreignKeys) {
      if (key.validate) note(planned, 'foreign key', key.name);
      else {
        const sources = planned.parts.filter((part) => part.foreignKeys.some((each) => !each.validate && [planned.column, ...each.columns].join('\0') === key.columns.join('\0'))).map(({ source }) => source.database);
        note(planned, 'foreign key', key.name, 'created', reason('plan.object.merged-not-valid', { sources: sources.join(', ') }));
      }
    }
    const looser = looserIn(planned, keys.looser);
    if (looser.length > 0) findings.push({ code: 'plan.finding.merge-looser', severity: 'warning', database: planned.merge.database, table: planned.merge.target, params: { what: looser.join('; ') } });
    return made;
  });
  const folded = all.flatMap(({ merge, merged, column }) => merge.parts.map(({ database, table }): Folded => ({
    database, table: table.name, into: [`${merged.target.schema}.${merged.target.table}`], view: false,
    rejects: { database: merge.database, table: merge.name, column: merge.column, value: database },
    inverse: {
      lost: [],
      columns: table.columns.filter(({ hidden }) => hidden !== 1).map(({ name }) => {
        const found = merged.columns.find(({ source }) => sameName(source, name));
        return { column: name, sql: found === undefined ? 'NULL::text' : `t.${quoteIdent(found.target)}`, type: found?.type ?? 'text', cast: found?.cast };
      }),
      from: `${quoteQualified(merged.target.schema, merged.target.table)} AS t\nWHERE t.${quoteIdent(column)} = ${quoteLiteral(database)}`,
    },
  })));
  return { ...foldTables({ ...plan, tables, objects, findings }, folded), preparations: [...(plan.preparations ?? []), ...preparations] };
}
