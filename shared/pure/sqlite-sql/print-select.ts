import type { OrderingTerm, Select } from './ast.ts';
import { asInteger, unify } from './coerce.ts';
import { orderingKey } from './compare.ts';
import { cutName, quoteName } from './context.ts';
import { Untranslatable } from './errors.ts';
import { printOrderingTerm } from './functions-aggregate.ts';
import { placeOf, printCore, printValues, refuseLoose } from './print-core.ts';
import type { PrintedCore } from './print-core.ts';
import { printCommonTables } from './print-with.ts';
import type { Scope } from './scope.ts';
import type { OutputColumn, TranslatedSelect, Translator } from './translator.ts';
import { isConstant } from './typed.ts';
import type { Typed } from './typed.ts';
import { foldName, sameName } from '../fold-name.ts';

/** Translates a whole SELECT: WITH, compound, ORDER BY, LIMIT. */
export function printSelect(select: Select, outer: Scope, translator: Translator): TranslatedSelect {
  const withClause = printCommonTables(select, outer, translator);
  const scope: Scope = { ...outer, tables: withClause.tables };
  const cores = select.cores.map(({ core }) =>
    core.type === 'values' ? printValues(core, scope, translator) : printCore(core, select.cores.length === 1 ? select.orderBy : [], scope, translator),
  );
  const [first] = cores;
  if (first === undefined) throw new Untranslatable('an empty SELECT');
  const isCompound = cores.length > 1;
  const unified = isCompound ? unifyCores(select, cores, translator) : cores;
  const columns = nameColumns(first.names, unified, translator);
  const body = joinCores(select, unified.map((core) => printBody(core, columns)));
  const ordered = printOrder(select, unified, columns, body, translator);
  return { sql: `${withClause.sql}${ordered}${printLimit(select, scope, translator)}`, columns };
}

function unifyCores(select: Select, cores: readonly PrintedCore[], translator: Translator): PrintedCore[] {
  const width = cores[0]?.names.length ?? 0;
  if (cores.some((core) => core.names.length !== width)) throw new Untranslatable('a compound SELECT with different numbers of columns');
  const isSet = select.cores.some(({ operator }) => operator !== undefined && operator !== 'UNION ALL');
  const rows = cores.flatMap((core) => core.rows);
  const columns = Array.from({ length: width }, (_, index) => {
    const values = unify(rows.flatMap((row) => row[index] ?? []), translator.note);
    return isSet ? forSet(values) : values;
  });
  let at = 0;
  return cores.map((core) => ({
    ...core,
    rows: core.rows.map(() => {
      const place = at;
      at += 1;
      return columns.flatMap((column) => column[place] ?? []);
    }),
  }));
}

/** UNION, INTERSECT and EXCEPT compare: texts need one collation, json has no equality. */
function forSet(values: readonly Typed[]): Typed[] {
  values.forEach((value) => refuseLoose(value, 'UNION, INTERSECT or EXCEPT'));
  const named = values.filter((value) => value.kind === 'text' && value.literal === undefined);
  const collations = new Set(named.map((value) => (value.isColumn === true ? value.pgCollation : 'computed')));
  const isMixed = collations.size > 1 || collations.has('computed');
  return values.map((value) => (isMixed && value.kind === 'text' && value.pg === 'text' ? { ...value, sql: `${value.sql} COLLATE "C"` } : value));
}

/** SQLite's own way to tell columns of the same name apart: `name:1` (select.c, sqlite3ColumnsFromExprList). */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let count = 1; taken.has(foldName(unique)); count += 1) unique = `${name.replace(/:\d+$/, '')}:${count}`;
    taken.add(foldName(unique));
    return unique;
  });
}

function nameColumns(names: readonly string[], cores: readonly PrintedCore[], translator: Translator): OutputColumn[] {
  const taken = new Set<string>();
  return uniqueNames(names).map((name, index) => {
    let target = cutName(translator.context.identifier?.(name) ?? name);
    for (let count = 1; taken.has(target); count += 1) target = `${cutName(name).slice(0, 55)}_${count}`;
    taken.add(target);
    const values = cores.flatMap((core) => core.rows.flatMap((row) => row[index] ?? []));
    const known = values.find((value) => value.kind !== 'null') ?? values[0];
    if (known === undefined) throw new Untranslatable('a SELECT without columns');
    return { name, target, type: outputType(known) };
  });
}

/** What is left of an expression once it is a column of a subquery or view. */
function outputType(value: Typed): Typed {
  const { kind, pg, affinity, collation, storedAs, rewritten, textFormat, isColumn, wholeIsInteger } = value;
  const pgCollation = value.sql.includes('COLLATE "C"') ? 'C' : value.pgCollation;
  return {
    sql: '',
    kind,
    pg: kind === 'null' ? 'text' : pg,
    affinity,
    collation,
    collates: true,
    ...(isColumn === undefined ? {} : { isColumn }),
    ...(wholeIsInteger === undefined ? {} : { wholeIsInteger }),
    ...(storedAs === undefined ? {} : { storedAs }),
    ...(rewritten === undefined ? {} : { rewritten }),
    ...(textFormat === undefined ? {} : { textFormat }),
    ...(pgCollation === undefined ? {} : { pgCollation }),
  };
}

