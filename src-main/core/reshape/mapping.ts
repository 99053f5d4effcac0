import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment, ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Carried, Reshape, ReshapeTable, ReshapeValue } from '../../../shared/model/reshape.ts';
import { nonNullOf } from '../assess/profile.ts';
import { canCarry } from './carry.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** What only the values of a flat table tell. */
export interface FlatFacts {
  /** Columns whose every value is JSON that jsonb keeps. */
  readonly jsonb: readonly string[];
  /** The mapping's own key is unique and never NULL. */
  readonly keyIsUnique: boolean;
}

/** A mapping put to one flat table: which columns there are, what identifies a row, how JSON carries each of them. */
export interface Mapping {
  readonly reshape: Reshape;
  readonly flat: SqliteTable;
  readonly columns: readonly string[];
  readonly rowKey: readonly string[];
  /** By flat column. */
  readonly carried: ReadonlyMap<string, Carried>;
  /** Columns that hold NULL somewhere. */
  readonly holed: ReadonlySet<string>;
  readonly row: ReshapeTable | undefined;
  /** What the object of the rest holds. */
  readonly rest: readonly string[];
  /** Followed as they are into the table made per row. */
  readonly others: readonly string[];
  /** Columns whose lists become rows of their own. */
  readonly lists: readonly string[];
  readonly encoding: string;
  /** Only these rows cross: a condition on the flat table's columns. */
  readonly filter: string | undefined;
}

/** The mappings of a template that this source bears. @throws TravessiaError NAME_COLLISION where a table of theirs is there already */
export function mappingsFor(reshapes: readonly Reshape[], catalog: SqliteCatalog): Reshape[] {
  return reshapes.filter((reshape) => {
    const flat = catalog.tables.find((table) => table.kind === 'table' && table.name === reshape.from);
    if (flat === undefined || !reshape.needs.every((name) => flat.columns.some((column) => column.name === name))) return false;
    const taken = reshape.tables.find(({ table }) => catalog.tables.some((each) => sameName(each.name, table)));
    if (taken === undefined) return true;
    throw new TravessiaError('NAME_COLLISION', {
      message: `${reshape.from} would be reshaped into a table ${taken.table}, and the source has one of that name.`,
      hint: 'Plan without the template, or rename that table in a copy of the source.',
    });
  });
}

/** JSON columns, whose values jsonb might not keep: to be looked at before the mapping is made. */
export function jsonColumns(flat: Pick<TableAssessment, 'columns'>): string[] {
  return flat.columns.filter((column) => isJson(column)).map(({ name }) => name);
}

function isJson({ candidates: [first] }: ColumnProfile): boolean {
  return (first?.type === 'json' || first?.type === 'jsonb') && first.misfits === '0';
}

export function createMapping(whole: Reshape, assessment: Assessment, catalog: SqliteCatalog, facts: FlatFacts, filter?: string): Mapping {
  const flat = catalog.tables.find((table) => table.name === whole.from);
  const assessed = assessment.tables.find((table) => table.name === whole.from);
  if (flat === undefined || assessed === undefined) throw new TravessiaError('INTERNAL', { message: `There is no table ${whole.from} to reshape.` });
  const columns = flat.columns.filter((column) => column.hidden !== 1).map(({ name }) => name);
  // A list that this source does not have makes no table.
  const reshape = { ...whole, tables: whole.tables.filter(({ per }) => typeof per === 'string' || Array.isArray(per) || columns.includes(per.each)) };
  const row = reshape.tables.find((table) => table.per === 'row');
  const rules = valuesOf(row);
  const direct = rules.flatMap((value) => ('column' in value && value.as === undefined ? [value.column] : []));
  const elsewhere = reshape.tables.flatMap((table) => (typeof table.per === 'string' ? [] : Array.isArray(table.per) ? table.per.filter((key) => carriesKey(table, key)) : [table.per.each]));
  const named = new Set([...direct, ...elsewhere, ...rules.flatMap((value) => ('json' in value ? topHoles(value.json).map(({ column }) => column) : []))]);
  const others = row?.others === true ? columns.filter((name) => !named.has(name)) : [];
  const taken = others.find((name) => Object.keys(row?.columns ?? {}).some((own) => sameName(own, name)));
  if (taken !== undefined) throw new TravessiaError('NAME_COLLISION', { message: `${reshape.from} has a column ${taken}, and the template adds one of that name.`, hint: 'Plan without the template.' });
  return {
    reshape, flat, columns, row, others,
    rowKey: facts.keyIsUnique && reshape.rowKey.length > 0 ? reshape.rowKey : rowKeyOf(flat, assessed),
    carried: new Map(assessed.columns.map((profile) => [profile.name, carriedAs(profile, facts)])),
    holed: new Set(assessed.columns.filter(({ classes }) => classes.null !== '0').map(({ name }) => name)),
    rest: rules.some((value) => 'rest' in value) ? columns.filter((name) => !named.has(name)) : [],
    lists: reshape.tables.flatMap((table) => (typeof table.per === 'object' && !Array.isArray(table.per) && columns.includes(table.per.each) ? [table.per.each] : [])),
    encoding: catalog.encoding, filter,
  };
}

export function valuesOf(table: ReshapeTable | undefined): ReshapeValue[] {
  return Object.values(table?.columns ?? {}).flatMap(({ value }) => (value === undefined ? [] : [value]));
}

function carriesKey(table: ReshapeTable, key: string): boolean {
  return valuesOf(table).some((value) => ('column' in value && value.as === undefined && value.column === key) || ('json' in value && topHoles(value.json).some(({ column }) => column === key)));
}

/** The holes of a document's uppermost object: what the view can find back under a key. */
export function topHoles(document: unknown): { readonly key: string; readonly column: string }[] {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return [];
  return Object.entries(document).flatMap(([key, inner]) => {
    const column = holeOf(inner);
    return column === null ? [] : [{ key, column }];
  });
}

export function holeOf(node: unknown): string | null {
  if (typeof node !== 'object' || node === null || !('column' in node) || Object.keys(node).length > 1) return null;
  return typeof node.column === 'string' ? node.column : null;
}

function rowKeyOf(flat: SqliteTable, assessed: TableAssessment): string[] {
  if (flat.rowidAlias !== null) return [flat.rowidAlias];
  const key = flat.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk).map((column) => column.name);
  if (key.length > 0 && (flat.withoutRowid || assessed.nullKeys === '0')) return key;
  return flat.rowidName === null ? [] : [flat.rowidName];
}

/** The first type that holds every value and that JSON can carry; a text keeps each value's text, bytes keep all there is. */
function carriedAs(profile: ColumnProfile, facts: FlatFacts): Carried {
  const { name: column } = profile;
  if (isJson(profile) && facts.jsonb.includes(column)) return { column, type: 'jsonb' };
  // Without a value every type fits: what is declared, as far as it can be carried, else its text.
  if (nonNullOf(profile) === 0n && !canCarry(profile.candidates[0]?.type ?? '', profile.candidates[0]?.cast)) return { column, type: 'text' };
  const fitting = profile.candidates.find(({ type, cast, misfits }) => misfits === '0' && canCarry(type, cast));
  return fitting === undefined ? { column, type: 'bytea', cast: 'text as bytes' } : { column, type: fitting.type, ...(fitting.cast === undefined ? {} : { cast: fitting.cast }) };
}
