import type { Carried, ReshapeTable, ReshapeValue } from '../../../shared/model/reshape.ts';
import type { PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
import { topHoles, type Mapping } from './mapping.ts';

export interface InverseColumn {
  readonly column: string;
  /** PostgreSQL expression, tables named by their final schema. */
  readonly sql: string;
  readonly type: string;
  readonly cast: Carried['cast'];
}

export interface Inverse {
  readonly columns: readonly InverseColumn[];
  readonly from: string;
  /** Flat columns that no reshaped table holds: the mapping loses them. */
  readonly lost: readonly string[];
}

interface Holder {
  readonly table: ReshapeTable;
  readonly plan: PlanTable;
  readonly alias: string;
}

function columnOf({ plan }: Holder, name: string): PlanColumn | undefined {
  return plan.columns.find((column) => column.source === name && column.include);
}

const sql = (holder: Holder, column: PlanColumn): string => `${holder.alias}.${quoteIdent(column.target)}`;

/** What stands under a key of a JSON column, in the type it was carried as. */
function fromJson(json: string, key: string, { type }: Carried): string {
  const text = `(${json} ->> ${quoteLiteral(key)})`;
  if (type === 'jsonb') return `(${json} -> ${quoteLiteral(key)})::jsonb`;
  if (type === 'bytea') return `decode(${text}, 'hex')`;
  return type === 'text' ? `${text} COLLATE "C"` : `${text}::${type}`;
}

function entries(table: ReshapeTable): [string, ReshapeValue][] {
  return Object.entries(table.columns).flatMap(([name, { value }]): [string, ReshapeValue][] => (value === undefined ? [] : [[name, value]]));
}

/** Where a holder's own columns give a flat column back. */
function foundIn(mapping: Mapping, holder: Holder, name: string): InverseColumn | undefined {
  const carried = mapping.carried.get(name) ?? { column: name, type: 'text' };
  for (const [own, value] of entries(holder.table)) {
    const column = columnOf(holder, own);
    if (column === undefined) continue;
    if ('column' in value && value.as === undefined && value.column === name) return asItIs(holder, column, name);
    const key = 'json' in value ? topHoles(value.json).find((hole) => hole.column === name)?.key : ('rest' in value && mapping.rest.includes(name)) ? name : undefined;
    if (key !== undefined) return { column: name, sql: fromJson(sql(holder, column), key, carried), type: carried.type, cast: carried.cast };
  }
  if (holder.table.per === 'row' && mapping.others.includes(name)) {
    const column = columnOf(holder, name);
    if (column !== undefined) return asItIs(holder, column, name);
  }
  return undefined;
}

function asItIs(holder: Holder, column: PlanColumn, name: string): InverseColumn {
  return { column: name, sql: sql(holder, column), type: column.type, cast: column.cast };
}

/** A column of one table and the column of another that are made by the same rule: what joins the two. */
function joined(one: Holder, other: Holder): readonly [string, string] | undefined {
  for (const [name, value] of entries(one.table)) {
    if (!('uuid5' in value)) continue;
    const [match] = entries(other.table).find(([, candidate]) => JSON.stringify(candidate) === JSON.stringify(value)) ?? [];
    const [left, right] = [columnOf(one, name), match === undefined ? undefined : columnOf(other, match)];
    if (left !== undefined && right !== undefined) return [sql(one, left), sql(other, right)];
  }
  return undefined;
}

/** A list put together again from its elements; what is no list with elements stands with the row. */
function listOf(mapping: Mapping, row: Holder, child: Holder, name: string): InverseColumn | undefined {
  const carried = mapping.carried.get(name) ?? { column: name, type: 'text' };
  const keptAt = entries(row.table).find(([, value]) => 'lists' in value)?.[0];
  const kept = keptAt === undefined ? undefined : columnOf(row, keptAt);
  if (kept === undefined) return undefined;
  const stands = fromJson(sql(row, kept), name, carried);
  if (carried.type !== 'jsonb') return { column: name, sql: stands, type: carried.type, cast: carried.cast };
  const at = (pick: (value: ReshapeValue) => boolean): string | undefined => {
    const own = entries(child.table).find(([, value]) => pick(value))?.[0];
    const column = own === undefined ? undefined : columnOf(child, own);
    return column === undefined ? undefined : sql(child, column);
  };
  const [on, position, left] = [joined(child, row), at((value) => 'position' in value), at((value) => 'left' in value)];
  if (on === undefined || position === undefined) return undefined;
  const paths = entries(child.table).flatMap(([own, value]) => ('path' in value && value.as === undefined ? [{ path: value.path, sql: at((each) => each === value) ?? quoteIdent(own) }] : []));
  const fields = paths.filter(({ path }) => path !== '').flatMap(({ path, sql: value }) => [quoteLiteral(path), value]).join(', ');
  const whole = paths.find(({ path }) => path === '')?.sql;
  const object = `jsonb_strip_nulls(jsonb_build_object(${fields}))`;
  const element = left === undefined ? (whole === undefined ? object : `to_jsonb(${whole})`) : `CASE WHEN ${left} IS NULL THEN ${whole === undefined ? object : `to_jsonb(${whole})`} WHEN jsonb_typeof(${left}::jsonb) = 'object' THEN ${object} || ${left}::jsonb ELSE ${left}::jsonb END`;
  const list = `(SELECT jsonb_agg(${element} ORDER BY ${position}) FROM ${quoteQualified(child.plan.target.schema, child.plan.target.table)} AS ${child.alias} WHERE ${on[0]} = ${on[1]})`;
  return { column: name, sql: `coalesce(${stands}, ${list})`, type: 'jsonb', cast: undefined };
}

/** The way back, worked out from the mapping: for each flat column the expression that finds it, and what it is found in. */
export function inverseOf(mapping: Mapping, planned: (table: string) => PlanTable | undefined): Inverse {
  const holders = mapping.reshape.tables.flatMap((table, index): Holder[] => {
    const plan = planned(table.table);
    return plan === undefined ? [] : [{ table, plan, alias: table.per === 'row' ? 'r' : `t${index}` }];
  });
  const row = holders.find(({ table }) => table.per === 'row');
  if (row === undefined) return { columns: [], from: '', lost: mapping.columns };
  const groups = holders.flatMap((holder) => {
    const on = Array.isArray(holder.table.per) ? joined(row, holder) : undefined;
    return on === undefined ? [] : [{ holder, on }];
  });
  const lost: string[] = [];
  const columns = mapping.columns.map((name): InverseColumn => {
    const child = holders.find(({ table }) => typeof table.per === 'object' && 'each' in table.per && table.per.each === name);
    const found = child === undefined ? [row, ...groups.map(({ holder }) => holder)].map((holder) => foundIn(mapping, holder, name)).find((each) => each !== undefined) : listOf(mapping, row, child, name);
    if (found !== undefined) return found;
    lost.push(name);
    return { column: name, sql: 'NULL::text', type: 'text', cast: undefined };
  });
  const from = [
    `${quoteQualified(row.plan.target.schema, row.plan.target.table)} AS r`,
    ...groups.map(({ holder, on }) => `LEFT JOIN ${quoteQualified(holder.plan.target.schema, holder.plan.target.table)} AS ${holder.alias} ON ${on[1]} = ${on[0]}`),
  ].join('\n');
  return { columns, from, lost };
}
