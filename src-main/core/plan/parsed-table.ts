import { SqliteSyntaxError, parseCreateTable, type TableDefinition } from '../../../shared/pure/sqlite-sql/index.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

export interface ParsedForeignKey {
  readonly name: string | undefined;
  readonly deferrable: 'no' | 'immediate' | 'deferred';
}

/** What only the text of CREATE TABLE tells: names of constraints, checks, generated expressions, deferrability, comments. */
export interface ParsedTable {
  readonly definition: TableDefinition;
  readonly primaryKeyName: string | undefined;
  uniqueName(columns: readonly string[]): string | undefined;
  readonly checks: readonly { readonly name: string | undefined; readonly expression: string }[];
  foreignKey(columns: readonly string[], parent: string): ParsedForeignKey;
  collationOf(column: string): string;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, index) => sameName(name, b[index]));
}

/** Parses the statement; undefined where it is no text this parser knows (the pragmas still tell the columns and keys). */
export function parseTable(sql: string): ParsedTable | undefined {
  let definition: TableDefinition;
  try {
    definition = parseCreateTable(sql);
  } catch (error) {
    if (error instanceof SqliteSyntaxError) return undefined;
    throw error;
  }
  const { columns, constraints } = definition;
  const columnKey = columns.find((column) => column.primaryKey !== undefined)?.primaryKey;
  const tableKey = constraints.find((constraint) => constraint.type === 'primaryKey');
  return {
    definition,
    primaryKeyName: columnKey?.name ?? tableKey?.name,
    uniqueName(names) {
      const constraint = constraints.find((candidate) => candidate.type === 'unique' && same(candidate.columns.map((column) => column.name), names));
      if (constraint !== undefined) return constraint.name;
      const column = names.length === 1 ? columns.find((candidate) => same([candidate.name], names)) : undefined;
      return column?.unique.find((unique) => unique.name !== undefined)?.name;
    },
    checks: [
      ...columns.flatMap((column) => column.check.map((check) => ({ name: check.name, expression: check.expression }))),
      ...constraints.flatMap((constraint) => (constraint.type === 'check' ? [{ name: constraint.name, expression: constraint.expression }] : [])),
    ],
    foreignKey(names, parent) {
      const fromTable = constraints.find(
        (candidate) => candidate.type === 'foreignKey' && same(candidate.columns, names) && same([candidate.references.table], [parent]),
      );
      const fromColumn = names.length === 1
        ? columns.find((column) => same([column.name], names))?.references.find((references) => same([references.table], [parent]))
        : undefined;
      const references = fromTable?.type === 'foreignKey' ? fromTable.references : fromColumn;
      const name = fromTable?.name ?? fromColumn?.name;
      const deferrable = references?.deferrable !== true ? 'no' : references.initiallyDeferred ? 'deferred' : 'immediate';
      return { name, deferrable };
    },
    collationOf(name) {
      return columns.find((column) => same([column.name], [name]))?.collate ?? 'BINARY';
    },
  };
}
