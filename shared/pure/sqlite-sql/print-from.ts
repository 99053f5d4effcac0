import type { FromSource, Join } from './ast.ts';
import { truth, unify, commonType } from './coerce.ts';
import { compare } from './compare.ts';
import { quoteName } from './context.ts';
import { Untranslatable } from './errors.ts';
import { querySource, resolve, tableSource } from './scope.ts';
import type { Scope, Source } from './scope.ts';
import type { Translator } from './translator.ts';
import type { Typed } from './typed.ts';
import { foldName, sameName } from '../fold-name.ts';

/** A FROM clause as SQL and as the sources its names are looked up in. */
export interface PrintedFrom {
  readonly sql: string;
  readonly sources: readonly Source[];
}

/** Prints joins left to right: in SQLite a comma binds like JOIN, in PostgreSQL it does not, so none is printed. */
export function printFrom(joins: readonly Join[], outer: Scope, translator: Translator): PrintedFrom {
  let sql = '';
  let sources: readonly Source[] = [];
  for (const join of joins) {
    const item = printSource(join.source, outer, translator);
    for (const source of item.sources) {
      if (sources.some((other) => sameName(other.name, source.name))) {
        throw new Untranslatable(`the name ${source.name} stands twice in one FROM clause`);
      }
    }
    if (join.kind === 'first') {
      ({ sql, sources } = item);
      continue;
    }
    const joined = joinOne(join, sources, item, outer, translator);
    const condition = joined.conditions.length === 0 ? undefined : joined.conditions.join(' AND ');
    const word = { inner: 'JOIN', cross: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN' }[join.kind];
    const isCross = condition === undefined && (join.kind === 'inner' || join.kind === 'cross');
    sql += isCross ? ` CROSS JOIN ${item.sql}` : ` ${word} ${item.sql} ON ${condition ?? 'TRUE'}`;
    sources = [...sources, ...joined.sources];
  }
  return { sql, sources };
}

interface Joined {
  readonly conditions: readonly string[];
  readonly sources: readonly Source[];
}

function joinOne(join: Join, left: readonly Source[], item: PrintedFrom, outer: Scope, translator: Translator): Joined {
  if (join.on !== undefined) {
    const scope: Scope = { sources: [...left, ...item.sources], tables: outer.tables, parent: outer };
    return { conditions: [truth(translator.expression(join.on, scope))], sources: item.sources };
  }
  const common = join.using ?? (join.natural ? commonNames(left, item.sources) : []);
  if (common.length === 0) return { conditions: [], sources: item.sources };
  const merged = new Map<string, Typed | undefined>();
  const conditions = common.map((name) => {
    const first = columnOf(name, left, outer);
    const second = columnOf(name, item.sources, outer);
    const isOuter = join.kind === 'right' || join.kind === 'full';
    merged.set(foldName(name), isOuter ? either(first, second, translator) : undefined);
    return compare('=', first, second, translator.note).sql;
  });
  // The merged columns are hidden in every source to the right.
  return { conditions, sources: item.sources.map((source) => ({ ...source, merged: new Map([...source.merged, ...merged]) })) };
}

function either(first: Typed, second: Typed, translator: Translator): Typed {
  const values = unify([first, second], translator.note);
  return { ...commonType(values), sql: `coalesce(${values.map((value) => value.sql).join(', ')})` };
}

function commonNames(left: readonly Source[], right: readonly Source[]): string[] {
  const known = new Set(left.flatMap((source) => [...source.columns.keys()]));
  return right.flatMap((source) => [...source.columns.keys()].filter((name) => known.has(name) && !source.merged.has(name)));
}

function columnOf(name: string, sources: readonly Source[], outer: Scope): Typed {
  const found = resolve({ type: 'column', name, span: { start: 0, end: 0 } }, { sources, tables: outer.tables });
  if (found === undefined || !('value' in found)) throw new Untranslatable(`there is no column ${name} to join by`);
  return found.value;
}

function printSource(source: FromSource, outer: Scope, translator: Translator): PrintedFrom {
  switch (source.type) {
    case 'table':
      return printTable(source, outer, translator);
    case 'select': {
      const result = translator.select(source.select, { sources: [], tables: outer.tables, ...parentOf(outer) });
      const name = source.alias ?? 'subquery';
      return { sql: `(${result.sql}) AS ${quoteName(name)}`, sources: [querySource(name, result.columns, quoteName(name))] };
    }
    case 'join': {
      if (source.alias !== undefined) throw new Untranslatable('an alias for joined tables in parentheses');
      const inner = printFrom(source.joins, outer, translator);
      return source.joins.length === 1 ? inner : { sql: `(${inner.sql})`, sources: inner.sources };
    }
    case 'function':
      throw new Untranslatable(`the table-valued function ${source.name}()`);
  }
}

const parentOf = (scope: Scope): { readonly parent?: Scope } => (scope.parent === undefined ? {} : { parent: scope.parent });

function printTable(source: FromSource & { readonly type: 'table' }, outer: Scope, translator: Translator): PrintedFrom {
  const name = source.alias ?? source.name;
  const alias = quoteName(name);
  const known = source.schema === undefined ? outer.tables.get(foldName(source.name)) : undefined;
  if (known !== undefined) {
    const sql = known.sqlName === alias ? alias : `${known.sqlName} AS ${alias}`;
    return { sql, sources: [querySource(name, known.columns, alias)] };
  }
  if (source.schema !== undefined && foldName(source.schema) !== 'main') {
    throw new Untranslatable(`it reads ${source.schema}.${source.name}, from another database`);
  }
  const table = translator.context.table(source.name);
  if (table === undefined) throw new Untranslatable(`it reads ${source.name}, which does not cross to the target`);
  return { sql: `${table.qualified} AS ${alias}`, sources: [tableSource(name, table, alias)] };
}