function printBody(core: PrintedCore, columns: readonly OutputColumn[]): string {
  if (core.isValues) return `VALUES ${core.rows.map((row) => `(${row.map((value) => value.sql).join(', ')})`).join(', ')}`;
  const items = (core.rows[0] ?? []).map((value, index) => {
    const name = quoteName(columns[index]?.target ?? '');
    // A real literal is numeric to PostgreSQL.
    const sql = value.kind === 'real' && value.pg === 'numeric' ? `${value.sql}::double precision` : value.sql;
    return sql === name || sql.endsWith(`.${name}`) ? sql : `${sql} AS ${name}`;
  });
  return `SELECT ${core.distinct ? 'DISTINCT ' : ''}${items.join(', ')}${core.tail}`;
}

/** All compound operators bind alike from the left in SQLite; in PostgreSQL INTERSECT binds tighter. */
function joinCores(select: Select, bodies: readonly string[]): string {
  const needsParentheses = select.cores.length > 2 && select.cores.some(({ operator }) => operator === 'INTERSECT');
  return bodies.reduce((sum, body, index) => {
    const operator = select.cores[index]?.operator ?? 'UNION ALL';
    return `${needsParentheses && index > 1 ? `(${sum})` : sum} ${operator} ${body}`;
  });
}

function printOrder(select: Select, cores: readonly PrintedCore[], columns: readonly OutputColumn[], body: string, translator: Translator): string {
  const core = cores[0];
  if (select.orderBy.length === 0 || core === undefined) return body;
  const isBound = cores.length > 1 || core.distinct || core.isValues;
  const places = select.orderBy.map((term) => outputPlace(term, core, columns, translator));
  if (!isBound) {
    const terms = select.orderBy.map((term, index) => {
      const place = places[index];
      const value = (place === undefined ? undefined : core.rows[0]?.[place]) ?? translator.expression(term.expression, core.scope);
      return { term, value: withCollation(value, term, translator, core) };
    });
    const shown = terms.filter(({ value }) => !isConstant(value));
    return shown.length === 0 ? body : `${body} ORDER BY ${shown.map(({ term, value }) => printOrderingTerm(term, value)).join(', ')}`;
  }
  const keys = select.orderBy.map((term, index) => {
    const place = places[index];
    const column = place === undefined ? undefined : columns[place];
    if (place === undefined || column === undefined) {
      throw new Untranslatable('ORDER BY an expression that is no column of the result, together with DISTINCT or a compound SELECT');
    }
    const sql = `"of".${quoteName(column.target)}`;
    const value = withCollation({ ...column.type, sql }, term, translator, core);
    return { place, term, value, isPlain: orderingKey(value) === sql };
  });
  if (keys.every((key) => key.isPlain)) {
    return `${body} ORDER BY ${keys.map(({ place, term }) => `${place + 1}${term.descending ? ' DESC' : ''} NULLS ${term.nulls ?? (term.descending ? 'LAST' : 'FIRST')}`).join(', ')}`;
  }
  // Only bare result columns may be sorted by here, so the collation goes around it.
  const list = columns.map((column) => `"of".${quoteName(column.target)}`).join(', ');
  return `SELECT ${list} FROM (${body}) AS "of" ORDER BY ${keys.map(({ term, value }) => printOrderingTerm(term, value)).join(', ')}`;
}

function withCollation(value: Typed, term: OrderingTerm, translator: Translator, core: PrintedCore): Typed {
  if (term.expression.type !== 'collate') return value;
  const { collation } = translator.expression({ ...term.expression, operand: { type: 'literal', value: { kind: 'string', text: '' }, span: term.expression.span } }, core.scope);
  return { ...value, collation };
}

/** The result column an ORDER BY term means: by number, by alias, or by the same expression. */
function outputPlace(term: OrderingTerm, core: PrintedCore, columns: readonly OutputColumn[], translator: Translator): number | undefined {
  const node = term.expression.type === 'collate' ? term.expression.operand : term.expression;
  const number = placeOf(node);
  if (number !== undefined) return number - 1;
  if (node.type === 'column' && node.table === undefined) {
    const place = columns.findIndex((column) => sameName(column.name, node.name));
    if (place >= 0) return place;
  }
  if (core.isValues) return undefined;
  const { sql } = translator.expression(node, core.scope);
  const place = core.rows[0]?.findIndex((value) => value.sql === sql) ?? -1;
  return place < 0 ? undefined : place;
}

function printLimit(select: Select, scope: Scope, translator: Translator): string {
  const amount = (node: Select['limit']): string | undefined => {
    if (node === undefined) return undefined;
    const value = asInteger(translator.expression(node, { sources: [], tables: scope.tables }));
    if (value.literal === undefined) return `greatest(${value.sql}, 0)`;
    return Number(value.literal) < 0 ? undefined : value.literal;
  };
  const limit = amount(select.limit);
  const isOne = select.cores.length === 1 && limit === '1';
  if (select.orderBy.length === 0 && limit !== undefined && !isOne) translator.note('LIMIT without ORDER BY: the rows that remain can be others');
  const offset = amount(select.offset);
  return `${limit === undefined ? '' : ` LIMIT ${limit}`}${offset === undefined || offset === '0' ? '' : ` OFFSET ${offset}`}`;
}
